"""An example of each rule: a part of a record, or what was sent, that breaks it, and the same put right.

The examples are ``*.toml``, by the kind of the rule. Their properties stand in place of those of the good
record (``record.ttl``); what only the right one has is missing in the wrong one. A line that ends with "# 9
times" stands for as many. ``how`` says which other way an example comes about; ``tests/test_examples.py``
follows each.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

_FOLDER = Path(__file__).parent


class Example(NamedTuple):
    """What breaks a rule, and what does not."""

    wrong: str
    right: str
    language: str = "turtle"
    """What both are written in: turtle, json, xml, toml or text."""
    how: str = "record"
    """"record": a part of the good record; "document": a whole file; or what it takes to see it."""
    profile: str = "erpd"
    """The profile that has the rule."""
    note: str = ""
    """What the reader has to know to understand it."""
    rules: str = ""
    """The rules of the source, in TOML."""
    encoding: str = "utf-8"
    """In which the wrong one is stored."""


@cache
def examples() -> Mapping[str, Example]:
    """Return the examples by the name of their rule."""
    found: dict[str, Example] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for rule, facts in tomllib.loads(path.read_text("utf-8")).items():
            texts = {name: text.strip("\n") for name, text in facts.items()}
            found[rule] = Example(**texts)
    return MappingProxyType(found)


@cache
def record() -> str:
    """Return the good record of which most examples are a part, in Turtle, without its prefixes."""
    return (_FOLDER / "record.ttl").read_text("utf-8")
