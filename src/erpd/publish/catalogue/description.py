"""What a catalogue says of itself, and which data sets it lists (DCAT-AP 2.1.1, 4.1).

Values say their classes, so that the triples have the form of every version of DCAT-AP.
"""

from collections.abc import Iterable, Iterator

from django.conf import settings
from pyoxigraph import Literal, NamedNode, Quad

from erpd.metadata.graph import Term
from erpd.metadata.terms import DCAT, DCT, FOAF, RDF
from erpd.metadata.vocabularies import vocabulary
from erpd.publish.entry import Listed, record_iri
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


def listed(data_set: Listed, catalogues: Iterable[NamedNode]) -> Iterator[Quad]:
    """Yield that these catalogues list a data set, and our record of it."""
    me, entry = NamedNode(data_set.iri), record_iri(data_set)
    for catalogue in catalogues:
        yield Quad(catalogue, DCAT.dataset, me)
        yield Quad(catalogue, DCAT.record, entry)
