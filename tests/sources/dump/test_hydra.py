"""Dumps in pages of the Hydra Core Vocabulary, and dumps that are asked for only if they have changed."""

import gzip
import json
from dataclasses import dataclass
from email.utils import formatdate
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpd.sources.dump import source as dump
from erpd.sources.dump.source import Dump
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client, Limits
from tests.needs import SHARED
from tests.servers import LOOPBACK, Serving, free_port

PREFIXES = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"
)
TURTLE = {"Content-Type": "text/turtle"}


@pytest.fixture
def client():
    limits = Limits(connect=5, read=5, total=20, retries=0)
    with Client(limits, LOOPBACK, pause=lambda seconds: None) as client:
        yield client


def data_sets(*numbers: int) -> str:
    return "".join(f'<http://data.example/{n}> a dcat:Dataset ; dcat:keyword "{n}" .\n' for n in numbers)


@dataclass(frozen=True)
class Style:
    """How a page names itself and the others: ``{}`` is the query that asks for a page."""

    subject: str
    next: str
    last: str
    total: str = "{subject} hydra:totalItems {total} ."


PAGED = (
    "a hydra:PagedCollection ; hydra:nextPage {} ; hydra:itemsPerPage 2",
    "a hydra:PagedCollection ; hydra:lastPage {}",
)
VIEW = (
    "a hydra:PartialCollectionView ; hydra:next {} ; hydra:first </all.ttl?page=1>",
    "a hydra:PartialCollectionView ; hydra:last {}",
)
LINKS = {
    "iri": "<http://127.0.0.1:{port}/all.ttl{query}>",
    "text": '"http://127.0.0.1:{port}/all.ttl{query}"',
    "typed": '" http://127.0.0.1:{port}/all.ttl{query}\\n"^^<http://www.w3.org/2001/XMLSchema#anyURI>',
    "relative": "<{query}>",
    "relative-text": '"{query}"',
    "path": '"/all.ttl{query}"',
    "host-of-the-proxy": "<https://ckan-internal.example:5000/all.ttl{query}>",
    "host-of-the-proxy-as-text": '"http://127.0.0.1:{other}/all.ttl{query}"',
}


class Pages:
    """``chain[n]`` is the number of the page that page n names as the next, None at the end."""

    def __init__(self, contents, chain, *, words=PAGED, link="iri", total=None, last=None):
        self.contents, self.chain = contents, chain
        self.words, self.link, self.total, self.last = words, LINKS[link], total, last
        self.port, self.other = 0, free_port()

    def __call__(self, path, query, headers):
        here = int(query.get("page", 1)) - 1
        if not 0 <= here < len(self.contents):
            return 404, {}, b""
        body = PREFIXES + self.contents[here]
        subject = self._link(here) if self.link.startswith("<") else f"</all.ttl?page={here + 1}>"
        if self.chain[here] is not None:
            body += f"{subject} {self.words[0].format(self._link(self.chain[here]))} .\n"
        if self.last is not None:
            body += f"{subject} {self.words[1].format(self._link(self.last))} .\n"
        if self.total is not None:
            body += f"<http://data.example/collection> hydra:totalItems {self.total} .\n"
        return 200, TURTLE, body.encode()

    def _link(self, page):
        return self.link.format(port=self.port, other=self.other, query=f"?page={page + 1}")


def run(pages, client, path="/all.ttl", killed_after=None):
    """(pages, error): what a harvest gives; killed after so many pages, another goes on."""
    came, error = [], None
    with Serving(pages) as server:
        pages.port = server.port
        dump = Dump(server.url(path), client)
        try:
            came.extend(islice(dump.pages(), killed_after))
            if killed_after and len(came) == killed_after:
                came.extend(dump.pages(json.loads(json.dumps(came[-1].checkpoint))))
        except SourceError as raised:
            error = raised
    return came, error


def names(pages):
    return [int(r.identifier.rpartition("/")[2]) for page in pages for r in page.readings if not r.fault]


def straight(number, size=2, **style):
    contents = [data_sets(*range(page * size, (page + 1) * size)) for page in range(number)]
    return Pages(contents, [*range(1, number), None], **{"total": number * size, **style})


