"""Every text and address of a Dublin Core record stands in the record, or in a finding that names it."""

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from erpd.formats import Unreadable, oai_dc
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from tests.formats.oai_dc import dc, read
from tests.needs import SHARED
from tests.nothing_lost import damaged_xml, lost
from tests.proofs import length

RULES = load_profile("erpd")
LINKS = ("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource", "{http://www.w3.org/1999/xlink}href")
NO_RECORD = ("no-data-set", "several-data-sets", "unknown-format")
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
OWN = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:x="http://x.example/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>Percelen</dc:title><dc:title>Parcels</dc:title><dc:creator>Doe, J.</dc:creator>"
    "<dc:subject>Environment</dc:subject><dc:description>Every parcel.</dc:description>"
    "<dc:publisher>Kadaster</dc:publisher><dc:publisher>Land Registry</dc:publisher><dc:date>2019</dc:date>"
    "<dc:date>2021-03-04</dc:date><dc:type>Dataset</dc:type><dc:format>text/csv</dc:format>"
    "<dc:format>1200 bytes</dc:format><dc:identifier>https://data.example/1</dc:identifier>"
    "<dc:source>Old maps</dc:source><dc:language>nl</dc:language><dc:relation>https://data.example/2</dc:relation>"
    "<dc:coverage>2001/2005</dc:coverage>"
    "<dc:coverage>northlimit=54; southlimit=50; westlimit=3; eastlimit=8; name=NL"
    "</dc:coverage><dc:rights>CC BY 4.0</dc:rights><dc:rights>restricted</dc:rights>"
    "<dcterms:accessRights>info:eu-repo/semantics/openAccess</dcterms:accessRights><x:level>deep</x:level>"
    "</oai_dc:dc>"
)


@cache
def records():
    """The records of all recordings, and one that has every element."""
    found = [OWN.encode()]
    for path in sorted((SHARED / "oai-pmh").rglob("*.xml")):
        root = etree.fromstring(path.read_bytes(), etree.XMLParser(recover=True, resolve_entities=False))
        if root is not None:
            found += [
                etree.tostring(each, with_tail=False) for each in root.iter(f"{{{oai_dc.NAMESPACE}}}dc")
            ]
    return found


def nowhere(content):
    try:
        record = oai_dc.read(content, "x")
    except Unreadable as error:
        return set() if error.rule in NO_RECORD else {str(error)}
    root = etree.fromstring(content, etree.XMLParser(remove_comments=True, remove_pis=True))
    root = next(root.iter(f"{{{oai_dc.NAMESPACE}}}dc"), root)
    files = (re.sub(r"(\S+)\s+(https?://)", r"\1\n\2", text) for text in root.itertext())  # type and address
    texts = [text for each in files for text in each.split("\n") if text.strip()]
    texts = [
        text
        for text in texts
        if text.strip().lower() not in ("dataset", "http://purl.org/dc/dcmitype/dataset")
    ]
    links = [
        link
        for element in root.iterchildren("*")
        for name in LINKS
        if (link := element.get(name, "").strip())
    ]
    return lost((*texts, *links), record, mend(record, RULES))


def test_of_all_recorded_records():
    if len(records()) == 1:
        pytest.skip("the recorded answers of shared/data are absent")
    for content in records():
        assert nowhere(content) == set(), content


@pytest.mark.proof
@settings(deadline=None, max_examples=length(300, 10_000))
@given(st.data())
def test_of_random_damages(data):
    root = etree.fromstring(data.draw(st.sampled_from(records())))
    damaged_xml(data.draw, root, [*LINKS, LANGUAGE])
    content = etree.tostring(root)
    assert nowhere(content) == set(), content


def test_a_link_beside_a_text_stays():
    record = read(
        dc("title", "x"), f'<dc:rights xmlns:r="{LINKS[0][1:44]}" r:resource="https://a.eu/l">Own</dc:rights>'
    )
    assert "https://a.eu/l" in {value.value for _, _, value, _ in record.graph.triples()}
