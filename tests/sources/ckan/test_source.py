import json
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.sources.ckan.damage import salvage
from erpd.sources.ckan.source import Ckan
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client, Limits
from erpd.sources.http.credentials import Header
from tests.needs import SHARED
from tests.servers import LOOPBACK, Serving
from tests.sources.ckan.portal import JSON, Dkan, Portal, answer, failure, package
from tests.sources.taken_in import taken_in

FOLDER = SHARED / "ckan"
needs_recordings = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the recordings are not at {FOLDER}")
PAGE = "/api/3/action/package_search"


class House(Serving):
    """One server for all tests; what it serves changes."""

    def __init__(self):
        super().__init__(lambda *asked: self.handle(*asked))  # noqa: PLW0108


@pytest.fixture(scope="module")
def house():
    with House() as server:
        yield server


@pytest.fixture(scope="module")
def client():
    with connected() as client:
        yield client


@contextmanager
def connected(**limits):
    bounds = {"connect": 5, "read": 5, "total": 20, "retries": 0, **limits}
    with Client(Limits(**bounds), LOOPBACK, pause=lambda seconds: None) as client:
        yield client


def harvest(house, handle, client, path="", checkpoint=None, **options):
    """(pages, error)"""
    house.handle = handle
    house.asked.clear()
    pages, error = [], None
    try:
        for page in Ckan(house.url(path), client, **options).pages(checkpoint):
            pages.append(page)
    except SourceError as caught:
        error = caught
    return pages, error


def identifiers(pages):
    return [reading.identifier for page in pages for reading in page.readings]


def is_complete(pages, error):
    assert not any(page.last for page in pages[:-1])
    return error is None and pages[-1].last


NAMES = [f"p{number:02}" for number in range(10)]
PACKAGES = [package(name) for name in NAMES]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("", PAGE),
        ("/", PAGE),
        ("/data/", f"/data{PAGE}"),
        ("/api/3/action", PAGE),
        ("/api/3/", PAGE),
        ("/api", PAGE),
        ("/api/action/", "/api/action/package_search"),
        (f"/data{PAGE}?rows=50&start=7&fq=", f"/data{PAGE}"),
        ("/ckan/package_search", "/ckan/package_search"),
    ],
)
def test_the_address_may_be_that_of_the_portal_of_its_api_or_of_a_request(house, client, path, asked):
    pages, error = harvest(house, Portal(PACKAGES), client, path)
    assert (identifiers(pages), is_complete(pages, error)) == (NAMES, True)
    assert {each.path for each in house.asked} == {asked}
    assert [each.query["rows"] for each in house.asked] == ["500", "500", "0"]


@pytest.mark.parametrize(
    "options", [{"query": "protected"}, {"path": "?fq=protected"}, {"path": "?q=protected"}]
)
@pytest.mark.parametrize("keys", ["known", "ignored"])
def test_a_query_selects(house, client, options, keys):
    packages = [package(name, access="protected" if name < "p05" else "open") for name in NAMES]
    pages, error = harvest(house, Portal(packages, cap=2, keys=keys), client, **options)
    assert (identifiers(pages), is_complete(pages, error)) == (NAMES[:5], True)


def test_pages_go_on_by_key_and_a_silent_cap_is_noticed(house, client):
    names = [f"p{number:02}" for number in range(20)]
    pages, error = harvest(house, Portal([package(name) for name in names], cap=8), client)
    assert (identifiers(pages), is_complete(pages, error)) == (names, True)
    keys = [None, *(f'id:{{"{last}" TO *]' for last in ("p07", "p15", "p19")), None]
    assert [each.query.get("q") for each in house.asked] == keys
    assert [page.total for page in pages] == [20] * 4


def test_quotes_in_ids_are_no_queries(house, client):
    names = ['" OR *:*', "\\", 'x" TO *] OR id:["']
    pages, error = harvest(house, Portal([package(name) for name in names]), client)
    assert (sorted(identifiers(pages)), is_complete(pages, error)) == (sorted(names), True)


