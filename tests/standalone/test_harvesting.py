"""A source harvested without a node: records as they come, and a word about each that does not come."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

import erpd
from erpd.formats.reading import Reading
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, RDF
from erpd.sources.http.client import Client
from erpd.sources.page import Page, Source
from erpd.sources.protocol import Option, Protocol
from erpd.standalone.harvesting import harvest
from tests.contract.test_sources import PROTOCOLS, serve
from tests.servers import LOOPBACK, Serving
from tests.sources.oai_pmh import oai

ADDRESS = "https://data.example.org/oai"
FORMAT = erpd.Format(
    "names", "Names", ("text/x-names",), lambda content, identifier, base: named(content.decode(), identifier)
)


def named(name: str, identifier: str) -> Record:
    if not name:
        raise erpd.Unreadable(erpd.Unread.BROKEN_SYNTAX, "it is empty")
    return erpd.FORMATS["nt"].read(f"<{name}> {RDF.type} {DCAT.Dataset} .".encode(), identifier, "")


@dataclass
class Pages:
    """A source with these pages; the last one may be missing."""

    url: str
    client: Client
    pages_: tuple[Page, ...] = ()

    def pages(self, checkpoint: object = None) -> Iterator[Page]:
        yield from self.pages_
        if not self.pages_[-1].last:
            raise erpd.SourceError("cut", "The list ends early", "Harvest again.", url=self.url)  # type: ignore[arg-type]


def protocol(*pages: Page) -> Protocol:
    def make(url: str, client: Client, **given: str) -> Source:
        return Pages(url, client, pages)

    return Protocol("Pages", make, options=(Option("set", "only", "only these"),), since="after")


def names(*names: str, media_type: str = "text/x-names") -> list[Reading]:
    return [Reading(name, f"http://a.example/{name}".encode(), media_type) for name in names]


@pytest.mark.parametrize("name", PROTOCOLS)
def test_with_each_protocol_one_bad_record_costs_one_record_and_is_told(name: str) -> None:
    published = PROTOCOLS[name]
    broken = published.names[4]
    unread: list[Reading] = []
    with serve(name, broken) as server:
        url = server.url(published.path)
        records = list(harvest(url, name, allow_networks=LOOPBACK, unread=unread.append))
        assert sorted(record.identifier for record in records) == [
            each for each in published.names if each != broken
        ]
        assert len(unread) == 1
        assert unread[0].fault
        with pytest.raises(
            erpd.PartlyUnread, match=r"1 record could not be read, beside 9 that could\. .+unread="
        ):
            list(harvest(url, name, allow_networks=LOOPBACK))


def test_those_that_are_gone_are_told() -> None:
    gone = oai.deleted("http://a.example/2")
    repository = oai.Repository([oai.record("http://a.example/1"), gone])
    deleted: list[Reading] = []
    with Serving(repository) as server:
        records = harvest(
            server.url("/oai"), "oai-pmh", since="2020-01-01", deleted=deleted.append, allow_networks=LOOPBACK
        )
        assert [record.identifier for record in records] == ["http://a.example/1"]
    assert [reading.identifier for reading in deleted] == ["http://a.example/2"]


def test_a_list_that_is_cut_raises_after_its_records() -> None:
    records = harvest(ADDRESS, protocol(Page(names("a"), {})), formats=[FORMAT])
    assert next(records).iri == "http://a.example/a"
    with pytest.raises(erpd.SourceError, match="The list ends early"):
        next(records)


def test_what_is_read_again_comes_once_unless_it_has_changed() -> None:
    changed = Reading("b", b"http://a.example/B", "text/x-names")
    again = Page([*names("a"), changed, *names("c")], {}, last=True, anew=True)
    records = harvest(ADDRESS, protocol(Page(names("a", "b"), {}), again), formats=[FORMAT])
    assert [record.iri[-1] for record in records] == ["a", "b", "B", "c"]


def test_a_media_type_that_nobody_reads_is_told() -> None:
    unread: list[Reading] = []
    page = Page(names("a", media_type="text/x-other; charset=utf-8"), {}, last=True)
    assert list(harvest(ADDRESS, protocol(page), formats=[FORMAT], unread=unread.append)) == []
    (reading,) = unread
    assert reading.fault
    assert "text/x-other" in erpd.explain(reading.fault)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"protocol": "oai_pmh"}, "There is no protocol 'oai_pmh'. Did you mean oai-pmh?"),
        ({"protocol": 3}, "There is no protocol 3. Known: oai-pmh, dump, csw"),
        ({"protocol": "dump", "set": "a"}, "Files of RDF has no setting set."),
        ({"protocol": "dump", "since": "2026-01-01", "deleted": print}, "Files of RDF has no setting since."),
        (
            {"protocol": "oai-pmh", "since": "2026-01-01"},
            "With since=, the source tells which records are gone",
        ),
        ({"protocol": "oai-pmh", "allow_networks": ["here"]}, "'here' does not appear to be an IPv4 or IPv6"),
    ],
)
def test_what_is_given_wrongly_is_told_before_anything_is_asked(given: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told.replace("?", r"\?").replace(".", r"\.")):
        harvest(ADDRESS, **given)  # type: ignore[arg-type]


def test_the_floor_of_that_name_can_be_called_too() -> None:
    """`erpd.harvest` is also a floor of the node."""
    import erpd.harvest.ledger

    with pytest.raises(ValueError, match="There is no protocol"):
        erpd.harvest(ADDRESS, "oai")
    assert erpd.harvest.ledger


@pytest.mark.in_children
def test_a_guarded_child_sends_the_same() -> None:
    published = PROTOCOLS["oai-pmh"]
    unread: list[Reading] = []
    with serve("oai-pmh", published.names[4]) as server:
        given = {"allow_networks": LOOPBACK, "unread": unread.append}
        records = [
            list(harvest(server.url("/oai"), "oai-pmh", guarded=each, **given)) for each in (True, False)
        ]  # type: ignore[arg-type]
    one, other = records
    assert [record.iri for record in one] == [record.iri for record in other]
    assert all(
        set(mine.graph.triples()) == set(theirs.graph.triples())
        for mine, theirs in zip(one, other, strict=True)
    )
    assert unread[0] == unread[1]
