"""The action for GitHub and the hook for pre-commit, run as their runners run them."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.journeys.nodes import turtle

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
GUIDE = (ROOT / "docs/guides/check-in-a-pipeline.md").read_text("utf-8")
ERPD = Path(sys.executable).parent / "erpd"
# Makes an environment with this erpd, and writes down what is to be installed.
PYTHON = f"""#!/bin/sh
mkdir -p "$3/bin"
ln -sf {shlex.quote(str(ERPD))} "$3/bin/erpd"
printf '#!/bin/sh\\necho "$@" > {{asked}}\\n' > "$3/bin/pip"
chmod +x "$3/bin/pip"
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "my repository"
    (folder / "data").mkdir(parents=True)
    (folder / "data/good one.ttl").write_text(turtle({"a": "Discharges"}), "utf-8")
    faulty = turtle({"c": "Births"}).replace("dct:publisher :agency ;", "")
    (folder / "data/faulty.ttl").write_text(faulty, "utf-8")
    return folder


def run(repository: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The script of the action, with its inputs put into its variables, as the runner does it."""
    temporary, programs = repository.parent / "temp", repository.parent / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "python3").write_text(PYTHON.format(asked=shlex.quote(str(repository.parent / "asked"))))
    (programs / "python3").chmod(0o755)
    (step,) = ACTION["runs"]["steps"]
    given = {name: each.get("default", "") for name, each in ACTION["inputs"].items()} | inputs
    variables = {
        name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: given[found[1]], value)
        for name, value in step["env"].items()
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=repository,
        env={
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(temporary),
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_action_shows_what_is_wrong_and_fails(repository: Path) -> None:
    done = run(repository, files="data/*.ttl\n")
    assert done.returncode == 1, done.stderr
    assert "::error file=data/faulty.ttl," in done.stdout
    assert "dct:publisher is mandatory but missing" in done.stdout
    assert "2 data sets: 1 with all mandatory metadata" in done.stdout
    asked = (repository.parent / "asked").read_text()
    assert asked == "install --quiet --disable-pip-version-check erpd\n"


def test_the_action_passes_what_is_right_and_installs_the_version_it_is_told(repository: Path) -> None:
    done = run(repository, files="data/good one.ttl", version="1.2.0")
    assert (done.returncode, "::error" in done.stdout) == (0, False), done.stderr
    assert (repository.parent / "asked").read_text().endswith(" erpd==1.2.0\n")


def test_the_action_writes_a_report_for_code_scanning(repository: Path) -> None:
    done = run(repository, files="data", format="sarif", report="erpd.sarif", profile="erpd\ndcat-ap-2.1.1")
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert json.loads((repository / "erpd.sarif").read_text())["runs"][0]["results"]


@pytest.mark.parametrize(
    "files", ["$(touch stolen)", "`touch stolen`", '"; touch stolen; "', "--help", "a.ttl\n;touch stolen"]
)
def test_what_an_input_says_is_never_run(repository: Path, files: str) -> None:
    done = run(repository, files=files)
    assert done.returncode not in (0, 127)
    assert "Usage: erpd check [" not in done.stdout
    assert not list(repository.glob("stolen"))


def test_the_guide_names_inputs_that_there_are() -> None:
    said = re.findall(r"^( +)- uses: OWNER/erpd@.+\n((?:\1  .+\n)+)", GUIDE, re.MULTILINE)
    assert len(said) == 2
    for _, step in said:
        assert yaml.safe_load(step)["with"].keys() <= ACTION["inputs"].keys()


def test_the_hook_checks_the_files_that_pre_commit_gives_it(repository: Path) -> None:
    (hook,) = HOOKS
    names = ["data/good one.ttl", "data/faulty.ttl", "data/notes.txt"]
    given = [name for name in names if re.search(hook["files"], name)]
    assert given == names[:2]
    assert _hooked(hook, given[:1], repository).returncode == 0
    done = _hooked(hook, given, repository)
    assert done.returncode == 1
    assert "dct:publisher is mandatory but missing" in done.stdout


def _hooked(hook: dict[str, Any], given: list[str], repository: Path) -> subprocess.CompletedProcess[str]:
    """As pre-commit runs an entry in the environment where it has installed the package."""
    command = [*shlex.split(hook["entry"]), *hook.get("args", []), *given]
    path = f"{ERPD.parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    return subprocess.run(
        command, cwd=repository, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