@pytest.mark.parametrize("cap", [2, 3, 1000])
def test_dkan_lists_without_search(house, client, cap):
    packages = [package(name) for name in reversed(NAMES)]
    pages, error = harvest(house, Dkan(packages, cap), client)
    assert (identifiers(pages), is_complete(pages, error)) == (NAMES[::-1], True)
    for page in pages[:-1]:
        rest, error = harvest(
            house, Dkan(packages, cap), client, checkpoint=json.loads(json.dumps(page.checkpoint))
        )
        assert is_complete(rest, error)
        done = pages[: pages.index(page) + 1]
        assert identifiers(done) + identifiers(rest) == identifiers(pages)
    pages[0].checkpoint.update(gist="other")
    _, error = harvest(house, Dkan(packages, cap), client, checkpoint=pages[0].checkpoint)
    assert error.rule == "changed"


EDITS = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(["insert", "delete", "edit"]), st.integers(0, 99)),
    max_size=8,
)


def editors(edits):
    """What is done before which search, and what was there all the time."""
    always: set[str] = set()

    def work(portal, number):
        if number == 0:
            always.update(portal.packages)
        for when, what, which in edits:
            if when == number:
                there = sorted(portal.packages)
                name = f"p{which:02}"
                if what == "insert" and name not in portal.packages:
                    portal.insert(name)
                elif what != "insert" and there:
                    getattr(portal, what)(there[which % len(there)])
        always.intersection_update(portal.packages)

    return always, work


@settings(max_examples=150, deadline=None)
@given(
    edits=EDITS,
    names=st.sets(st.integers(0, 99), max_size=30),
    cap=st.integers(2, 10),
    keys=st.sampled_from(["known", "refused", "ignored", "words"]),
    resume=st.integers(0, 8),
)
def test_nothing_is_missed_while_editors_work(house, client, edits, names, cap, keys, resume):
    always, work = editors(edits)
    portal = Portal([package(f"p{number:02}") for number in names], cap=cap, keys=keys, before=work)
    pages, error = harvest(house, portal, client)
    assert error is None or error.rule in ("count-mismatch", "token-loop")
    if not edits:
        assert error is None
    if is_complete(pages, error):
        assert always <= set(identifiers(pages))
    assert len(set(identifiers(pages))) == len(identifiers(pages))
    if (
        len(pages) > resume and not pages[resume].last
    ):  # the editors are home: the run that was cut off goes on
        done = pages[: resume + 1]
        rest, error = harvest(house, portal, client, checkpoint=json.loads(json.dumps(done[-1].checkpoint)))
        if is_complete(rest, error):
            both = identifiers(done) + identifiers(rest)
            assert always <= set(both)
            assert len(set(both)) == len(both)
        else:
            assert error.rule in ("changed", "count-mismatch", "token-loop")
            assert edits or keys != "known"


@settings(max_examples=60, deadline=None)
@given(
    edits=EDITS.map(lambda edits: [edit for edit in edits if edit[1] != "delete"]),
    names=st.sets(st.integers(0, 99), max_size=30),
    cap=st.integers(2, 10),
)
def test_nothing_is_missed_where_the_last_edited_stands_first(house, client, edits, names, cap):
    always, work = editors(edits)
    portal = Portal([package(f"p{number:02}") for number in names], cap=cap, sorts=False, before=work)
    pages, error = harvest(house, portal, client)
    if is_complete(pages, error):
        assert always <= set(identifiers(pages))
    else:
        assert edits
    assert len(set(identifiers(pages))) == len(identifiers(pages))


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_damage_to_one_package_costs_that_one(house, client, data):
    names = NAMES[:6]
    hurt = data.draw(st.sampled_from(names))
    portal = Portal(
        [package(name) for name in names], cap=4, keys=data.draw(st.sampled_from(["known", "ignored"]))
    )
    text = portal.packages[hurt]
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, len(text)))
    portal.packages[hurt] = (
        text[:start] + data.draw(st.sampled_from(["", '"', "{", "}", "[", ",", "\\", "\x00"])) + text[end:]
    )
    pages, error = harvest(house, portal, client)
    good = [reading for page in pages for reading in page.readings if reading.fault is None]
    assert {name for name in names if name != hurt} <= {reading.identifier for reading in good}
    for page in pages:
        for reading in page.readings:
            assert reading.content
    if error is not None:
        assert error.rule in ("count-mismatch", "cut")