@pytest.mark.parametrize("path", ["/all.ttl", "/all.ttl?page=1"])
@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("words", [PAGED, VIEW], ids=["paged", "view"])
def test_all_pages_are_read_however_they_name_each_other(client, words, link, path):
    pages, error = run(straight(4, words=words, link=link, last=3), client, path=path)
    assert error is None
    assert names(pages) == list(range(8))
    assert [page.last for page in pages] == [False, False, False, True]
    assert [page.total for page in pages] == [8] * 4


def test_a_run_goes_on_from_each_page(client, monkeypatch):
    monkeypatch.setattr(dump, "PAGE", 2)
    with Serving(pages := straight(3, size=5)) as server:
        pages.port = server.port
        location = server.url("/all.ttl")
        came = list(Dump(location, client).pages())
        assert names(came) == list(range(15))
        for done in range(1, len(came) + 1):
            checkpoint = json.loads(json.dumps(came[done - 1].checkpoint))
            rest = list(Dump(location, client).pages(checkpoint))
            assert names(came[:done]) + names(rest) == list(range(15))
            assert rest[-1].last
        pages.contents[1] += data_sets(99)
        middle = next(
            page.checkpoint for page in came if page.checkpoint["files"] == 1 and page.checkpoint["done"]
        )
        with pytest.raises(SourceError, match="has changed"):
            list(Dump(location, client).pages(middle))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), number=st.integers(1, 6))
def test_a_run_is_complete_only_if_each_page_led_to_another_and_all_has_come(client, data, number):
    chain = [data.draw(st.none() | st.integers(0, number)) for _ in range(number)]
    total = data.draw(st.none() | st.integers(0, 2 * number))
    stop = data.draw(st.none() | st.integers(1, 10))
    way = [0]
    while way[-1] < number and chain[way[-1]] is not None and chain[way[-1]] not in way:
        way.append(chain[way[-1]])
    looped = way[-1] < number and chain[way[-1]] is not None
    broken = way[-1] == number
    pages = straight(number, total=total)
    pages.chain = chain
    came, error = run(pages, client, killed_after=stop)
    reached = [n for page in way if page < number for n in (2 * page, 2 * page + 1)]
    assert set(names(came)) == set(reached)
    if looped:
        assert error.rule == "token-loop"
    elif broken:
        assert error.rule == "not-found"
    elif total is not None and total > len(reached):
        assert error.rule == "count-mismatch"
    else:
        assert error is None
        assert names(came) == reached
    assert came[-1].last == (error is None)


def test_what_moves_to_an_earlier_page_because_another_is_deleted_is_missed(client):
    pages = straight(3)
    deleted = Pages([data_sets(1, 2), data_sets(3, 4), data_sets(5)], [1, 2, None], total=5)

    def handle(path, query, headers):
        deleted.port = pages.port
        return (deleted if "page" in query else pages)(path, query, headers)

    with Serving(handle) as server:
        pages.port = server.port
        walk = Dump(server.url("/all.ttl"), client).pages()
        came = [next(walk), next(walk), next(walk)]
        with pytest.raises(SourceError) as caught:
            next(walk)
    assert names(came) == [0, 1, 3, 4, 5]
    assert caught.value.rule == "count-mismatch"


def test_what_comes_twice_does_not_stand_for_what_has_not_come(client):
    """The order changes between two pages."""
    pages = Pages([data_sets(1, 2), data_sets(3, 1), data_sets(4, 2)], [1, 2, None], total=6)
    came, error = run(pages, client)
    assert error.rule == "count-mismatch"
    assert names(came) == [1, 2, 3, 1, 4, 2]


def test_series_are_counted_where_they_are_listed_and_are_no_data_sets(client):
    """DCAT 3; what is both is a data set."""
    series = "".join(f"<http://data.example/s{n}> a dcat:DatasetSeries .\n" for n in (1, 2))
    both = "<http://data.example/3> a dcat:DatasetSeries .\n"
    pages = Pages([data_sets(1, 2) + series, data_sets(3) + both + series], [1, None], total=5)
    came, error = run(pages, client)
    assert (error, names(came), came[-1].last) == (None, [1, 2, 3], True)
    pages.total = 6
    assert run(pages, client)[1].rule == "count-mismatch"


