"""Where nothing can be written or read, or not every character, a command says so in a sentence."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from erpd.cli import _known
from tests.journeys.nodes import PATIENCE, Node, environment, program

FULL = "Error: The output could not be written: No space left on device. "
AS_OWNER = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]  # root, but it must ask like anybody


@pytest.fixture
def greek(tmp_path: Path) -> Path:
    file = tmp_path / "set.ttl"
    file.write_text("<a:Δ> a <http://www.w3.org/ns/dcat#Dataset> .", "utf-8")
    return file


def said(
    *arguments: str, shell: str = "", code: int = 1, before: tuple[str, ...] = (), **variables: str
) -> str:
    """What it says on standard error."""
    command = [*before, *program(*arguments)]
    done = subprocess.run(
        ["sh", "-c", f'"$@" {shell}', "sh", *command],
        env=environment() | variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_full_or_closed_output_is_told() -> None:
    assert said("--help", shell=">/dev/full").startswith(FULL)
    assert said("--help", shell=">&-", code=0) == ""
    assert said("--help", shell="| true", code=0) == ""


def test_an_output_that_lacks_a_character_is_told() -> None:
    known = _known(UnicodeEncodeError("ascii", "\u201c", 0, 1, "ordinal not in range"))
    assert known
    assert known.format_message() == (
        "The output is in ascii, which does not have every character. "
        "Write it in UTF-8: PYTHONIOENCODING=utf-8."
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_report_is_written_in_every_encoding(encoding: str, greek: Path) -> None:
    assert said("check", str(greek), PYTHONIOENCODING=encoding) == ""


def test_in_the_c_locale_every_character_is_written(greek: Path) -> None:
    assert said("check", str(greek), LC_ALL="C", LANG="C") == ""


def test_a_home_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    node = Node(tmp_path / "home", "european")
    before: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("setpriv (util-linux) is not installed")
        before = tuple(AS_OWNER)
    home = ("--home", str(node.home), "source", "list")
    database = node.home / "erpd.sqlite3"
    for path, mode, told, code in (
        (node.home, 0o000, "is not readable", 2),
        (node.home / "node.toml", 0o000, "node.toml: Permission denied.", 1),
        (node.home / "secret", 0o000, "secret: Permission denied.", 1),
        (database, 0o000, "The database file cannot be opened.", 1),
    ):
        kept = path.stat().st_mode
        path.chmod(mode)
        assert told in said(*home, before=before, code=code)
        path.chmod(kept)
