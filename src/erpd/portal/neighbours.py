"""The data sets of this register that a record names by their IRIs: shown by title, and linked here."""

from collections.abc import Callable, Mapping, Sequence

from django.urls import reverse
from pyoxigraph import NamedNode

from erpd.metadata.record import Record
from erpd.metadata.terms import DCT
from erpd.metadata.view import View
from erpd.pages.values import LONGEST_TITLE, Value, legible, tag_of
from erpd.register.content import listed
from erpd.register.identity import LONGEST_NAME
from erpd.register.models import DataSet
from erpd.register.scope import Scope, Seen

MOST_ASKED = 500  # IRIs of a record
MOST = 50  # data sets
MOST_KEPT = 1_000  # versions whose IRIs are kept
LONGEST_KEPT = 20_000  # characters of the IRIs of a version: 20 MB for all
_TITLE = frozenset({str(DCT.title).encode()})
# Version -> the IRIs that it names. Its metadata never change.
_named: dict[tuple[int, str], tuple[str, ...]] = {}


def neighbours(within: Scope, data_set: DataSet, record: Callable[[], Record]) -> list[Seen]:
    """The data sets that a record names. One query, and ``record`` if these are not kept."""
    version = data_set.change, data_set.digest  # a backup that was restored can give a number to another
    named = _named.get(version)
    if named is None:
        named = _names(record())
        if sum(map(len, named)) <= LONGEST_KEPT:
            if len(_named) >= MOST_KEPT:
                _named.clear()
            _named[version] = named
    return sorted(within.called(named), key=lambda neighbour: neighbour.iri)[:MOST]


def titled(found: Sequence[Seen], languages: tuple[str, ...]) -> Mapping[str, Value]:
    """IRI -> title and address here of data sets, for readers of ``languages``. A query, if there are any."""
    here = {}
    for data_set, neighbour in listed(found, _TITLE) if found else ():
        title, language = View(neighbour).title.best(*languages)
        if title:
            address = reverse("portal:data-set", args=[data_set.key])
            here[data_set.iri] = Value(
                legible(title, LONGEST_TITLE), tag_of(language), address, machine=data_set.iri, is_here=True
            )
    return here


def _names(record: Record) -> tuple[str, ...]:
    nodes = record.graph.nodes
    named = {
        value.value: None
        for properties in nodes.values()
        for values in properties.values()
        for value in values
        if isinstance(value, NamedNode) and value not in nodes and len(value.value) <= LONGEST_NAME
    }
    return (*named,)[:MOST_ASKED]
