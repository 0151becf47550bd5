"""Feeds the SPARQL server of the operator: it follows the changes, and is proved to hold everything."""

import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.conf import settings
from django.db.models import QuerySet
from pyoxigraph import Literal, NamedNode

from erpd.metadata.terms import DCAT, RDF
from erpd.publish.catalogue.description import iri_of
from erpd.publish.entry import address
from erpd.publish.triples.graphs import Graphs, catalogue_graphs, graphs
from erpd.publish.triples.outside.notes import note, outside
from erpd.publish.triples.outside.server import Held, Server, failed
from erpd.publish.triples.place import place
from erpd.register import changes
from erpd.register.content import stored
from erpd.register.derived import DerivedFailed, Difference, More, Progress, is_same_database, mark
from erpd.register.derived_files import only_writer
from erpd.register.models import DataSet, Version
from erpd.register.proving import MISSING, extra
from erpd.register.scope import Scope
from erpd.sources.errors import SourceError

logger = logging.getLogger(__name__)

_ROWS = 100  # data sets that are written together
_QUADS = 20_000  # likewise
_PROVED_FOR = 600.0  # seconds after which it is counted again, although nothing has failed
_MOST_LACKING = 50

_proved: dict[str, float] = {}


def follow(progress: Progress | None = None, more: More = lambda: False) -> int:
    """Bring the server up to the last change; if another node feeds it, note how far it is.

    Returns the number of data sets written. See ``Derived.follow``.
    """
    place().mkdir(exist_ok=True)
    with only_writer(place() / "outside.lock") as alone:
        if not alone:
            return 0
        while more():  # what changes in quick succession is written together
            pass
        last = changes.last()
        return sum(_followed(within, last, progress) for within in outside())


def rebuild(progress: Progress | None = None) -> int:
    """Write everything again. It answers meanwhile. See ``Derived.rebuild``."""
    for within in outside() if settings.SPARQL_SERVER.is_fed else ():
        server = Server(within)
        try:
            if held := server.held():
                server.hold(replace(held, change=0))
        except SourceError as error:
            raise failed(error) from error
        finally:
            server.close()
    _proved.clear()
    return follow(progress)


def differences(progress: Progress | None, _: int) -> Iterator[Difference]:
    """Which data sets it lacks, or has and should not; asks it for names only. Raises DerivedFailed."""
    for within in outside():
        server = Server(within)
        try:
            feeder = _Feeder(within, changes.last(), server)
            held = server.held()
            if held is None or not is_same_database(held.change, held.mark):
                yield Difference("", f"{within.name}: it holds nothing of this database")
                continue
            there = set[str]().union(*feeder.there())
            if progress:
                progress(len(there), len(there))
            rows = within.data_sets().filter(change__lte=held.change).values_list("key", flat=True)
            for key in sorted({str(key) for key in rows} - there - set(held.lacking)):
                yield Difference(key, f"{within.name}: {MISSING}")
            for one in extra(sorted(there), held.change, within.catalogues):
                yield Difference(one.key, f"{within.name}: {one.said}")
        except SourceError as error:
            raise failed(error) from error
        finally:
            server.close()


def _followed(within: Scope, last: int, progress: Progress | None) -> int:
    server = Server(within)
    try:
        return _Feeder(within, last, server).follow(progress)
    except SourceError as error:
        raise failed(error) from error
    finally:
        server.close()


