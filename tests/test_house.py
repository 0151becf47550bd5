"""The rules of the house that a test can hold."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "erpd"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
PURE = ("metadata", "formats", "sources", "standalone")

LONGEST_FILE = 400
SPEAKS_FOR_ITSELF = 5  # lines
HOMELESS = {"util", "utils", "helper", "helpers", "common", "misc", "lib", "core"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b")
# Django finds these by their names; there is nothing to say of them.
BY_NAME = ("apps.py", "__main__.py")


def test_files_are_short_enough_to_be_read():
    long = {str(path): lines for path in SOURCE.rglob("*.py") if (lines := length(path)) > LONGEST_FILE}
    assert not long, "split by idea, not by size"


def test_everything_has_a_name_of_its_own():
    assert not [path for path in SOURCE.rglob("*") if path.stem in HOMELESS], "find the concept"


def test_nothing_is_left_unfinished():
    found = [path for path in SOURCE.rglob("*.py") if UNFINISHED.search(path.read_text("utf-8"))]
    assert not found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_what_is_public_says_what_it_is(path):
    tree = ast.parse(path.read_text("utf-8"))
    if path.name in BY_NAME or not tree.body:
        return
    assert ast.get_docstring(tree), "a module says in its first line what it is"
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    if path.relative_to(SOURCE).parts[0] in PURE and len(public) > 1:  # the one public thing is the module
        silent = [
            node.name
            for node in public
            if node.end_lineno - node.lineno >= SPEAKS_FOR_ITSELF
            and not ast.get_docstring(node)
            and "overload" not in map(ast.unparse, node.decorator_list)
        ]
        assert not silent


def test_no_committed_file_names_a_package_index():
    for path in [*(ROOT / "requirements").iterdir(), SOURCE / "pages" / "package-lock.json"]:
        assert "://" not in path.read_text("utf-8"), path


def length(path: Path) -> int:
    return path.read_text("utf-8").count("\n")
