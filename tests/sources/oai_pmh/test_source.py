"""OAI-PMH as it is met in the wild, from real servers."""

from itertools import count

import pytest

from erpd.formats import iso19139, oai_dc
from erpd.sources.answer import most_plausible
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client, Limits
from erpd.sources.oai_pmh.source import OaiPmh
from tests.servers import LOOPBACK, Serving
from tests.sources.oai_pmh import oai
from tests.sources.walking import good, one_after_the_other, readings, walked

RDF_XML = "application/rdf+xml"


@pytest.fixture
def client():
    limits = Limits(connect=5, read=5, total=20, retries=1)
    with Client(limits, LOOPBACK, pause=lambda seconds: None) as client:
        yield client


def run(handle, client, checkpoint=None, **selection):
    """(pages, error): what a harvest of one server gives."""
    with Serving(handle) as server:
        source = OaiPmh(server.url("/oai"), client, **{"prefix": "dcat_ap", **selection})
        pages, error = walked(source, checkpoint)
    return pages, error, server


def pages_of(*bodies):
    return one_after_the_other(oai.XML, bodies)


def identifiers(pages):
    return [reading.identifier for reading in readings(pages)]


def test_a_whole_list_in_pages(client):
    names = [f"oai:x:{number}" for number in range(7)]
    pages, error, server = run(oai.Repository([oai.record(name) for name in names]), client, prefix="")
    assert error is None
    assert identifiers(pages) == names
    assert [page.last for page in pages] == [False, False, True]
    assert {page.total for page in pages} == {7}
    reading = pages[0].readings[0]
    assert (reading.media_type, reading.datestamp) == (RDF_XML, "2026-01-01T00:00:00Z")
    assert "Ziekenhuizen é ☃".encode() in reading.content
    assert reading.content.startswith(b"<rdf:RDF")
    assert [asked.query for asked in server.asked] == [
        {"verb": "ListMetadataFormats"},
        {"verb": "ListRecords", "metadataPrefix": "dcat_ap"},
        {"verb": "ListRecords", "resumptionToken": "3"},
        {"verb": "ListRecords", "resumptionToken": "6"},
    ]


def test_the_selection_is_asked_as_given(client):
    _, error, server = run(
        pages_of(oai.page([oai.record("a")])), client, set_="protected", from_="2026-01-01"
    )
    assert error is None
    assert server.asked[0].query == {
        "verb": "ListRecords", "metadataPrefix": "dcat_ap", "set": "protected", "from": "2026-01-01",
    }  # fmt: skip


def test_a_whole_request_address_is_understood(client):
    with Serving(pages_of(oai.page([oai.record("a")]))) as server:
        url = server.url("/oai?verb=ListRecords&metadataPrefix=dcat&set=s&portal=nl")
        list(OaiPmh(url, client).pages())
    assert server.asked[0].query == {
        "portal": "nl", "verb": "ListRecords", "metadataPrefix": "dcat", "set": "s",
    }  # fmt: skip


def test_deleted_records_come_without_content(client):
    pages, _, _ = run(pages_of(oai.page([oai.deleted("gone"), oai.record("here")])), client)
    gone = pages[0].readings[0]
    assert (gone.identifier, gone.deleted, gone.content, gone.fault) == ("gone", True, b"", None)
    assert gone.datestamp == "2026-01-02"


def test_a_server_that_wants_the_prefix_beside_the_token(client):
    repository = oai.Repository([oai.record(str(number)) for number in range(7)])

    def handle(path, query, headers):
        if "metadataPrefix" not in query:
            return 400, oai.XML, oai.error("badArgument", "metadataPrefix is missing")
        return repository(path, query, headers)

    pages, error, server = run(handle, client)
    assert error is None
    assert (len(identifiers(pages)), pages[-1].last) == (7, True)
    assert len(server.asked) == 4  # asked wrongly once only
    pages, error, server = run(handle, client, pages[1].checkpoint)
    assert (identifiers(pages), len(server.asked)) == (["6"], 1)


def test_nothing_to_harvest_is_an_empty_complete_list(client):
    pages, error, _ = run(pages_of(oai.error("noRecordsMatch")), client, from_="2026-01-01")
    assert (error, identifiers(pages), pages[-1].last) == (None, [], True)
    pages, error, _ = run(pages_of((404, oai.error("noRecordsMatch"))), client)
    assert (error, pages[-1].last) == (None, True)


