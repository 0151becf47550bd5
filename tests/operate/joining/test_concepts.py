"""A point's vocabulary in SKOS: only what it says itself is proposed, and whatever is sent breaks nothing."""

import gzip
import re
import tomllib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pyoxigraph import RdfFormat, parse, serialize

from erpd.accounts import visitors
from erpd.accounts.rates import Buckets
from erpd.harvest.models import SourceSettings
from erpd.operate.joining import actions, concepts
from erpd.operate.models import HarvestingRequest
from tests.operate.joining.test_joining import FORM, answers, received

pytestmark = pytest.mark.django_db
EU = "http://publications.europa.eu/resource/authority/"
VOCABULARY = b"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix v: <https://point.example/v/> .
@prefix eu: <http://publications.europa.eu/resource/authority/> .
@prefix theme: <http://publications.europa.eu/resource/authority/data-theme/> .
@prefix every: <http://publications.europa.eu/resource/authority/frequency/> .
v:themes a skos:ConceptScheme ; skos:prefLabel "Thema's"@nl .
v:care a skos:Concept ; skos:inScheme v:themes ; skos:prefLabel "Zorg"@nl, "Care"@en ;
  skos:altLabel "Andere"@nl ; skos:notation "1" ; skos:exactMatch theme:HEAL .
v:ill a skos:Concept ; skos:inScheme v:themes ; skos:prefLabel "Ziekenhuizen"@nl ;
  skos:broadMatch theme:HEAL .
v:cars a skos:Concept ; skos:inScheme v:themes ; skos:prefLabel "Auto's"@nl ; skos:closeMatch theme:TRAN .
v:rest a skos:Concept ; skos:inScheme v:themes ; skos:prefLabel "andere "@nl .
v:both a skos:Concept ; skos:inScheme v:themes ; skos:prefLabel "Beide"@nl ;
  skos:exactMatch theme:ECON, theme:ENVI .
v:weekly skos:inScheme v:often ; skos:prefLabel "elke  week"@nl ; skos:notation "1" .
every:WEEKLY skos:exactMatch v:weekly ; skos:prefLabel "weekly"@en .
v:town a skos:Concept ; skos:prefLabel "Gent"@nl ; skos:exactMatch <https://sws.geonames.org/2797656/> .
"""


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "OF_ASKERS", Buckets(10, 1 / 3600))


def asked(content: bytes, name: str) -> HarvestingRequest:
    return received(vocabulary=SimpleUploadedFile(name, content))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("syntax", "name"),
    [
        (RdfFormat.TURTLE, "v.ttl"),
        (RdfFormat.RDF_XML, "v.rdf"),
        (RdfFormat.JSON_LD, "v.jsonld"),
        (RdfFormat.N_TRIPLES, "v.nt"),
    ],
    ids=str,
)
def test_in_every_syntax_it_says_the_same(syntax: RdfFormat, name: str) -> None:
    written = serialize((quad.triple for quad in parse(VOCABULARY, RdfFormat.TURTLE)), format=syntax) or b""

    def said(rows: list[concepts.Row]) -> list[Any]:
        return sorted((row["match"], row["property"], row["iri"], sorted(row["values"])) for row in rows)

    assert said(concepts.rows_of(written, name)) == said(concepts.rows_of(VOCABULARY, "v.ttl"))


def test_what_it_says_is_the_same_is_ticked_and_nothing_else(desk: Client) -> None:
    request = asked(VOCABULARY, "v.ttl")
    page = Client().get(f"{FORM}/{actions.token_of(request)}").content.decode()
    for told in (
        "theme: “Care”, “Zorg”, “1”, “https://point.example/v/care” means Health (skos:exactMatch)",
        "frequency: “elke week”, “1”, “https://point.example/v/weekly” means weekly (skos:exactMatch)",
        "theme: “Ziekenhuizen”, “https://point.example/v/ill” is only a part of Health (skos:broadMatch)",
        "theme: “Auto&#x27;s”, “https://point.example/v/cars” is only close to Transport (skos:closeMatch)",
        "is only close to Environment (skos:closeMatch)",
        "“Andere”: no meaning proposed, because several concepts have this name",
        "“andere”, “https://point.example/v/rest”: no meaning proposed",
        "“Gent”, “https://point.example/v/town”: no meaning proposed",
    ):
        assert told in page or told.replace("“Care”, “Zorg”", "“Zorg”, “Care”") in page, told
    assert "Thema" not in page  # a scheme
    here = f"/desk/sources/+requests/{request.pk}/"
    desk.post(here, {"act": "assess"})
    boxes = re.findall(r'name="vocabulary" value="(\d+)"[^>]*?( checked)?>', desk.get(here).content.decode())
    assert [ticked for _number, ticked in boxes] == [" checked"] * 2 + [""] * 4
    said = {"act": "test", "slug": "x", "url": "https://point.example/oai", "protocol": "oai-pmh"}
    ambiguous = desk.post(here, {**said, "vocabulary": [number for number, _ticked in boxes]})
    assert ambiguous.status_code == 400
    assert "“Beide” would have two meanings" in ambiguous.content.decode()
    ticked = [number for number, ticked in boxes if ticked]
    assert desk.post(here, {**said, "vocabulary": ticked}).status_code == 302
    maps = tomllib.loads(SourceSettings.objects.get().rules)["values"]
    assert maps["dct:accrualPeriodicity"] == dict.fromkeys(
        ("elke week", "1", "https://point.example/v/weekly"), f"{EU}frequency/WEEKLY"
    )
    assert maps["dcat:theme"] == dict.fromkeys(
        ("Care", "Zorg", "1", "https://point.example/v/care"), f"{EU}data-theme/HEAL"
    )


_HEAD = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
_THEMES = [
    *("AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL"),
    *("INTR", "JUST", "REGI", "SOCI", "TECH", "TRAN", "OP_DATPRO"),
]
_TERMS = "".join(f"<a:b> skos:exactMatch <{EU}data-theme/{code}> .\n" for code in _THEMES)
_LONG = ", ".join(f"'{number:0>400}'" for number in range(2_000))


def _many(name: str, amount: int) -> str:
    """A concept with as many schemes or names."""
    said = {"inScheme": "<a:{}>", "altLabel": "'{}'"}[name]
    return f"<a:b> a skos:Concept; skos:{name} {', '.join(said.format(n) for n in range(amount))} .\n"


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"<a:b> <c:d> <e:f> .\n<a:b> <c:d> 'x .\n", "v.ttl", r"cannot be read: Turtle: .*line 2"),
        (
            b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<rdf:Description>\n</rdf:x>",
            "v.rdf",
            r"cannot be read: RDF/XML: .*line 3",
        ),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "v.rdf", "cannot be read"),
        (b'{"@context": "https://evil.example/c", "@id": "a:b"}', "v.jsonld", "remote contexts are never"),
        (b'{"@context":{},\n "@id": x}', "v.jsonld", "line 2"),
        (b"what;value;means", "v.csv", "it is not RDF"),
        (b"<html><body>no</body></html>", "v.html", "it is an HTML page"),
        (gzip.compress(VOCABULARY), "v.ttl", "it is compressed; unpack it"),
        (b"<a:b> <c:d> <e:f> .", "v.ttl", "has no concepts"),
        (b" " * (concepts.MOST_BYTES + 1), "v.ttl", "too large"),
        (
            (_HEAD + "".join(f"<a:{n}> a skos:Concept .\n" for n in range(2_001))).encode(),
            "v.ttl",
            "more than 2000 concepts",
        ),
        (
            (_HEAD + f"<a:b> skos:prefLabel '{'x' * 1_000_001}'; a skos:Concept .").encode(),
            "v.ttl",
            "very many names",
        ),
        ((_HEAD + "<a:b> a " + "[ a " * 50_000).encode(), "v.ttl", "cannot be read"),
        (
            (_HEAD + _many("inScheme", 40_000) + _many("altLabel", 40_000)).encode(),
            "v.ttl",
            "very many names",
        ),
        (
            (_HEAD + _TERMS + f"<a:b> skos:altLabel {_LONG} .").encode(),
            "v.ttl",
            "very many names",
        ),
        ((_HEAD + "".join(_TERMS.replace("a:b", f"a:{n}") for n in range(300))).encode(), "v.ttl", "matches"),
        (
            (_HEAD + "<a:b> a skos:Concept; skos:prefLabel '").encode() + b"Caf\xe9' .",
            "v.ttl",
            "Invalid UTF-8",
        ),
        (b"<!DOCTYPE r [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><r>&b;</r>", "v.rdf", "an entity bomb"),
    ],
    ids=range(18),
)
def test_what_cannot_be_used_says_why_and_where(content: bytes, name: str, told: str) -> None:
    sent = {**answers("https://point.example/oai"), "vocabulary": SimpleUploadedFile(name, content)}
    answer = Client().post(FORM, sent)
    assert answer.status_code == 400
    assert re.search(told, answer.content.decode())
    assert not HarvestingRequest.objects.exists()


def test_labels_of_skos_xl_are_names() -> None:
    labels = b"""
