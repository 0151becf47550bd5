"""Records made to burst a page: every answer has an end, and the links lead to the rest."""

from collections.abc import Iterator

import pytest
from django.test import Client

from erpd.register.models import DataSet
from erpd.register.search import rebuild
from tests.portal import shelf
from tests.portal.test_pages import page, words
from tests.proofs import length

LARGEST = 2**20  # bytes of a page
MANY = length(1_000, 20_000)
LONG = "word " * length(10_000, 1_000_000)
SOLID = "w" * length(100_000, 5_000_000)


def _many(pattern: str, number: int, between: str = ", ") -> str:
    return between.join(pattern.replace("#", str(one)) for one in range(number))


def _described(number: int, facts: str) -> str:
    """A data set with so many distributions, each with these facts."""
    linked, described = _many(":d#", number), _many(f":d# a dcat:Distribution ; {facts} .", number, "\n")
    return f":x a dcat:Dataset ; dcat:distribution {linked} .\n{described}"


def _with(predicate: str, values: str, rest: str = "") -> str:
    return f":x a dcat:Dataset ; {predicate} {values} . {rest}"


BOMBS = {
    "a long title": _with("dct:title", f'"{LONG}"'),
    "a title without blanks": _with("dct:title", f'"{SOLID}"'),
    "a long description": _with("dct:description", f'"{LONG}", "{SOLID}"@de'),
    "long keywords": _with("dcat:keyword", _many(f'"# {LONG[:20_000]}"', 80)),
    "long addresses": _with("dcat:landingPage", _many(f"<http://a.example/#{SOLID[:20_000]}>", 80)),
    "long names": _with("dct:publisher", _many(f'[ foaf:name "# {SOLID[:20_000]}" ]', 80)),
    "long tags": _with("dct:title", f'"title"@{"-".join(["en", *["x23456"] * 2_000])}'),
    "many ways to write": _with(
        "dcat:contactPoint", f"[ vcard:hasEmail {_many('<mailto:a#@b.example>', MANY)} ]"
    ),
    "many distributions": _described(
        MANY, 'dct:title "Number #" ; dcat:accessURL :a# ; dcat:downloadURL :f#'
    ),
    "conditions of all": _described(
        200, f'dct:title "# {SOLID[:500]}" ; dct:rights {", ".join(f":r{one}" for one in range(200))}'
    ),
    "one title, many files": _described(
        1, f'dct:title "{LONG}" ; dcat:downloadURL {", ".join(f":f{one}" for one in range(MANY))}'
    ),
    "many nodes": _with("dct:relation", _many('[ :to [ :to [ :is "#" ] ] ]', MANY)),
    "one name for many": _with("dct:relation", _many("[ :to :n ]", MANY), f'\n:n dct:title "{SOLID}" .'),
}


@pytest.mark.proof
def test_no_record_makes_a_large_page(client: Client, db: None) -> None:
    nl = shelf.catalogue("nl", country="NL")
    for number, turtle in enumerate(BOMBS.values()):
        own = turtle.replace(":x a ", f":x{number} a ", 1)
        data_set = shelf.put_turtle(nl, own, mended=True)
        address = f"/datasets/{data_set.key}"
        response = client.get(address)
        assert response.status_code == 200
        assert len(response.content) < LARGEST, list(BOMBS)[number]
        if list(BOMBS)[number] in ("a title without blanks", "long keywords", "many nodes"):
            assert "more metadata than a page can show" in words(page(client, address))
    rebuild()
    for address in ("/", "/?q=word", "/?sort=title", "/?sort=title&page=2", "/catalogues/nl"):
        response = client.get(address)
        assert response.status_code == 200
        assert len(response.content) < LARGEST, address
    assert words(page(client, "/").get_element_by_id("count")) == f"{len(BOMBS)} data sets"


def turned(client: Client, address: str, section: str, entries: str) -> Iterator[str]:
    """The entries of a section on all its pages."""
    while address:
        shown = page(client, address)
        [here] = shown.xpath(f"//section[@aria-labelledby='{section}']")
        found = [words(entry) for entry in here.xpath(entries)]
        assert len(found) <= 50
        yield from found
        following = here.xpath(".//a[@rel='next']/@href")
        assert not following or following[0].endswith(f"#{section}")
        address = address.partition("?")[0] + following[0].partition("#")[0] if following else ""


def test_every_distribution_is_on_one_of_the_pages(client: Client, db: None) -> None:
    data_set = shelf.put_turtle(
        shelf.catalogue("nl"),
        _described(120, 'dct:title "Number #" ; dct:rights [ dct:description "Right #" ]'),
    )
    shown = list(turned(client, f"/datasets/{data_set.key}?lang=en", "distributions", ".//h3"))
    assert sorted(shown) == sorted(f"Number {number}" for number in range(120))
    first = page(client, f"/datasets/{data_set.key}")
    assert "(120)" in words(first.get_element_by_id("distributions"))
    assert "Number 99" not in words(first)
    assert "Right 99" not in words(first)
    last = page(client, f"/datasets/{data_set.key}?distributions=99999")
    assert "Right 99" in words(last)
    assert "page 5 of 5" in words(last)


def test_every_note_is_on_one_of_the_pages(client: Client, db: None) -> None:
    data_set = shelf.put_turtle(shelf.catalogue("nl"), ":x a dcat:Dataset .", mended=True)
    fact = data_set.findings[0]
    amount = length(3_000, 100_000)
    DataSet.objects.update(findings=[fact | {"path": f"path{number}"} for number in range(amount)])
    address = f"/datasets/{data_set.key}"
    assert len(client.get(address).content) < LARGEST
    assert f"{amount:,} notes" in words(page(client, address)) or f"{amount} notes" in words(
        page(client, address)
    )
    DataSet.objects.update(findings=[fact | {"path": f"path{number}"} for number in range(120)])
    shown = list(turned(client, address, "remarks", ".//ul[@class='erpd-remarks']/li"))
    assert len(set(shown)) == 120


def test_many_catalogues_and_parts_are_divided_into_pages(client: Client, db: None) -> None:
    register = shelf.catalogue("erpd")
    for number in range(130):
        shelf.catalogue(f"part-{number}", part_of=register, title={"en": f"Part {number:03}"})
    for number in range(60):
        shelf.catalogue(f"open-{number}", "open", title={"en": f"Open {number:03}", "de": SOLID})
    rebuild()
    first = page(client, "/catalogues?lang=en")
    assert len(first.xpath("//ul[@class='erpd-parts-list']/li")) == 60
    assert "Erpd (130) …" in words(first)
    found, address = [], "/catalogues?lang=en"
    while address:
        shown = page(client, address)
        found += [words(title) for title in shown.xpath("//section/h2")]
        address = next((f"/catalogues{link}" for link in shown.xpath("//a[@rel='next']/@href")), "")
    assert sorted(found) == ["Erpd", *(f"Open {number:03}" for number in range(60))]
    found, address = [], "/catalogues/erpd?lang=en"
    while address:
        shown = page(client, address)
        found += [words(part) for part in shown.xpath("//ul[@class='erpd-parts-list']/li/a")]
        links = [link for link in shown.xpath("//a[@rel='next']/@href") if link.endswith("#parts")]
        address = f"/catalogues/erpd{links[0].partition('#')[0]}" if links else ""
    assert found == [f"Part {number:03}" for number in range(130)]
    for address in ("/", "/catalogues?lang=de&page=2", "/catalogues/erpd"):
        assert len(client.get(address).content) < LARGEST
