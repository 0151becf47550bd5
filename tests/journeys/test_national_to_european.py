"""A national node publishes its protected data, the European register harvests them and shows them."""

import html
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import etree
from pyoxigraph import RdfFormat, parse

from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.canonical import canonical
from erpd.metadata.checks import check
from erpd.metadata.findings import Severity
from erpd.metadata.graph import Graph
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, RDF
from tests.journeys.conftest import Meeting
from tests.journeys.nodes import Held, Node, get, turtle

_RDF = {"rdf": str(RDF)}


def valid(held: Held) -> bool:
    """Whether section 4 of the guidelines lets it in."""
    graph = Graph(parse(held.graph, format=RdfFormat.N_TRIPLES, rename_blank_nodes=False))
    (data_set,) = [node for node in graph.subjects(DCAT.Dataset) if str(node) == f"<{held.iri}>"]
    findings = check(Record(held.iri, graph, data_set), load_profile("erpd"))
    return not any(finding.severity is Severity.ERROR for finding in findings)


def test_what_is_valid_arrives_as_it_was_published(meeting: Meeting) -> None:
    published = {iri: one for iri, one in meeting.national.held().items() if one.catalogue == "nl"}
    good = {iri: one.digest for iri, one in published.items() if valid(one)}
    assert 0 < len(good) < len(published)
    assert meeting.european.alive() == good
    ledger = meeting.ledger
    assert (ledger["received"], ledger["new"], ledger["rejected"]) == (
        len(published),
        len(good),
        len(published) - len(good),
    )
    assert ledger["complete"]
    assert {one.catalogue for one in meeting.european.held().values()} == {"nl"}


def test_the_catalogue_of_the_country_stands_in_the_register(meeting: Meeting) -> None:
    register, _ = get(f"{meeting.european.url}/catalogues/erpd")
    assert "European Register for Protected Data held by the Public Sector" in register.decode()
    assert "Netherlands National Single Information Point" in register.decode()
    sets, _ = get(f"{meeting.european.url}/protected/oai?verb=ListSets")
    assert b"<setName>Netherlands National Single Information Point</setName>" in sets


def test_open_and_protected_data_never_meet(meeting: Meeting) -> None:
    """G3.1: at the national node each door has its own; at the European one no open data have arrived."""
    national = meeting.national
    protected, open_data = set(national.alive("nl")), set(national.alive("nl-open"))
    assert protected
    assert open_data
    assert not protected & open_data
    assert _listed(f"{national.url}/oai") == protected | open_data
    assert (
        _listed(f"{national.url}/protected/oai") == _listed(f"{national.url}/catalogues/nl/oai") == protected
    )
    assert (
        _listed(f"{national.url}/open/oai") == _listed(f"{national.url}/catalogues/nl-open/oai") == open_data
    )
    assert _listed(f"{national.url}/oai", set_="open") == open_data
    assert b'code="noRecordsMatch"' in _list(f"{national.url}/open/oai", "protected")
    european = meeting.european.url
    assert _listed(f"{european}/oai") == _listed(f"{european}/protected/oai") == set(meeting.european.alive())
    assert b'code="noRecordsMatch"' in _list(f"{european}/open/oai")


def _list(address: str, set_: str = "") -> bytes:
    wanted = f"&set={set_}" if set_ else ""
    return get(f"{address}?verb=ListRecords&metadataPrefix=dcat_ap{wanted}")[0]


def _listed(address: str, set_: str = "") -> set[str]:
    """The IRIs of the data sets that a door shows; the demo fits on one page."""
    body = _list(address, set_)
    assert b"resumptionToken" not in body
    found = etree.fromstring(body).xpath(
        "//*[rdf:type/@rdf:resource = $kind]/@rdf:about", namespaces=_RDF, kind=DCAT.Dataset.value
    )
    return {str(iri) for iri in found}


