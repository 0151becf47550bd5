"""What a catalogue says of itself and of its entries: since when, and when changed (DCAT-AP 2.1.1, 4.1, 4.2).

Values say their classes, so that the triples have the form of every version of DCAT-AP.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from pyoxigraph import Literal, NamedNode, Quad

from erpd.metadata.graph import Term
from erpd.metadata.terms import DCAT, DCT, FOAF, RDF, XSD
from erpd.metadata.vocabularies import vocabulary
from erpd.publish.linked_data import address
from erpd.publish.profiles import Offered
from erpd.register.models import Catalogue
from erpd.register.scope import Scope

_ABOUT = {
    "protected": "Metadata of protected data held by the public sector, and how to ask for access to it.",
    "open": "Metadata of open data.",
    "all": "Metadata of open data and of protected data held by the public sector.",
}
_TITLES = {"protected": "protected data", "open": "open data"}


def page_of(scope_prefix: str) -> NamedNode:
    """The page of a catalogue, by the prefix of its scope."""
    return NamedNode(f"{settings.NODE.base_url}{scope_prefix or '/'}")


def iri_of(within: Scope) -> NamedNode:
    """The IRI of the catalogue of a scope. It leads to its page, or to its RDF."""
    return NamedNode(f"{page_of(within.prefix).value}#catalogue")


def iri_of_part(catalogue: Catalogue) -> NamedNode:
    """The IRI of one catalogue."""
    return iri_of(Scope(catalogue.slug, {}))


def described(within: Scope, *, parts: bool) -> Iterator[Quad]:
    """Yield the description of the catalogue of a scope, with its publisher and, if wanted, its parts."""
    found = within.catalogues.values()
    own = next((one for one in found if one.slug == within.name), None)
    if own:
        yield from _catalogue(own)
    else:
        title = settings.NODE.title
        if within.name in _TITLES:
            title = f"{title}: {_TITLES[within.name]}"
        yield from _described(iri_of(within), [Literal(title)], _ABOUT[within.name], settings.NODE.title)
    for part in found if parts else ():
        if part is not own:
            yield Quad(iri_of(within), DCT.hasPart, iri_of_part(part))
            yield Quad(iri_of(within), DCAT.catalog, iri_of_part(part))
            yield Quad(iri_of_part(part), DCT.isPartOf, iri_of(within))
            yield from _catalogue(part)


def _catalogue(catalogue: Catalogue) -> Iterator[Quad]:
    me = iri_of_part(catalogue)
    titles = [Literal(text, language=language) for language, text in catalogue.title.items()]
    yield from _described(
        me,
        titles or [Literal(catalogue.slug)],
        _ABOUT[catalogue.kind],
        catalogue.publisher or settings.NODE.title,
    )
    countries = vocabulary("country")
    if catalogue.country and (code := countries.find(catalogue.country)):
        place = NamedNode(countries.iri(code))
        yield Quad(me, DCT.spatial, place)
        yield Quad(place, RDF.type, DCT.Location)


def _described(me: NamedNode, titles: Iterable[Literal], about: str, publisher: str) -> Iterator[Quad]:
    page = NamedNode(me.value.removesuffix("#catalogue"))
    agent = NamedNode(f"{page.value}#publisher")
    facts: list[tuple[NamedNode, NamedNode, Term]] = [
        (me, RDF.type, DCAT.Catalog),
        *((me, DCT.title, title) for title in titles),
        (me, DCT.description, Literal(about, language="en")),
        (me, DCT.publisher, agent),
        (agent, RDF.type, FOAF.Agent),
        (agent, FOAF.name, Literal(publisher)),
        (me, FOAF.homepage, page),
        (page, RDF.type, FOAF.Document),
    ]
    yield from (Quad(*fact) for fact in facts)


class Entry(Protocol):
    """A data set, or those of its columns that its record needs."""

    @property
    def key(self) -> UUID: ...
    @property
    def identifier(self) -> str: ...
    @property
    def iri(self) -> str: ...
    @property
    def created(self) -> datetime: ...
    @property
    def modified(self) -> datetime: ...


def listed(data_set: Entry, catalogues: Iterable[NamedNode], profile: Offered) -> Iterator[Quad]:
    """Yield that these catalogues list a data set, and its record: since when, and when it changed last."""
    entry, standard = NamedNode(f"{address(data_set)}#record"), NamedNode(profile.iri)
    me = NamedNode(data_set.iri)
    for catalogue in catalogues:
        yield Quad(catalogue, DCAT.dataset, me)
        yield Quad(catalogue, DCAT.record, entry)
    facts: list[tuple[NamedNode, NamedNode, Term]] = [
        (entry, RDF.type, DCAT.CatalogRecord),
        (entry, FOAF.primaryTopic, me),
        (me, RDF.type, DCAT.Resource),
        (entry, DCT.identifier, Literal(data_set.identifier)),
        (entry, DCT.issued, _moment(data_set.created)),
        (entry, DCT.modified, _moment(data_set.modified)),
        (entry, DCT.conformsTo, standard),
        (standard, RDF.type, DCT.Standard),
    ]
    yield from (Quad(*fact) for fact in facts)


def _moment(at: datetime) -> Literal:
    return Literal(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=XSD.dateTime)