FIRST = answer([json.dumps(package("a"))], 2)
HTML = b"<!DOCTYPE html><html><body>Log in</body></html>"


@pytest.mark.parametrize(
    ("status", "body", "rule", "words"),
    [
        (200, HTML, "not-json", "HTML"),
        (200, b"<!-- Bl\xe4tter -->\n<body>" + b"\xfc" * 99, "not-json", "HTML"),
        (200, b" \n", "not-json", "empty response"),
        (200, b"<rdf/>", "not-json", "not JSON"),
        (200, b'{"a": ', "not-json", "not JSON"),
        (200, b'"text"', "protocol-error", "text"),
        (200, b"[]", "protocol-error", "not from CKAN"),
        (200, b'{"success": true, "result": {"count": 1, "results": 5}}', "protocol-error", "results"),
        (200, b'{"success": true, "result": {"results": []}}', "protocol-error", "count"),
        (200, answer([], -1), "protocol-error", "count"),
        (200, failure("Authorization Error", "Access denied"), "unauthorised", "Access denied"),
        (200, failure("Validation Error", {"sort": ["no \x1b[31m"]}), "protocol-error", "Validation Error"),
        (200, b'{"success": false}', "protocol-error", "no reason given"),
        (403, failure("Authorization Error", "Access denied"), "unauthorised", "Access denied"),
        (404, failure("Not Found Error", "Not found"), "not-found", "404"),
        (409, failure("Search Error", "Solr is asleep"), "protocol-error", "Solr is asleep"),
        (500, HTML, "server-error", "500"),
        (
            400,
            b'"Bad request - Action name not known: package_search"',
            "not-found",
            "CKAN action does not exist",
        ),
        (200, answer([], 5), "count-mismatch", "after 0 data sets although 5"),
        (200, FIRST, "count-mismatch", "after 1 data set although 2"),
        (200, answer(list(map(json.dumps, PACKAGES)), 20), "token-loop", "same page"),
        (200, answer(list(map(json.dumps, PACKAGES)), 113948), "token-loop", "same page"),
        (200, FIRST[:-60], "cut", "middle"),
    ],
)
def test_what_goes_wrong_is_told_and_proves_nothing(house, client, status, body, rule, words):
    pages, error = harvest(house, lambda *_: (status, JSON, body), client)
    assert error is not None
    assert error.rule == rule
    assert words in str(error)
    assert error.url.startswith(house.url(""))
    assert not any(page.last for page in pages)
    assert set(identifiers(pages)) <= {"a", *NAMES}


def test_counts_that_are_wrong_end_no_crawl(house, client):
    pages, error = harvest(house, Portal(PACKAGES, cap=3, off=-6), client)
    assert (identifiers(pages), is_complete(pages, error)) == (NAMES, True)
    pages, error = harvest(house, Portal(PACKAGES, cap=3, off=1), client)
    assert (identifiers(pages), error.rule) == (NAMES, "count-mismatch")


@pytest.mark.parametrize("keys", ["known", "refused"])
@pytest.mark.parametrize("hidden", [{"p00"}, {"p04", "p05", "p06"}, {"p09"}, set(NAMES)])
def test_packages_that_are_counted_and_hidden_from_us_are_not_taken_as_gone(house, client, keys, hidden):
    """By permissions that a plug-in looks at after the search."""
    whole = Portal(PACKAGES, cap=3, keys=keys)

    def handle(path, query, headers):
        status, media_type, body = whole(path, query, headers)
        said = json.loads(body)
        if said["success"]:
            shown = [each for each in said["result"]["results"] if each["id"] not in hidden]
            body = answer([json.dumps(each) for each in shown], said["result"]["count"])
        return status, media_type, body

    pages, error = harvest(house, handle, client)
    assert error.rule in ("count-mismatch", "token-loop")
    assert not any(page.last for page in pages)
    assert set(identifiers(pages)) <= set(NAMES) - hidden


