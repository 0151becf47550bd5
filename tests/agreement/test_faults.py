"""A fault in any one door is found; without one, every door shows what the register holds."""

import gzip
import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode, Quad, Store
from tantivy import Index

from erpd.agreement.check import Check
from erpd.agreement.differences import What
from erpd.agreement.doors import DOORS
from erpd.agreement.node import Node, Ready
from erpd.agreement.seen import Reader
from erpd.cli import main
from erpd.cli.doors import refuse_another
from erpd.metadata.graph import Graph
from erpd.metadata.terms import DCT
from erpd.publish import triples
from erpd.publish.catalogue.pages import Page
from erpd.publish.ckan_api.written import WRITTEN as PACKAGES
from erpd.publish.dumps.place import in_force
from erpd.publish.entry import address
from erpd.publish.oai_pmh.written import WRITTEN as RECORDS
from erpd.publish.sparql import asking
from erpd.publish.triples.union import UnionStore
from erpd.publish.written import Written
from erpd.register import changes
from erpd.register.content import record_of, stored
from erpd.register.models import DataSet
from erpd.register.scope import scope
from erpd.register.search.place import place, read_position, write_position
from erpd.sources.errors import SourceError
from tests.servers import LOOPBACK, free_port

AMOUNT = 60


@contextmanager
def restored(file: Path) -> Iterator[Path]:
    content = file.read_bytes()
    yield file
    file.write_bytes(content)


@contextmanager
def written(door: Written, table: str, *rows: DataSet) -> Iterator[None]:
    """Two data sets have each other's record; one alone has one that says something else."""
    with closing(sqlite3.connect(door.place())) as file:
        before = dict(file.execute(f"SELECT change, content FROM {table}"))
        given = [before[row.change] for row in reversed(rows)]
        if len(rows) == 1:
            given = [zlib.compress(zlib.decompress(given[0]).replace(b"/set-", b"/other-"))]
        update = f"UPDATE {table} SET content = ? WHERE change = ?"
        file.executemany(update, [(one, row.change) for one, row in zip(given, rows, strict=True)])
        file.commit()
        yield
        file.executemany(update, [(before[row.change], row.change) for row in rows])
        file.commit()


@contextmanager
def altered_in_pages(key: UUID) -> Iterator[None]:
    """The catalogue in pages sends a data set without its titles."""
    whole = Page._graphs

    def some(page: Page) -> Iterator[tuple[DataSet, Graph]]:
        for row, graph in whole(page):
            kept = (each for each in graph.triples() if row.key != key or each.predicate != DCT.title)
            yield row, Graph(kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Page, "_graphs", some)
        yield


@contextmanager
def altered_in_a_dump(data_set: DataSet, name: str) -> Iterator[None]:
    dumps = in_force()
    with restored(dumps.path(name, "nt")) as file:
        lines = gzip.decompress(file.read_bytes()).decode().splitlines(keepends=True)
        begin = f"<{data_set.iri}> <http://purl.org/dc/terms/title> "
        at = next(at for at, line in enumerate(lines) if line.startswith(begin))
        lines[at] = f'{begin}"Another title" .\n'
        file.write_bytes(gzip.compress("".join(lines).encode()))
        yield


@contextmanager
def lost_by_sparql(data_set: DataSet, name: str) -> Iterator[None]:
    asking.end_all()
    folder = str(triples.snapshot(scope(name)).folder)
    store = Store(folder)
    graph = NamedNode(address(data_set))
    said = [Quad(*each) for *each, _ in store.quads_for_pattern(None, None, None, graph)]
    UnionStore(store).replace(graph, [])
    store.flush()
    del store
    yield
    asking.end_all()
    store = Store(folder)
    writer = UnionStore(store)
    writer.replace(graph, said)
    writer.write()
    store.flush()


@contextmanager
def lost_by_the_search(data_set: DataSet) -> Iterator[None]:
    """The last of these plants: it is not put back."""
    writer = Index.open(str(place() / read_position().folder)).writer()
    writer.delete_documents_by_term("key", data_set.key.hex)
    writer.commit()
    writer.wait_merging_threads()
    write_position(read_position())  # so that readers open it again
    yield


