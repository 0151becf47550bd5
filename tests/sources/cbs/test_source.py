"""The catalogues of Statistics Netherlands, from a little OData server and from recorded answers."""

import json
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.sources.cbs.answer import read
from erpd.sources.cbs.source import Cbs
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client, Limits
from tests.needs import SHARED
from tests.servers import LOOPBACK, Serving
from tests.sources.cbs import odata
from tests.sources.taken_in import taken_in
from tests.sources.walking import good, readings, walked

FOLDER = SHARED / "cbs"
FILES = sorted(FOLDER.glob("*.json"))
needs_recordings = pytest.mark.skipif(not FILES, reason="the recorded answers of shared/data are absent")

TABLES = [
    {"Identifier": f"8{number:04}NED", "Title": "Banen", "Modified": "2026-01-01"} for number in range(9)
]
THEMES = [
    {"ID": 1, "ParentID": None, "Title": "Arbeid en sociale zekerheid"},
    {"ID": 2, "ParentID": 1, "Title": "Banen "},
    {"ID": 3, "ParentID": 3, "Title": "Kring"},
]
OF_TABLES = [{"TableIdentifier": "80000NED", "ThemeID": 2}, {"TableIdentifier": "80001NED", "ThemeID": 3}]


@pytest.fixture
def client():
    limits = Limits(connect=5, read=5, total=20, retries=0)
    with Client(limits, LOOPBACK, pause=lambda seconds: None) as client:
        yield client


def run(handle, client, path="/ODataCatalog/Tables", **options):
    """(pages, error, server)."""
    with Serving(handle) as server:
        pages, error = walked(Cbs(server.url(path), client, **options))
    return pages, error, server


def always(body, status=200):
    def handle(path, query, headers):
        lists = path.endswith(("Tables", "Datasets"))
        return (status, odata.JSON, body) if lists else (404, odata.JSON, b"")

    return handle