def test_as_many_new_packages_as_a_page_has_are_no_loop(house, client):
    def work(portal, number):
        if number == 2:
            portal.insert("p00")

    names = [f"p{number:02}" for number in range(1, 10)]
    portal = Portal([package(name) for name in names], cap=2, sorts=True, keys="refused", before=work)
    pages, error = harvest(house, portal, client)
    assert (error, set(identifiers(pages)) >= set(names)) == (None, True)


def test_an_index_that_is_rebuilt_meanwhile_proves_nothing(house, client):
    def rebuild(portal, number):
        if number == 1:
            portal.packages.clear()

    for cap in (4, 8):
        pages, error = harvest(house, Portal(PACKAGES, cap=cap, before=rebuild), client)
        assert (identifiers(pages), error.rule) == (NAMES[:cap], "count-mismatch")


def test_nothing_to_harvest_is_an_empty_complete_list(house, client):
    pages, error = harvest(house, Portal([]), client)
    assert (identifiers(pages), is_complete(pages, error)) == ([], True)


def test_what_is_no_public_data_set_is_told_and_counted(house, client):
    packages = [
        package("a"),
        package("b", state="deleted"),
        package("c", state="draft"),
        package("d", private=True),
        package("e", type="harvest"),
        package("f", type="showcase"),
        package("g", type="dataset_series", resources=[]),
        package("h", type="geodata"),
        {"ID": "i", "Title": "Field names in any case"},
        {"id": "j", "Private": True},
        package("k", state="Deleted"),
        package("l", type="Dataset", resources=[]),
        package("m", type="dcat_ap_dataset", resources=[]),
        package("n", type="news", resources=[]),
        package("5", id=5),
    ]
    texts = [json.dumps(each) for each in packages]
    pages, error = harvest(house, lambda *_: (200, JSON, answer(texts, len(texts))), client)
    assert error is None or error.rule == "token-loop"
    readings = {reading.identifier: reading for page in pages for reading in page.readings}
    assert list(readings) == ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "5"]
    passed = {name: reading.fault.value for name, reading in readings.items() if reading.fault}
    assert passed == {
        "c": "its state is draft",
        "e": "a package of the type harvest",
        "f": "a package of the type showcase",
        "g": "a package of the type dataset_series",
        "n": "a package of the type news",
    }
    assert [name for name, reading in readings.items() if reading.deleted] == ["b", "k"]
    assert readings["a"].datestamp == "2026-01-01T00:00:00"


def test_what_is_private_is_public_where_no_key_was_sent(house, client):
    """DKAN marks what it publishes as private (GetDKAN/dkan#950)."""
    portal = Portal([package("a", private=True, state="Active", type="Dataset"), package("b")])
    pages, error = harvest(house, portal, client)
    assert is_complete(pages, error)
    assert [reading.fault for page in pages for reading in page.readings] == [None, None]
    with Client(Limits(retries=0), LOOPBACK, auth=Header("X-API-Key", "k")) as known:
        pages, error = harvest(house, portal, known)
        assert is_complete(pages, error)
        faults = [reading.fault and reading.fault.value for page in pages for reading in page.readings]
        assert faults == ["it is private", None]
        assert Ckan(house.url(), known).still_there("a") is False


def refusing(portal, refuses):
    def handle(path, query, headers):
        error = refuses(query)
        return (409, JSON, failure(*error)) if error else portal(path, query, headers)

    return handle


def rows_above(most):
    return lambda asked: int(asked["rows"]) > most and ("Validation Error", {"rows": [f"at most {most}"]})


