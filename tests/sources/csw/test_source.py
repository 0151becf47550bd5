"""CSW: a real pycsw, recorded answers of geoportals, and servers that misbehave."""

import json
import re
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from erpd.formats import Unreadable, format_for
from erpd.metadata.record import Record
from erpd.metadata.rules import RULES
from erpd.sources.csw.answer import read
from erpd.sources.csw.damage import read_damaged
from erpd.sources.csw.source import Csw
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client, Limits
from erpd.sources.xml_answer import prepare
from tests.needs import SHARED
from tests.servers import LOOPBACK, Serving
from tests.sources.csw import catalogue as csw
from tests.sources.csw.real import pycsw
from tests.sources.taken_in import taken_in
from tests.sources.walking import good, one_after_the_other, readings, walked

FOLDER = SHARED / "csw-iso19139"
FILES = sorted(FOLDER.rglob("*.xml"))
needs_recordings = pytest.mark.skipif(not FILES, reason="the recorded answers of shared/data are absent")
GMD = "http://www.isotc211.org/2005/gmd"


@pytest.fixture
def client():
    limits = Limits(connect=5, read=10, total=30, retries=0)
    with Client(limits, LOOPBACK, pause=lambda seconds: None) as client:
        yield client


def run(handle, client, checkpoint=None, **options):
    """(pages, error, server): what a harvest of one server gives."""
    with Serving(handle) as server:
        pages, error = walked(Csw(server.url("/csw"), client, **options), checkpoint)
    return pages, error, server


def pages_of(*bodies):
    return one_after_the_other(csw.XML, bodies)


def test_what_is_asked_and_what_comes(client):
    catalogue = csw.Catalogue([csw.record(name) for name in "abcdef"])
    pages, error, server = run(catalogue, client)
    assert (error, good(pages), [page.last for page in pages]) == (None, list("abcdef"), [False, True])
    assert {page.total for page in pages} == {6}
    reading = pages[0].readings[0]
    assert (reading.media_type, reading.datestamp) == ("application/vnd.iso.19139+xml", "2026-01-01")
    assert reading.content.startswith(b"<gmd:MD_Metadata")
    assert "Kadaster é ☃".encode() in reading.content
    assert etree.fromstring(reading.content).tag == f"{{{GMD}}}MD_Metadata"
    asked = server.asked[0].query
    assert (asked["service"], asked["version"], asked["request"]) == ("CSW", "2.0.2", "GetRecords")
    assert (asked["outputSchema"], asked["elementSetName"], asked["resultType"]) == (GMD, "full", "results")
    assert (asked["sortBy"], asked["startPosition"]) == ("dc:identifier:A", "1")
    assert "constraint" not in asked
    assert server.asked[1].query["startPosition"] == "4"  # from the last record on


@pytest.mark.parametrize(
    ("options", "language", "constraint"),
    [
        ({"set_": "dataset"}, "CQL_TEXT", "dc:type = 'dataset'"),
        ({"constraint": "dc:title like '%water%'"}, "CQL_TEXT", "dc:title like '%water%'"),
        ({"set_": "it's", "constraint": "a = 1"}, "CQL_TEXT", "dc:type = 'it''s' AND (a = 1)"),
        ({"constraint": " <ogc:Filter/>"}, "FILTER", " <ogc:Filter/>"),
    ],
)
def test_a_part_of_the_catalogue(client, options, language, constraint):
    _, error, server = run(csw.Catalogue([csw.record("a")]), client, **options)
    asked = server.asked[0].query
    assert (error, asked["constraintLanguage"], asked["constraint"]) == (None, language, constraint)


def test_a_whole_request_address_is_understood(client):
    with Serving(csw.Catalogue([csw.record("a")])) as server:
        url = server.url("/csw?map=a.map&SERVICE=CSW&REQUEST=GetCapabilities&Constraint=x%20%3D%201")
        list(Csw(url, client).pages())
    asked = server.asked[0].query
    assert (asked["map"], asked["request"], asked["constraint"]) == ("a.map", "GetRecords", "x = 1")
    assert "REQUEST" not in asked


