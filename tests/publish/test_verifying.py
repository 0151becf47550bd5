"""Whatever is wrong with something derived, comparing it with the database finds it."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from pyoxigraph import Literal, NamedNode, Quad, Store
from tantivy import Index

from erpd.metadata.terms import DCT
from erpd.publish import dumps, triples
from erpd.publish.derived import DERIVED
from erpd.publish.dumps.place import in_force
from erpd.publish.oai_pmh.written import WRITTEN as RECORDS
from erpd.publish.triples.place import snapshot
from erpd.register import search
from erpd.register.derived import Derived
from erpd.register.models import DataSet, Version
from erpd.register.search.place import place, read_position

from .conftest import Register

GONE = "9" * 8 + "-0000-4000-8000-000000000000"


@pytest.fixture
def filled(register: Register) -> list[DataSet]:
    """The data sets of a protected and an open catalogue; all that is derived holds them."""
    nl = register.catalogue("nl")
    found = [register.put(nl, str(number)) for number in range(5)]
    register.delete(register.put(nl, "gone"))
    register.put(register.catalogue("try", "test"), "draft")
    found.append(register.put(register.catalogue("nl-open", "open"), "open"))
    for derived in DERIVED:
        derived.rebuild(None)
    return found


def told(derived: Derived, every: int = 1) -> set[tuple[str, str]]:
    return {(one.key, one.said) for one in derived.differences(None, every)}


def test_nothing_differs_while_the_register_goes_on(filled: list[DataSet], register: Register) -> None:
    assert {derived.name: told(derived) for derived in DERIVED} == {each.name: set() for each in DERIVED}
    register.put(filled[0].catalogue, "0", "Another title")
    register.delete(filled[1])
    register.put(filled[0].catalogue, "new")
    assert {derived.name: told(derived) for derived in DERIVED} == {each.name: set() for each in DERIVED}


def lose(one: DataSet, other: DataSet) -> None:
    """As if what is derived had missed that they went."""
    Version.objects.filter(change=one.change).delete()
    DataSet.objects.filter(pk=one.pk).delete()
    DataSet.objects.filter(pk=other.pk).update(deleted=True)


@pytest.mark.parametrize("derived", DERIVED, ids=lambda one: one.name)
def test_what_should_not_be_there_is_named(derived: Derived, filled: list[DataSet]) -> None:
    lose(filled[0], filled[5])
    keys = {key for key, _ in told(derived) if key}
    gone = set() if derived.name == "quality" else {str(filled[0].key)}  # its score goes with it
    assert keys == {*gone, str(filled[5].key)}
    assert {key for key, _ in told(derived, 10**40) if key} == keys  # a quick look, too


@pytest.mark.parametrize("derived", DERIVED, ids=lambda one: one.name)
def test_what_is_missing_is_named(derived: Derived, filled: list[DataSet], register: Register) -> None:
    # A change that was written and is there again under a number that is followed already.
    late = register.put(filled[0].catalogue, "late")
    unused = filled[0].change
    register.delete(filled[0])
    for model in (Version, DataSet):
        model.objects.filter(change=unused).delete()
    Version.objects.filter(change=late.change).update(change=unused)
    DataSet.objects.filter(pk=late.pk).update(change=unused)
    assert (str(late.key), True) in {(key, "missing" in said) for key, said in told(derived, 10**40)}


def test_another_version_is_named(filled: list[DataSet]) -> None:
    one = filled[2]
    DataSet.objects.filter(pk=one.pk).update(modified="2021-01-01T00:00:00Z", digest="0" * 64)
    assert told(search.DERIVED) == {(str(one.key), "it is there in another version")}
    assert {key for key, _ in told(RECORDS.derived, 10**40)} == {str(one.key)}
    assert {key for key, _ in told(triples.DERIVED)} == {str(one.key)}


def test_other_content_is_named(filled: list[DataSet]) -> None:
    with closing(sqlite3.connect(RECORDS.place())) as written, written:
        rows = "SELECT change, content FROM dcat_ap ORDER BY change LIMIT 2"
        (first, content), (second, other) = written.execute(rows).fetchall()
        written.execute("UPDATE dcat_ap SET content = ? WHERE change = ?", [other, first])
        written.execute("UPDATE dcat_ap SET content = ? WHERE change = ?", [content[:-3], second])
        written.execute("INSERT INTO dcat_ap VALUES (999, 'x', x'00')")
    keys = {str(one.key) for one in filled if one.change in (first, second)}
    found = told(RECORDS.derived)
    assert {key for key, _ in found if key} == keys
    assert ("", "dcat_ap: 1 record of no data set") in found


def test_a_protected_data_set_among_the_open_ones_is_named(filled: list[DataSet]) -> None:
    secret = filled[0]
    there = snapshot("open")
    assert there
    store = Store(str(there.folder))
    page = NamedNode(f"{settings.NODE.base_url}/datasets/{secret.key}")
    leaked = Quad(page, DCT.title, Literal("Secret"), page)
    store.add(leaked)
    store.add(Quad(page, DCT.title, Literal("Seen by queries")))
    store.flush()
    del store
    assert told(triples.DERIVED) == {
        (str(secret.key), "open: it is there, but should not be"),
        ("", "open: triples that belong to no data set: 1"),
    }


def test_a_document_twice_or_of_nothing_is_named(filled: list[DataSet]) -> None:
    position = read_position()
    assert position
    index = Index.open(str(place() / position.folder))
    index.config_reader("manual")
    from erpd.register.search.document import document
    from erpd.register.search.pending import settled
    from erpd.register.search.writing import HEAP, _record

    [batch] = settled(10**9)
    writer = index.writer(HEAP, 1)
    twice = next(change for change in batch if change.key == filled[0].key)
    draft = next(change for change in batch if change.identifier == "draft")
    for change in (twice, draft):
        writer.add_document(document(change, _record(change)))
    writer.commit()
    writer.wait_merging_threads()
    assert told(search.DERIVED) == {
        (str(twice.key), "it is there more than once"),
        (str(draft.key), "it is there, but should not be"),
    }


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])


@pytest.mark.parametrize(
    ("derived", "harm"),
    [
        (search.DERIVED, lambda: _cut(next(place().glob("*/*.term")))),
        (search.DERIVED, lambda: shutil.rmtree(place())),
        (triples.DERIVED, lambda: shutil.rmtree(settings.HOME / "triples" / "all")),
        (RECORDS.derived, lambda: RECORDS.place().write_bytes(b"not a database" * 100)),
        (RECORDS.derived, RECORDS._remove),
        (dumps.DERIVED, lambda: _cut(_dump("all", "ttl"))),
        (dumps.DERIVED, lambda: _dump("open", "nt").unlink()),
        (dumps.DERIVED, lambda: shutil.rmtree(settings.HOME / "dumps")),
    ],
)
def test_damage_is_named(derived: Derived, harm: Callable[[], None], filled: list[DataSet]) -> None:
    harm()
    assert [key for key, _ in told(derived)] == [""]
    derived.rebuild(None)
    assert told(derived) == set()


def _dump(scope: str, syntax: str) -> Path:
    found = in_force()
    path = found.path(scope, syntax) if found else None
    assert path
    return path


def test_another_database_is_named(filled: list[DataSet]) -> None:
    Version.objects.all().update(digest="1" * 64)
    DataSet.objects.all().update(digest="1" * 64)
    for derived in DERIVED:
        if derived.name not in ("dumps", "quality"):  # the latter are in the database
            assert "another database" in next(derived.differences(None, 1)).said
