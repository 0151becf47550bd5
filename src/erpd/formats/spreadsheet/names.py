"""What fields, sheets and the columns beside fields are called in each language: ``names.toml``."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from erpd.formats.delivery.fields import Row, Thing
from erpd.metadata.profile import PROFILES, load_profile
from erpd.metadata.terms import DCT, expand, shorten
from erpd.metadata.vocabularies import table_called

_BLANKS = re.compile(r"[\W_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text("utf-8"))


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    table = _file()
    languages = table["languages"]
    found = {
        kind: {name: dict(zip(languages, texts, strict=True)) for name, texts in table[kind].items()}
        for kind in ("sheets", "columns", "fields")
    }
    found["fields"] |= {name: found["fields"][other] for name, other in table["same"].items()}
    if conditions := table_called("conditions-field"):
        found["fields"] = {name: dict(texts) for name, texts in conditions.concepts.items()} | found["fields"]
    return found


def name_of(thing: Thing, name: str, language: str) -> str:
    """Return what the field ``name`` of a thing is called; in English if not in that language."""
    texts = _table()["fields"].get(name, {})
    if found := texts.get(language) or texts.get("en"):
        return found
    label = next((_label(thing, row) for row in thing.rows if row.name == name), "")
    plain = label or " ".join(_HUMP.split(name)[1:]).lower() or name
    return plain[:1].upper() + plain[1:]


def _label(thing: Thing, row: Row) -> str:
    known = load_profile("erpd").classes.get(thing.kind, {}).get(row.predicate)
    return known.label if known else ""


def sheet_name(name: str, language: str) -> str:
    """Return the name of the sheet ``datasets`` or ``distributions``."""
    return _in("sheets", name, language)


def column_name(name: str, language: str) -> str:
    """Return the heading ``dataset`` or ``findings``."""
    return _in("columns", name, language)


def _in(kind: str, name: str, language: str) -> str:
    texts = _table()[kind][name]
    return texts.get(language) or texts["en"]


def sheet_called(text: str) -> str:
    """Return ``datasets`` or ``distributions`` for the name of a sheet in any language; "" for others."""
    return _sheets().get(folded(text), "")


@cache
def _sheets() -> Mapping[str, str]:
    things = {"datasets": "DcatDataset", "distributions": "DcatDistribution"}
    found = {folded(text): name for name, text in things.items()}
    for name, texts in _table()["sheets"].items():
        found.update({folded(text): name for text in texts.values()})
    return found


def column_called(text: str) -> str:
    """Return ``dataset`` or ``findings`` for a heading in any language; "" for others."""
    return _columns().get(folded(text), "")


@cache
def _columns() -> Mapping[str, str]:
    found = {}
    for name, texts in _table()["columns"].items():
        found.update({folded(text): name for text in texts.values()})
    links = ("dcat:Dataset", expand("dcat:Dataset").value, "dctIdentifier", shorten(DCT.identifier))
    found.update({folded(text): "dataset" for text in (*links, DCT.identifier.value)})
    found.update({folded(text): "dataset" for text in _table()["fields"]["dctIdentifier"].values()})
    return found


def field_called(thing: Thing, text: str) -> str:
    """Return the field of a thing for its name in any language, its property or its name in the API.

    Returns "" if there is none.
    """
    return _fields(thing).get(folded(text), ("", ""))[0]


def fields_known(thing: Thing) -> Mapping[str, str]:
    """All that its fields are called: folded -> as people write it."""
    return {key: text for key, (_, text) in _fields(thing).items()}


@cache
def _fields(thing: Thing) -> Mapping[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    rows: dict[str, Row | None] = {row.name: row for row in thing.rows}
    rows.setdefault(thing.named, None)
    for name, row in rows.items():
        if row:
            for profile in PROFILES:
                known = load_profile(profile).classes.get(thing.kind, {}).get(row.predicate)
                if known:
                    found.setdefault(folded(known.label), (name, known.label))
    for name in rows:
        found.update({folded(text): (name, text) for text in _table()["fields"].get(name, {}).values()})
    for name, row in rows.items():
        if row:
            found.setdefault(folded(name_of(thing, name, "en")), (name, name_of(thing, name, "en")))
            properties = (row.predicate.value, shorten(row.predicate))
            found.update({folded(text): (name, text) for text in properties})
        found[folded(name)] = name, name
    return found


def folded(text: str) -> str:
    """One form of a name, whatever its case, blanks and hyphens."""
    return _BLANKS.sub("", text).casefold()
