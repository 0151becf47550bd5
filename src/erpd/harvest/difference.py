"""What a run changed, beside the run before it; and what it changed in one data set."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from isal import isal_zlib
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse

from erpd.harvest.ledger import counted_by_bin, entries_of
from erpd.harvest.models import Entry, Run
from erpd.metadata.graph import Term
from erpd.register.arrival import REFUSED, Bin
from erpd.register.models import DataSet, Version

_MOST = 500  # statements of one data set that are named
_UNNAMED = b"_:"


class Kind(StrEnum):
    """What became of a data set or record between two runs."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    REFUSED = "refused"
    """Not accepted now, and not refused in the run before."""
    ACCEPTED = "accepted"
    """Refused in the run before, and accepted now."""


def run_before(run: Run) -> Run | None:
    """The last run before that came to its end."""
    return run.settings.runs.filter(pk__lt=run.pk, state=Run.State.DONE).order_by("-pk").first()


def entries_that(run: Run, before: Run | None, kind: Kind) -> QuerySet[Entry]:
    """The entries of a run, of this kind; not for GONE, because what has gone need not have an entry.

    Of ACCEPTED, those that are the same as before they were refused are missing once the entries were only
    counted (``Run.forgotten``).
    """
    entries = entries_of(run).defer("content")
    if kind is Kind.NEW or kind is Kind.CHANGED:
        return entries.filter(bin=kind.value)
    if before is None:
        return entries.filter(bin__in=REFUSED) if kind is Kind.REFUSED else entries.none()
    refused = entries_of(before).filter(bin__in=REFUSED)
    if kind is Kind.REFUSED:
        return entries.filter(~Exists(refused.filter(identifier=OuterRef("identifier"))), bin__in=REFUSED)
    taken = [Bin.NEW, Bin.CHANGED, Bin.UNCHANGED]
    return entries.filter(bin__in=taken, identifier__in=refused.values("identifier"))


def amounts(run: Run, before: Run | None) -> dict[Kind, int]:
    """How many there are of each kind.

    Each comparison with the run before is a join of its own: in one query with the rest, a database looks up
    each record of the run, which takes twice as long.
    """
    bins = dict(counted_by_bin(run))
    compared = {kind: entries_that(run, before, kind).count() for kind in (Kind.REFUSED, Kind.ACCEPTED)}
    plain = {kind: bins.get(kind.value, 0) for kind in (Kind.NEW, Kind.CHANGED)}
    return {**plain, Kind.GONE: gone_in(run).count(), **compared}


def gone_in(run: Run) -> QuerySet[Version]:
    """The tombstones that a run wrote."""
    return Version.objects.filter(origin=str(run), digest="").select_related("data_set")


class Changed(NamedTuple):
    """What a run changed in a data set."""

    data_set: DataSet
    before: Version | None
    """None if it was not there."""
    now: Version
    """A tombstone has no digest."""


def changed_in(run: Run, identifier: str) -> Changed | None:
    """What a run changed in the data set with this identifier; None if it changed nothing."""
    data_set = DataSet.objects.filter(source=run.settings.source_id, identifier=identifier).first()
    if data_set is None:
        return None
    versions = data_set.versions.defer("findings")
    ours = versions.filter(origin=str(run)).order_by("change")
    first, last = ours.first(), ours.last()
    if first is None or last is None:
        return None
    before = versions.filter(change__lt=first.change).order_by("-change").first()
    return Changed(data_set, before if before and before.digest else None, last)


class Statement(NamedTuple):
    """A property of a thing, with the values that it has lost and got."""

    thing: str
    """Its IRI; "" for one without a name."""
    name: NamedNode
    before: list[Term]
    now: list[Term]


class Difference(NamedTuple):
    """What differs between two versions of a data set."""

    statements: list[Statement]
    more: int
    """Statements that are not named."""


def difference(before: Version | None, now: Version | None) -> Difference:
    """The statements of only one of the two; of a version that is not there, none are.

    Things without names are compared by what is said of them, because their labels change with every version.
    """
    old, new = _lines(before), _lines(now)
    rows: dict[tuple[str, NamedNode], Statement] = {}
    lost, got = old - new, new - old
    number = sum(lost.values()) + sum(got.values())
    for place, lines in ((0, lost), (1, got)):
        for quad in _parsed(lines, _MOST // 2):
            if isinstance(quad.subject, Triple) or isinstance(quad.object, Triple):
                continue  # of RDF 1.2, which nothing that was let in has
            thing = "" if isinstance(quad.subject, BlankNode) else quad.subject.value
            row = rows.setdefault((thing, quad.predicate), Statement(thing, quad.predicate, [], []))
            (row.now if place else row.before).append(quad.object)
    told = sum(len(row.before) + len(row.now) for row in rows.values())
    return Difference(sorted(rows.values(), key=lambda row: (row.thing, row.name.value)), number - told)


def _lines(version: Version | None) -> Counter[bytes]:
    if version is None or not version.content:
        return Counter()
    lines = isal_zlib.decompress(bytes(version.content)).splitlines()
    return Counter(_without_labels(line) if _UNNAMED in line else line for line in lines)


def _without_labels(line: bytes) -> bytes:
    """The statement with one label for every node without a name. What stands in a text stays."""
    subject, predicate, rest = line.split(b" ", 2)
    subject = b"_:x" if subject.startswith(_UNNAMED) else subject
    rest = b"_:x ." if rest.startswith(_UNNAMED) else rest
    return b" ".join((subject, predicate, rest))


def _parsed(lines: Counter[bytes], most: int) -> Iterator[Quad]:
    chosen = sorted(lines.elements())[:most]
    yield from parse(b"\n".join(chosen), format=RdfFormat.N_TRIPLES, rename_blank_nodes=False, lenient=True)