def test_each_is_found_by_search_and_its_page_leads_to_the_record(meeting: Meeting) -> None:
    held = next(one for one in meeting.european.held().values() if "perinatale" in one.iri)
    page = get(f"{meeting.european.url}/?q={quote('perinatale registratie')}", "text/html")[0].decode()
    (address, *_) = re.findall(r'href="(?:http://[^"/]*)?(/datasets/[0-9a-f-]{36})', page)
    shown, kind = get(meeting.european.url + address, "text/html")
    assert kind == "text/html"
    assert "perinatale" in html.unescape(shown.decode()).lower()
    assert address.replace("-", "").endswith(held.key.replace("-", ""))
    nothing = get(f"{meeting.european.url}/open?q=perinatale", "text/html")[0].decode()
    assert "/datasets/" not in nothing


@pytest.mark.parametrize("name", SYNTAXES)
def test_in_each_syntax_it_is_what_the_national_node_holds(meeting: Meeting, name: str) -> None:
    """By negotiation and by suffix; equal means isomorphic: the same digest after RDFC-1.0.

    Apart from the record of it in the register (``dcat:CatalogRecord``).
    """
    syntax = SYNTAXES[name]
    published = meeting.national.alive("nl")
    for iri, held in sorted(meeting.european.held().items())[::7]:
        page = f"{meeting.european.url}/datasets/{_dashed(held.key)}"
        for address, accept in ((page, syntax.media_types[0]), (f"{page}.{name}", "*/*")):
            body, kind = get(address, accept)
            assert kind == syntax.media_types[0]
            said = [one for one in read(body, syntax) if str(one.subject) != f"<{page}#record>"]
            assert canonical(Graph(said))[1] == published[iri]


def _dashed(key: str) -> str:
    plain = key.replace("-", "")
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


def test_another_european_node_that_harvests_the_first_gets_the_same_set(
    meeting: Meeting, tmp_path: Path
) -> None:
    second = Node(tmp_path / "second", "european")
    ledger = second.harvest("oai-pmh", f"{meeting.european.url}/oai", "--policy", "strict")
    assert ledger["received"] == ledger["new"] == meeting.ledger["new"]
    assert second.alive() == meeting.european.alive()


def test_exactly_what_changes_at_home_arrives_at_the_next_harvest(tmp_path: Path) -> None:
    titles = {name: f"Discharges {name}" for name in "abcdefgh"}
    file = tmp_path / "data.ttl"
    national, european = (
        Node(tmp_path / "national", "national", "NL"),
        Node(tmp_path / "european", "european"),
    )
    file.write_text(turtle(titles), "utf-8")
    assert national.harvest("dump", file)["new"] == 8
    with national.serving() as address:
        assert european.harvest("oai-pmh", f"{address}/oai", "--set", "protected")["new"] == 8
        before = european.held()

        del titles["h"]
        titles |= {"a": "Discharges, corrected", "z": "Admissions"}
        file.write_text(turtle(titles), "utf-8")
        at_home = national.harvest("dump", file)
        assert [at_home[place] for place in ("new", "changed", "unchanged", "gone")] == [1, 1, 6, 1]

        ledger = european.harvest("oai-pmh", f"{address}/oai", "--set", "protected")
        places = ("received", "new", "changed", "unchanged", "deleted", "gone", "held")
        assert [ledger[place] for place in places] == [9, 1, 1, 6, 1, 0, 0]
    after = european.held()
    assert european.alive() == national.alive()
    touched = {iri.rpartition("-")[2] for iri, one in after.items() if before.get(iri) != one}
    assert touched == {"a", "h", "z"}
    assert after["https://data.example/set-h"].deleted
    assert after["https://data.example/set-a"].versions == 2
    assert b"Discharges, corrected" in after["https://data.example/set-a"].graph


def test_through_the_door_of_ckan_the_same_arrives(meeting: Meeting, tmp_path: Path) -> None:
    """Triple for triple, so a register may harvest another by either protocol (G5.2)."""
    other = Node(tmp_path / "other", "european")
    ledger = other.harvest(
        "ckan", f"{meeting.national.url}/protected/api/3/action/package_search", "--policy", "strict"
    )
    assert ledger["complete"]
    assert (ledger["new"], ledger["rejected"]) == (meeting.ledger["new"], meeting.ledger["rejected"])
    assert other.alive() == meeting.european.alive()
