"""Licences by their addresses, codes and titles, as catalogues of all kinds write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.metadata.graph import Graph
from erpd.metadata.licences import licence_in, licence_of
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DCT, RDFS, SKOS
from erpd.metadata.vocabularies import vocabulary
from tests.needs import SHARED

TABLES = SHARED / "vocabularies"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("http://www.creativecommons.org/licenses/by/4.0", "CC_BY_4_0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.nl", "CC_BY_4_0"),
        ("HTTPS://CreativeCommons.org/licenses/by-sa/4.0/deed.es_ES/", "CC_BYSA_4_0"),
        ("https://creativecommons.org/licenses/by-nd/4.0/legalcode.zh-Hans#s1", "CC_BYND_4_0"),
        ("https://creativecommons.org/licenses/by/4.0/?ref=chooser-v1", "CC_BY_4_0"),
        ("https://creativecommons.org/licenses/by-nc-sa/2.5/deed", "CC_BYNCSA_2_5"),
        ("http://creativecommons.org/licenses/by-nd-nc/1.0/", "CC_BYNCND_1_0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/deed.nl", "CC0"),
        ("creativecommons.org/publicdomain/zero/1.0/legalcode", "CC0"),
        ("www.creativecommons.org/publicdomain/mark/1.0/", "CC_PDM_1_0"),
        # The Dutch profile of ISO 19115 leaves out the version.
        ("http://creativecommons.org/publicdomain/mark/*/deed.nl", "CC_PDM_1_0"),
        ("http://creativecommons.org/licenses/by-nc/*/deed.nl", "CC_BYNC_4_0"),
        # The licence of a country is another one; versions that have none are the same in all.
        ("http://creativecommons.org/licenses/by/3.0/nl/legalcode", "CC_BY_3_0_NL"),
        ("https://creativecommons.org/licenses/by-sa/3.0/nl/", "CC_BYSA_3_0_NL"),
        ("https://creativecommons.org/licenses/by/3.0/at/deed.de", "CC_BY_3_0_AT"),
        ("https://creativecommons.org/licenses/by/3.0/it/", ""),
        ("https://creativecommons.org/licenses/by-sa/3.0/igo/legalcode", ""),
        ("https://creativecommons.org/licenses/by-nc/4.0/nl/", "CC_BYNC_4_0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/nl/deed.nl", "CC0"),
        # These say too little, or something else.
        ("https://creativecommons.org/licenses/by-nc/", ""),
        ("https://creativecommons.org/licenses/", ""),
        ("https://creativecommons.org/", ""),
        ("https://example.org/creativecommons.org/licenses/by/4.0/", ""),
        ("https://creativecommons.org.example/licenses/by/4.0/", ""),
        ("https://creativecommons.org/licenses/by/4.0/deed.nl/more", ""),
        ("https://creativecommons.org/licenses/by/4.0 but not for maps", ""),
    ],
)
def test_licences_by_the_pages_of_creative_commons(written: str, code: str) -> None:
    assert licence_of(written) == code


def test_licences_by_the_addresses_of_the_table_itself() -> None:
    path = TABLES / "eu-skos-piveau" / "licences-skos.rdf"
    if not path.is_file():
        pytest.skip("licences-skos.rdf is not at ../shared/data/vocabularies")
    table = vocabulary("licence")
    addresses = {
        triple.object.value: triple.subject.value
        for triple in parse(path=str(path), format=RdfFormat.RDF_XML)
        if triple.predicate == SKOS.exactMatch and "//creativecommons.org/" in triple.object.value
    }
    assert len(addresses) == 31
    for address, iri in addresses.items():
        for page in ("", "legalcode", "deed.en"):
            assert table.iri(licence_of(address + page)) == iri


@pytest.mark.parametrize(
    ("written", "code"),
    [
        # ids of CKAN, of the lists it loads, and of national portals
        ("CC-BY-4.0", "CC_BY_4_0"),
        ("cc-by-sa-3.0", "CC_BYSA_3_0"),
        ("cc-zero", "CC0"),
        ("odc-by", "ODC_BY"),
        ("odc-odbl", "ODC_BL"),
        ("ODbL-1.0", "ODC_BL"),
        ("dl-de-by-2.0", "DLDE_BY_2_0"),
        ("dl-by-de/2.0", "DLDE_BY_2_0"),
        ("dl-de/zero-2-0", "DLDE_ZERO_2_0"),
        ("lov2", "ETALAB_2_0"),
        ("iodl2", "IODL_2_0"),
        ("ogl-uk-3.0", "OGL_3_0"),
        ("NLOD 2.0", "NLOD_2_0"),
        ("CCBY4.0", "CC_BY_4_0"),
        # addresses
        ("http://www.opendefinition.org/licenses/cc-zero", "CC0"),
        ("http://dcat-ap.de/def/licenses/dl-by-de/2_0", "DLDE_BY_2_0"),
        ("http://dcat-ap.de/def/licenses/cc-by/4.0", "CC_BY_4_0"),
        ("https://www.govdata.de/dl-de/by-2-0", "DLDE_BY_2_0"),
        ("https://w3id.org/italia/controlled-vocabulary/licences/B12_CCBYNC30", "CC_BYNC_3_0"),
        ("http://europeandataportal.eu/ontologies/od-licenses#CC-BY4.0", "CC_BY_4_0"),
        ("https://spdx.org/licenses/CC-BY-SA-4.0.html", "CC_BYSA_4_0"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("http://data.norge.no/nlod/no/2.0", "NLOD_2_0"),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "ODC_BL"),
        # titles
        ("Creative Commons Attribution 4.0", "CC_BY_4_0"),
        ("Creative Commons Attribution 4.0 International Public License", "CC_BY_4_0"),
        ("Creative Commons Namensnennung \u2013 4.0 International (CC BY 4.0)", "CC_BY_4_0"),
        ("Creative Commons - Attribution 4.0 International - CC BY 4.0", "CC_BY_4_0"),
        ("CC-BY-4.0: Creative Commons Namensnennung 4.0 International", "CC_BY_4_0"),
        ("Creative Commons Attribution (CC-BY 4.0)", "CC_BY_4_0"),
        ("Attribuzione-Non Commerciale 4.0 Internazionale (CC BY-NC 4.0)", "CC_BYNC_4_0"),
        ("Datenlizenz Deutschland \u2013 Namensnennung \u2013 Version 2.0", "DLDE_BY_2_0"),
        ("Licence Ouverte / Open Licence version 2.0", "ETALAB_2_0"),
        ("Open Data Commons Open Database License (ODbL)", "ODC_BL"),
        ("Open Government Licence v3.0", "OGL_3_0"),
        ("Creative Commons CCZero", "CC0"),
        # No version, another country, more than a name, two names: not certain.
        *(
            (text, "")
            for text in ("cc-by", "CC BY", "CC_BY", "Creative Commons Attribution", "fr-lo", "NLOD")
        ),
        *(
            (text, "")
            for text in ("gfdl", "uk-ogl", "Public Domain", "other-open", "notspecified", "Fair", "")
        ),
        ("http://data.norge.no/nlod/no", ""),
        ("http://www.opendefinition.org/licenses/cc-by", ""),
        ("http://dcat-ap.de/def/licenses/cc-by-de/3.0", ""),
        ("https://w3id.org/italia/controlled-vocabulary/licences/A23_CCBY30IT", ""),
        ("Creative Commons Attribution 3.0 Germany (CC BY 3.0 DE)", ""),
        ("CC BY 4.0 (except the photographs)", ""),
        ("CC0 (CC BY 4.0)", ""),
        ("CC BY 40", ""),
        ("https://example.org/cc-by-4.0", ""),
        ("http://publications.europa.eu/resource/authority/licence/CC_BY", "CC_BY"),
    ],
)
def test_licences_by_code_address_and_title(written: str, code: str) -> None:
    assert licence_of(written) == licence_of(f" {written.upper()} ") == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/deed.nl)", "CC_BY_4_0"),
        ("Creative Commons Attribution: https://creativecommons.org/licenses/by/4.0/", "CC_BY_4_0"),
        ("CC BY 4.0 (https://creativecommons.org/licenses/by-sa/4.0/)", ""),
        ("Not covered by https://creativecommons.org/licenses/by/4.0/", ""),
        ("Text: https://creativecommons.org/licenses/by/4.0/ Photos: own licence", ""),
        ("Applies to the metadata only: https://creativecommons.org/licenses/by/4.0/", ""),
        ("https://creativecommons.org/licenses/by/4.0/, not for commercial use", ""),
        ("https://creativecommons.org/licenses/by/4.0/ and https://data.example/terms", ""),
        ("Licence: http://creativecommons.org/licenses/by/4.0.", "CC_BY_4_0"),
        ("cc-zero", "CC0"),
        ("https://creativecommons.org/licenses/by/4.0/ or https://www.govdata.de/dl-de/by-2-0", ""),
        ("Only as https://data.example/terms says", ""),
    ],
)
def test_a_text_names_a_licence_if_it_is_no_more_than_its_name_and_address(text: str, code: str) -> None:
    assert licence_in(text) == code


def test_each_code_with_a_version_is_known_by_its_iri_code_and_spelling() -> None:
    table = vocabulary("licence")
    for code in table.concepts:
        assert licence_of(table.iri(code)) == code
    for spelling, code in table.spellings.items():
        assert licence_of(spelling) == licence_in(f"  {spelling}") == code


@given(st.text())
def test_no_text_upsets_the_search(text: str) -> None:
    assert licence_in(text) in {"", *vocabulary("licence").concepts}


BY = "https://creativecommons.org/licenses/by/4.0/"
IN_TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://x.example/1> a dcat:Dataset ; dcat:distribution <https://x.example/2> .
<https://x.example/2> a dcat:Distribution ; dct:license %s
"""


