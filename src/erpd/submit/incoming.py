"""A record as it is delivered: what is kept of it, and what the register would make of it."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from posixpath import normpath
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import Resolver404, resolve
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from erpd.metadata.canonical import canonical
from erpd.metadata.graph import Graph
from erpd.metadata.iri import runs
from erpd.metadata.limits import MOST_DELIVERED
from erpd.metadata.record import Record
from erpd.metadata.storable import storable
from erpd.metadata.view import View
from erpd.register.arrival import LONGEST_TITLE, Arrival, deflate, renamed
from erpd.register.catalogues import profile_of
from erpd.register.identity import can_name, is_placeholder, key_of
from erpd.register.models import Catalogue, Source
from erpd.register.preparing import prepare
from erpd.register.scope import scope
from erpd.submit.models import Delivery
from erpd.submit.parts import parts_of
from erpd.submit.refusals import Code, TooLarge, Unnameable, of_another

_MOST_TITLES = 50


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
    titles: dict[str, str] = field(default_factory=dict)
    """In each language, "" for none."""
    words: str = ""
    """What people search it by: its identifier and titles, casefolded."""
    issued: datetime | None = None
    revised: datetime | None = None
    """What lists sort by, as the register would have it."""
    described: Sequence[str] = ()
    """The IRIs elsewhere that it says something about."""
    parts: Sequence[str] = ()
    """Those of them that are distributions or data services."""


def incoming(record: Record, source: Source, catalogue: Catalogue, package: bytes = b"") -> Incoming:
    """Make a record ready. It is changed by mending. No lock is held, because this is what takes time.

    A data set without an IRI gets the address of its page. Raises TooLarge, Unnameable and IdentifierTaken.
    """
    if (size := len(record.graph)) > MOST_DELIVERED:
        raise TooLarge(Code.TOO_LARGE, size=f"{size:,}", most=f"{MOST_DELIVERED:,}")
    key = key_of(source.slug, record.identifier)
    ours = f"{settings.NODE.base_url}/datasets/"
    if not record.iri:
        name = NamedNode(f"{ours}{key}")
        record = Record(record.identifier, renamed(record.graph, record.dataset, name), name)
    for code, text in ((Code.IDENTIFIER_UNFIT, record.identifier), (Code.IRI_UNFIT, record.iri)):
        if is_placeholder(text) or not can_name(text):
            shown = text if len(text) <= 80 else f"{text[:80]}…"
            raise Unnameable(code, name=repr(shown))
    described = _fit(record, key)
    parts = parts_of(record.graph, described) if described else []
    content, digest = canonical(record.graph)
    arrival = prepare(
        record, profile_of(catalogue), source=source.slug, node=settings.NODE.base_url, received=digest
    )
    view = View(record)
    titles = _titles(view)
    return Incoming(
        record.identifier,
        record.iri,
        deflate(content),
        arrival,
        package,
        title=storable(view.title.best("en")[0][:LONGEST_TITLE]),
        titles=titles,
        words="\n".join((record.identifier, *titles.values())).casefold(),
        issued=view.issued.at if view.issued else None,
        revised=view.modified.at if view.modified else None,
        described=described,
        parts=parts,
    )


def _titles(view: View) -> dict[str, str]:
    """The first title in each language."""
    found = list(view.title.by_language.items())[:_MOST_TITLES]
    return {storable(language): storable(texts[0][:LONGEST_TITLE]) for language, texts in found}


def _fit(record: Record, key: UUID) -> list[str]:
    """Refuse what would say something about things of others, or harm those who read it.

    Doors put all data sets into one catalogue, where what one says of another's node becomes the other's.
    Returns the other nodes elsewhere that it describes.
    """
    page = f"{settings.NODE.base_url}/datasets/{key}"
    properties = record.graph.nodes.values()
    values: Iterable[object] = chain.from_iterable(chain.from_iterable(map(dict.values, properties)))
    for value in values:
        if isinstance(value, NamedNode):
            if runs(value.value):
                raise Unnameable(Code.NOT_A_LINK, iri=value.value[:80])
        elif isinstance(value, Triple):
            raise Unnameable(Code.TRIPLE_TERM)
    below = (f"{page}/", f"{page}#")
    subjects = [node.value for node in record.graph.nodes if isinstance(node, NamedNode)]
    subjects = [iri for iri in subjects if iri != page and not iri.startswith(below)]
    for iri in subjects:
        if _is_address_here(iri):
            raise of_another(Code.IRI_HERE, iri)
    others = [iri for iri in subjects if iri != record.iri]
    if subjects:  # to make a scope asks the database
        _foreign(subjects, others, key)
    return others


def _foreign(subjects: list[str], others: list[str], key: UUID) -> None:
    """Refuse IRIs of other data sets, and those below the IRI of one that is harvested."""
    above = {prefix: iri for iri in subjects for prefix in _prefixes(iri)}
    for data_set in scope().called([*others, *above]):
        if data_set.key == key:
            continue
        if data_set.iri in others:
            raise of_another(Code.IRI_DESCRIBED, data_set.iri)
        if not Delivery.objects.filter(pk=data_set.key).exists():
            raise of_another(Code.IRI_BELOW, above[data_set.iri], above=data_set.iri)


def _prefixes(iri: str) -> list[str]:
    """What an IRI lies below, but for its host: the last few."""
    ends = [place for place, sign in enumerate(iri) if sign in "/#"]
    return [iri[:end] for end in ends[3:][-_DEEPEST:]]


_DEEPEST = 6


def _is_address_here(iri: str) -> bool:
    try:
        base, asked = urlsplit(settings.NODE.base_url), urlsplit(iri)
        here = (base.hostname, base.port or _PORTS.get(base.scheme))
        if (asked.hostname, asked.port or _PORTS.get(asked.scheme.lower())) != here:
            return False
        path = normpath(f"/{unquote(asked.path).lstrip('/')}")
        if not path.startswith("/datasets/"):  # where data sets to come have their pages
            resolve(path)
    except (ValueError, Resolver404):
        return False
    return True


_PORTS = {"http": 80, "https": 443}


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