def test_tables_with_their_themes(client):
    lists = {"Tables": TABLES, "Themes": THEMES, "Tables_Themes": OF_TABLES}
    pages, error, server = run(odata.Catalogue(lists, size=2), client)
    assert (error, good(pages), pages[-1].last) == (None, [table["Identifier"] for table in TABLES], True)
    assert {page.total for page in pages} == {9}
    first, second, third = (json.loads(reading.content) for reading in readings(pages)[:3])
    assert first == {**TABLES[0], "@themes": ["Arbeid en sociale zekerheid", "Banen"]}
    assert (second["@themes"], "@themes" in third) == (["Kring"], False)
    reading = readings(pages)[0]
    assert (reading.media_type, reading.datestamp) == ("application/vnd.cbs.table+json", "2026-01-01")
    asked = server.asked[0]
    assert asked.path == "/ODataCatalog/Tables"
    assert asked.query == {
        "$format": "json", "$skip": "0", "$top": "500", "$orderby": "Identifier", "$inlinecount": "allpages",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/odata/v1/CBS", "/odata/v1/CBS/", "/odata/v1/CBS/Datasets"])
def test_the_fourth_version_with_its_catalogues(client, path):
    data_sets = [{**table, "Catalog": "CBS"} for table in TABLES]
    catalogue = {"Identifier": "CBS", "License": "https://creativecommons.org/licenses/by/4.0/"}
    lists = {"Datasets": data_sets, "Catalogs": [catalogue]}
    pages, error, server = run(odata.Catalogue(lists, size=4, dialect="4"), client, path, set_="CBS")
    assert (error, len(good(pages)), pages[-1].last) == (None, 9, True)
    assert json.loads(readings(pages)[8].content)["@catalog"] == catalogue
    assert (server.asked[0].path, server.asked[1].path) == (
        "/odata/v1/CBS/Datasets",
        "/odata/v1/CBS/Catalogs",
    )
    assert server.asked[0].query["$filter"] == "Catalog eq 'CBS'"
    assert server.asked[0].query["$count"] == "true"


def test_a_server_that_gives_all_at_once(client):
    many = [{"Identifier": str(number)} for number in range(700)]
    body = json.dumps({"value": many}).encode()
    pages, error, server = run(always(body), client)
    assert (error, len(good(pages)), [page.last for page in pages]) == (None, 700, [True])
    assert len([asked for asked in server.asked if asked.path.endswith("Tables")]) == 1


def test_a_server_that_knows_no_order(client):
    whole = odata.Catalogue({"Tables": TABLES})

    def handle(path, query, headers):
        return (501, odata.JSON, b"{}") if "$orderby" in query else whole(path, query, headers)

    pages, error, _ = run(handle, client)
    assert (error, len(good(pages)), pages[-1].last) == (None, 9, True)


@pytest.mark.parametrize(
    ("link", "rule"), [("Themes?$skip=1", "token-loop"), ("Themes", "token-loop"), ("Gone", "not-found")]
)
def test_themes_that_do_not_all_come_are_never_half_told(client, link, rule):
    """Tables without their themes would look like changed ones."""
    whole = odata.Catalogue({"Tables": TABLES, "Tables_Themes": OF_TABLES})
    themes = json.dumps({"value": THEMES, "odata.nextLink": link}).encode()

    def handle(path, query, headers):
        return (200, odata.JSON, themes) if path.endswith("/Themes") else whole(path, query, headers)

    pages, error, server = run(handle, client)
    assert (pages, error.rule) == ([], rule)
    assert len(server.asked) < 6


@pytest.mark.parametrize(
    ("path", "name", "link"),
    [
        ("/ODataCatalog/Tables", "Tables", ""),
        ("/odata/v1/CBS", "Datasets", ""),
        ("/odata/v1/CBS", "Datasets", "/odata/v1/CBS/Datasets"),
        ("/odata/v1/CBS", "Datasets", "http://internal.example/odata/v1/CBS/Datasets"),
    ],
)
def test_links_to_the_next_page_that_only_the_server_understands_are_followed(client, path, name, link):
    """OData 3 JSON, 4.4; OData 4 JSON, 4.5.5. $skip is ignored; with $top, the links end there."""
    tables = [{"Identifier": f"{number:04}"} for number in range(1200)]
    dialect = "3" if name == "Tables" else "4"
    catalogue = odata.Catalogue({name: tables}, size=300, dialect=dialect, tokens=True, link=link)
    pages, error, _ = run(catalogue, client, path)
    assert (error, pages[-1].last, len(pages)) == (None, True, 4)
    assert good(pages) == [table["Identifier"] for table in tables]
    with Serving(catalogue) as server:
        for page in pages:
            checkpoint = dict(page.checkpoint)
            checkpoint["token"] = moved(checkpoint["token"], server)
            rest, error = walked(Cbs(server.url(path), client), checkpoint)
            assert (error, good([*pages[: pages.index(page) + 1], *rest])) == (None, good(pages))


def moved(link, server):
    """The same address at another server: each test has its own port."""
    return link and urlunsplit(urlsplit(link)._replace(netloc=f"127.0.0.1:{server.port}"))


def test_links_without_end_or_out_of_the_list_prove_nothing(client):
    for link, rule in (
        ("Tables?$skiptoken=x", "token-loop"),
        ("http://10.0.0.1/x?$skiptoken=1", "forbidden-address"),
    ):
        body = TWO.replace(b"Tables?$skip=2", link.encode())
        pages, error, _ = run(always(body), client)
        assert (error.rule, good(pages), any(page.last for page in pages)) == (rule, ["a", "b"], False)
    short = odata.Catalogue({"Tables": TABLES}, size=4, tokens=True)

    def handle(path, query, headers):
        status, kind, body = short(path, query, headers)
        return status, kind, body.replace(b'"odata.count":9', b'"odata.count":10')

    pages, error, _ = run(handle, client)
    assert (error.rule, len(good(pages)), any(page.last for page in pages)) == ("count-mismatch", 9, False)


TWO = b'{"odata.count":"4","value":[{"Identifier":"a"},{"Identifier":"b"}],"odata.nextLink":"Tables?$skip=2"}'


@pytest.mark.parametrize(
    ("body", "status", "rule", "words"),
    [
        (TWO, 200, "token-loop", "same records"),
        (TWO.replace(b',"odata.nextLink":"Tables?$skip=2"', b""), 200, "token-loop", "same records"),
        (b'{"odata.count":"4","value":[]}', 200, "count-mismatch", "0 records although 4"),
        (b'{"value":[{"Identifier":"a"},{"Ident', 200, "cut", "middle"),
        (b'{"value":3}', 200, "protocol-error", "no value"),
        (b"[1]", 200, "protocol-error", "no value"),
        (b"[" * 100_000, 200, "not-json", "neither"),
        (b'{"odata.error":{"message":{"value":"No such field"}}}', 200, "protocol-error", "No such field"),
        (b"<!-- 503 --><html>Onderhoud</html>", 200, "not-json", "HTML"),
        (b"", 200, "not-json", "neither"),
        (b"{}", 503, "server-error", "503"),
    ],
)
def test_what_goes_wrong_is_told_and_proves_nothing(client, body, status, rule, words):
    pages, error, _ = run(always(body, status), client)
    assert error is not None
    assert (error.rule, words in str(error)) == (rule, True), str(error)
    assert not any(page.last for page in pages)


BROKEN = {
    "missing value": b'{"Identifier":"bad","Title":}',
    "bare word": b'{"Identifier":"bad","Title":nul}',
    "lost quote": b'{"Identifier":"bad","Title":"x}',
    "not a JSON object": b'["bad"]',
    "too deep": b'{"Identifier":"bad","x":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "latin-1": '{"Identifier":"bad é"}'.encode("latin-1"),
    "half a character": b'{"Identifier":"bad\\ud800"}',
    "a name that comes twice": b'{"Identifier":"bad","Title":"A","Title":"B"}',
    "no identifier": b'{"Title":"bad"}',
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_broken_entry_costs_itself(client, broken, place):
    entries = [b'{"Identifier":"a"}', b'{"Identifier":"b","Title":"\x03"}', b'{"Identifier":"c"}']
    entries.insert(place, broken)
    body = b'{"odata.metadata":"x","value":[' + b" ,\n".join(entries) + b"]}"
    pages, error, _ = run(always(body), client)
    assert (error, good(pages), pages[-1].last) == (None, ["a", "b", "c"], True)
    (fault,) = [reading for reading in readings(pages) if reading.fault]
    assert fault.fault.rule in ("broken-syntax", "no-identifier")
    assert b"bad" in fault.content


def test_a_large_broken_answer_takes_time_in_proportion_to_its_size():
    """An error of json counts the lines before it: 4 MB of them would take a quarter of an hour."""
    with pytest.raises(SourceError, match="too many faults to recover"):
        read(b'{"value":[' + b'{"a":1},{' * 2**19, "u")


def test_a_wrong_byte_that_is_a_letter_is_put_right_and_told(client):
    body = b'{"value":[{"Identifier":"a","Title":"Z\xfcrich"},{"Identifier":"b"}]}'
    first, second = readings(run(always(body), client)[0])
    assert json.loads(first.content)["Title"] == "Zürich"
    assert [(found.rule, found.path, found.value) for found in first.repairs] == [
        ("byte", "Title", "Z[0xFC]rich")
    ]
    assert second.repairs == ()


@pytest.mark.parametrize("lost", [b"\x81", b"\\ud800"])
def test_a_text_may_lose_a_character(client, lost):
    body = b'{"value":[{"Identifier":"a","Title":"Z%brich"},{"Identifier":"b"}]}' % lost
    pages, error, _ = run(always(body), client)
    assert (error, good(pages), pages[-1].last) == (None, ["a", "b"], True)
    assert json.loads(readings(pages)[0].content)["Title"] == "Z\N{REPLACEMENT CHARACTER}rich"


ANSWER = json.dumps({"odata.count": "9", "value": TABLES, "odata.nextLink": "Tables?$skip=9"}).encode()


@settings(max_examples=300)
@given(st.integers(0, len(ANSWER)), st.integers(0, 40), st.binary(max_size=20))
def test_random_damage_gives_an_answer_or_a_clear_error(place, length, noise):
    damaged = ANSWER[:place] + noise + ANSWER[place + length :]
    try:
        listing = read(damaged, "u")
    except SourceError as error:
        listing = None
        said = str(error)
    if listing is None:
        assert said
    else:
        assert len(listing.entries) <= len(TABLES) + damaged.count(b"{")


@needs_recordings
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_recording_gives_records_or_a_clear_error(client, path):
    pages, error, _ = run(always(path.read_bytes()), client)
    assert error is None
    found = readings(pages)
    if path.name in ("tables_1.json", "meta_2.json"):
        assert len(good(pages)) == len(found) == (20 if path.name == "tables_1.json" else 1)
        for reading in found:
            assert taken_in(reading).title
    else:
        assert {reading.fault.rule for reading in found if reading.fault} <= {"no-identifier"}
