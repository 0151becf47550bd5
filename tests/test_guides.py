"""Each guide of docs/guides is followed in a copy of the tree, as a newcomer would, and it works.

A program and a newcomer read the same. A sentence with a colon and a block of code below it is a step:

    Write `path`:                          the block is a new file
    In `path`, after `line`, add:          the block comes behind that line (`before`: in front of it)
    In `path`, in place of `line`, write:  the block takes the place of that line
    Run:                                   the block is typed into a shell at the top of the tree

A line is named whole, but for its indentation, and occurs once. Blocks keep their own indentation. A block
of `text` or `ini` is only shown, and so is one of `sh` without "Run:". Any other block without a step is a
slip, and so is a step without its block.
"""

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from erpd.cli import main
from tests.proofs import ONLY_AT_LENGTH, length

ROOT = Path(__file__).parents[1]
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
ADDING = [guide for guide in GUIDES if guide.stem.startswith("add-")]  # they run tests and checks for minutes
LONG = {"sources-as-files", "set-the-law"}  # many commands, which tests of theirs run, too
PROSE = [*GUIDES, *ROOT.glob("*.md"), *(ROOT / "docs").glob("[!c]*.md")]
PATIENCE = 300
MADE_HERE = (".git", ".venv", "__pycache__", ".pytest_cache", ".hypothesis", "node_modules", "demo-home")

BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
STEP = re.compile(
    r"(?P<write>Write) `(?P<new>[^`]+)`:"
    r"|In `(?P<path>[^`]+)`, (?P<where>after|before|in place of) `(?P<line>[^`]+)`, (?:add|write):"
    r"|(?P<run>Run):"
)
LOOKS_LIKE_A_STEP = re.compile(r"\bWrite `|\bIn `[^`]+`, (?:after|before|in place)|\bRun:")


class Slip(Exception):
    """The guide cannot be followed; says where and why."""


@dataclass(frozen=True)
class Step:
    """``said``: the sentence; ``block``: the code below it."""

    said: re.Match[str]
    block: str

    def follow(self, tree: Path) -> None:
        """Do what the sentence says. Raises Slip."""
        if self.said["run"]:
            run(self.block, tree)
        elif self.said["write"]:
            path = tree / self.said["new"]
            if path.exists():
                raise Slip(f"{self.said['new']} is there already")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.block, "utf-8")
        else:
            self._edit(tree / self.said["path"])

    def _edit(self, path: Path) -> None:
        if not path.is_file():
            raise Slip(f"there is no {self.said['path']}")
        lines = path.read_text("utf-8").splitlines(keepends=True)
        places = [number for number, line in enumerate(lines) if line.strip() == self.said["line"]]
        if len(places) != 1:
            raise Slip(f"{self.said['line']!r} occurs {len(places)} times in {self.said['path']}")
        begin = places[0] + (self.said["where"] == "after")
        end = places[0] + (self.said["where"] != "before")
        lines[begin:end] = [self.block]
        path.write_text("".join(lines), "utf-8")


def run(script: str, tree: Path) -> None:
    """Type ``script`` into a shell. Raises Slip where a command fails."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        ["sh", "-e", "-x", "-c", script],
        cwd=tree,
        env={
            **kept,
            "ERPD_TESTS": "sqlite",
            "PATH": f"{tree}/.venv/bin:{os.environ['PATH']}",
            "PYTHONPATH": str(tree / "src"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise Slip(done.stdout[-8000:])


def steps(guide: str) -> list[Step]:
    """What the guide asks for, in its order. Raises Slip where it does not keep the form."""
    found, end = [], 0
    for block in [*BLOCK.finditer(guide), None]:
        prose = " ".join(guide[end : block.start() if block else None].split())
        said = re.search(f"(?:{STEP.pattern})$", prose)
        if len(LOOKS_LIKE_A_STEP.findall(prose)) != bool(said and block):
            raise Slip(f"a step without its block: {prose}")
        if block is None:
            break
        if said:
            found.append(Step(said, _unindented(block[3], block[1])))
        elif block[2] not in ("ini", "text", "sh"):
            raise Slip(f"a block without a step, after: {prose[-100:]}")
        end = block.end()
    return found


def follow(guide: str, tree: Path, *, runs: bool = True) -> None:
    """Do all that the guide says, or all but what it runs. Raises Slip."""
    for step in steps(guide):
        if runs or not step.said["run"]:
            step.follow(tree)


def _unindented(block: str, indentation: str) -> str:
    return "".join(line.removeprefix(indentation) for line in block.splitlines(keepends=True))


def copied(tree: Path) -> Path:
    """The tree as it is here, with a .venv that runs what this one runs; `erpd` is the copy's."""
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*MADE_HERE))
    venv = tree / ".venv"
    venv.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (venv / name).symlink_to(ROOT / ".venv" / name)
    # What requirements/install looks at: nothing is to be installed.
    (venv / "place").write_text(f"{tree}\n", "utf-8")
    lock = (tree / "pyproject.toml").read_text("utf-8") + (tree / "requirements/dev.lock").read_text("utf-8")
    (venv / "installed-dev").write_text(lock, "utf-8")
    return tree


