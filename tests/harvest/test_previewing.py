"""The first records of a source that nobody has approved: found by any protocol, bounded, nothing stored."""

from collections import Counter
from typing import Any

import pytest

from erpd.harvest import previewing
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.previewing import Preview, preview
from erpd.harvest.recognising import candidates
from erpd.register.models import Catalogue, DataSet, Source
from erpd.sources.errors import SourceError
from tests.contract.test_sources import PROTOCOLS, serve
from tests.harvest.national import Point, client, good, many, run, source
from tests.servers import Serving
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db


def settings(url: str, protocol: str = "", rules: str = "", **facts: Any) -> SourceSettings:
    """Of a source that is not saved."""
    catalogue = Catalogue.objects.get_or_create(slug="office", kind="protected")[0]
    made = Source(slug="office-portal", catalogue=catalogue)
    return SourceSettings(source=made, protocol=protocol, url=url, rules=rules, **facts)


def look(url: str, *, allow: tuple[str, ...] | None = None, **facts: Any) -> Preview:
    given = {} if allow is None else {"allow": allow}
    with client(**given) as http:
        return preview(settings(url, **facts), http, "en")


def refused(url: str, **facts: Any) -> str:
    with pytest.raises(SourceError) as caught:
        look(url, **facts)
    return caught.value.rule


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_protocol_is_found(protocol):
    with serve(protocol) as server:
        seen = look(server.url(PROTOCOLS[protocol].path))
    assert (seen.protocol, sum(seen.bins.values())) == (protocol, 10)
    assert not DataSet.objects.exists()
    assert not Run.objects.exists()


def test_the_address_of_a_portal_itself_is_enough():
    repository = oai.Repository(many(3))

    def handle(path: str, query: dict[str, str], headers: Any) -> Any:
        return repository(path, query, headers) if path == "/oai" else (404, {}, b"<html>No.</html>")

    with Serving(handle) as server:
        seen = look(server.url("/"))
        assert (seen.protocol, seen.url) == ("oai-pmh", server.url("/oai"))
        assert len(server.asked) < 40


def test_what_would_become_of_the_records():
    with Point([good("held")]) as held:
        run(source(held.url))
    records = [*many(2), good("held"), good("bad", valid=False), good("other", "Untitled")]
    where = '[where]\nidentifier = ["https://data.example/set/"]'
    with Point([*records, good("else", iri="https://else.example/a")]) as point:
        seen = look(point.url, rules=where)
    assert seen.bins == Counter(new=3, duplicate=1, rejected=1, filtered=1)
    shown = {one.identifier: one for one in seen.looks}
    assert (shown["d0000"].title, shown["d0000"].publisher) == ("Hospital discharges", "Agency")
    assert "iri-taken" in [one.rule for one in shown["held"].findings]
    assert shown["else"].findings[0].rule == "filtered"
    assert shown["else"].title == "Hospital discharges"
    assert seen.publishers == ["Agency"]
    assert DataSet.objects.count() == 1


def test_a_huge_portal_is_looked_at_only_at_its_beginning(monkeypatch):
    with Point(many(1_000)) as point:
        seen = look(point.url)
        assert (len(seen.looks), sum(seen.bins.values())) == (20, 20)
        monkeypatch.setattr(previewing, "MOST_LOOKED_AT", 30)
        nothing = look(point.url, rules='[where]\npublisher = ["Somebody else"]')
        assert nothing.bins == Counter(filtered=30)
        assert len(nothing.looks) == 20
        monkeypatch.setattr(previewing, "SECONDS", 0.0)
        assert refused(point.url) in ("no-protocol", "timeout")


def test_a_list_without_end_or_without_records_comes_to_an_end(monkeypatch):
    def drip(*_: object) -> Any:
        return 200, {"Content-Type": "text/turtle"}, (b"# nothing\n" for _ in iter(int, 1))

    monkeypatch.setattr(previewing, "SECONDS", 1.5)
    with Serving(drip) as server:
        assert refused(server.url("/all.ttl"), protocol="dump") == "timeout"
    monkeypatch.undo()
    with Point([]) as empty:
        assert refused(empty.url) == "empty-list"


@pytest.mark.parametrize("protocol", ["", *PROTOCOLS])
def test_only_public_addresses_are_asked(protocol, monkeypatch):
    with serve("oai-pmh") as server:
        assert refused(server.url("/oai"), allow=(), protocol=protocol) == "forbidden-address"
        assert refused(f"http://[::ffff:127.0.0.1]:{server.port}/oai", allow=(), protocol=protocol)
        assert not server.asked
    for url in ("file:///etc/passwd", "/etc/passwd", "ftp://data.example/", "gopher://x.example/"):
        assert refused(url, protocol=protocol) in ("bad-address", "forbidden-scheme", "ftp")


def test_no_redirect_leads_inwards():
    def handle(path: str, *_: object) -> Any:
        return 302, {"Location": f"http://10.0.0.1:{port}/oai"}, b""

    with Serving(handle) as server:
        port = server.port
        assert refused(server.url("/oai")) == "forbidden-address"


def test_each_candidate_is_tried_once():
    for url in ("https://a.example", "https://a.example/oai", "https://a.example/x.ttl", "http://a/sparql?x"):
        tried = list(candidates(url))
        assert len(tried) == len(set(tried)) <= 9
    assert next(candidates("https://opendata.cbs.example/ODataCatalog"))[0] == "cbs"
