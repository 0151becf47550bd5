"""Every text and address of an ISO 19139 record stands in the record, or in a finding that names it."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from erpd.formats import Unreadable
from erpd.formats.iso19139 import read
from erpd.formats.iso19139.file_types import file_types
from erpd.formats.iso19139.services import is_download, is_link, service_named
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from tests.formats.iso19139.documents import FILES, document
from tests.needs import SHARED
from tests.nothing_lost import damaged_xml, lost
from tests.proofs import length

RULES = load_profile("erpd")
HREF = "{http://www.w3.org/1999/xlink}href"
PARSER = etree.XMLParser(remove_comments=True, remove_pis=True)
NO_RECORD = ("other-kind", "no-data-set", "unknown-format", "several-data-sets")
FIGURES = ("denominator", "transferSize", "distance")


@cache
def records():
    """The records of all recordings, and one that is always there."""
    found = [document()]
    for path in [*FILES, *sorted((SHARED / "found-2026-11").glob("iso-*.xml"))]:
        root = etree.parse(path, PARSER).getroot()
        inside = root.iter("{*}MD_Metadata", "{*}MI_Metadata", "{*}CHE_MD_Metadata")
        found += [etree.tostring(each, with_tail=False) for each in inside]
    return [content for content in found if len(content) < 200_000]


def is_stated_otherwise(name, text):
    """A figure, a word or a code of ISO 19115 that is stated in DCAT's (docs/mappings/iso19139.md)."""
    if name in FIGURES:
        return text.strip().replace(".", "", 1).isdecimal()
    if name in ("pass", "extentTypeCode"):
        return text.strip().lower() in ("true", "false", "1", "0")
    if name == "protocol":
        return bool(is_link(text) or is_download(text) or service_named(text) or file_types(text))
    return False


def nowhere(content):
    try:
        record = read(content, "x")
    except Unreadable as error:
        return set() if error.rule in NO_RECORD else {str(error)}
    texts = []
    for element in etree.fromstring(content, PARSER).iter("*"):
        name = "" if element.getparent() is None else etree.QName(element.getparent()).localname
        text = element.text or ""
        if text.strip() and "codeListValue" not in element.attrib and not is_stated_otherwise(name, text):
            texts.append(text)
        if link := element.get(HREF, "").strip():
            texts.append(link)
    return lost(texts, record, mend(record, RULES))


def test_of_all_recorded_records():
    for content in records():
        assert nowhere(content) == set(), content.decode()


@pytest.mark.proof
@settings(deadline=None, max_examples=length(200, 10_000))
@given(st.data())
def test_of_random_damages(data):
    root = etree.fromstring(data.draw(st.sampled_from(records())), PARSER)
    damaged_xml(data.draw, root, [HREF])
    content = etree.tostring(root)
    assert nowhere(content) == set(), content.decode()
