"""What the documentation says is true: examples run, links lead somewhere, nothing goes undocumented."""

import doctest
import re
import textwrap
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from docs.generate import PAGES
from erpd.sources import SOURCES
from erpd.sources.errors import Reason

from .cli.test_usage import EVERY_COMMAND
from .test_house import PURE

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "erpd"
PROSE = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
CODE = re.compile(r"^( *)```python\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img [^>]*src=\"([^\"]+)\"")
# `metadata/checks/__init__.py`, but not `/datasets/<id>` or `erpd --home`
PATH = re.compile(r"`((?:[\w.*-]+/)+[\w.*-]*)`")

every_page = pytest.mark.parametrize("page", PROSE, ids=lambda page: str(page.relative_to(ROOT)))


def test_examples_in_docstrings_are_true():
    run = 0
    for path in sorted(path for floor in PURE for path in python_of(floor)):
        if ">>>" in path.read_text("utf-8"):
            name = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
            failed, tried = doctest.testmod(import_module(name))
            assert not failed, name
            run += tried
    assert run >= 12


@every_page
def test_links_lead_somewhere(page):
    for link in (match[1] or match[2] for match in LINK.finditer(page.read_text("utf-8"))):
        address, _, anchor = link.partition("#")
        if "://" not in address:
            target = (page.parent / address) if address else page
            assert target.exists(), link
            within = DOCS in page.parents  # `make docs` makes a site of that folder alone
            assert not within or DOCS in target.resolve().parents, link
            assert not anchor or anchor in anchors(target), link


def test_each_page_is_in_the_index():
    listed = [line for line in (DOCS / "index.md").read_text("utf-8").splitlines() if line]
    found = {path for line in listed if " " not in line for path in DOCS.glob(f"{line}.md")}
    assert set(DOCS.rglob("*.md")) - found == {DOCS / "index.md"}


@every_page
def test_files_that_are_named_exist(page):
    for name in PATH.findall(re.sub(r"Write\s+`.+?`", "", page.read_text("utf-8"))):  # a guide makes that one
        places = [base for base in (ROOT, SOURCE, page.parent) if list(base.glob(name.rstrip("/")))]
        assert places or name.startswith(("../shared", "build/")), name  # "build/": what `make docs` writes


@pytest.mark.parametrize("name", PAGES)
def test_pages_that_follow_from_the_code_are_up_to_date(name):
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run `make generate`"


def test_each_command_and_subcommand_is_documented():
    headings = re.findall(r"^## erpd ?(.*)$", (DOCS / "commands.md").read_text("utf-8"), re.MULTILINE)
    assert headings == [" ".join(path) for path in EVERY_COMMAND]
    assert {"source add", "index rebuild", "vocabularies import"} <= set(headings)


def test_each_reason_why_a_source_cannot_be_read_is_documented():
    reasons = (DOCS / "sources.md").read_text("utf-8").partition("## When a source cannot be read")[2]
    told = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", reasons, re.MULTILINE))
    assert told == {reason: reason.meaning for reason in Reason}
    code = "".join(path.read_text("utf-8") for floor in ("sources", "harvest") for path in python_of(floor))
    assert {reason.name for reason in Reason} == set(re.findall(r"\bReason\.([A-Z_]+)\b", code))


def test_each_protocol_is_documented():
    text = (DOCS / "sources.md").read_text("utf-8")
    assert [name for name in SOURCES if f"| `{name}` |" not in text] == []


def test_each_promise_of_security_names_a_test():
    kept = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "SECURITY.md").read_text("utf-8"))
    assert len(kept) > 10
    for path, name in kept:
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), name


def test_a_commit_is_checked_like_a_change():
    checks = (ROOT / "Makefile").read_text("utf-8").partition("\ncheck:")[2].partition("\n\n")[0]
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    for program in re.findall(r"\$\(BIN\)/(\S+(?: [a-z]+)?)", checks):
        assert f"entry: .venv/bin/{program}" in hooks


def test_each_make_target_that_is_named_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for page in PROSE:
        for target in re.findall(r"(?:`|^ +)make (\w+)", page.read_text("utf-8"), re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page.name}: make {target}"


def test_each_floor_and_each_decision_is_listed():
    floors = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    table = (DOCS / "architecture.md").read_text("utf-8")
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = [layer for layer in linter["contracts"][0]["layers"] if layer != "__main__"]
    assert "".join(f"    {layer}\n" for layer in layers) in table
    assert floors <= set(re.findall(r"^\| `(\w+)/", table, re.MULTILINE))
    listed = (DOCS / "decisions" / "README.md").read_text("utf-8")
    assert all(f"({path.name})" in listed for path in (DOCS / "decisions").glob("0*.md"))


def python_in(page: Path) -> list[str]:
    return [textwrap.dedent(match[2]) for match in CODE.finditer(page.read_text("utf-8"))]


def python_of(floor: str) -> list[Path]:
    return sorted((SOURCE / floor).rglob("*.py"))


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}