@pytest.mark.proof
@pytest.mark.parametrize(
    "guide",
    length([guide for guide in GUIDES if guide not in ADDING and guide.stem not in LONG], GUIDES),
    ids=lambda guide: guide.stem,
)
def test_the_guide_can_be_followed(guide: Path, tmp_path: Path) -> None:
    follow(guide.read_text("utf-8"), copied(tmp_path / "erpd"))


@ONLY_AT_LENGTH  # for more than a minute
def test_what_the_guides_add_keeps_to_the_house(tmp_path: Path) -> None:
    tree = copied(tmp_path / "erpd")
    for guide in ADDING:
        follow(guide.read_text("utf-8"), tree, runs=False)
    run("make generate translations check", tree)
    run("make test ARGS='tests/test_house.py tests/test_documentation.py'", tree)


SLIPS = {
    "Write `new.txt`:": "a step without its block",
    "See:\n```python\nx = 1\n```": "a block without a step",
    "Write `old.txt`:\n```text\n```": "old.txt is there already",
    "In `none.txt`, after `one`, add:\n```text\n```": "there is no none.txt",
    "In `old.txt`, after `three`, add:\n```text\n```": "'three' occurs 0 times in old.txt",
    "In `old.txt`, before `two`, add:\n```text\n```": "'two' occurs 2 times in old.txt",
    "Run:\n```sh\nfalse\ntrue\n```": "false",
}


@pytest.mark.parametrize(("guide", "told"), SLIPS.items(), ids=SLIPS.values())
def test_a_guide_that_cannot_be_followed_is_found_out(guide: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("one\ntwo\n  two\n", "utf-8")
    with pytest.raises(Slip, match=told):
        follow(guide, tmp_path)


def test_lines_are_put_where_the_guide_says(tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_text("one\n  two\n", "utf-8")
    for said in ("after `one`, add", "before `two`, add", "in place of `two`, write"):
        follow(f"1. In `old.txt`, {said}:\n\n   ```text\n     {said[0]}\n   ```\n", tmp_path)
    assert path.read_text("utf-8") == "one\n  a\n  b\n  i\n"


SHOWN = re.compile(r"^ *(?:\.venv/bin/)?erpd ((?:.*\\\n)*.*)$|`erpd ([^`]+)`", re.MULTILINE)


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.stem)
def test_commands_that_are_shown_exist(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click.Context, "invoke", lambda *_, **__: None)  # parsed, but not done
    shown = page.read_text("utf-8")
    if page.stem.startswith("add-"):  # its blocks may use what it is about to add
        shown = BLOCK.sub("", shown)
    for whole, named in SHOWN.findall(shown):
        words = shlex.split((whole or named).replace("\\\n", ""), comments=True)
        told = CliRunner().invoke(main, [word for word in words if word != "…"])
        # What a sentence names may lack what the command demands, but nothing that it names may be missing.
        amiss = told.exit_code if whole else re.search(r"No such (?!file)|unexpected extra", told.output)
        assert not amiss or "No such file" in told.output, f"erpd {whole or named}: {told.output}"
