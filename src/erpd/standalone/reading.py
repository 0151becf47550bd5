"""What a user gives, read, mended and checked in a child process: its data sets, its catalogues, the rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from erpd.formats import record_of
from erpd.formats.rdf.carrier import pack, unpack
from erpd.formats.rdf.catalogue import Kind, Piece
from erpd.formats.reading import Reading, Unreadable
from erpd.metadata.checks import check, check_catalogue
from erpd.metadata.graph import Graph
from erpd.metadata.mending import mend, mend_catalogue
from erpd.metadata.mending.terms import mend_terms
from erpd.metadata.profile import Profile, load_profile
from erpd.metadata.record import Record
from erpd.metadata.vocabularies import use_directory
from erpd.sources.children.child import Child
from erpd.sources.dump.source import Dump
from erpd.sources.http.client import Client
from erpd.sources.http.credentials import parted
from erpd.standalone.found import Found


def found_in(
    location: str,
    rules: Profile,
    allow_network: tuple[str, ...] = (),
    *,
    as_is: bool = False,
    vocabularies: Path | None = None,
) -> Iterator[Found]:
    """Everything at a location: first the data sets, then the catalogues, then the rest. Raises SourceError.

    With ``as_is``, each is also checked before it is mended. ``vocabularies`` is a folder of the user's own.
    A child does all this, and may die of it.

    The names of blank nodes are unique to the document and the same in all its parts, so merging the parts
    gives the document again.
    """
    reader = _Reader(rules.name, allow_network, as_is, vocabularies)
    with Child(reader, location) as child:
        yield from child.each("found", location)


@dataclass(frozen=True)
class _Reader:
    """What the child needs to know."""

    profile: str
    allow_network: tuple[str, ...]
    as_is: bool
    vocabularies: Path | None

    def found(self, location: str) -> Iterator[Found]:
        use_directory(self.vocabularies)
        rules = load_profile(self.profile)
        beside: list[Piece] = []
        address, keys = parted(location) if "://" in location else (location, None)
        with Client(allow_networks=self.allow_network, auth=keys) as client:
            for page in Dump(address, client, local=True, beside=beside.append).pages():
                for reading in page.readings:
                    yield _data_set(reading, rules, self.as_is)
        for piece in beside:
            yield _beside(piece, rules, self.as_is)


def _data_set(reading: Reading, rules: Profile, as_is: bool) -> Found:
    found = Found(Kind.DATA_SET, reading.identifier)
    if reading.fault:
        found.findings = [reading.fault]
        return found
    try:
        record = record_of(reading)
    except Unreadable as error:
        found.findings = [error.finding()]
        return found
    found.as_is = check(record, rules) if as_is else []
    found.findings = mend(record, rules)
    found.findings += check(record, rules)
    found.packed = pack(record.graph.triples())
    return found


def _beside(piece: Piece, rules: Profile, as_is: bool) -> Found:
    graph = Graph(unpack(piece.syntax, piece.content))
    found = Found(piece.kind, getattr(piece.node, "value", ""))
    if piece.kind is Kind.CATALOGUE:
        found.as_is = check_catalogue(graph, piece.node, rules) if as_is else []
        found.findings, node = mend_catalogue(graph, piece.node, rules)
        found.findings += check_catalogue(graph, node, rules)
        found.findings += piece.repairs
    else:
        found.findings = [*mend_terms(Record("", graph, piece.node)), *piece.repairs]
    found.packed = pack(graph.triples())
    return found
