"""Whole documents: damaged, recorded, once read wrongly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pyoxigraph import BlankNode

from erpd.formats import Unreadable
from erpd.formats.iso19139 import read
from erpd.formats.iso19139.document import address
from erpd.metadata.checks import check
from erpd.metadata.findings import Severity
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.terms import DCAT, DCT, FOAF, RDFS, XSD
from tests.formats.iso19139.documents import (
    AUTHORITY,
    FILES,
    FOLDER,
    document,
    ends,
    needs_recordings,
    node,
    offers,
    read_or_rule,
    values,
)
from tests.needs import SHARED

WHOLE = document()


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "broken-syntax"),
        (b"no xml", "broken-syntax"),
        (WHOLE[:-5], "broken-syntax"),
        (WHOLE.replace(b"Percelen", b"a\x03b"), "broken-syntax"),
        (b"<x>" * 500 + b"</x>" * 500, "broken-syntax"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + WHOLE, "unsafe-xml"),
        (f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>{WHOLE}'.encode("utf-16"), "unsafe-xml"),
        (b"<html/>", "unknown-format"),
        (b'<MD_Metadata xmlns="http://standards.iso.org/iso/19115/-3/mdb/2.0"/>', "unknown-format"),
        (b"<GetRecordByIdResponse/>", "no-data-set"),
        (b"<SearchResults><a/><b/></SearchResults>", "several-data-sets"),
        (WHOLE.replace(b"MD_DataIdentification", b"SV_ServiceIdentification"), "other-kind"),
        (b'<MD_Metadata xmlns="http://www.isotc211.org/2005/gmd"/>', "no-data-set"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(content, rule):
    with pytest.raises(Unreadable) as caught:
        read(content, "x")
    assert caught.value.rule == rule
    assert str(caught.value)
    assert "HUGE" not in str(caught.value)  # libxml2's advice to programmers


def test_other_encodings_and_envelopes_are_read():
    whole = WHOLE.decode()
    for content in (
        f'<?xml version="1.0" encoding="UTF-16"?>{whole}'.encode("utf-16"),
        f'<?xml version="1.0" encoding="ISO-8859-1"?>{whole}'.encode("latin-1"),
        f"<GetRecordByIdResponse><!-- x -->{whole}</GetRecordByIdResponse>".encode(),
    ):
        assert read(content, "x").title.best("nl") == ("Percelen", "nl")


RICH = FOLDER / "ngr-pdok" / "examples" / "ISO19115" / "Voorbeeld_Metadata_Dataset_2022_max.xml"


@needs_recordings
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_random_damage_gives_a_record_or_a_clear_error(data):
    whole = RICH.read_bytes()
    place = data.draw(st.integers(0, len(whole)))
    end = place + data.draw(st.integers(0, 400))
    alphabet = b"<>/\"'&;:= a0-\x00\xff"
    noise = bytes(data.draw(st.lists(st.sampled_from(alphabet), max_size=12)))
    record = read_or_rule(whole[:place] + noise + whole[end:])
    if not isinstance(record, str):
        mend(record, load_profile("erpd"))
        assert record.graph.subjects(DCAT.Dataset) == [record.dataset]


@needs_recordings
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_strange_values_give_a_record(data):
    whole = RICH.read_text("utf-8")
    pieces = whole.split(">")
    for _ in range(20):
        place = data.draw(st.integers(1, len(pieces) - 2))
        if pieces[place].startswith("<") or "</" not in pieces[place]:
            continue
        strange = data.draw(
            st.sampled_from(
                ["", "1e999", "NaN", "http://[", "http://x y/", "-5", "9" * 400, "\u202e", "%", "mailto:"]
            )
        )
        pieces[place] = strange + "</" + pieces[place].rpartition("</")[2]
    record = read_or_rule(">".join(pieces).encode())
    if isinstance(record, str):
        assert record in ("unknown-format", "no-data-set", "other-kind", "broken-syntax")
    else:
        mend(record, load_profile("erpd"))
        assert list(check(record, load_profile("erpd")))


@needs_recordings
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_recording_gives_a_record_or_a_clear_error(path):
    record = read_or_rule(path.read_bytes())
    if isinstance(record, str):
        assert record in ("several-data-sets", "no-data-set", "unknown-format", "other-kind")
        return
    profile = load_profile("open-data")
    repaired = {finding.rule for finding in mend(record, profile)}
    assert repaired <= {"mail-address", "telephone", "markup", "iri"}
    assert record.title
    assert record.description
    # Codes that are in no authority table stay as they came: of frequencies, and of protocols as formats.
    errors = {found.rule for found in check(record, profile) if found.severity is Severity.ERROR}
    assert errors <= {"vocabulary"}


FOUND = SHARED / "found-2026-11"


def found(name):
    """The records of an answer that was once read wrongly."""
    path = FOUND / f"iso-{name}.xml"
    if not path.is_file():
        pytest.skip(f"{path.name} is not at ../shared/data")
    records = etree.parse(path).iter("{http://www.isotc211.org/2005/gmd}MD_Metadata")
    return [read(etree.tostring(each), "x") for each in records]


def test_what_was_read_wrongly_is_read_rightly():
    services, anchored = map(offers, found("inspire-protocol"))
    assert [form for form, _ in services.values()] == [
        *("WMS_SRVC", "WFS_SRVC", "WCS_SRVC", "WMTS_SRVC"),
        *("OGC Sensor Observation Service", "OGC API-Features", "ATOM"),
    ]
    assert all(endpoint for _, endpoint in [*services.values(), *anchored.values()])
    assert [form for form, _ in anchored.values()] == ["WMS_SRVC"]
    (record,) = found("distributor-transfer")
    assert offers(record) == {"https://g.example/data.nc": ("NETCDF", "")}
    (record,) = found("multi-format")
    assert [form for form, _ in offers(record).values()] == ["GPKG", "WMS_SRVC"]
    (record,) = found("data-and-service")
    (service,) = record.graph.objects(record.distributions[0], DCAT.accessService)
    assert values(record, DCT.title, service) == ["T svc"]
    (record,) = found("period-instants")
    assert ends(record) == [[("2001-01-01", XSD.date)], [("2005-12-31", XSD.date)]]
    (record,) = found("transfer-size")
    assert values(record, DCAT.byteSize, record.distributions[0]) == ["213701"]
    (record,) = found("classification-text")
    assert values(record, DCT.accessRights) == [f"{AUTHORITY}access-right/NON_PUBLIC"]
    (record,) = found("function-information-content")
    assert values(record, FOAF.page) == ["https://g.example/spec.html"]
    assert list(offers(record)) == ["https://g.example/d"]
    (record,) = found("no-distribution-rights")
    assert values(record, DCT.license) == [f"{AUTHORITY}licence/CC_BY_4_0"]
    assert values(record, RDFS.label, node(record, DCT.rights)) == ["IPR", "CC BY"]
    linked = {value for said in record.graph.nodes.values() for each in said.values() for value in each}
    assert set(record.graph.nodes) <= linked
    licences = [
        values(record, DCT.license, next(iter(record.distributions), None))
        for record in found("licence-in-text")
    ]
    assert licences == [[f"{AUTHORITY}licence/{code}"] for code in ("DLDE_BY_2_0", "ETALAB_2_0", "CC_BY_4_0")]


@needs_recordings
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_text_and_address_stands_in_the_record(path):
    record = read_or_rule(path.read_bytes())
    if isinstance(record, str):
        return
    said = " ".join(
        " ".join(value.value.split())
        for properties in record.graph.nodes.values()
        for each in properties.values()
        for value in each
        if not isinstance(value, BlankNode)
    )
    for element in etree.parse(path, etree.XMLParser(remove_comments=True)).iter(
        "{*}CharacterString", "{*}Anchor", "{*}URL"
    ):
        if element.getparent().tag.endswith("protocol"):
            continue  # a code, of which the format and the service are made
        link = element.get("{http://www.w3.org/1999/xlink}href", "")
        for written in (element.text or "", link):
            assert " ".join(written.split()) in said or address(written.strip()) in said
