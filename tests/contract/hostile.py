"""Values that nobody expects, in every place of a record, as a source could send them: in JSON-LD."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from erpd.metadata.profile import load_profile
from erpd.metadata.terms import RDF, expand

_RTL = "\u202egnp.exe\u202c\u2066\u200f"
_CONTROLS = "".join(map(chr, (*range(1, 32), 127, *range(128, 160), 0xFFFE, 0xFFFF, 0xFEFF, 0x2028, 0x2029)))
_DATES = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999-14:00",
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00",
    "0000-01-01",
    "-0044-03-15",
    "-0001",
    "12026-01-01T00:00:00Z",
    "2024-02-30",
    "2024-12-31T24:00:00Z",
    "2024-06-30T23:59:60Z",
    "2024-01-01T00:00:00.123456789123+05:53",
    "2024-W53-7",
    "2024-366",
    "2024",
    "2024-13",
    "20240101T000000",
    "--02-29",
    "P1Y2M3DT4H5M6.789S",
    "-P99999999999999999999Y",
    "PT",
    "0001-01-01T00:00:00+23:59",
    "٢٠٢٤-٠١-٠١",
)
_NUMBERS = (
    "NaN",
    "INF",
    "-INF",
    "-1",
    "+0",
    "1e999999999",
    "1E400",
    "9" * 4_301,
    "0." + "0" * 5_000 + "1",
    "1_000",
    "0x10",
    "١٢٣",
    "1,5",
    "",
    " 12 ",
    "sNaN",
    "-0",
    "1e-999999999",
    "9223372036854775808",
)
_TEXTS = (
    "",
    " ",
    "\n\t\r",
    "\u00a0",
    "\0",
    _CONTROLS,
    _RTL,
    "a" * 5_000,
    "ä" * 5_000,
    "word " * 4_000,
    "\u0301" * 500,
    "👩‍👩‍👧‍👦" * 200,
    "\U0010ffff\ue000",
    "<script>alert(1)</script>",
    "]]>",
    "&amp;&lt;&#0;&#xD800;",
    "{{ 7|add:7 }}{% now %}",
    "%s%n%(x)s{0}{value}",
    "\"'`\\",
    "</title></textarea><!--",
    "http://a.example/",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
    "İıßſK",
    "ﷺ" * 100,
    "-_-",
    "\u2028",
    "..",
    "+",
    "#",
    "?",
)
_GEOMETRIES = (
    "POINT(NaN NaN)",
    "POINT(INF -INF)",
    "POINT(1e999 1e999)",
    "POLYGON((" + "0 0," * 5_000 + "0 0))",
    "POLYGON EMPTY",
    "POINT(",
    "GEOMETRYCOLLECTION(" * 200 + ")" * 200,
    '{"type":"Polygon","coordinates":null}',
    '{"type":"Point","coordinates":[1e999,"x"]}',
    "[" * 1_000,
    "<gml:Point/>",
    "<http://www.opengis.net/def/crs/EPSG/0/99999> POINT(0 0)",
)
_IRIS = (
    "http://a.example/",
    "http://a.example:99999/",
    "http://a.example:-1/",
    "http://[::1]:8080/x",
    "http://[::1",
    "http://[v1.x]/",
    "http://[]/",
    "http://a]b/",
    "http:///x",
    "http://",
    "http:",
    "//x",
    "urn:x",
    "urn:uuid:00000000-0000-0000-0000-000000000000",
    "mailto:",
    "mailto:a@b@c",
    "mailto:a@b.example?subject=%0A",
    "tel:",
    "tel:+",
    "javascript:alert(1)",
    "data:text/html,<script>",
    "file:///etc/passwd",
    "x-y+z.1:",
    "a:b:c",
    "http://a.example/%",
    "http://a.example/%zz%00%ff%C0%AF",
    "http://a.example/\u00e9\u4e2d\u202e",
    "http://user:pass@a.example:80/?token=x#f#g",
    "http://xn--\u00e4/",
    "http://" + "a" * 300 + ".example/",
    "http://a.example/" + "x" * 9_000,
    "HTTP://A.EXAMPLE/",
    "http://a.example/ b",
    'http://a.example/<>"{}|\\^`',
    "http://1.2.3.4.5/",
    "http://0x7f.1/",
    "http://٣.example/",
    "_:x",
    "",
    "ftp://a.example/x",
    "http://a.example/\u00ad",
    "http://publications.europa.eu/resource/authority/file-type/",
    "http://publications.europa.eu/resource/authority/data-theme/NONE",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://a.example/1",
    "http://℀.example/",
)
_LANGUAGES = (
    "en",
    "EN-gb",
    "x",
    "x-private",
    "i-klingon",
    "zh-Hant-CN-x-a",
    "sr-Latn",
    "aa-" + "-".join(["bbbbbbbb"] * 30),
    "en-",
    "e",
    "en_US",
    "123",
    "a" * 400,
    "root",
    "de-1996",
    "tlh",
    "mul",
    "und",
    "en-a-bbb-x-a-ccc",
)
_DATATYPES = (
    *(
        [
            "xsd:date",
            "xsd:dateTime",
            "xsd:gYear",
            "xsd:gYearMonth",
            "xsd:decimal",
            "xsd:integer",
            "xsd:boolean",
            "xsd:duration",
        ]
    ),
    *(
        [
            "xsd:anyURI",
            "xsd:string",
            "xsd:hexBinary",
            "rdf:HTML",
            "rdf:XMLLiteral",
            "rdf:JSON",
            "rdf:langString",
        ]
    ),
    *(["gsp:wktLiteral", "gsp:gmlLiteral"]),
)
# What hangs below a data set: class -> the property that leads to it.
_PARTS = {
    "dcat:Distribution": "dcat:distribution",
    "foaf:Agent": "dct:publisher",
    "vcard:Kind": "dcat:contactPoint",
    "dct:PeriodOfTime": "dct:temporal",
    "dct:Location": "dct:spatial",
    "spdx:Checksum": "spdx:checksum",
    "dct:RightsStatement": "dct:rights",
    "dct:LicenseDocument": "dct:license",
    "dct:ProvenanceStatement": "dct:provenance",
    "dcat:Relationship": "dcat:qualifiedRelation",
    "adms:Identifier": "adms:identifier",
}
_FURTHER = (
    *(
        [
            "dct:title",
            "dct:description",
            "dcat:keyword",
            "foaf:name",
            "vcard:fn",
            "vcard:hasEmail",
            "vcard:hasTelephone",
            "vcard:hasURL",
        ]
    ),
    *(
        [
            "foaf:mbox",
            "foaf:homepage",
            "foaf:phone",
            "schema:name",
            "schema:email",
            "schema:startDate",
            "schema:endDate",
            "rdfs:label",
        ]
    ),
    *(
        [
            "skos:prefLabel",
            "skos:notation",
            "rdf:value",
            "rdfs:seeAlso",
            "dct:format",
            "dcat:mediaType",
            "dcat:byteSize",
            "dct:issued",
        ]
    ),
    *(
        [
            "dct:modified",
            "dcat:landingPage",
            "dcat:accessURL",
            "dcat:downloadURL",
            "dct:accessRights",
            "dct:language",
            "dcat:theme",
        ]
    ),
    *(
        [
            "dcat:bbox",
            "dcat:centroid",
            "locn:geometry",
            "dcatap:applicableLegislation",
            "dct:alternative",
            "rdf:type",
        ]
    ),
)


Value = Mapping[str, str]


def _values() -> Iterator[Value]:
    for place, text in enumerate((*_DATES, *_NUMBERS, *_TEXTS, *_GEOMETRIES)):
        yield {"@value": text}
        yield {"@value": text, "@type": expand(_DATATYPES[place % len(_DATATYPES)]).value}
    for text in _DATES:
        yield {"@value": text, "@type": expand("xsd:date").value}
        yield {"@value": text, "@type": expand("xsd:dateTime").value}
    yield from ({"@value": text, "@type": expand("xsd:decimal").value} for text in _NUMBERS)
    yield from ({"@value": text, "@language": _LANGUAGES[len(text) % 7]} for text in _TEXTS)
    yield from ({"@value": "text", "@language": tag} for tag in _LANGUAGES)
    yield from ({"@value": "text", "@type": iri} for iri in _IRIS if iri[:2] not in ("", "_:"))
    yield from ({"@id": iri} for iri in _IRIS)
    yield from ({"@value": iri} for iri in _IRIS)
    yield {"@id": "_:nobody"}


VALUES: Sequence[Value] = list(_values())


def _places() -> list[tuple[str, str]]:
    """Node and property: those of the profile, and those that our views read, on each node."""
    classes = load_profile("dcat-ap-2.1.1").classes
    found = [("me", predicate.value) for predicate in classes[expand("dcat:Dataset")]]
    found += [("me", expand(name).value) for name in _FURTHER]
    for place, kind in enumerate(_PARTS):
        found += [(f"part{place}", predicate.value) for predicate in classes.get(expand(kind), {})]
        found += [(f"part{place}", expand(name).value) for name in _FURTHER]
    return list(dict.fromkeys(found))


PLACES = _places()


def record(number: int) -> tuple[str, bytes]:
    """An IRI and a document: each property has another value, and over len(VALUES) numbers every one."""
    me = f"https://data.example/all{number}"
    nodes: dict[str, dict[str, Any]] = {"me": {"@id": me, "@type": [expand("dcat:Dataset").value]}}
    for place, (kind, predicate) in enumerate(_PARTS.items()):
        # Named and nameless nodes in turn.
        name = f"{me}/{place}" if (number + place) % 2 else f"_:p{place}"
        nodes["me"].setdefault(expand(predicate).value, []).append({"@id": name})
        nodes[f"part{place}"] = {"@id": name, "@type": [expand(kind).value]}
    for place, (node, predicate) in enumerate(PLACES):
        value = VALUES[(number + place * 7) % len(VALUES)]
        if predicate != RDF.type.value:
            nodes[node].setdefault(predicate, []).append(value)
        elif "@id" in value:
            nodes[node]["@type"].append(value["@id"])
    return me, json.dumps(list(nodes.values())).encode()


def single() -> Iterator[tuple[str, bytes]]:
    """A data set for each date and number that is all of it, and one for each shape."""
    for place, text in enumerate(_DATES):
        value = {"@value": text} | ({"@type": expand("xsd:dateTime").value} if place % 2 else {})
        dated = {expand(name).value: [value] for name in ("dct:modified", "dct:issued")}
        yield _alone(f"date{place}", dated)
    for place, text in enumerate(_NUMBERS):
        distribution = {"@id": "_:d", "@type": [expand("dcat:Distribution").value]}
        distribution[expand("dcat:byteSize").value] = [{"@value": text}]
        yield _alone(f"size{place}", {expand("dcat:distribution").value: [distribution]})
    for place, shape in enumerate(_shapes()):
        yield _alone(f"shape{place}", shape)


def _alone(name: str, facts: dict[str, Any]) -> tuple[str, bytes]:
    me = f"https://data.example/{name}"
    return me, json.dumps([{"@id": me, "@type": [expand("dcat:Dataset").value], **facts}]).encode()


def _shapes() -> Iterator[dict[str, Any]]:
    name, part, publisher = (expand(one).value for one in ("foaf:name", "dct:hasPart", "dct:publisher"))
    deep: dict[str, Any] = {"@id": "_:bottom", name: [{"@value": "bottom"}]}
    for _ in range(20):
        deep = {publisher: [deep], part: [{"@id": "_:bottom"}]}
    yield {publisher: [deep]}
    yield {
        predicate: [{"@id": "_:a", predicate: [{"@id": "_:b", predicate: [{"@id": "_:a"}]}]}]
        for predicate in (publisher, part)
    }
    yield {
        expand(one).value: [{"@id": "https://data.example/shape2"}] for one in _FURTHER if one != "rdf:type"
    }
    yield {
        expand(one).value: [{"@id": "_:same", expand(two).value: [{"@id": "_:same"}]}]
        for one, two in zip(_FURTHER, _PARTS.values(), strict=False)
        if one != "rdf:type"
    }
    yield {
        part: [
            {"@id": f"_:knot{one}", part: [{"@id": f"_:knot{two}"} for two in range(12)]} for one in range(12)
        ]
    }
    yield {
        expand("dct:title").value: [{"@id": "http://a.example/title"}],
        publisher: [{name: [{"@id": "http://a.example/name"}]}],
    }
    yield {}
