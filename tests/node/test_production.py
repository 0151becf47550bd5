"""The units of systemd in deploy/systemd: systemd accepts them, and they keep the program in."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
SYSTEMD = shutil.which("systemd-analyze")
MOST_EXPOSED = 2.0  # of 10, as systemd counts; a unit without any protection has 9.6


@pytest.fixture
def here(tmp_path: Path) -> list[Path]:
    """The units as they are on this machine, which has neither the program nor the user."""
    program = tmp_path / "erpd"
    program.touch(mode=0o755)
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/srv/erpd/venv/bin/erpd", str(program))
        (tmp_path / unit.name).write_text(re.sub("^(User|Group)=erpd$", r"\1=root", text, flags=re.MULTILINE))
    return [tmp_path / unit.name for unit in UNITS]


def test_both_programs_have_one() -> None:
    command = re.compile(r"^ExecStart=.* --home /srv/erpd/home (\w+)", re.MULTILINE)
    assert [command.findall(unit.read_text("utf-8")) for unit in UNITS] == [["worker"], ["serve"]]


@pytest.mark.skipif(SYSTEMD is None, reason="systemd is not installed")
def test_systemd_accepts_the_units(here: list[Path]) -> None:
    assert said("verify", *map(str, here)) == ""


@pytest.mark.skipif(SYSTEMD is None, reason="systemd is not installed")
def test_systemd_finds_them_well_protected() -> None:
    for unit in UNITS:
        told = said("security", "--offline=yes", "--no-pager", str(unit))
        exposed = re.search(r"Overall exposure level for \S+: ([\d.]+)", told)
        assert exposed
        assert float(exposed[1]) < MOST_EXPOSED


def said(*arguments: str) -> str:
    assert SYSTEMD
    command = [SYSTEMD, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr
