"""Every regular expression of the package takes linear time, as it is used, on whatever anybody sends."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import erpd
from tests.hostile import Grown, assert_linear, families
from tests.proofs import length

_ROOT = Path(erpd.__file__).parent
_FILES = [path for path in sorted(_ROOT.rglob("*.py")) if "migrations" not in path.parts]
_METHODS = ("match", "fullmatch", "search", "sub", "split", "findall", "finditer")
_USED = re.compile(rf"\b(\w+)(?:\[[^\]]*\])?\.({'|'.join(_METHODS)})\b")
# Characters. A text so long takes a good pattern 0.2 ms, and one that is quadratic 80 ms.
_LENGTH = 4000
_PATIENCE = 0.010
# What only ever meets texts that the caller has bounded: the greatest length.
_BOUNDED = {
    "erpd.formats.ckan.coverage._BETWEEN": 100,
    "erpd.metadata.mending.markup._COMMENT": 0,  # its texts end as a comment does
    "erpd.metadata.mending.terms.re.sub": 100,
    "erpd.metadata.telephone._EXTENSIONS": 60,
}


def _module(path: Path) -> str:
    return ".".join(("erpd", *path.relative_to(_ROOT).with_suffix("").parts)).removesuffix(".__init__")


@cache
def _uses() -> dict[str, dict[str, set[str]]]:
    """Module -> name -> the methods called of it, in that module or in one that imports it."""
    uses: dict[str, dict[str, set[str]]] = {}
    for path in _FILES:
        text = path.read_text(encoding="utf-8")
        uses[_module(path)] = {}
        for name, method in _USED.findall(text):
            uses[_module(path)].setdefault(name, set()).add(method)
    return uses


def _patterns(module: ModuleType) -> Iterator[tuple[str, "re.Pattern[Any]", set[str]]]:
    """The patterns that a module holds: as names, as their methods, in lists and dictionaries."""
    used = _uses()[module.__name__]
    for name, value in vars(module).items():
        found = [value]
        if isinstance(value, dict):
            found = list(value.values())
        elif isinstance(value, list | tuple):
            found = list(value)
        for each in found:
            owner = getattr(each, "__self__", None)
            if isinstance(owner, re.Pattern):
                yield name, owner, {each.__name__}
            elif isinstance(each, re.Pattern):
                of_others = (uses.get(name, set()) for uses in _uses().values())
                methods = (
                    used.get(name) or set().union(*of_others) if not name.startswith("_") else used.get(name)
                )
                yield name, each, methods or set().union(*used.values())


def _inline(path: Path) -> Iterator[tuple[str, "re.Pattern[Any]", set[str]]]:
    """The patterns written within functions: ``re.sub("[^0-9]", "", text)``."""
    functions = (
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    )
    for call in dict.fromkeys(node for function in functions for node in ast.walk(function)):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and ast.unparse(call.func.value) == "re"
        ):
            method, source = call.func.attr, call.args[0]
            if isinstance(source, ast.BinOp) and isinstance(source.op, ast.Mod):  # the prefix of a document
                source = ast.Constant(re.sub(b"%b", b"x:", ast.literal_eval(source.left)))
            if method in (*_METHODS, "compile") and isinstance(source, ast.Constant):
                yield f"re.{method}", re.compile(source.value), {"search" if method == "compile" else method}


def _attacked(pattern: "re.Pattern[Any]", methods: set[str], size: int, pairs: int) -> None:
    is_bytes = isinstance(pattern.pattern, bytes)
    for family in families(pattern, pairs):
        for method in {"findall" if method in ("sub", "split", "finditer") else method for method in methods}:
            call = getattr(pattern, method)
            assert_linear(
                (lambda text, call=call: call(text.encode("utf-8", "replace"))) if is_bytes else call,
                family,
                size,
                _PATIENCE,
            )


@pytest.mark.proof
@pytest.mark.parametrize("path", _FILES, ids=lambda path: str(path.relative_to(_ROOT)))
def test_a_pattern_takes_time_in_proportion_to_the_text(path: Path) -> None:
    if "re." not in path.read_text(encoding="utf-8"):
        return
    if path.name in ("settings.py", "wsgi.py", "__main__.py"):
        return  # they start something
    slow = []
    module = importlib.import_module(_module(path))
    for name, pattern, methods in (*_patterns(module), *_inline(path)):
        try:
            _attacked(pattern, methods, _BOUNDED.get(f"{_module(path)}.{name}", _LENGTH), length(0, 10))
        except Grown as error:
            slow.append(f"{name}: {error}")
    assert not slow
