"""What is known of the links of a record: whether each leads somewhere."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from django.conf import settings

from erpd.metadata.quality import Measured
from erpd.register.links.addresses import Address, address_of, addresses_in
from erpd.register.models import Catalogue, Link, LinkOf

Links = Mapping[Address, int]
"""The links of a data set, each with its kinds."""


def links_of(measured: Measured, catalogue: Catalogue) -> dict[Address, int]:
    """The links of a record that are tried."""
    if not settings.NODE.link_days:
        return {}
    return addresses_in(measured.links, is_open=catalogue.kind == Catalogue.Kind.OPEN)


def known(links: Iterable[Links]) -> dict[UUID, bool]:
    """Which of all these work, and which are broken; not those of which nobody knows."""
    keys = {one.key for each in links for one in each}
    found = Link.objects.filter(pk__among=keys, works__isnull=False).values_list("pk", "works")
    return {key: bool(works) for key, works in found}


def tried_by(links: Links, known: Mapping[UUID, bool]) -> Callable[[str], bool | None]:
    """Whether an address of the record works. Of what is not one of its links, nobody knows."""

    def tried(iri: str) -> bool | None:
        address = address_of(iri)
        return known.get(address.key) if address and address in links else None

    return tried


def state_of(data_set: UUID) -> str:
    """What changes with what is known of the links of a data set."""
    found = LinkOf.objects.filter(data_set=data_set).order_by("link").values_list("link__works", flat=True)
    return "".join({True: "y", False: "n", None: "-"}[works] for works in found)
