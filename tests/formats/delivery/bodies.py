"""Bodies of the delivery API: the examples of the national API, and any that our tables allow."""

import json
from decimal import Context, Decimal
from typing import Any

from hypothesis import strategies as st

from erpd.formats.delivery.fields import DATASET, Held, Statement, Thing
from erpd.formats.delivery.values import (
    ACCESS_RIGHT,
    COUNT,
    DAY,
    DURATION,
    FLAG,
    GEOMETRY,
    MOMENT,
    NUMBER,
    PLAIN,
    TEXT,
    THEME,
    WHOLE,
)
from erpd.metadata.vocabularies import vocabulary
from tests.formats.shelf import present
from tests.needs import SHARED

Json = Any
NATIONAL = SHARED / "standards/donl-aanlever-api"
AUTHORITY = "http://publications.europa.eu/resource/authority/"


def national() -> dict[str, Json]:
    """The OpenAPI document of the national API."""
    found: dict[str, Json] = json.loads((present(NATIONAL) / "openapi.json").read_text())
    return found


def example() -> dict[str, Json]:
    """The example of a data set in it."""
    content = national()["paths"]["/api/v1/datasets"]["post"]["requestBody"]["content"]
    (found,) = (each["value"] for each in content["application/json"]["examples"].values())
    return found


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=8)
TAGGED = st.fixed_dictionaries({"value": WORDS, "lang": st.sampled_from(["nl", "en-gb", "de"])})
LINKS = st.integers(1, 6).map(lambda number: f"https://a.example/{number}")
VALUES = {
    ACCESS_RIGHT: st.sampled_from(["PUBLIC", "NON_PUBLIC"]).map(
        lambda code: f"{AUTHORITY}access-right/{code}"
    ),
    THEME: st.sampled_from(["ENVI", "HEAL"]).map(lambda code: f"{AUTHORITY}data-theme/{code}"),
    PLAIN: WORDS,
    TEXT: WORDS | TAGGED,
    MOMENT: st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    DAY: st.dates().map(str),
    DURATION: st.sampled_from(["P1D", "PT15M", "P1Y2M3DT4H5M6.5S"]),
    COUNT: st.integers(0, 99_999),
    WHOLE: st.integers(0, 10**15),
    FLAG: st.booleans(),
    NUMBER: st.integers(0, 10**39) | st.floats(1e-9, 1e20),
    GEOMETRY: st.sampled_from(["POINT (4.8 52.3)", '{"type": "Point", "coordinates": [4, 52]}', "any"]),
}


def things(thing: Thing) -> st.SearchStrategy[Json]:
    fields = {row.name: values(row) for row in thing.rows if row.name != "dctIdentifier"}
    # A few fields at once: all of them take minutes to make.
    chosen = st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=6, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: fields[name] for name in names}))


def values(row: Any) -> st.SearchStrategy[Json]:
    """Values of a field in the form in which they are written."""
    kind = row.kind
    if isinstance(kind, Statement):
        return st.lists(LINKS, min_size=1, max_size=2, unique=True).map(lambda found: _form(row, found))
    if isinstance(kind, Thing):
        one = st.deferred(lambda: things(kind))
    elif isinstance(kind, Held):
        one = VALUES[kind.value]
    elif kind.table.startswith(("conditions-", "health-")):
        one = st.sampled_from([*vocabulary(kind.table).iris])
    else:
        one = VALUES.get(kind, LINKS)  # all other kinds are links
    most = 2 if row.many else 1
    found = st.lists(
        one, min_size=1, max_size=most, unique_by=lambda value: json.dumps(value, sort_keys=True)
    )
    if row.most:
        found = found.filter(lambda texts: sum(isinstance(text, str) for text in texts) <= row.most)
    return found.map(lambda made: _form(row, made))


def _form(row: Any, found: list[Json]) -> Json:
    return found if row.many or len(found) > 1 else found[0]


BODIES = things(DATASET).map(lambda body: {**body, "dctIdentifier": "https://a.example/set"})


def sorted_json(value: Json) -> Json:
    """The same, without the order of lists, which RDF has not. Numbers are decimals: so JSON means them."""
    if isinstance(value, dict):
        return {name: sorted_json(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return sorted((sorted_json(each) for each in value), key=repr)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(repr(value)).normalize(Context(prec=50))
    return value
