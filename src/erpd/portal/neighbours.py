"""The data sets of this register that a record names by their IRIs: shown by title, and linked here."""

from collections.abc import Mapping

from django.urls import reverse
from pyoxigraph import NamedNode

from erpd.metadata.record import Record
from erpd.metadata.terms import DCT
from erpd.metadata.view import View
from erpd.pages.values import LONGEST_TITLE, Value, legible, tag_of
from erpd.register.content import listed
from erpd.register.identity import LONGEST_NAME
from erpd.register.scope import Scope

MOST_ASKED = 500  # IRIs of a record
MOST = 50  # data sets
_TITLE = frozenset({str(DCT.title).encode()})


def neighbours(within: Scope, record: Record, languages: tuple[str, ...]) -> Mapping[str, Value]:
    """IRI -> title and address here, for readers of ``languages``. Two queries; none for most records."""
    named = {
        value.value: None
        for properties in record.graph.nodes.values()
        for values in properties.values()
        for value in values
        if isinstance(value, NamedNode)
        and value not in record.graph.nodes
        and len(value.value) <= LONGEST_NAME
    }
    found = within.called([*named][:MOST_ASKED])[:MOST] if named else []
    here = {}
    for data_set, neighbour in listed(found, _TITLE) if found else ():
        title, language = View(neighbour).title.best(*languages)
        if title:
            address = reverse("portal:data-set", args=[data_set.key])
            here[data_set.iri] = Value(
                legible(title, LONGEST_TITLE), tag_of(language), address, machine=data_set.iri, is_here=True
            )
    return here
