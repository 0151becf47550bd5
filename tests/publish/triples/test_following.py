"""The stores hold what the register shows, in each scope, whatever happened to them."""

import random
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from erpd.metadata.terms import DCAT, DCT, RDF
from erpd.publish import triples
from erpd.publish.entry import graph_of
from erpd.publish.profiles import USUAL
from erpd.publish.triples import following
from erpd.register import changes
from erpd.register.content import records
from erpd.register.models import Catalogue, ChangeCounter
from erpd.register.scope import scope, scopes
from tests.proofs import length
from tests.publish.conftest import Register


def shown(name: str = "all") -> dict[str, set[str]]:
    """Graph -> its triples without blank nodes, as readers of a scope see them."""
    snapshot = triples.snapshot(scope(name))
    assert snapshot
    store = Store.read_only(str(snapshot.folder))
    union = {quad.triple for quad in store if quad.graph_name != DefaultGraph()}
    assert {quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())} == union
    return {
        str(graph): {str(quad.triple) for quad in store.quads_for_pattern(None, None, None, graph)}
        for graph in store.named_graphs()
        if "/datasets/" in str(graph) and "#listed" not in str(graph)
    }


def held(name: str = "all") -> dict[str, set[str]]:
    """The same of the database."""
    return {
        f"<http://testserver/datasets/{data_set.key}>": {
            str(quad.triple) for quad in graph_of(data_set, record.graph.triples(), USUAL).triples()
        }
        for data_set, record in records(scope(name).data_sets())
    }


def agree() -> None:
    for each in scopes():
        assert shown(each.name) == held(each.name), each.name