@dataclass
class Checked:
    """A node that is checked as the operator does it."""

    url: str

    def command(self, *arguments: str) -> tuple[int, Any]:
        result = CliRunner().invoke(
            main, ["doors", "check", self.url, "--allow-network", LOOPBACK[0], "--json", *arguments]
        )
        return result.exit_code, json.loads(result.stdout)

    def found(self, name: str, doors: list[str]) -> set[tuple[str, What, str]]:
        with closing(Node(self.url, LOOPBACK)) as node:
            report = Check(node, pause=lambda _: None).run([name], doors)
        return {(each.door, each.what, each.key) for each in report.differences}


def test_a_fault_in_one_door_alone_is_found(fill, live_server) -> None:
    fill(AMOUNT)
    checked = Checked(live_server.url)
    code, said = checked.command("--scope", "open")
    assert (code, said["agree"], said["differences"]) == (0, True, [])
    assert (len(said["doors"]), said["scopes"]) == (1 + len(DOORS), {"open": 30})

    rows = DataSet.objects.filter(catalogue__kind="open").order_by("change")
    reader = Reader(live_server.url, entry=False)
    with closing(Node(live_server.url, LOOPBACK)) as node:
        told = {one.key: one.content for batch in node.read("", "open") for one in batch}
    held = zip(rows, stored(row.change for row in rows), strict=True)
    assert told == {str(row.key): reader.content(record_of(row, content)) for row, content in held}

    be = rows.filter(catalogue__slug="be").order_by("key")
    one, other = be[3], be[7]
    plants = [
        (
            written(RECORDS, "dcat_ap", one, other),
            ["catalogue.nt", "ckan", "sparql"],
            {("OAI-PMH", What.CONTENT, one), ("OAI-PMH", What.CONTENT, other)},
        ),
        (
            written(PACKAGES, "package", one, other),
            ["ckan"],
            {("CKAN API", What.MISPLACED, one), ("CKAN API", What.MISPLACED, other)},
        ),
        (written(PACKAGES, "package", one), ["ckan"], {("CKAN API", What.CONTENT, one)}),
        (altered_in_pages(one.key), ["catalogue.rdf"], {("catalogue.rdf", What.CONTENT, one)}),
        (altered_in_a_dump(one, "be"), ["catalogue.nt.gz"], {("catalogue.nt.gz", What.CONTENT, one)}),
        (lost_by_sparql(one, "be"), ["sparql"], {("SPARQL", What.MISSING, one)}),
        (lost_by_the_search(one), ["search"], {("Search", What.MISSING, one)}),
    ]
    for plant, doors, expected in plants:
        with plant:
            found = checked.found("be", doors)
        assert found == {(door, what, str(row.key)) for door, what, row in expected}
    code, said = checked.command("--scope", "be", "--door", "search")
    assert (code, said["agree"]) == (1, False)
    assert [each["message"] for each in said["differences"]] == [f"{one.key}: Search lacks it."]


@pytest.mark.django_db
def test_another_node_at_our_address_is_not_compared() -> None:
    class Served:
        def __init__(self, change: int) -> None:
            self.change = change

        def ready(self) -> Ready:
            return Ready(self.change, {})

    last = changes.last()
    refuse_another(Served(last), "http://127.0.0.1:8000")
    for change in (last - 1, last + 1):
        with pytest.raises(SourceError, match="is not that of this home: its last change is"):
            refuse_another(Served(change), "http://127.0.0.1:8000")


@pytest.mark.django_db(transaction=True)
def test_a_node_that_is_not_reached_is_no_difference(live_server) -> None:
    """The exit code tells them apart, for whoever is woken by it."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    for url, code in ((nowhere, 3), (f"{live_server.url}/publish", 3), ("ftp://a.example", 2)):
        done = CliRunner().invoke(main, ["doors", "check", url, "--allow-network", LOOPBACK[0]])
        assert done.exit_code == code, done.output
        assert "Traceback" not in done.output
    done = CliRunner().invoke(
        main, ["doors", "check", live_server.url, "--allow-network", LOOPBACK[0], "--scope", "atlantis"]
    )
    assert (done.exit_code, "There is no scope 'atlantis'" in done.output) == (2, True)
