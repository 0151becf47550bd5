"""What a user gives, read, mended and checked in a child process: its data sets, its catalogues, the rest."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from pyoxigraph import BlankNode, Literal, Quad

from erpd.formats.rdf.carrier import pack, unpack
from erpd.formats.rdf.catalogue import CLASSES, Kind, Piece
from erpd.formats.reading import Reading, Unreadable
from erpd.metadata.checks import check, check_apart, check_catalogue
from erpd.metadata.findings import Finding
from erpd.metadata.graph import Graph, Node, Term
from erpd.metadata.mending import mend, mend_apart, mend_catalogue
from erpd.metadata.mending.terms import mend_terms
from erpd.metadata.record import Record
from erpd.metadata.vocabularies import use_directory
from erpd.sources.children.child import Child, tell
from erpd.sources.dump.came import Watch
from erpd.sources.http.client import Client
from erpd.sources.http.credentials import parted
from erpd.standalone import plugins
from erpd.standalone.aside import Aside
from erpd.standalone.asked import Asked, Place
from erpd.standalone.carried import Carried
from erpd.standalone.found import Found
from erpd.standalone.places import Places
from erpd.standalone.readers import record_in, record_or_fault
from erpd.standalone.readings import Document, opened

_PACE = 0.2  # seconds between two words about how far we are


def found_in(place: Place, asked: Asked, watch: Watch | None = None) -> Iterator[Found]:
    """Everything at a place: first the data sets, then catalogues, services and series, then the rest.

    ``watch`` is called while the place is read: a large document is read whole before the first comes. A
    child does all this, and may die of it. Raises SourceError.

    The names of blank nodes are unique to the place and the same in all its parts, so merging the parts gives
    the document again. The same document gives the same names.
    """
    told = (lambda news: watch(*news)) if watch else None
    with Child(Reader(asked), place.location, told=told) as child:
        yield from child.each("found", place)


def records_in(place: Place, asked: Asked) -> Iterator[Record | Reading]:
    """The data sets at a place as they came, and the readings of those that cannot be read.

    A child reads them, as in ``found_in``. Raises SourceError.
    """
    with Child(Reader(asked), place.location) as child:
        for each in child.each("carried", place):
            yield each.record() if isinstance(each, Carried) else each


@dataclass(frozen=True)
class Reader:
    """Reads places. A child owns it, or the program itself."""

    asked: Asked

    def found(self, place: Place) -> Iterator[Found]:
        """Yield what is at a place."""
        with self.document(place) as (document, places):
            yield from self.found_in(document, places)

    def found_in(self, document: Document, places: Places) -> Iterator[Found]:
        """Yield what is in a document."""
        kept = f"{document.owner}p"
        finding_out = _FindingOut(self.asked, places)
        with Aside[tuple[str, Piece]]() as beside:
            for number, reading in enumerate(
                document.readings(lambda piece: beside.put((places.entry, piece)))
            ):
                finding_out.kept = kept if document.is_rdf else ""
                yield from finding_out.data_set(reading, document.base, f"{document.owner}r{number}")
            finding_out.kept = kept
            for number, (entry, piece) in enumerate(beside):
                yield finding_out.beside(piece, entry, f"{document.owner}s{number}")
        document.refuse_unread()

    def records(self, place: Place) -> Iterator[Record | Reading]:
        """Yield the data sets as they are, and the readings of those that cannot be read."""
        with self.document(place) as (document, _):
            for reading in document.readings():
                yield record_or_fault(self.asked.formats, reading, document.base)
            document.refuse_unread()

    def carried(self, place: Place) -> Iterator[Carried | Reading]:
        """Do what ``records`` does, for the process that this one is a child of."""
        for each in self.records(place):
            yield Carried.of(each) if isinstance(each, Record) else each

    @contextmanager
    def document(self, place: Place) -> Iterator[tuple[Document, Places]]:
        """What is at a place, opened, and the places in it. Raises SourceError."""
        if self.asked.vocabularies:
            use_directory(self.asked.vocabularies)
        address, keys = parted(place.location) if "://" in place.location else (place.location, None)
        with (
            Places() as places,
            Client(self.asked.limits, self.asked.allow_network, keys) as client,
            opened(place, address, client, _at_intervals()) as came,
        ):
            assert came is not None  # nothing was asked that may be unchanged
            yield Document(place, came, client, self.asked.format, places), places


class _FindingOut:
    """Mends and checks, as asked."""

    def __init__(self, asked: Asked, places: Places) -> None:
        self._places = places
        self._asked, self._rules = asked, asked.profile
        self.kept = ""
        """How the names of blank nodes begin that they keep; "" if all get new ones."""
        self._extra = (*map(plugins.proving, asked.extra), *plugins.checks())

    def data_set(self, reading: Reading, base: str, owner: str) -> Iterator[Found]:
        found = Found(Kind.DATA_SET, reading.identifier, entry=reading.entry, position=reading.at)
        if reading.fault:
            found.findings = [reading.fault]
            yield found
            return
        try:
            record = record_in(self._asked.formats, reading, base)
        except Unreadable as error:
            found.findings = [error.finding()]
            yield found
            return
        found.identifier = found.identifier or record.iri
        node = record.dataset
        found.as_is = check(record, self._rules, self._extra) if self._asked.as_is else []
        found.findings = [*mend(record, self._rules), *check(record, self._rules, self._extra)]
        yield self._done(found, record.graph, owner, node)
        for node in record.graph.subjects(CLASSES[Kind.CATALOGUE_RECORD]):
            beside = Found(Kind.CATALOGUE_RECORD, _name(node), pack([]), entry=reading.entry)
            kind = CLASSES[beside.kind]
            beside.findings = check_apart(record.graph, node, kind, self._rules, self._extra)
            yield self._heeded(beside, node)

    def beside(self, piece: Piece, entry: str, owner: str) -> Found:
        graph, node, kind = Graph(unpack(piece.syntax, piece.content)), piece.node, piece.kind
        found = Found(kind, _name(node), entry=entry)
        said = graph.properties(node).values() if isinstance(node, BlankNode) else ()
        texts = [value.value for values in said for value in values if isinstance(value, Literal)]
        if kind is Kind.CATALOGUE:
            found.as_is = check_catalogue(graph, node, self._rules, self._extra) if self._asked.as_is else []
            found.findings, node = mend_catalogue(graph, node, self._rules)
            found.findings += check_catalogue(graph, node, self._rules, self._extra)
        elif kind is Kind.REST:
            found.findings = mend_terms(Record("", graph, node))
        else:
            found.as_is = (
                check_apart(graph, node, CLASSES[kind], self._rules, self._extra) if self._asked.as_is else []
            )
            found.findings, node = mend_apart(graph, node, CLASSES[kind], self._rules)
            found.findings += check_apart(graph, node, CLASSES[kind], self._rules, self._extra)
        found.findings += piece.repairs
        return self._done(found, graph, owner, piece.node, texts)

    def _done(self, found: Found, graph: Graph, owner: str, node: Node, texts: Sequence[str] = ()) -> Found:
        found.packed = pack(_apart(graph.triples(), owner, self.kept)) if self._asked.keep else pack([])
        return self._heeded(found, node, texts)

    def _heeded(self, found: Found, node: Node, texts: Sequence[str] = ()) -> Found:
        """Without the findings that are to be ignored; the others in their places."""
        if ignore := self._asked.ignore:
            found.findings = _without(found.findings, ignore)
            found.as_is = _without(found.as_is, ignore)
        if self._asked.placed:
            self._places.place(found, node, texts)
        return found


def _without(findings: list[Finding], ignore: frozenset[str]) -> list[Finding]:
    return [finding for finding in findings if finding.rule not in ignore]


def _apart(triples: Sequence[Quad], owner: str, kept: str) -> list[Quad]:
    """Name blank nodes in order, except those whose names begin with ``kept``, from splitting a document."""
    names: dict[Term, BlankNode] = {}

    def own(node: Term) -> Term:
        if not isinstance(node, BlankNode) or (kept and node.value.startswith(kept)):
            return node
        return names.setdefault(node, BlankNode(f"{owner}b{len(names)}"))

    return [
        Quad(own(one.subject), one.predicate, own(one.object))  # type: ignore[arg-type]
        if isinstance(one.subject, BlankNode) or isinstance(one.object, BlankNode)
        else one
        for one in triples
    ]


def _name(node: Term) -> str:
    return "" if isinstance(node, BlankNode) else node.value


def _at_intervals() -> Watch:
    """Tells the parent how far we are, not too often."""
    last = 0.0

    def watch(done: int, total: int | None) -> None:
        nonlocal last
        if monotonic() - last >= _PACE:
            last = monotonic()
            tell((done, total))

    return watch
