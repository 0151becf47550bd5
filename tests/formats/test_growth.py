"""Every reader takes time in proportion to what it reads: to the length of its texts, and to their number."""

import contextlib
import json
import re
from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest

from erpd.formats import FORMATS, Unreadable
from tests.formats.iso19139 import documents as iso
from tests.hostile import UNITS, Family, assert_linear
from tests.proofs import length

_FIELDS = (
    *("id", "name", "title", "notes", "url", "version", "author", "author_email", "maintainer"),
    *("maintainer_email", "license_id", "license_title", "license_url", "spatial", "spatial_uri"),
    *("bbox-west-long", "temporal", "temporal_start", "temporal_end", "issued", "modified"),
    *("language", "theme", "themes", "access_rights", "conforms_to", "provenance", "documentation"),
    *("frequency", "contact_point", "contact_name", "contact_email", "publisher", "publisher_name"),
    *("publisher_type", "tag_string", "groups", "tags", "has_version", "source", "sample"),
    *("landing_page", "rights", "organization"),
)
_OF_RESOURCES = (
    *("id", "url", "name", "description", "format", "mimetype", "size", "license", "rights", "hash"),
    *("created", "language"),
)
_OF_TABLES = (
    *("Title", "ShortTitle", "Description", "Summary", "Modified", "Period", "Frequency", "Language"),
    *("FeedUrl", "ApiUrl", "Catalog"),
)
_DUBLIN_CORE = (
    *("title", "creator", "subject", "description", "publisher", "contributor", "date", "type"),
    *("format", "identifier", "source", "language", "relation", "coverage", "rights"),
)
_DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/">{}</oai_dc:dc>'
)
_ISO = iso.document(
    info=iso.text("abstract", "TEXT")
    + iso.within(iso.party("TEXT", "pointOfContact", "TEXT"), "pointOfContact")
    + iso.constraints(iso.text("useLimitation", "TEXT") + iso.text("otherConstraints", "TEXT"))
    + iso.within(iso.within(iso.text("keyword", "TEXT"), "MD_Keywords"), "descriptiveKeywords")
    + iso.extent(iso.text("description", "TEXT")),
    citation=iso.text("alternateTitle", "TEXT"),
    distribution=iso.within(iso.within(iso.text("name", "TEXT"), "MD_Format"), "distributionFormat")
    + iso.options(
        iso.online("TEXT", "TEXT", "download", "TEXT"), iso.online("http://a.eu/", "TEXT", "", "TEXT")
    ),
).decode()


def _package(text: str) -> bytes:
    return json.dumps(
        {**dict.fromkeys(_FIELDS, text), "resources": [dict.fromkeys(_OF_RESOURCES, text)]}
    ).encode()


def _table(text: str) -> bytes:
    return json.dumps({**dict.fromkeys(_OF_TABLES, text), "Identifier": "1"}).encode()


def _elements(text: str) -> bytes:
    said = escape(text).replace("\0", "")
    return _DC.format("".join(f"<dc:{name}>{said}</dc:{name}>" for name in _DUBLIN_CORE)).encode()


def _record(text: str) -> bytes:
    return _ISO.replace("TEXT", escape(text).replace("\0", "")).encode()


_MADE: dict[str, Callable[[str], bytes]] = {
    "ckan": _package,
    "cbs": _table,
    "oai_dc": _elements,
    "iso19139": _record,
}


@pytest.mark.proof
@pytest.mark.parametrize("name", _MADE)
def test_a_hostile_text_takes_time_in_proportion_to_its_length(name: str) -> None:
    read, made = FORMATS[name].read, _MADE[name]
    units = UNITS[:: length(6, 1)]
    for unit in units:
        assert_linear(lambda text: _read(read, made(text)), Family("", unit, ""), length(4_000, 16_000), 0.05)


def _read(read: Callable[[bytes, str, str], object], content: bytes) -> None:
    with contextlib.suppress(Unreadable):
        read(content, "1", "http://p.example/")


def _json(said: Callable[[int], object]) -> Callable[[int], bytes]:
    return lambda amount: json.dumps({"id": "1", "title": "t", **said(amount)}).encode()  # type: ignore[dict-item]


def _resource(number: int) -> dict[str, object]:
    return {"id": "1", "url": f"http://a.eu/{number}", "format": f"CSV, {number}", "license_id": "cc-by"}


def _repeated(tag: str) -> Callable[[int], bytes]:
    """The ISO 19139 record with so many of its first element of that name, each with other texts."""
    found = re.search(rf"<gmd:{tag}>.*?</gmd:{tag}>", _ISO, re.DOTALL)
    assert found
    before, element, after = _ISO[: found.start()], found[0], _ISO[found.end() :]
    return lambda amount: (
        before + "".join(element.replace("TEXT", f"text {place}") for place in range(amount)) + after
    ).encode()


def _dublin_core(name: str) -> Callable[[int], bytes]:
    return lambda amount: _DC.format(
        "".join(f"<dc:{name}>text/csv; a={place}</dc:{name}>" for place in range(amount))
    ).encode()


_MANY: dict[tuple[str, str], Callable[[int], bytes]] = {
    ("ckan", "resources"): _json(lambda n: {"resources": [_resource(place) for place in range(n)]}),
    ("ckan", "tags"): _json(lambda n: {"tags": [{"name": f"t{place}", "id": place} for place in range(n)]}),
    ("ckan", "one field"): _json(
        lambda n: {"extras": [{"key": "k", "value": f"{place}"} for place in range(n)]}
    ),
    ("ckan", "fields"): _json(lambda n: {f"k{place}": "v" for place in range(n)}),
    ("ckan", "languages"): _json(lambda n: {"title": {f"en-{place:08}": "x" for place in range(n)}}),
    ("ckan", "contacts"): _json(lambda n: {"contact_point": [{"name": f"n{place}"} for place in range(n)]}),
    **{("iso19139", tag): _repeated(tag) for tag in ("identificationInfo", "distributionInfo", "onLine")},
    **{("iso19139", tag): _repeated(tag) for tag in ("resourceConstraints", "keyword", "pointOfContact")},
    **{("oai_dc", name): _dublin_core(name) for name in ("title", "format", "rights", "creator", "coverage")},
}


@pytest.mark.proof
@pytest.mark.parametrize(("name", "what"), _MANY)
def test_many_values_take_time_in_proportion_to_their_number(name: str, what: str) -> None:
    read, made = FORMATS[name].read, _MANY[name, what]
    assert_linear(
        lambda numbers: _read(read, made(len(numbers))), Family("", "1", ""), length(800, 8_000), 0.05
    )