def test_a_server_that_cannot_sort(client):
    catalogue = csw.Catalogue([csw.record(name) for name in "abcdef"], sorts=False)
    pages, error, server = run(catalogue, client)
    assert (error, good(pages), pages[-1].last) == (None, list("abcdef"), True)
    assert ["sortBy" in asked.query for asked in server.asked] == [True, False, False]
    pages, error, server = run(catalogue, client, pages[0].checkpoint)
    assert (good(pages), len(server.asked)) == (["e", "f"], 1)
    shrinking = pages_of(
        (400, csw.exception("NoApplicableCode", "sortBy")),
        csw.page([csw.record("a"), csw.record("b")], matched=4, next=3),
        csw.page([csw.record("b"), csw.record("c")], matched=3),
    )
    pages, error, _ = run(shrinking, client)
    assert (good(pages), error.rule, pages[-1].last) == (["a", "b", "c"], "count-mismatch", False)


def test_an_empty_catalogue_is_complete(client):
    pages, error, _ = run(csw.Catalogue([]), client)
    assert (error, good(pages), pages[-1].last) == (None, [], True)


FIRST = csw.page([csw.record("a"), csw.record("b")], matched=4, next=3)
SUMMARY = csw.page(["<csw:SummaryRecord/>"])
SWALLOWED = csw.page([csw.record("b"), csw.record("c")], matched=4, returned=3)
KLINGON = b'<?xml version="1.0" encoding="klingon"?>' + csw.page([csw.record("a")])[39:]


@pytest.mark.parametrize(
    ("bodies", "rule", "words"),
    [
        ([csw.exception("InvalidParameterValue", "no &lt;x&gt;")], "protocol-error", "no <x>"),
        ([(400, csw.exception("NoApplicableCode", "down"))], "protocol-error", "NoApplicableCode: down"),
        ([FIRST, FIRST], "token-loop", "same records"),
        ([FIRST, csw.page([csw.record("b")], matched=4)], "token-loop", "same records"),
        (
            [csw.page([csw.record("a")], matched=4), csw.page([], matched=4)],
            "count-mismatch",
            "after 1 record although 4",
        ),
        ([FIRST, csw.page([], matched=4)], "count-mismatch", "after 2 records although 4"),
        ([FIRST, SWALLOWED], "count-mismatch", "not sent"),
        ([FIRST, (500, b"<html>Internal error</html>")], "server-error", "500"),
        ([SUMMARY], "no-format", "SummaryRecord"),
        ([b"<csw:Capabilities xmlns:csw='x'/>"], "protocol-error", "Capabilities"),
        ([b"<GetRecordsResponse/>"], "protocol-error", "SearchResults"),
        ([b""], "not-xml", "empty response"),
        ([b"<!DOCTYPE html><html><body>Log in</body></html>"], "not-xml", "HTML"),
        ([b"<a><b></a>"], "not-xml", "mismatch"),
        ([b'<!DOCTYPE a [<!ENTITY b "c">]>' + csw.page([csw.record("a")])[39:]], "entity", "DOCTYPE"),
        ([KLINGON], "encoding", "klingon"),
    ],
)
def test_what_goes_wrong_is_told_and_proves_nothing(client, bodies, rule, words):
    pages, error, server = run(pages_of(*bodies), client)
    assert error is not None
    assert (error.rule, words in str(error)) == (rule, True), str(error)
    assert error.url.startswith(server.url("/csw"))
    assert not any(page.last for page in pages)
    assert set(good(pages)) <= {"a", "b", "c"}