@pytest.mark.parametrize(
    ("licence", "becomes", "beside"),
    [
        (f"<{BY}> .", "CC_BY_4_0", ""),
        ('"CC BY 4.0" .', "CC_BY_4_0", ""),
        ('[ a dct:LicenseDocument ; rdfs:label "Creative Commons CCZero" ] .', "CC0", ""),
        (f'<{BY}> . <{BY}> rdfs:label "CC BY 4.0" .', "CC_BY_4_0", BY),
        (f'<{BY}> . <{BY}> rdfs:label "CC0" .', BY, ""),
        ('<https://x.eu/a> . <https://x.eu/a> rdfs:label "CC0" .', "CC0", "https://x.eu/a"),
        ("<https://creativecommons.org/licenses/by/> .", "https://creativecommons.org/licenses/by/", ""),
    ],
)
def test_in_rdf_it_is_mended_and_what_is_said_of_it_stays(licence: str, becomes: str, beside: str) -> None:
    graph = Graph(parse(IN_TURTLE % licence, format=RdfFormat.TURTLE))
    node = NamedNode("https://x.example/2")
    record = Record("1", graph, NamedNode("https://x.example/1"))
    mend(record, load_profile("erpd"))
    (found,) = graph.objects(node, DCT.license)
    assert found.value.removeprefix(vocabulary("licence").base) == becomes
    assert [value.value for value in graph.objects(node, RDFS.seeAlso)] == [beside][: bool(beside)]
    assert mend(record, load_profile("erpd")) == []