v:care <http://www.w3.org/2008/05/skos-xl#prefLabel> v:l1 ; <http://www.w3.org/2008/05/skos-xl#altLabel> [
  <http://www.w3.org/2008/05/skos-xl#literalForm> "Gezondheidszorg"@nl ], v:nothing .
v:l1 <http://www.w3.org/2008/05/skos-xl#literalForm> "Zorg"@nl .
v:care a skos:Concept ; skos:exactMatch theme:HEAL .
"""
    (row,) = concepts.rows_of(VOCABULARY.partition(b"v:themes")[0] + labels, "v.ttl")
    assert sorted(row["values"]) == ["Gezondheidszorg", "Zorg", "https://point.example/v/care"]


def test_odd_names_do_no_harm(desk: Client) -> None:
    odd = r"""v:a a skos:Concept ; skos:broader v:a ;
      skos:exactMatch v:a, theme:HEAL, "x", [], <javascript:a> ;
      skos:prefLabel "<script>alert(1)</script>", "a\u202Eb", "n\u0000l\u0007\nf", "\u200B" ."""
    request = asked(VOCABULARY.partition(b"v:themes")[0] + odd.encode(), "v.ttl")
    here = f"/desk/sources/+requests/{request.pk}/"
    desk.post(here, {"act": "assess"})
    page = desk.get(here).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search("<script>alert|[\u202e\0\a]", page)
    said = {"act": "test", "slug": "x", "url": "https://point.example/oai", "protocol": "oai-pmh"}
    assert desk.post(here, {**said, "vocabulary": ["0"]}).status_code == 302
    (themes,) = tomllib.loads(SourceSettings.objects.get().rules)["values"].values()
    assert set(themes.values()) == {f"{EU}data-theme/HEAL"}


def test_one_is_read_at_a_time() -> None:
    with concepts._one, pytest.raises(ValidationError, match="Another vocabulary"):
        concepts.rows_of(VOCABULARY, "v.ttl")
    assert concepts.rows_of(VOCABULARY, "v.ttl")