BROKEN = {
    "control character": csw.record("bad", "<x>a\x03b</x>").encode(),
    "undefined entity": csw.record("bad", "<x>&nbsp;</x>").encode(),
    "bare ampersand": csw.record("bad", "<x>R&D</x>").encode(),
    "latin-1": csw.record("bad", "<x>Zürich</x>").encode("latin-1"),
    "lost end tag": csw.record("bad", "<x>").encode(),
    "lost end of the record": csw.record("bad").replace("</gmd:MD_Metadata>", "").encode(),
    "unknown prefix": csw.record("bad", "<y:x/>").encode(),
    "document type": csw.record("bad", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>').encode(),
    "something behind it": csw.record("bad").replace("\n", "</x>&nbsp;").encode(),
}
MENDED = [
    BROKEN[name]
    for name in ("control character", "undefined entity", "bare ampersand", "latin-1", "something behind it")
]


@pytest.mark.parametrize("most", [50, 10])
@pytest.mark.parametrize("sorts", [True, False])
def test_a_server_that_refuses_so_many_records_is_asked_for_fewer(client, most, sorts):
    names = [f"{number:03}" for number in range(130)]
    catalogue = csw.Catalogue([csw.record(name) for name in names], size=most, sorts=sorts)

    def handle(path, query, headers):
        if int(query["maxRecords"]) > most:
            text = f"Invalid maxRecords must be at most {most}"
            return 400, csw.XML, csw.exception("InvalidParameterValue", text)
        return catalogue(path, query, headers)

    pages, error, _ = run(handle, client)
    assert (error, good(pages), pages[-1].last) == (None, names, True)
    rest, error, server = run(handle, client, pages[0].checkpoint)
    assert (error, good([pages[0], *rest])) == (None, names)
    assert all(int(asked.query["maxRecords"]) <= most for asked in server.asked)


@pytest.mark.parametrize("hidden", [{150}, {0}, {299}, set(range(100, 103))])
def test_an_empty_page_in_mid_list_that_calls_itself_the_last_ends_nothing(client, hidden):
    """GeoNetwork sends none of a page where one record of it cannot be shown as ISO 19139."""
    names = [f"{number:03}" for number in range(300)]

    def handle(path, query, headers):
        start, most = int(query["startPosition"]) - 1, int(query["maxRecords"])
        inside = range(start, min(start + most, len(names)))
        if hidden & set(inside):
            return 200, csw.XML, csw.page([], matched=len(names), next=0)
        after = inside.stop + 1 if inside.stop < len(names) else 0
        found = [csw.record(names[place]) for place in inside]
        return 200, csw.XML, csw.page(found, matched=len(names), next=after)

    pages, error, server = run(handle, client)
    shown = {name for place, name in enumerate(names) if not any(abs(place - each) < 10 for each in hidden)}
    assert shown <= set(good(pages))
    # Of more than a few, no second look is proof enough.
    few = len(names) - len(set(good(pages))) <= 3
    assert (error.rule if error else "", pages[-1].last) == ("" if few else "count-mismatch", few)
    assert len(server.asked) < 60


@pytest.mark.parametrize("sorts", [True, False])
@pytest.mark.parametrize("off", [-30, -1, 1, 3])
def test_a_total_that_is_wrong_is_found_out_by_a_second_look(client, sorts, off):
    names = [f"{number:02}" for number in range(60)]
    catalogue = csw.Catalogue([csw.record(name) for name in names], size=25, sorts=sorts)

    def handle(path, query, headers):
        status, kind, body = catalogue(path, query, headers)
        return status, kind, body.replace(b'Matched="60"', b'Matched="%d"' % (60 + off))

    pages, error, _ = run(handle, client)
    begin = max([0, *(place for place, page in enumerate(pages) if page.anew)])
    assert (error, good(pages[begin:]), pages[-1].last) == (None, names, True)
    assert (begin > 0) == (off > 0 or not sorts)
    for page in pages[:-1]:
        rest, error, _ = run(handle, client, json.loads(json.dumps(page.checkpoint)))
        assert (error, rest[-1].last, set(good(rest)) <= set(names)) == (None, True, True)
        assert any(each.anew for each in rest) == (page in pages[:begin])


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_broken_record_costs_itself(client, broken, place):
    others = [csw.record("a"), csw.record("b")]
    pieces = [text.encode() for text in others]
    pieces.insert(place, broken)
    mark = csw.record("mark").encode()
    body = csw.page([csw.record("mark")], matched=4, returned=3, next=4).replace(mark, b"".join(pieces))
    pages, error, _ = run(pages_of(body, csw.page([csw.record("b"), csw.record("z")], matched=4)), client)
    if place == 2:  # the broken record is the one with which the next page begins
        repeated = body.replace(b"".join(pieces), pieces[2] + csw.record("z").encode()).replace(
            b'"4"', b'"4"'
        )
        pages, error, _ = run(pages_of(body, repeated), client)
    kept = ["bad"] if broken in MENDED else []
    assert error is None
    assert sorted(good(pages)) == sorted(["a", "b", "z", *kept])
    faults = [reading for reading in readings(pages) if reading.fault]
    assert len(faults) == 1 - len(kept)
    for fault in faults:
        assert (fault.identifier, fault.fault.rule) == ("bad", "broken-xml")
        assert fault.content in broken
    assert pages[-1].last


@pytest.mark.parametrize(
    ("encoding", "bad"), [("utf-8", b"\x03"), ("utf-8", b"\xe9"), ("ISO-8859-1", b"\x03")]
)
def test_a_character_that_xml_forbids_costs_itself(client, encoding, bad):
    """A check reports U+FFFD, wherever it stands."""
    page = csw.page([csw.record("a", "<x>Zürich B A D</x>")]).decode()
    body = re.sub(r"\A<\?xml.*?\?>", "", page).encode(encoding).replace(b"B A D", bad)
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    pages, error, _ = run(pages_of(declaration + body), client)
    (reading,) = readings(pages)
    assert (error, reading.fault) == (None, None)
    assert "Zürich \N{REPLACEMENT CHARACTER}<" in reading.content.decode()
    pages, error, _ = run(pages_of(csw.page([csw.record("a\x03"), csw.record("b")])), client)
    assert (error, good(pages)) == (None, ["b"])
    assert [reading.identifier for reading in readings(pages) if reading.fault] == [""]


def test_records_that_say_too_little(client):
    nameless = csw.record("x").replace("fileIdentifier", "fileName")
    other = "<gmd:DS_DataSet/>"
    pages, error, _ = run(pages_of(csw.page([nameless, other, csw.record("a")])), client)
    assert error is None
    assert [reading.fault.rule if reading.fault else "" for reading in readings(pages)] == [
        "no-identifier", "unknown-format", "",
    ]  # fmt: skip


def test_a_page_cut_in_the_middle_gives_its_whole_records_and_then_fails(client):
    whole = csw.page([csw.record(name) for name in "bcd"], matched=9, next=5)
    cut = whole[: whole.index(b">d<") + 1]
    pages, error, _ = run(pages_of(FIRST.replace(b'"4"', b'"9"'), cut), client)
    assert (error.rule, good(pages)) == ("cut", ["a", "b", "c"])
    assert pages[1].checkpoint["start"] == 1  # read again from the same place


PAGE = csw.page([csw.record(name) for name in "abc"], matched=9, next=4)


@settings(max_examples=300)
@given(st.data())
def test_random_damage_gives_an_answer_or_a_clear_error(data):
    place = data.draw(st.integers(0, len(PAGE)))
    end = min(len(PAGE), place + data.draw(st.integers(0, 40)))
    damaged = PAGE[:place] + data.draw(st.binary(max_size=20)) + PAGE[end:]
    answer = answer_to(damaged)
    if answer is not None and place >= PAGE.index(b"<gmd:MD_Metadata"):  # else no namespace may be left
        hurt = sum(1 for name in "abc" if csw.record(name).encode() not in damaged)
        names = {reading.identifier for reading in answer.readings if not reading.fault}
        assert len(names & set("abc")) >= 3 - hurt or answer.broken or answer.sent != 3


def answer_to(content):
    """What is read of an answer; None where a clear error says why it is none."""
    try:
        content = prepare(content, "u", "CSW")
        try:
            return read(content, "u")
        except etree.XMLSyntaxError as error:
            return read_damaged(content, "u", error)
    except SourceError:
        return None


def title_of(reading):
    """Of the record; why there is none."""
    try:
        record = format_for(reading.media_type).read(reading.content, reading.identifier, "")
    except Unreadable as error:
        return error.rule
    return record.title.best("nl")[0]


@needs_recordings
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_recording_gives_records_or_a_clear_error(client, path):
    body = path.read_bytes()
    pages, error, _ = run(pages_of(body), client)
    assert error is not None or readings(pages)
    for reading in readings(pages):
        assert reading.identifier
        assert title_of(reading)
        taken = taken_in(reading)
        assert isinstance(taken, Record) or taken in RULES


@needs_recordings
def test_a_real_pycsw_with_real_records(client, tmp_path):
    records, folder = tmp_path / "records", tmp_path / "server"
    records.mkdir()
    folder.mkdir()
    names = {}
    for path in FILES:
        root = etree.parse(path).getroot()
        if etree.QName(root).localname in ("MD_Metadata", "MI_Metadata") and root.tag.startswith(
            "{http://www.iso"
        ):
            names.setdefault(root.findtext(f"{{{GMD}}}fileIdentifier/{{*}}CharacterString").strip(), path)
    for path in names.values():
        shutil.copy(path, records)
    with pycsw(records, folder, page=4) as url:
        whole = list(Csw(url, client).pages())
        again = list(Csw(url, client).pages(whole[1].checkpoint))
        data = list(Csw(url, client, set_="dataset").pages())
        with pytest.raises(SourceError, match="InvalidParameterValue"):
            list(Csw(url, client, constraint="title is =").pages())
    assert len(whole) > 3
    assert whole[-1].last
    assert whole[-1].total == len(names)
    assert good(whole) == sorted(names)
    assert good(whole[:2]) + good(again) == good(whole)
    services = 0
    for reading in readings(whole):
        title = title_of(reading)
        services += title == "other-kind"
        assert title
        assert reading.datestamp
    assert set(good(data)) < set(names)
    # One describes data and services: we read the data, and pycsw calls it no dataset.
    assert services + len(good(data)) >= len(names) - 1


def test_a_server_tells_whether_a_record_is_still_there(client):
    one = csw.page([csw.record("a")]).replace(b"GetRecordsResponse", b"GetRecordByIdResponse")
    none = b"<csw:GetRecordByIdResponse xmlns:csw='http://www.opengis.net/cat/csw/2.0.2'/>"
    unknown = csw.exception("InvalidParameterValue", "x").replace(
        b"<ows:Exception ", b"<ows:Exception locator='Id' "
    )
    for answers, constraint, expected in [
        ([one], "", True),
        ([unknown], "", False),
        ([none], "", False),
        ([(404, csw.exception("OperationNotSupported", "GetRecordById"))], "", False),
        ([csw.exception("NoApplicableCode", "busy")], "", None),
        ([(503, b"Busy")], "", None),
        ([b"<html>Log in</html>"], "", None),
        ([csw.page([csw.record("b")])], "", None),
        # It is there, but may no longer be what the source is asked for.
        ([one, csw.page([csw.record("a")])], "x = 1", True),
        ([one, csw.page([])], "x = 1", False),
        ([one, csw.exception("NoApplicableCode", "dc:identifier")], "x = 1", None),
        ([one], "<ogc:Filter/>", None),
        ([none], "x = 1", False),
    ]:
        with Serving(pages_of(*answers)) as server:
            source = Csw(server.url("/csw"), client, constraint=constraint)
            assert source.still_there("a") is expected, answers
    assert server.asked[0].query["request"] == "GetRecordById"
    assert (server.asked[0].query["id"], "constraint" in server.asked[0].query) == ("a", False)
