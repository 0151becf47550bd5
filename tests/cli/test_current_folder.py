"""What lies in the folder in which a command is given is not run: a stranger may have put it there."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.nodes import PATIENCE, Node, environment, harvesting, turtle, wait_for

SOURCE = Path(__file__).parents[2] / "src" / "erpd"
ERPD = Path(sys.executable).with_name("erpd")  # as people start it: `python -m erpd` looks there itself
# Of ours, of the standard library, and one that a library tries to import.
POISONED = ("erpd", "h2", "json", "multiprocessing", "selectors")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    made = tmp_path / "downloads"
    made.mkdir()
    for name in POISONED:
        (made / f"{name}.py").write_text(f"open({str(made / f'{name}-was-run')!r}, 'w').close()\n", "utf-8")
    yield made
    assert not [*made.glob("*-was-run")]


@contextmanager
def begun(node: Node, folder: Path, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = [str(ERPD), "--home", str(node.home), *arguments]
    with subprocess.Popen(command, env=environment(), cwd=folder, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE)


def test_a_harvest_and_a_server_with_workers_leave_it_alone(tmp_path: Path, folder: Path) -> None:
    node = Node(tmp_path / "node", "european")
    (tmp_path / "all.ttl").write_text(turtle({"one": "One"}), "utf-8")
    with begun(node, folder, *harvesting("dump", tmp_path / "all.ttl")) as harvest:
        assert harvest.wait(PATIENCE) == 0
    assert len(node.alive()) == 1
    with begun(node, folder, "serve", "--port", str(node.port), "--workers", "2") as server:
        wait_for(f"{node.url}/oai?verb=Identify", server)


def test_each_python_that_we_start_leaves_it_alone() -> None:
    begins = re.compile(r"\[sys\.executable,\s*\"(-\w+)\"")
    found = {
        f"{path.relative_to(SOURCE)}: {option}"
        for path in SOURCE.rglob("*.py")
        for option in begins.findall(path.read_text("utf-8"))
    }
    assert len(found) > 5
    assert not [one for one in found if not one.endswith((": -P", ": -I"))]
