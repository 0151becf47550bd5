"""Where what is delivered belongs: the data set that an identifier names in a catalogue."""

from typing import NamedTuple
from uuid import UUID

from erpd.register.identity import key_of
from erpd.register.models import Catalogue, Source
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
    among = Delivery.objects.select_related("source").filter(catalogue=catalogue, identifier=identifier)
    if known := among.first():
        return Place(known.pk, known.source, known=True)
    source = catalogue.sources.get(slug=catalogue.slug)
    return Place(key_of(source.slug, identifier), source, known=False)
