"""Columns: which value of which field, perhaps inside another resource, perhaps in one language.

A heading is read in any of the 24 languages (``Creator 2: E-mail``, ``Titel (nl)``), as properties
(``dct:creator: foaf:mbox``), or as the API names fields (``dctCreator[2].foafMbox``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from erpd.formats.delivery.fields import Held, Row, Statement, Thing
from erpd.formats.delivery.typed import Typed, table_of
from erpd.formats.delivery.values import TEXT, Kind
from erpd.formats.spreadsheet.names import field_called, name_of
from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import Vocabulary, language_tag

MOST_PARTS = 5  # resources inside each other: a data set, its distribution, a service, its publisher, a name
MOST_ALIKE = 50  # values of a field in one row
_LONGEST = 300
_BETWEEN = re.compile(r"\s?[:/>›»|](?=\s)")
_IN_API = re.compile(r"[a-z]+[A-Z]\w*(?:\[\d{1,3}\])?(?:\.[a-z]\w*(?:\[\d{1,3}\])?)*")
_NUMBER = re.compile(r"[\[#]?(\d{1,3})\]?")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_LISTS = ("dcatKeyword", "document")  # texts of which one cell can hold several
Leaf: TypeAlias = Kind | Statement | Held
Step: TypeAlias = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Column:
    """Where the value of a cell belongs."""

    path: tuple[Step, ...]
    """The fields that lead to it, each with the number of its value, from 1."""
    language: str = ""

    def __lt__(self, other: "Column") -> bool:
        return (self.path, self.language) < (other.path, other.language)

    @property
    def field(self) -> str:
        """The field of the data set or distribution that it belongs to."""
        return self.path[0][0]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the values of a column are."""

    thing: Thing
    """Of which it is a field."""
    row: Row | None
    """None for the field with its IRI."""
    of: Thing | None = None
    """The resource that the column names by its IRI or its name, if it names a whole one."""

    @property
    def kind(self) -> Leaf | None:
        return None if self.row is None or isinstance(self.row.kind, Thing) else self.row.kind

    @property
    def table(self) -> Vocabulary | None:
        """The authority table that its values are from; None if they are from none, or one we do not have."""
        return table_of(self.typed)

    @property
    def typed(self) -> Typed:
        """What is typed in a cell."""
        return self.kind or self.thing

    @property
    def is_text(self) -> bool:
        """Whether its values can be in a language."""
        return self.kind is TEXT or isinstance(self.kind, Statement)

    @property
    def is_list(self) -> bool:
        """Whether one cell can hold several values."""
        if self.row is None or self.kind is None or not self.row.many:
            return False
        return self.kind is not TEXT or self.row.name in _LISTS


def meaning(thing: Thing, column: Column) -> Meaning:
    """Return what a column of the sheet of a thing means. Raises KeyError."""
    for name, _ in column.path[:-1]:
        kind = _row(thing, name).kind
        if not isinstance(kind, Thing):
            raise KeyError(name)
        thing = kind
    name = column.path[-1][0]
    if name == thing.named and not any(row.name == name for row in thing.rows):
        return Meaning(thing, None)
    row = _row(thing, name)
    return Meaning(thing, row, row.kind if isinstance(row.kind, Thing) else None)


def _row(thing: Thing, name: str) -> Row:
    for row in thing.rows:
        if row.name == name:
            return row
    raise KeyError(name)


def heading(thing: Thing, column: Column, language: str) -> str:
    """Return the heading of a column in a language."""
    parts = []
    for name, number in column.path:
        called = name_of(thing, name, language)
        parts.append(called if number == 1 else f"{called} {number}")
        row = next((row for row in thing.rows if row.name == name), None)
        thing = row.kind if row and isinstance(row.kind, Thing) else thing
    return ": ".join(parts) + (f" ({column.language})" if column.language else "")


def column_of(thing: Thing, text: str) -> Column | None:
    """Return the column that a heading names; None if it names none."""
    text = " ".join(text.split()).rstrip("*").rstrip()
    if not text or len(text) > _LONGEST:
        return None
    found = _column(thing, text, "")
    if found is None and (ending := _language(text)):
        found = _column(thing, *ending)
    return found


def _language(text: str) -> tuple[str, str] | None:
    """A heading without its language, and that: "Title (nl)", "Title (Dutch)", "dctTitle@nl"."""
    before, at, tag = text.rpartition("@")
    if not at:
        if not text.endswith((")", "]")):
            return None
        before, at, tag = text[:-1].rpartition("(" if text.endswith(")") else "[")
    tag = tag.strip().replace("_", "-")
    if not _TAG.fullmatch(tag) or (len(tag) == 3 and tag.lower() not in EU_LANGUAGES):
        tag = language_tag(tag)
    return (before.rstrip(), _cased(tag)) if at and tag else None


def _cased(tag: str) -> str:
    """A language tag as BCP 47, 2.1.1, writes it."""
    first, *rest = tag.split("-")
    return "-".join((first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)))


def _column(thing: Thing, text: str, language: str) -> Column | None:
    steps: list[Step] = []
    parts = text.split(".") if _IN_API.fullmatch(text) else _BETWEEN.split(text)
    if len(parts) > MOST_PARTS:
        return None
    here: Thing | None = thing
    for part in parts:
        step = _step(here, part.strip()) if here else None
        if step is None:
            return None
        assert here
        steps.append(step)
        row = next((row for row in here.rows if row.name == step[0]), None)
        here = row.kind if row and isinstance(row.kind, Thing) else None
    column = Column(tuple(steps), language)
    last = meaning(thing, column)
    if language and not last.is_text:
        return None if last.of is None or not last.of.required else _inside(column, last.of)
    return _inside(column, last.of) if last.of else column


def _inside(column: Column, thing: Thing) -> Column | None:
    """The column of what a whole resource is called: "Publisher" is its name, "Place" its IRI."""
    if not thing.required:
        return Column((*column.path, (thing.named, 1))) if thing.named != "uri" else None
    name = thing.required[0]
    inner = Column((*column.path, (name, 1)), column.language)
    return inner if len(thing.required) == 1 else None


def _step(thing: Thing, part: str) -> Step | None:
    """ "Creator", "Creator 2", "dctCreator[2]"."""
    if name := field_called(thing, part):
        return name, 1
    start = max(part.rfind(" "), part.rfind("["), part.rfind("#"))
    number = _NUMBER.fullmatch(part[start:].strip()) if start > 0 else None
    if number and 0 < int(number[1]) <= MOST_ALIKE and (name := field_called(thing, part[:start].strip())):
        return name, int(number[1])
    return None


def columns_of(thing: Thing, languages: tuple[str, ...], above: tuple[Step, ...] = ()) -> Iterator[Column]:
    """Yield the columns that a template has for a thing: each field once, texts in each language.

    Without what has a sheet of its own, and without resources that are seldom described.
    """
    for row in thing.rows:
        path = (*above, (row.name, 1))
        if isinstance(row.kind, Thing):
            if row.name not in ("dcatDistribution", "admsSample", "provQualifiedAttribution"):
                if row.kind.named != "uri":
                    yield Column((*path, (row.kind.named, 1)))
                if len(above) < 1:
                    yield from columns_of(row.kind, languages, path)
        elif not above and (row.kind is TEXT or row.name == "dctRights"):
            yield from (Column(path, language) for language in languages)
        else:
            yield Column(path)