@pytest.mark.parametrize(
    "refuses",
    [
        rows_above(100),
        lambda asked: "sort" in asked and ("Search Query Error", "Invalid sort"),
        lambda asked: ("sort" in asked or int(asked["rows"]) > 50) and ("Search Error", "no"),
        lambda asked: ("sort" in asked and ("E", "sort")) or rows_above(100)(asked),
    ],
)
def test_a_portal_that_refuses_so_many_rows_or_the_order_is_asked_for_less(house, client, refuses):
    names = [f"p{number:03}" for number in range(230)]
    portal = Portal([package(name) for name in names])
    pages, error = harvest(house, refusing(portal, refuses), client)
    assert is_complete(pages, error)
    assert sorted(identifiers(pages)) == names
    first = pages[0]
    pages, error = harvest(house, refusing(portal, refuses), client, checkpoint=first.checkpoint)
    assert is_complete(pages, error)
    assert sorted(identifiers([first, *pages])) == names
    assert not any("rows" in asked.query and refuses(asked.query) for asked in house.asked)


def test_what_is_no_package_is_kept_with_its_bytes(house, client):
    texts = ['"text"', "null", '{"id": "", "title": "T"}', '{"id": ["x"]}', json.dumps(package("a"))]
    portal = Portal([])
    portal.packages = dict(zip("abcde", texts, strict=True))
    pages, error = harvest(house, portal, client)
    assert is_complete(pages, error)
    faults = [
        (reading.fault.rule, reading.content) for page in pages for reading in page.readings if reading.fault
    ]
    assert faults == [
        ("broken-syntax", b'"text"'),
        ("broken-syntax", b"null"),
        ("no-identifier", b'{"id":"","title":"T"}'),
        ("no-identifier", b'{"id":["x"]}'),
    ]
    assert identifiers(pages)[-1] == "a"


def test_a_package_that_says_two_things_under_one_name_costs_itself(house, client):
    twice = '{"title":"B",' + json.dumps(package("b", title="Other"))[1:]
    portal = Portal([])
    portal.packages = {"a": json.dumps(package("a")), "b": twice, "c": json.dumps(package("c"))}
    pages, error = harvest(house, portal, client)
    assert is_complete(pages, error)
    (fault,) = [reading for page in pages for reading in page.readings if reading.fault]
    assert (fault.fault.rule, fault.content) == ("broken-syntax", twice.encode())
    assert "“title” occurs twice in the same object" in fault.fault.value
    assert [one for one in identifiers(pages) if one] == ["a", "c"]


def test_the_same_id_twice_in_one_answer_is_left_for_the_ledger(house, client):
    texts = [json.dumps(package("a")), json.dumps(package("a", title="Other"))]
    pages, error = harvest(
        house, lambda path, query, _: (200, JSON, answer([] if "q" in query else texts, 2)), client
    )
    assert (identifiers(pages), is_complete(pages, error)) == (["a", "a"], True)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (answer([json.dumps(package("a"), ensure_ascii=False)], 1).decode().encode("utf-16"), ""),
        (b"\xef\xbb\xbf" + answer([json.dumps(package("a"), ensure_ascii=False)], 1), ""),
        (
            answer([json.dumps(package("a", title="é"), ensure_ascii=False)], 1)
            .decode()
            .replace("…", "")
            .encode("latin-1"),
            "charset=iso-8859-1",
        ),
    ],
)
def test_charsets_other_than_utf_8_are_read(house, client, body, content_type):
    headers = {"Content-Type": f"application/json; {content_type}"}
    empty = answer([], 0)
    pages, error = harvest(
        house, lambda path, query, _: (200, headers, empty if "q" in query else body), client
    )
    assert is_complete(pages, error)
    (reading,) = pages[0].readings
    assert "é" in reading.content.decode()