def test_a_server_that_gives_the_same_page_for_ever_is_left(client):
    """It looks at no query: the pages differ only in the number of the next one."""
    count = iter(range(2, 1000))

    def handle(path, query, headers):
        body = PREFIXES + data_sets(1, 2) + f"</all.ttl> hydra:nextPage <?page={next(count)}> ."
        return 200, TURTLE, body.encode()

    with Serving(handle) as server, pytest.raises(SourceError) as caught:
        list(Dump(server.url("/all.ttl"), client).pages())
    assert caught.value.rule == "token-loop"
    assert len(server.asked) == 2


def test_a_circle_is_found_by_processes_that_never_see_it_whole(client):
    """Each is killed after one page."""
    pages = straight(5)
    pages.chain[4] = 2
    seen = []
    with Serving(pages) as server:
        pages.port = server.port

        def one_page_each():
            for _ in range(40):
                walk = Dump(server.url("/all.ttl"), client).pages(seen[-1] if seen else None)
                seen.append(next(walk).checkpoint)
                if seen[-1]["address"] == seen[-2:][0]["address"]:
                    next(walk)

        with pytest.raises(SourceError) as caught:
            one_page_each()
    assert caught.value.rule == "token-loop"
    assert len(seen) > 5


@pytest.mark.parametrize("name", ["http://data.example/other?page=0&size=100", "?page=0&size=100", "/p/1"])
@pytest.mark.parametrize("words", ["hydra:first {} ; hydra:last {}", "hydra:lastPage {}"])
def test_a_page_that_calls_itself_the_first_and_last_is_all(client, name, words):
    """Whatever it calls itself: its own name may be another than the address that was asked."""
    pages = Pages([data_sets(1)], [None], total=1)
    said = words.format(f"<{name}>", f"<{name}>")
    pages.contents[0] += f"<{name}> a hydra:PartialCollectionView ; {said} ."
    came, error = run(pages, client)
    assert (error, came[-1].last) == (None, True)


@pytest.mark.parametrize(
    ("page", "rule", "words"),
    [
        ("<?page=2> hydra:nextPage <?page=3> , <?page=4> .", "protocol-error", "more than one"),
        ("<?page=2> hydra:lastPage <?page=4> .", "cut", "calls another one the last"),
        ('<?page=2> hydra:nextPage "http://[" .', "bad-address", "not a URL"),
        ("<?page=2> hydra:nextPage <http://10.0.0.1/other> .", "forbidden-address", "non-public"),
        ("<?page=2> hydra:nextPage <file:///etc/passwd> .", "forbidden-scheme", "file"),
        ("<?page=2> hydra:nextPage <#page3> .", "token-loop", "do not end"),
        ("<?page=2> hydra:nextPage <?p%61ge=2&x=%32> .", "token-loop", "do not end"),
        ("<?page=2> hydra:nextPage <ftp://data.example/all> .", "ftp", "FTP"),
        ("<?page=2> < hydra:nextPage <?page=3> .", "broken-syntax", "cannot be read"),
        ("<?page=2> hydra:nextPage <?page=9> .", "not-found", "404"),
    ],
)
def test_a_page_that_says_where_to_go_and_cannot_be_understood_is_not_the_last(client, page, rule, words):
    pages = straight(2, total=None)
    pages.contents[1] += page
    came, error = run(pages, client)
    assert (error.rule, words in str(error)) == (rule, True), str(error)
    assert names(came)[:4] == [0, 1, 2, 3] or rule == "broken-syntax"
    assert not any(page.last for page in came)


def test_pages_that_describe_several_pages_are_read_by_their_own(client):
    pages = straight(3, total=None)
    for page in range(3):
        pages.contents[page] += "<?page=7> hydra:nextPage <?page=8> ; hydra:totalItems 700 .\n"
    pages.contents[2] += "<?page=3> hydra:lastPage <?page=3> ; hydra:totalItems 6 .\n"
    pages.chain[2] = None
    came, error = run(pages, client)
    assert (names(came), error) == (list(range(6)), None)


