"""Random damage to one record leaves all the others as they were; no bytes at all give another exception."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from erpd.sources.errors import SourceError
from erpd.sources.oai_pmh.answer import parse, prepared, read
from erpd.sources.oai_pmh.damage import read_damaged
from erpd.sources.tokens import LinkedAnswer
from tests.sources.oai_pmh import oai

URL = "http://data.example/oai"
NAMES = ["a", "b", "c", "d"]
RECORDS = [oai.record(name) for name in NAMES]
WHOLE = oai.page(RECORDS, "next", 4)
FRAGMENTS = [
    b"\x03", b"\x00", b"\xff\xfe", b"<", b">", b"&", b"&x;", b"</", b"<!--", b"-->", b"<![CDATA[", b"]]>",
    b"<record>", b"</record>", b"<header>", b"</metadata>", b"<?", b"<!DOCTYPE x>", b"\n", b'"',
]  # fmt: skip


def answer_to(content: bytes) -> LinkedAnswer:
    content = prepared(content, URL)
    try:
        return read(parse(content, URL), URL)
    except etree.XMLSyntaxError as error:
        return read_damaged(content, URL, error)


EXPECTED = {reading.identifier: reading for reading in answer_to(WHOLE).readings}


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 3),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 60), st.sampled_from(FRAGMENTS) | st.binary(max_size=6)),
        min_size=1,
        max_size=3,
    ),
)
def test_damage_stays_in_its_record(which, hits):
    start = WHOLE.index(RECORDS[which].encode())
    damaged = RECORDS[which].encode().rstrip()
    for place, length, fragment in hits:
        at = int(place * len(damaged))
        damaged = damaged[:at] + fragment + damaged[at + length :]
    body = WHOLE[:start] + damaged + WHOLE[start + len(RECORDS[which].encode()) :]
    answer = answer_to(body)
    assert (answer.token, answer.broken) == ("next", None)
    intact = {reading.identifier: reading for reading in answer.readings if reading.fault is None}
    for name in NAMES:
        if name != NAMES[which]:
            assert intact[name] == EXPECTED[name]


def test_damage_to_two_neighbours_costs_two():
    body = WHOLE.replace(b"<header><identifier>b<", b"<hea><identifier>b<").replace(
        b"<header><identifier>c<", b"<hea><identifier>c<"
    )
    answer = answer_to(body)
    assert [(reading.identifier, reading.fault is None) for reading in answer.readings] == [
        ("a", True), ("b", False), ("c", False), ("d", True),
    ]  # fmt: skip


NOISE = [
    *FRAGMENTS,
    b"<OAI-PMH>",
    b"</OAI-PMH>",
    b"<ListRecords>",
    b"<resumptionToken>",
    b"</resumptionToken>",
    b"<identifier>",
    b"</identifier>",
    b"<?xml version='1.0' encoding='utf-7'?>",
    RECORDS[0].encode(),
    WHOLE[:200],
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(NOISE) | st.binary(max_size=20), max_size=12))
def test_any_bytes_give_an_answer_or_a_source_error(pieces):
    body = b"".join(pieces)
    with suppress(SourceError):
        answer = answer_to(body)
        found = (answer.broken, answer.readings, answer.errors, answer.token)
        assert any(found) or b"ListRecords" in body or b"resumptionToken" in body


def test_hostile_repetition_takes_linear_time():
    pieces = [b"<record><header>", b"</record>", b"<record ", b"<!--", b"<identifier>", b"<resumptionToken "]
    for piece in (*pieces, b"<error code='a'", b"<record>  ", b"xmlns='", b"<record></record>"):
        body = oai.page(["MARK"]).replace(b"MARK", piece * 40_000 + b"\x03")
        assert all(reading.fault for reading in answer_to(body).readings)
