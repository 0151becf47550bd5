"""Where what is delivered belongs: the data set that an identifier names in a catalogue."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from erpd.register.identity import key_of
from erpd.register.models import Catalogue, Source
from erpd.register.prepared import Prepared
from erpd.submit.models import Delivery


class Place(NamedTuple):
    """The identity that an identifier has in a catalogue."""

    key: UUID
    source: Source
    known: bool
    """Whether there is a delivery with it already, perhaps one that was withdrawn."""


def place_of(catalogue: Catalogue, identifier: str) -> Place:
    """Return the place of a data set that is delivered into a catalogue.

    What came from another owner keeps the source in its identity, so it is looked for by its name.
    """
    for key, *facts in _known(catalogue.pk, identifier):
        return Place(key, _source(facts), known=True)
    for row in _sources(catalogue.slug):
        return Place(key_of(catalogue.slug, identifier), _source(row), known=False)
    raise Source.DoesNotExist(catalogue.slug)


def _source(facts: Sequence[Any]) -> Source:
    return Source.from_db(None, _FACTS, facts)


_FACTS = [field.attname for field in Source._meta.concrete_fields]
_known = Prepared(
    lambda catalogue, identifier: (
        Delivery.objects.filter(catalogue=catalogue)
        .filter(identifier=identifier)
        .values_list("pk", *(f"source__{name}" for name in _FACTS))
    )
)
_sources = Prepared(lambda slug: Source.objects.filter(slug=slug).values_list(*_FACTS))