def test_each_store_follows_its_scope(register: Register) -> None:
    assert triples.DERIVED.reached() == 0
    nl, be = register.catalogue("nl"), register.catalogue("nl-open", "open")
    trial = register.catalogue("trial", "test")
    first = register.put(nl, "1")
    register.put(be, "2")
    register.put(trial, "3")
    assert triples.DERIVED.reached() == 0
    assert triples.follow() == 4  # each in its own store and that of all
    agree()
    assert triples.DERIVED.reached() == 3
    assert triples.follow() == 0
    register.put(nl, "1", "Another title")
    register.put(nl, "4")
    triples.follow()
    agree()
    register.delete(first)
    triples.follow()
    agree()
    assert not any(str(first.key) in graph for graph in shown())


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(length(1, 20)))
def test_random_changes_in_small_parts(
    register: Register, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Parts of a few data sets, and processes that are killed between any two."""
    monkeypatch.setattr(following, "_ROWS", 2)
    monkeypatch.setattr(following, "_SHOWN", 5)
    monkeypatch.setattr(following, "_QUADS", 4)
    chance = random.Random(seed)
    catalogues = [register.catalogue("nl"), register.catalogue("be"), register.catalogue("be-open", "open")]
    for _ in range(6):
        for _ in range(chance.randrange(9)):
            data_set = register.put(chance.choice(catalogues), str(chance.randrange(6)), chance.choice("abc"))
            if chance.random() < 0.3:
                register.delete(data_set)
        with monkeypatch.context() as killed:
            killed.setattr(following, "write_position", _killed(chance.randrange(4)))
            with suppress(KeyboardInterrupt):
                triples.follow()
        triples.follow()
        agree()
        assert triples.DERIVED.reached() == changes.last()


def _killed(after: int) -> Any:
    calls = iter(range(after))
    whole = following.write_position

    def write(*arguments: Any) -> None:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        whole(*arguments)

    return write


def test_what_is_edited_while_it_is_read_is_written_once(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    nl, read = register.catalogue("nl"), following.stored
    for number in range(4):
        register.put(nl, f"{number}", "Before")
    edits = iter(range(4))

    def stored(rows: Any) -> Any:
        found = list(read(rows))
        if next(edits, None) is not None:
            register.put(nl, "0", "After")
        return found

    monkeypatch.setattr(following, "_ROWS", 2)
    monkeypatch.setattr(following, "stored", stored)
    triples.follow()
    triples.follow()
    agree()


def test_records_share_no_blank_nodes(register: Register) -> None:
    nl = register.catalogue("nl")
    for name in ("Alice", "Bob"):
        node = BlankNode("c14n0")
        me = NamedNode(f"http://nl.example/{name}")
        register.put(
            nl, name, "Title", Quad(me, DCAT.contactPoint, node), Quad(node, DCT.title, Literal(name))
        )
    triples.follow()
    snapshot = triples.snapshot(scope())
    assert snapshot
    found = Store.read_only(str(snapshot.folder)).query(
        "SELECT ?d ?n { ?d <http://www.w3.org/ns/dcat#contactPoint>/<http://purl.org/dc/terms/title> ?n }"
    )
    assert {(row["d"].value.rpartition("/")[2], row["n"].value) for row in found} == {  # type: ignore[union-attr]
        ("Alice", "Alice"),
        ("Bob", "Bob"),
    }


def test_a_broken_version_costs_itself(register: Register) -> None:
    nl = register.catalogue("nl")
    register.put(nl, "1").versions.update(content=b"\0")
    good = register.put(nl, "2")
    triples.follow()
    assert list(shown()) == [f"<http://testserver/datasets/{good.key}>"]


def test_a_catalogue_that_comes_into_sight_or_goes(register: Register) -> None:
    nl, trial = register.catalogue("nl"), register.catalogue("trial", "test")
    register.put(trial, "1")
    register.put(nl, "2")
    triples.follow()
    for kind in ("protected", "test", "open"):
        Catalogue.objects.filter(pk=trial.pk).update(kind=kind)
        triples.follow()
        agree()


def test_a_new_catalogue_is_described_though_no_data_set_has_changed(register: Register) -> None:
    nl = register.catalogue("nl")
    triples.follow()
    for number in range(2):  # in an empty register, and in another
        assert list(triples.DERIVED.lacks()) == []
        register.catalogue(f"health-{number}", part_of=nl)
        assert f"health-{number}" in triples.DERIVED.lacks()
        triples.follow()
        store = Store.read_only(str(triples.snapshot(scope("all")).folder))

        title = Literal(f"HEALTH-{number}", language="en")
        assert list(store.quads_for_pattern(None, None, title, None))
        del store
        register.put(nl, f"{number}")
        triples.follow()


def test_a_restored_database_and_other_addresses(register: Register, settings: Any) -> None:
    nl = register.catalogue("nl")
    register.put(nl, "1")
    second = register.put(nl, "2")
    triples.follow()
    ChangeCounter.objects.update(last=1)
    second.versions.all().delete()
    second.__class__.objects.filter(pk=second.pk).delete()
    register.put(nl, "3")
    triples.follow()
    agree()


@pytest.mark.parametrize("damage", ["gone", "emptied", "position", "form"])
def test_damage_is_found_and_mended(register: Register, tmp_path: Path, damage: str) -> None:
    nl = register.catalogue("nl")
    register.put(nl, "1")
    triples.follow()
    live = tmp_path / "triples" / "all" / "store"
    if damage == "gone":
        shutil.rmtree(live)
    elif damage == "emptied":
        (live / "CURRENT").write_bytes(b"")
    elif damage == "position":
        (live.parent / "position.json").write_text("[1")
    else:  # of an older version: readers would misunderstand it
        position = live.parent / "position.json"
        position.write_text(position.read_text().replace('"form": 2', '"form": 1'))
        assert triples.snapshot(scope()) is None
    register.put(nl, "2")
    triples.follow()
    agree()


def test_rebuilding_keeps_what_readers_have(register: Register) -> None:
    register.put(register.catalogue("nl"), "1")
    triples.follow()
    before = triples.snapshot(scope())
    assert triples.rebuild() == 1
    agree()
    after = triples.snapshot(scope())
    assert before
    assert after
    assert before.folder != after.folder
    assert before.folder.is_dir()


def test_catalogues_are_described(register: Register) -> None:
    nl = register.catalogue("nl")
    data_set = register.put(nl, "1")
    triples.follow()
    snapshot = triples.snapshot(scope())
    assert snapshot
    ask = (
        "ASK { <http://testserver/catalogues/nl#catalogue> a dcat:Catalog ; dct:title 'NL'@en ;"
        f" dcat:dataset <{data_set.iri}> ; dcat:record/foaf:primaryTopic <{data_set.iri}> }}"
    )
    prefixes = {"dcat": str(DCAT), "dct": str(DCT), "foaf": "http://xmlns.com/foaf/0.1/", "rdf": str(RDF)}
    store = Store.read_only(str(snapshot.folder))
    assert store.query(ask, prefixes=prefixes)


def catalogues_of(name: str) -> set[str]:
    """The catalogues that a scope says list its data sets, and that it describes."""
    snapshot = triples.snapshot(scope(name))
    assert snapshot
    store = Store.read_only(str(snapshot.folder))
    listing = {quad.subject for quad in store.quads_for_pattern(None, DCAT.dataset, None)}
    described = {quad.subject for quad in store.quads_for_pattern(None, RDF.type, DCAT.Catalog)}
    return {str(one)[len("<http://testserver/") : -len("#catalogue>")] for one in listing & described}


def test_scopes_with_the_same_catalogues_share_a_store_in_which_each_has_its_own(register: Register) -> None:
    register.put(register.catalogue("nl"), "1")
    assert triples.follow() == 1
    assert catalogues_of("protected") == {"", "protected", "catalogues/nl"}
    register.put(register.catalogue("nl-open", "open"), "2")
    triples.follow()
    assert catalogues_of("all") == {"", "catalogues/nl", "catalogues/nl-open"}
    assert catalogues_of("protected") == {"protected", "catalogues/nl"}
    assert catalogues_of("open") == {"open", "catalogues/nl-open"}
    agree()
