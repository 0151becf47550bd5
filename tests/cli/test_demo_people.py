"""The people of the demo can sign in: passwords, a second factor, one owner that waits."""

from pathlib import Path

from click.testing import CliRunner

from erpd.cli.demonstrating_owner import Made, code, made_before
from erpd.cli.demonstration import demo


def test_the_code_is_that_of_an_authenticator_app(monkeypatch, tmp_path: Path) -> None:
    """RFC 6238, appendix B, of which an app shows the last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    made = Made({}, {}, "", secret)
    for at, shown in ((59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")):
        monkeypatch.setattr("time.time", lambda at=at: float(at))
        assert code(made) == shown


def test_without_a_demo_there_is_no_code(tmp_path: Path) -> None:
    assert made_before(tmp_path) is None
    told = CliRunner().invoke(demo, ["--code", "--folder", str(tmp_path)])
    assert told.exit_code == 1
    assert "Start it with `erpd demo`" in told.output