def test_a_page_on_disk_is_not_a_whole_dump(client, tmp_path):
    file = tmp_path / "page.ttl"
    file.write_text(PREFIXES + data_sets(1) + "<?page=1> hydra:nextPage <?page=2> .")
    walk = Dump(str(file), client, local=True).pages()
    assert names([next(walk)]) == [1]
    with pytest.raises(SourceError, match="one of several pages"):
        next(walk)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("de-ckanext-dcatde/catalog-endpoint.rdf", 6),
        ("de-odsh/rdf_catalog.xml", 38),
        ("de-odsh/rdf_catalog_empty.xml", 1),
        ("it-unibo/catalog_dati_unibo.rdf", 12),
    ],
)
def test_recorded_pages_are_the_last_of_their_dumps(client, name, number):
    """They name hosts that only their proxies knew."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared/data here")
    content = (SHARED / "catalogues" / name).read_bytes()
    with Serving(lambda *_: (200, {"Content-Encoding": "gzip"}, gzip.compress(content))) as server:
        for path in ("/catalog.rdf", "/catalog.xml?page=1"):
            pages = list(Dump(server.url(path), client).pages())
            assert len([r for page in pages for r in page.readings]) == number
            assert pages[-1].last


OLD = formatdate(1_700_000_000, usegmt=True)
NOW = formatdate(1_800_000_000, usegmt=True)
JUST_NOW = formatdate(1_800_000_000 - 30, usegmt=True)


def test_a_dump_that_has_not_changed_is_not_sent_again(client):
    answers = {"ETag": 'W/"1"', **TURTLE}

    def handle(path, query, headers):
        if headers.get("If-None-Match") == answers["ETag"]:
            return 304, {"ETag": answers["ETag"]}, b""
        return 200, answers, (PREFIXES + data_sets(1, 2)).encode()

    with Serving(handle) as server:
        (first,) = Dump(server.url(), client).pages()
        validators = first.checkpoint["validators"]
        (second,) = Dump(server.url(), client, validators=validators).pages()
        assert (second.readings, second.last, second.unchanged) == ([], True, True)
        assert second.checkpoint["validators"] == validators
        answers["ETag"] = '"2"'
        (third,) = Dump(server.url(), client, validators=validators).pages()
        assert (names([third]), third.unchanged) == ([1, 2], False)


@pytest.mark.parametrize(
    ("headers", "validators"),
    [
        ({"Last-Modified": OLD, "Date": NOW}, {"last-modified": OLD}),
        ({"Last-Modified": OLD, "Date": NOW, "ETag": '"x"'}, {"etag": '"x"'}),
        ({"Last-Modified": JUST_NOW, "Date": NOW}, {}),
        ({"Last-Modified": OLD}, {}),
        ({"Last-Modified": "yesterday", "Date": NOW}, {}),
        ({"Last-Modified": "Wed, 21 Oct 99999999999 07:28:30 GMT", "Date": NOW}, {}),
        ({"ETag": '"zürich"'}, {}),  # no request could carry it
        ({"ETag": f'"{"x" * 1000}"'}, {}),
        ({"Last-Modified": OLD, "Date": NOW, "ETag": '"zürich"'}, {"last-modified": OLD}),
        ({}, {}),
    ],
)
def test_only_what_tells_for_sure_is_believed(client, headers, validators):
    body = (PREFIXES + data_sets(1)).encode()
    with Serving(lambda *_: (200, {**TURTLE, **headers}, body)) as server:
        (page,) = Dump(server.url(), client).pages()
        assert page.checkpoint["validators"] == validators
        list(Dump(server.url(), client, validators=validators).pages())
        assert server.asked[-1].headers.get("If-Modified-Since") == validators.get("last-modified")


def test_the_first_page_tells_nothing_of_the_others(client):
    pages = straight(2)

    def handle(path, query, headers):
        status, sent, body = pages(path, query, headers)
        return status, {**sent, "ETag": '"x"'}, body

    with Serving(handle) as server:
        pages.port = server.port
        came = list(Dump(server.url("/all.ttl"), client).pages())
    assert came[-1].checkpoint["validators"] == {}


@pytest.mark.parametrize("subject", ["<?page=1>", "<https://portal.example/all.ttl?page=1>"])
def test_the_last_page_may_name_itself_as_the_next(client, subject):
    view = f"{subject} a hydra:PartialCollectionView ; hydra:next {subject} ; hydra:last {subject} ."

    def handle(path, query, headers):
        return 200, TURTLE, f"{PREFIXES}{data_sets(1, 2)}{view}".encode()

    with Serving(handle) as server:
        pages = list(Dump(server.url("/all.ttl"), client).pages())
        assert [len(page.readings) for page in pages if page.readings] == [2]
        assert (pages[-1].last, len(server.asked)) == (True, 1)