class _Feeder:
    """Feeds one scope. ``last``: the change that the server reaches at least."""

    def __init__(self, within: Scope, last: int, server: Server) -> None:
        self._within = within
        self._last = last
        self._server = server
        self._held = Held()

    def follow(self, progress: Progress | None) -> int:
        try:
            found = self._server.held()
        except DerivedFailed:
            note(self._within, 0)
            raise
        if not settings.SPARQL_SERVER.is_fed:
            note(self._within, found.change if found and found.whole else 0)
            return 0
        self._begin(found)
        written = self._moved(found) if found else 0
        waiting = self._rows(self._held.change).count()
        for rows in self._batches(self._rows(self._held.change)):
            self._write(rows)
            self._reach(rows[-1].change)
            written += len(rows)
            if progress:
                progress(written, max(waiting, written))
        is_due = time.monotonic() - _proved.get(self._within.name, -_PROVED_FOR) >= _PROVED_FOR
        if is_due and self._held.lacking:  # a disk that is nearly full refuses only what is large
            self._write(list(DataSet.objects.filter(key__in=self._held.lacking).order_by("change")))
        moved = found is not None and self._held.catalogues != found.catalogues
        if written or moved or not self._held.whole or self._held.change < self._last:
            self._server.write(catalogue_graphs([self._within]), self._held)
        if is_due or not self._held.whole:
            self._prove()
        if self._held.change < self._last or not self._held.whole or self._held != found:
            self._reach(max(self._held.change, self._last), whole=True)
        note(self._within, self._held.change)
        return written

    def _begin(self, found: Held | None) -> None:
        """Where to go on: at the beginning if it holds nothing of this database."""
        catalogues = sorted(self._within.catalogues)
        if found and is_same_database(found.change, found.mark):
            self._held = found
            return
        note(self._within, 0)
        if found is None and self._within.name in _proved:
            logger.error(
                "The SPARQL server at %s has lost what it held. It is being filled.", self._server.query
            )
        _proved.pop(self._within.name, None)
        self._held = Held(catalogues=catalogues)
        self._server.hold(self._held)

    def _moved(self, found: Held) -> int:
        """Write the data sets of catalogues that came into this scope or left it."""
        other = set(found.catalogues) ^ set(self._within.catalogues)
        written = 0
        if other and self._held is found:
            moved = DataSet.objects.filter(catalogue_id__in=other, change__lte=found.change)
            for rows in self._batches(moved.order_by("change")):
                self._write(rows)
                written += len(rows)
        self._held = replace(self._held, catalogues=sorted(self._within.catalogues))
        return written

    def _rows(self, after: int) -> QuerySet[DataSet]:
        return self._within.history().filter(change__gt=after).order_by("change")

    def _batches(self, rows: QuerySet[DataSet]) -> Iterator[list[DataSet]]:
        after = 0
        while batch := list(rows.filter(change__gt=after).defer("findings")[:_ROWS]):
            yield batch
            after = batch[-1].change

    def _write(self, rows: list[DataSet]) -> None:
        waiting: Graphs = {}
        for row, content in zip(rows, stored(row.change for row in rows), strict=True):
            shown = row.catalogue_id in self._within.catalogues
            made = graphs([self._within], row, content) if shown else _nothing([str(row.key)])
            waiting |= made
            lacks = shown and not row.deleted and not made[NamedNode(address(row))]
            self._lack(str(row.key), lacks=lacks)
            if sum(map(len, waiting.values())) > _QUADS:
                self._send(waiting)
                waiting = {}
        self._send(waiting)

    def _send(self, waiting: Graphs) -> None:
        for name in self._server.write(waiting, self._held):
            key = _key_of(name.value)
            self._server.write(_nothing([key]), self._held)
            self._lack(key, lacks=True)
        self._count(waiting)

    def _count(self, waiting: Graphs) -> None:
        """Prove that the graphs are there."""
        lacking = {name for key in self._held.lacking for name in _names(key)}
        sent = [name for name in waiting if name not in lacking]
        there = self._server.there(sent) if sent else set()
        for name in sent:
            if bool(waiting[name]) != (name.value in there):
                raise DerivedFailed(
                    f"The SPARQL server at {self._server.query} did not keep {name.value} as it was written. "
                    "It is tried again."
                )

    def _lack(self, key: str, *, lacks: bool) -> None:
        if lacks or key in self._held.lacking:
            rest = [one for one in self._held.lacking if one != key]
            self._held = replace(self._held, lacking=[*rest, key] if lacks else rest)
        if len(self._held.lacking) > _MOST_LACKING:
            raise DerivedFailed(
                f"The SPARQL server at {self._server.query} refuses more than {_MOST_LACKING} data sets; the "
                "log says which and why."
            )

    def _reach(self, change: int, *, whole: bool | None = None) -> None:
        found = Version.objects.filter(change=change).values_list("data_set_id", "digest").first()
        whole = self._held.whole if whole is None else whole
        self._held = replace(self._held, change=change, mark=mark(*found) if found else "", whole=whole)
        self._server.hold(self._held)
        note(self._within, change if whole else 0)

    def _prove(self) -> None:
        """Count the data sets; put right what is missing, or there but not here. Raises DerivedFailed."""
        if not self._held.whole or not self._is_equal():
            if self._held.whole:
                logger.error("The SPARQL server at %s lacks data sets. It is put right.", self._server.query)
                self._reach(self._held.change, whole=False)
            self._put_right()
            if not self._is_equal():
                raise DerivedFailed(
                    f"The SPARQL server at {self._server.query} does not hold the data sets that were "
                    "written to it. It is tried again."
                )
        begin = Literal(f"{settings.NODE.base_url}/")
        if self._server.number(
            f"GRAPH ?g {{ ?d {RDF.type} {DCAT.Dataset} }} FILTER(!STRSTARTS(STR(?g), {begin}))"
        ):
            raise DerivedFailed(
                f"The SPARQL server at {self._server.query} holds data sets that are not of this register. "
                "Give the register a server or a data set of its own, and empty this one."
            )
        if not self._server.says_all(iri_of(self._within)):
            raise DerivedFailed(
                f"The default graph of the SPARQL server at {self._server.query} is not the union of its "
                "named graphs. Set that (Fuseki: tdb2:unionDefaultGraph true)."
            )
        _proved[self._within.name] = time.monotonic()

    def _is_equal(self) -> bool:
        """Whether it has as many as the register; what changes meanwhile may or may not be there."""
        rows = self._within.history()
        least = rows.filter(deleted=False, change__lte=self._last).count() - len(self._held.lacking)
        least_and_moving = least + rows.filter(change__gt=self._last).count()
        return all(least <= self._server.number(one) <= least_and_moving for one in self._counted)

    @property
    def _counted(self) -> tuple[str, str]:
        """The graphs of data sets, and those that say that we list them: patterns of ?g."""
        begin = Literal(f"{settings.NODE.base_url}/datasets/")
        ours = f"FILTER(STRSTARTS(STR(?g), {begin}) && {{}}STRENDS(STR(?g), '#listed'))"
        return (
            f"GRAPH ?g {{ ?r {RDF.type} {DCAT.CatalogRecord} }} {ours.format('!')}",
            f"GRAPH ?g {{ {iri_of(self._within)} {DCAT.record} ?r }} {ours.format('')}",
        )

    def there(self) -> list[set[str]]:
        """The keys of the data sets that are there: those described, and those listed."""
        return [{_key_of(name) for name in self._server.names(graphs)} for graphs in self._counted]

    def _put_right(self) -> None:
        here = {str(key) for key in self._within.data_sets().values_list("key", flat=True)}
        there = self.there()
        extra, missing = (there[0] | there[1]) - here, here - (there[0] & there[1])
        for keys in _parts(sorted(extra)):
            self._server.write(_nothing(keys), self._held)
        for keys in _parts(sorted(missing - set(self._held.lacking))):
            self._write(list(DataSet.objects.filter(key__in=keys).order_by("change")))


def _names(key: str) -> tuple[NamedNode, NamedNode]:
    """The graphs of a data set."""
    page = f"{settings.NODE.base_url}/datasets/{key}"
    return NamedNode(page), NamedNode(f"{page}#listed")


def _nothing(keys: Iterable[str]) -> Graphs:
    """The graphs of data sets that are not there."""
    return {name: [] for key in keys for name in _names(key)}


def _key_of(name: str) -> str:
    return name.rpartition("/")[2].partition("#")[0]


def _parts(keys: list[str]) -> Iterable[list[str]]:
    return (keys[at : at + _ROWS] for at in range(0, len(keys), _ROWS))
