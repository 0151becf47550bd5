"""Man pages and completion of the shell: each command has them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs.man import pages
from tests.cli.test_usage import EVERY_COMMAND

GROFF = shutil.which("groff")


def test_each_command_has_a_man_page_that_groff_accepts() -> None:
    made = pages()
    assert set(made) == {"-".join(("erpd", *path)) + ".1" for path in EVERY_COMMAND}
    assert "\n.B \\-\\-dry\\-run\nRun the harvest without saving anything.\n" in made["erpd-harvest.1"]
    assert ".BR erpd-source-add (1)" in made["erpd-source.1"]
    if GROFF is None:
        pytest.skip("groff is not installed")
    done = subprocess.run(
        [GROFF, "-man", "-z", "-ww", "-K", "utf-8"],
        input="".join(made.values()),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_completes_commands(shell: str) -> None:
    program = Path(sys.executable).with_name("erpd")
    printed = _completed(program, _ERPD_COMPLETE=f"{shell}_source")
    assert "_ERPD_COMPLETE=" in printed
    at = "ad" if shell == "fish" else "2"
    found = _completed(
        program, _ERPD_COMPLETE=f"{shell}_complete", COMP_WORDS="erpd source ad", COMP_CWORD=at
    )
    assert "add" in found


@pytest.mark.parametrize("begun", ["erpd explain mandatory-m", "erpd check --ignore mandatory-m"])
def test_names_of_rules_are_completed(begun: str) -> None:
    program = Path(sys.executable).with_name("erpd")
    at = str(begun.count(" "))
    found = _completed(program, _ERPD_COMPLETE="bash_complete", COMP_WORDS=begun, COMP_CWORD=at)
    assert found == "plain,mandatory-missing\n"


def _completed(program: Path, **variables: str) -> str:
    done = subprocess.run(
        [program], env=os.environ | variables, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout
