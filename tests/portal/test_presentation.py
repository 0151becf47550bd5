"""A record as its page arranges it: nothing in pieces, in two languages or twice under one name."""

import re

import pytest
from django.test import Client

from erpd.register.search import rebuild
from tests.portal import shelf
from tests.portal.test_data_set import section, shown
from tests.portal.test_pages import page, words


@pytest.fixture
def opened(db: None) -> object:
    return shelf.catalogue("be-open", "open", country="BE")


def test_what_the_reader_cannot_have_is_in_one_language(client: Client, opened: object) -> None:
    described = """:x a dcat:Dataset ; dct:title "Belastingen"@nl, "Impôts"@fr ;
        dct:description "Par commune."@fr, "Per gemeente."@nl ; dcat:keyword "impôt"@fr, "belasting"@nl ;
        dcat:distribution [ dct:title "Fichier"@fr, "Bestand"@nl ] ."""
    found = shown(client, shelf.put_turtle(opened, described), **{"accept-language": "de"})
    assert found.findtext(".//h1") == "Belastingen"
    assert section(found, "what").endswith("Per gemeente. belasting")
    assert "Bestand" in section(found, "distributions")
    assert "Par commune." in section(found, "rest")
    rebuild()
    [hit] = page(client, "/", **{"accept-language": "de"}).xpath("//ul[@class='erpd-hits']/li")
    assert "Belastingen Per gemeente." in words(hit)


def test_ways_of_one_name_are_told_apart(client: Client, opened: object) -> None:
    files = "".join(
        f"""dcat:distribution [ dct:title "Trees" ; dct:format filetype:{name} ;
            dcat:downloadURL <https://a.example/trees.{name.lower()}> ] ;"""
        for name in ("CSV", "JSON", "XML", "KML", "PDF", "ZIP", "GML", "TXT")
    )
    found = shown(client, shelf.put_turtle(opened, f":x a dcat:Dataset ; {files} dcat:landingPage :y ."))
    ways = [words(item) for item in found.xpath("//section[@id='access']//ul[@class='erpd-list']/li")]
    assert len({*ways}) == len(ways) == 6
    assert all(way.startswith("Trees, ") and "a.example/trees." in way for way in ways[:5])
    assert ways[5] == "All distributions (8)"


def test_what_a_record_says_of_a_code_is_folded(client: Client, opened: object) -> None:
    told = "a <http://www.w3.org/2004/02/skos/core#Concept> ; rdfs:comment"
    law = "http://data.europa.eu/eli/reg/2022/868/oj"
    data_set = shelf.put_turtle(
        opened,
        f"""
        :x a dcat:Dataset ; dcat:theme theme:HEAL ; dct:accessRights access:PUBLIC ;
            <http://data.europa.eu/r5r/applicableLegislation> <{law}> ;
            dct:rights <http://dcat-ap.de/def/licenses/cc-zero> ;
            dcat:distribution [ dct:format filetype:CSV ] .
        theme:HEAL {told} "of themes" . access:PUBLIC {told} "of rights" . filetype:CSV {told} "of files" .
        <{law}> {told} "of laws" .""",
    )
    found = shown(client, data_set)
    for kind in ("themes", "rights", "files", "laws"):
        assert found.xpath(f"//details[contains(., 'of {kind}')]"), kind
    assert words(found.xpath("//ul[@class='erpd-tags']")[0]) == "Health"
    assert "Data Governance Act" in section(found, "why")
    assert "Creative Commons CC0" in section(found, "conditions")
    assert "Comment" in words(found.xpath("//main//details")[0])


def test_a_record_without_a_publisher_names_nobody_to_ask(client: Client, opened: object) -> None:
    found = shown(client, shelf.put_turtle(opened, ":x a dcat:Dataset ."))
    assert "named above" not in section(found, "access")


GREEK = """
    :x a dcat:Dataset ; dct:title "Ασθενείς"@el ; dct:description "Ανά έτος."@el ; dcat:keyword "υγεία"@el ;
        dcat:theme theme:HEAL ; dct:accessRights access:NON_PUBLIC ; dct:provenance "Νοσοκομεία"@el ;
        dct:publisher [ foaf:name "Υπουργείο"@el ; rdfs:comment "Έδρα"@el ] ;
        dcat:contactPoint [ vcard:fn "Γραφείο"@el ; rdfs:comment "Όροφος"@el ] ; dct:rights "Με άδεια"@el ;
        dct:license [ rdfs:label "Άδεια"@el ; rdfs:comment "Δύο"@el ] ;
        dct:relation [ rdfs:label "Άλλο"@el ; rdfs:comment "Τρία"@el ] ;
        dcat:distribution [ dct:title "Πίνακες"@el ; dct:description "Όλα"@el ; dct:rights "Μόνο εδώ"@el ;
            dct:format filetype:CSV ; dcat:accessURL <https://a.example/>, <https://b.example/> ] .
    theme:HEAL rdfs:comment "Θέμα"@el . filetype:CSV rdfs:comment "Αρχείο"@el ."""


def test_what_is_foreign_to_the_page_says_its_language(client: Client, opened: object) -> None:
    """Everything that is shown or heard, except the names in the facet of publishers (WCAG 3.1.2)."""
    data_set = shelf.put_turtle(opened, GREEK)
    rebuild()
    for address in ("/?q=υγεία", f"/datasets/{data_set.key}", "/catalogues"):
        shown_page = page(client, address, **{"accept-language": "el"})
        for text in shown_page.xpath("//body//text()[not(ancestor::script)]"):
            if re.search("[Ͱ-Ͽ]", text) and not text.getparent().xpath("ancestor::fieldset"):
                assert text.getparent().xpath("ancestor-or-self::*[@lang][1]/@lang") == ["el"], text