def test_no_records_match_behind_a_token_is_the_end(client):
    for total, complete in ((None, True), (1, True), (2, False)):
        pages, error, _ = run(
            pages_of(oai.page([oai.record("a")], "next", total), oai.error("noRecordsMatch")), client
        )
        assert identifiers(pages) == ["a"]
        assert (error is None, pages[-1].last) == (complete, complete)
    assert error.rule == "count-mismatch"


FIRST = oai.page([oai.record("a")], "next", 2)


@pytest.mark.parametrize(
    ("bodies", "rule", "words"),
    [
        ([oai.page([])], "empty-list", "noRecordsMatch"),
        ([(500, oai.error("badArgument", "no such set"))], "protocol-error", "no such set"),
        ([oai.error("cannotDisseminateFormat")], "protocol-error", "ListMetadataFormats"),
        ([oai.error("", "\x1b[31m&lt;b&gt;" * 999)[:300]], "cut", "middle"),
        ([FIRST, oai.error("badResumptionToken")], "bad-token", "expired"),
        ([FIRST, oai.page([oai.record("b")], "next")], "token-loop", "token"),
        ([FIRST, oai.page([oai.record("b")], "third"), FIRST], "token-loop", "token"),
        ([FIRST, oai.page([oai.record("a")], "other")], "token-loop", "same page"),
        ([FIRST, oai.page([])], "count-mismatch", "1 record although 2"),
        ([FIRST, (500, b"<html>Internal error</html>")], "server-error", "500"),
        ([FIRST, b""], "not-xml", "empty response"),
        ([b"<!DOCTYPE html><html><body>Log in</body></html>"], "not-xml", "HTML"),
        ([b"<!-- CMS --><html><body><p>Log in<br></body></html>"], "not-xml", "HTML"),
        ([b'<html xmlns="http://www.w3.org/1999/xhtml"/>'], "not-xml", "HTML"),
        ([b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0">'], "not-xml", "HTML"),
        ([b"broken xml"], "not-xml", "returned no XML"),
        ([b"<a><b></a>"], "not-xml", "mismatch"),
        ([b"<rdf/>"], "protocol-error", "rdf"),
        ([oai.around("<Identify/>")], "protocol-error", "neither a list"),
        (
            [b'<?xml version="1.0" encoding="klingon"?>' + oai.page([oai.record("a")])[39:]],
            "encoding",
            "klingon",
        ),
    ],
)
def test_what_goes_wrong_is_told_and_proves_nothing(client, bodies, rule, words):
    pages, error, server = run(pages_of(*bodies), client)
    assert error is not None
    assert error.rule == rule
    assert words in str(error)
    assert error.url.startswith(server.url("/oai"))
    assert not any(page.last for page in pages)
    assert set(identifiers(pages)) <= {"a", "b"}


def test_endless_pages_without_a_record_end(client):
    numbers = count()
    pages, error, _ = run(lambda *_: (200, oai.XML, oai.page([], f"token-{next(numbers)}")), client)
    assert error.rule == "token-loop"
    assert len(pages) < 60


def test_the_token_of_pycsw_behind_the_last_record_is_the_end(client):
    pages, error, _ = run(pages_of(FIRST, oai.page([oai.record("b")], "0", 2)), client)
    assert (error, identifiers(pages), pages[-1].last) == (None, ["a", "b"], True)
    pages, error, _ = run(pages_of(FIRST, oai.page([oai.record("b")], "0", 3), oai.page([])), client)
    assert (error.rule, pages[-1].last) == ("count-mismatch", False)


def test_a_list_without_an_end_that_announces_nothing_ends(client, monkeypatch):
    monkeypatch.setattr("erpd.sources.answer._LONGEST", 20)
    numbers = count()
    pages, error, _ = run(
        lambda *_: (200, oai.XML, oai.page([oai.record(f"r{next(numbers)}")], f"token-{next(numbers)}")),
        client,
    )
    assert (error.rule, len(pages), "21 records" in error.message) == ("count-mismatch", 21, True)


def test_a_page_without_records_but_with_a_token_is_passed(client):
    bodies = [oai.page([], "1"), oai.page([oai.record("a")], "2"), oai.page([], "")]
    pages, error, _ = run(pages_of(*bodies), client)
    assert (error, identifiers(pages), pages[-1].last) == (None, ["a"], True)


def test_an_estimated_total_is_let_pass(client):
    names = [oai.record(str(number)) for number in range(99)]
    pages, error, _ = run(pages_of(oai.page(names, "", 100)), client)
    assert (error, pages[-1].last) == (None, True)


def test_entities_of_html_in_a_record_are_the_characters_that_they_name(client):
    body = oai.page([oai.record("a", "<x>R&D &eacute;&nbsp;&amp;</x>"), oai.record("b")])
    pages, error, _ = run(pages_of(body), client)
    assert (error, identifiers(pages)) == (None, ["a", "b"])
    assert ">R&amp;D \xe9\xa0&amp;</x>".encode() in pages[0].readings[0].content


MARC = '<record xmlns="http://www.loc.gov/MARC21/slim"><leader/></record>'
BROKEN = {
    "a tag in a tag": oai.record("bad", "<x <y/>").encode(),
    "an attribute twice": oai.record("bad", "<x a='' a=''/>").encode(),
    "lost end tag": oai.record("bad", "<x>").encode(),
    "lost end of the record": oai.record("bad").replace("</record>", "").encode(),
    "lost start of the record": oai.record("bad").replace("<record>", "").encode(),
    "lost header": oai.record("bad").replace("<header>", "<hea").encode(),
    "unknown prefix": oai.record("bad", "<y:x/>").encode(),
    "open comment": oai.record("bad", "<x/><!--").encode(),
    "open CDATA": oai.record("bad", "<x><![CDATA[</x>").encode(),
    "document type": oai.record("bad", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>').encode(),
    "nested record": oai.record("bad", MARC + "<x <y/>").encode(),
    "control character in the identifier": oai.record("bad\x03").encode(),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_broken_record_costs_itself(client, broken, place):
    others = [oai.record("a"), oai.record("b", MARC)]
    pieces = [text.encode() for text in others]
    pieces.insert(place, broken)
    mark = oai.record("mark").encode()
    body = oai.page([oai.record("mark")], "more&more", 4).replace(mark, b"".join(pieces))
    pages, error, server = run(pages_of(body, oai.page([oai.record("z")], "")), client)
    assert error is None
    assert server.asked[-1].query["resumptionToken"] == "more&more"
    assert good(pages) == ["a", "b", "z"]
    (fault,) = [reading for reading in readings(pages) if reading.fault]
    assert fault.identifier in ("bad", "")
    assert fault.fault.rule == "broken-xml"
    assert fault.fault.path == f"record[{place + 1}]"
    assert fault.content in broken
    assert b"<identifier>bad" in fault.content
    expected = readings(run(pages_of(oai.page(others)), client)[0])
    assert [r.content for r in readings(pages) if r.identifier in {"a", "b"}] == [r.content for r in expected]


@pytest.mark.parametrize(
    "damaged", [oai.record("b", "<x>a\x03b</x>").encode(), oai.record("b", "<x>a\x81b</x>").encode("latin-1")]
)
def test_a_damaged_character_costs_itself(client, damaged):
    mark = oai.record("mark").encode()
    body = oai.page([oai.record("a"), oai.record("mark"), oai.record("c")]).replace(mark, damaged)
    pages, error, _ = run(pages_of(body), client)
    assert (error, good(pages)) == (None, ["a", "b", "c"])
    assert "<x xmlns" in (content := readings(pages)[1].content.decode())
    assert ">a\ufffdb</x>" in content


def test_records_that_say_too_little(client):
    nameless = oai.record("x").replace("<identifier>x</identifier>", "")
    bare = oai.record("bare", "")
    pages, error, _ = run(pages_of(oai.page([nameless, bare, oai.record("a")])), client)
    assert error is None
    assert [reading.fault.rule if reading.fault else "" for reading in readings(pages)] == [
        "no-identifier", "no-metadata", "",
    ]  # fmt: skip
    assert all(reading.content for reading in readings(pages))


def test_other_prefixes_leading_blanks_and_other_encodings_are_read(client):
    prefixed = oai.page([oai.record("é")], "")
    for name in (b"OAI-PMH", b"responseDate", b"request", b"ListRecords", b"record", b"header", b"identifier",
                 b"datestamp", b"metadata", b"resumptionToken"):  # fmt: skip
        prefixed = prefixed.replace(b"<%b" % name, b"<o:%b" % name).replace(b"</%b" % name, b"</o:%b" % name)
    prefixed = prefixed.replace(b"o:requestToken", b"requestToken").replace(b"xmlns=", b"xmlns:o=")
    plain = oai.page([oai.record("é")], "")
    utf16 = plain.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    for body in (prefixed, b"\n\n" + plain, b"\xef\xbb\xbf" + plain, utf16, plain + b"<b>Warning</b>"):
        pages, error, _ = run(pages_of(body), client)
        assert (error, good(pages), pages[-1].last) == (None, ["é"], True)
    broken = prefixed.replace(b"</o:ListRecords>", b"</o:ListRecords>&nbsp;")
    assert good(run(pages_of(broken), client)[0]) == ["é"]


def test_a_page_cut_in_the_middle_gives_its_whole_records_and_then_fails(client):
    whole = oai.page([oai.record(name) for name in "abc"], "next", 9)
    cut = whole[: whole.index(b"<identifier>c") + 5]
    pages, error, _ = run(pages_of(oai.page([oai.record("0")], "1"), cut), client)
    assert error.rule == "cut"
    assert identifiers(pages) == ["0", "a", "b"]
    assert pages[1].checkpoint["token"] == "1"  # read again from the same page
    cut = whole[: whole.index(b"</resumptionToken>")]
    assert run(pages_of(cut), client)[1].rule == "broken-xml"


def test_a_broken_token_is_not_the_end_of_the_list(client):
    body = oai.page([oai.record("a")], "next").replace(b"<resumptionToken>", b"<resumption\x03Token>")
    pages, error, _ = run(pages_of(body), client)
    assert (good(pages), error.rule) == (["a"], "broken-xml")


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE OAI-PMH [<!ENTITY e0 "ha">{BOMB}]>',
        '<!DOCTYPE OAI-PMH [<!ENTITY e11 SYSTEM "file:///etc/hostname">]>',
        '<!-- <a --><!DOCTYPE OAI-PMH [<!ENTITY e11 "x">]>',
        '<!DOCTYPE OAI-PMH SYSTEM "http://127.0.0.1/x.dtd">',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_and_never_expanded(client, doctype, encoding):
    body = oai.page([oai.record("a", "<x>&e11;</x>" if "e11" in doctype else "<x/>")]).decode()
    body = body.replace("?>", "?>" + doctype, 1).replace("UTF-8", encoding)
    pages, error, server = run(pages_of(body.encode(encoding)), client)
    assert (pages, error.rule, len(server.asked)) == ([], "entity", 1)


def test_depth_is_bounded(client):
    deep = "<x>" * 100_000 + "</x>" * 100_000
    pages, error, _ = run(pages_of(oai.page([oai.record("deep", deep), oai.record("a")])), client)
    assert (error, good(pages)) == (None, ["a"])


def test_identify_and_formats(client):
    identify = oai.around(
        "<Identify><repositoryName>NL</repositoryName><deletedRecord>persistent</deletedRecord>"
        "<granularity>YYYY-MM-DD</granularity><earliestDatestamp>2020-01-01</earliestDatestamp></Identify>"
    )
    with Serving(pages_of(identify, oai.around(oai.FORMATS), (401, b""))) as server:
        source = OaiPmh(server.url("/oai"), client)
        identity = source.identify()
        assert (identity.name, identity.deleted) == ("NL", "persistent")
        assert (identity.granularity, identity.earliest) == ("YYYY-MM-DD", "2020-01-01")
        assert list(source.formats()) == ["oai_dc", "dcat_ap"]
        with pytest.raises(SourceError) as caught:
            source.identify()
    assert caught.value.rule == "unauthorised"


@pytest.mark.parametrize(
    ("formats", "chosen"),
    [
        ({"oai_dc": "", "rdf": "", "dcat_ap": ""}, "dcat_ap"),
        ({"oai_dc": "", "rdf": "", "dcat_ap_de": ""}, "rdf"),
        ({"oai_dc": "", "edm": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}, "edm"),
        ({"oai_dc": "", "x": "http://www.w3.org/ns/dcat#", "edm-rdf": ""}, "x"),
        ({"oai_dc": "", "marc21": "", "iso": "http://www.isotc211.org/2005/gmd"}, "iso"),
        ({"marc21": "", "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/"}, "oai_dc"),
    ],
)
def test_the_prefix_is_chosen_from_what_the_server_offers(client, formats, chosen):
    listed = "".join(
        f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix>"
        f"<metadataNamespace>{space}</metadataNamespace></metadataFormat>"
        for prefix, space in formats.items()
    )
    bodies = [oai.around(f"<ListMetadataFormats>{listed}</ListMetadataFormats>"), oai.page([oai.record("a")])]
    pages, _, server = run(pages_of(*bodies), client, prefix="")
    assert server.asked[1].query["metadataPrefix"] == chosen
    assert pages[-1].checkpoint["prefix"] == chosen


def test_a_server_without_a_format_that_is_read_is_told(client):
    only = oai.around(oai.FORMATS.replace("dcat_ap", "mods").replace("oai_dc", "marc21"))
    _, error, _ = run(pages_of(only), client, prefix="")
    assert (error.rule, error.section) == ("no-format", "G5")
    assert "only marc21, mods" in str(error)


@pytest.mark.parametrize(
    ("root", "media_type"),
    [
        ('<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"/>', oai_dc.MEDIA_TYPE),
        ('<MD_Metadata xmlns="http://www.isotc211.org/2005/gmd"/>', iso19139.MEDIA_TYPE),
        ('<dcat:Dataset xmlns:dcat="http://www.w3.org/ns/dcat#"/>', RDF_XML),
        ("<mods/>", "application/xml"),
    ],
)
def test_the_namespace_tells_the_format_of_a_record(client, root, media_type):
    pages, _, _ = run(pages_of(oai.page([oai.record("a", root)])), client)
    assert pages[0].readings[0].media_type == media_type


def test_a_server_tells_whether_a_record_is_still_there(client):
    def with_set(name):
        return oai.record("a").replace("</header>", f"<setSpec>{name}</setSpec></header>")

    for body, expected in {
        oai.around(f"<GetRecord>{oai.record('a')}</GetRecord>"): True,
        oai.around(f"<GetRecord>{with_set('protected:health')}</GetRecord>"): True,
        oai.around(f"<GetRecord>{with_set('protected_not')}</GetRecord>"): False,
        oai.around(f"<GetRecord>{oai.deleted('a')}</GetRecord>"): False,
        oai.around(f"<GetRecord>{oai.record('b')}</GetRecord>"): None,
        oai.error("idDoesNotExist"): False,
        oai.error("badVerb"): False,  # all that is asked of a source is ListRecords (G5.1.4)
        (404, b"Not found"): False,
        (503, b"Busy"): None,
        b"<html>Log in</html>": None,
    }.items():
        with Serving(pages_of(body)) as server:
            source = OaiPmh(server.url("/oai"), client, prefix="dcat_ap", set_="protected")
            assert source.still_there("a") is expected, body


def test_what_is_repaired_in_a_record_is_told(client):
    damaged = oai.record("b", "<x>Zürich &ndash; B</x>").encode("latin-1")
    body = oai.page([oai.record("a"), oai.record("mark")]).replace(oai.record("mark").encode(), damaged)
    first, second = readings(run(pages_of(body), client)[0])
    assert "Zürich – B".encode() in second.content
    assert (first.repairs, [(one.path, one.rule) for one in second.repairs]) == ((), [("x", "byte")])


@pytest.mark.parametrize(
    ("total", "page", "most"),
    [
        (None, 9, 50_000_000),
        (1000, 100, 4_000),
        (100, 100, 101_000),
        (10**9, 100, 50_000_000),
        (0, 0, 100_000),
    ],
)
def test_an_endless_list_ends_soon_after_what_is_plausible(total, page, most):
    assert most_plausible(total, page) == most
