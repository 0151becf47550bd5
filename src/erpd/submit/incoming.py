"""A record as it is delivered: what is kept of it, and what the register would make of it."""

import zlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.metadata.canonical import canonical
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.storable import storable
from erpd.metadata.view import View
from erpd.register.arrival import LONGEST_TITLE, Arrival, deflate, renamed
from erpd.register.catalogues import profile_of
from erpd.register.identity import can_name, is_placeholder, key_of
from erpd.register.models import Catalogue, Source
from erpd.register.preparing import prepare
from erpd.submit.models import Delivery
from erpd.submit.refusals import IdentifierTaken, Unnameable


@dataclass(frozen=True, slots=True)
class Incoming:
    """A delivered record, ready to be stored and, if it has no errors, published."""

    identifier: str
    iri: str
    content: bytes
    """Its canonical N-Triples as delivered, deflated."""
    arrival: Arrival
    """The record mended and checked, as the register takes it in."""
    package: bytes = b""
    """The package of CKAN's API that it was delivered as, deflated."""
    title: str = ""
    issued: datetime | None = None
    revised: datetime | None = None
    """What lists sort by, as the register would have it."""


def incoming(record: Record, source: Source, catalogue: Catalogue, package: bytes = b"") -> Incoming:
    """Make a record ready. It is changed by mending. No lock is held, because this is what takes time.

    A data set without an IRI gets the address of its page. Raises Unnameable and IdentifierTaken.
    """
    key = key_of(source.slug, record.identifier)
    ours = f"{settings.NODE.base_url}/datasets/"
    if not record.iri:
        name = NamedNode(f"{ours}{key}")
        record = Record(record.identifier, renamed(record.graph, record.dataset, name), name)
    for called, text in (("identifier", record.identifier), ("IRI", record.iri)):
        if is_placeholder(text) or not can_name(text):
            shown = text if len(text) <= 80 else f"{text[:80]}…"
            raise Unnameable(
                f"{shown!r} cannot be the {called} of a data set (G3.4.3). Choose a permanent one."
            )
    if record.iri.startswith(ours) and record.iri != f"{ours}{key}":
        raise IdentifierTaken(
            f"{record.iri} is the address of another data set. Leave the IRI out, or use your own."
        )
    content, digest = canonical(record.graph)
    arrival = prepare(
        record, profile_of(catalogue), source=source.slug, node=settings.NODE.base_url, received=digest
    )
    view = View(record)
    return Incoming(
        record.identifier,
        record.iri,
        deflate(content),
        arrival,
        package,
        title=storable(view.title.best("en")[0][:LONGEST_TITLE]),
        issued=view.issued.at if view.issued else None,
        revised=view.modified.at if view.modified else None,
    )


def delivered(delivery: Delivery, *, renamed_from: str = "", to: str = "") -> Record:
    """The record of a delivery, as delivered.

    Nodes whose IRIs begin with ``renamed_from`` begin with ``to`` instead: a copy has addresses of its own.
    """
    lines, iri = zlib.decompress(delivery.content), delivery.iri
    if renamed_from:
        lines = lines.replace(f"<{renamed_from}".encode(), f"<{to}".encode())
        iri = to + iri.removeprefix(renamed_from) if iri.startswith(renamed_from) else iri
    triples = parse(lines, format=RdfFormat.N_TRIPLES, rename_blank_nodes=False, lenient=True)
    return Record(delivery.identifier, Graph(triples), NamedNode(iri))