def test_a_byte_that_is_no_utf_8_costs_a_character_but_never_makes_another_id(house, client):
    texts = [json.dumps(package(name, title=f"T {name}")).encode() for name in ("a", "b", "x")]
    body = answer(["A", "B"], 2).replace(b"A", texts[0].replace(b"T a", b"T \xe9"))
    body = body.replace(b"B", texts[1].replace(b'"b"', b'"\xe9"'))
    pages, _ = harvest(
        house, lambda path, query, _: (200, JSON, answer([], 0) if "q" in query else body), client
    )
    good, fault = [reading for page in pages for reading in page.readings]
    assert (good.fault, "T \ufffd" in good.content.decode()) == (None, True)
    assert (fault.identifier, fault.fault.rule) == ("", "no-identifier")


def test_another_charset_that_is_not_named_is_refused(house, client):
    text = json.dumps(package("a", title="Gebäude für Schüler " * 9), ensure_ascii=False)
    body = answer([text], 1).decode().replace("…", "").replace("☃", "").encode("latin-1")
    _, error = harvest(house, lambda *_: (200, JSON, body), client)
    assert (error.rule, "does not declare" in str(error)) == ("encoding", True)


def test_answers_too_large_are_asked_for_in_smaller_pages(house):
    packages = [package(name, notes="x" * 2000) for name in NAMES]
    with connected(max_bytes=8000) as client:
        pages, error = harvest(house, Portal(packages), client, rows=100)
        assert (identifiers(pages), is_complete(pages, error)) == (NAMES, True)
        assert [each.query["rows"] for each in house.asked][:4] == ["100", "20", "4", "2"]
    with connected(max_bytes=1000) as client:
        _, error = harvest(house, Portal(packages), client)
    assert error.rule == "too-large"


@pytest.mark.parametrize("part", [',{"', ',{"id":"a",', '{"id":"a","notes":"b"},{"'])
def test_a_large_broken_answer_takes_time_in_proportion_to_its_size(part):
    """An error of json counts the lines before it: 4 MB of them would take an hour."""
    found = salvage('{"success":true,"result":{"count":3,"results":[' + part * (2**22 // len(part)))
    assert found.cut
    assert len(found.packages) < 2**18


def test_whether_a_package_is_still_there(house, client):
    packages = [
        package("a", access="protected"),
        package("b"),
        package("c", state="deleted"),
        package("d", private=True),
    ]
    house.handle = Portal(packages)
    portal = Ckan(house.url(), client)
    assert [portal.still_there(name) for name in "abcdx"] == [True, True, False, True, False]
    protected = Ckan(house.url(), client, query="protected")
    assert [protected.still_there(name) for name in "abcdx"] == [True, False, False, False, False]
    for status, body, there in [
        (403, failure("Authorization Error"), False),
        (403, HTML, None),
        (404, HTML, None),
        (404, b"", None),
        (500, b"{}", None),
        (200, b'{"success": true, "result": {"id": "other"}}', None),
        (200, b'{"success": true, "result": [{"id": "a"}]}', True),
    ]:
        house.handle = lambda *_, status=status, body=body: (status, JSON, body)
        assert portal.still_there("a") is there


@needs_recordings
@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*/*.json")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_each_recording_gives_records_or_a_clear_error(house, client, path):
    pages, error = harvest(house, lambda *_: (200, JSON, path.read_bytes()), client)
    assert pages or error.rule
    for reading in (reading for page in pages for reading in page.readings):
        if path.name in ("mqa-quality-success.json", "organization-search-success.json"):  # no packages
            assert reading.fault
            continue
        assert reading.fault is None
        record = taken_in(reading)
        assert record.title
        assert record.iri


@needs_recordings
@pytest.mark.parametrize(
    ("name", "count"),
    [("birmingham/package_search", 10), ("envidat/package_search", 2), ("ondata/package-search-success", 2)],
)
def test_what_the_recordings_hold(house, client, name, count):
    pages, error = harvest(house, lambda *_: (200, JSON, (FOLDER / f"{name}.json").read_bytes()), client)
    assert len(identifiers(pages)) == count
    assert error.rule == "token-loop"  # the same page for ever
