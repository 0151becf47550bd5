"""``oai_dc`` -> DCAT-AP 2.1.1. What mending repairs later (codes, dates, HTML) is passed on as received."""

import re

from pyoxigraph import Literal, NamedNode

from erpd.formats.draft import dated
from erpd.formats.oai_dc.coverage import read_coverage
from erpd.formats.oai_dc.distributions import read_distributions
from erpd.formats.oai_dc.document import Element, elements
from erpd.formats.oai_dc.draft import Draft, link_or_text
from erpd.formats.oai_dc.rights import read_rights
from erpd.metadata.graph import Node
from erpd.metadata.iri import LONGEST, repair_iri
from erpd.metadata.iso8601 import date_type
from erpd.metadata.record import Record
from erpd.metadata.terms import AUTHORITY, DC11, DCAT, DCT, FOAF, RDF, RDFS, SKOS
from erpd.metadata.vocabularies import vocabulary

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# The number of a book or journal does not identify what is in it.
_URN = re.compile(r"urn:(?!is[bs]n:)[a-z0-9][a-z0-9-]{1,31}:\S+", re.IGNORECASE)
_DOI = re.compile(r"(?:doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_HANDLE = re.compile(r"hdl:(\d[\d.]*/\S+)", re.IGNORECASE)
_REGION = re.compile(r"([A-Za-z]{2,3})[-_][A-Za-z]{2,4}")
_DCMI = "http://purl.org/dc/dcmitype/"
_TYPES = {
    name.lower(): NamedNode(_DCMI + name)
    for name in (
        *("Collection", "Event", "Image", "InteractiveResource", "MovingImage", "PhysicalObject"),
        *("Service", "Software", "Sound", "StillImage", "Text"),
    )
}
# Refinements of dc:relation (DCMI terms, section 2).
_RELATIONS = (
    *("relation", "source", "conformsTo", "hasFormat", "hasPart", "hasVersion", "isFormatOf", "isPartOf"),
    *("isReferencedBy", "isReplacedBy", "isRequiredBy", "isVersionOf", "references", "replaces", "requires"),
)

_RIGHTS = ("accessRights", "license", "rights")


def read(content: bytes, identifier: str, base: str = "") -> Record:
    """Return the record of one resource, whatever its dc:type: the OAI set decides what is harvested.

    Raises Unreadable if the content is not XML, unsafe, other XML, several records, or empty.
    """
    found: dict[str, list[Element]] = {}
    rest: list[Element] = []
    for element in elements(content):
        for beside in element.beside:
            link = Element(element.space, element.name, "", beside)
            (found.setdefault(element.name, []) if element.name in _RIGHTS else rest).append(link)
        if element.is_dublin_core:
            found.setdefault(element.name, []).append(element)
        else:
            rest.append(element)

    def take(*names: str) -> list[Element]:
        return [element for name in names for element in found.pop(name, ())]

    identifiers = take("identifier")
    names = [name for name in (_name(element.text) for element in identifiers) if name]
    iri = next(iter(names), "") or _name(identifier)
    address = next((name for name in (iri, *names) if _ADDRESS.match(name)), "")
    draft = Draft(NamedNode(iri) if iri else None)
    draft.say(RDF.type, DCAT.Dataset)
    draft.say(DCT.identifier, *(Literal(element.text) for element in identifiers))
    if address not in ("", iri):
        draft.say(DCAT.landingPage, NamedNode(address))
    _texts(draft, take("title", "alternative"), take("description"), take("abstract"))
    _agents(draft, take("publisher"), take("creator"), take("contributor"))
    _dates(draft, take("issued"), take("modified"), take("date"))
    for element in take("subject"):
        _subject(draft, element)
    for element in take("type"):
        _type(draft, element)
    for element in take("language"):
        _language(draft, element)
    for element in take("coverage", "spatial", "temporal"):
        read_coverage(draft, element)
    for element in take(*_RELATIONS):
        kind = DCT.Standard if element.name == "conformsTo" else RDFS.Resource
        draft.say(NamedNode(f"{DCT}{element.name}"), draft.thing(kind, DCT.title, element))
    facts = read_rights(draft, take(*_RIGHTS))
    read_distributions(draft, take("format", "extent", "medium"), address, facts)
    for element in (*take(*found), *rest):
        draft.keep(element)
    return Record(identifier, draft.graph, draft.dataset)


def _name(text: str) -> str:
    """The IRI of the resource in an identifier; "" for a number, a citation or a local name."""
    if len(text) > LONGEST:
        return ""
    for form, resolver in ((_DOI, "https://doi.org/"), (_HANDLE, "https://hdl.handle.net/")):
        match = form.fullmatch(text)
        if match:
            return repair_iri(resolver + match[1])
    return repair_iri(text) if _ADDRESS.fullmatch(text) or _URN.fullmatch(text) else ""


def _texts(
    draft: Draft, titles: list[Element], descriptions: list[Element], abstracts: list[Element]
) -> None:
    """In each language, the first title is the title; the others are alternatives."""
    spoken: set[str] = set()
    for title in titles:
        further = title.language in spoken or title.name == "alternative"
        draft.say(DCT.alternative if further else DCT.title, title.line)
        spoken.add(title.language)
    for text in descriptions or abstracts:
        draft.say(DCT.description, text.literal)
    for text in abstracts if descriptions else ():
        draft.say(DCT.abstract, text.literal)


def _agents(
    draft: Draft, publishers: list[Element], creators: list[Element], contributors: list[Element]
) -> None:
    """DCAT-AP has one publisher: several names are its translations, or only the first is the publisher."""

    def agent(element: Element) -> Node:
        return draft.thing(FOAF.Agent, FOAF.name, element)

    draft.say(DCT.creator, *map(agent, creators))
    draft.say(DCT.contributor, *map(agent, contributors))
    languages = {element.language for element in publishers if not element.link}
    if len(publishers) > 1 and "" not in languages and len(languages) == len(publishers):
        publisher = draft.node(FOAF.Agent)
        draft.add(publisher, FOAF.name, *(element.line for element in publishers))
        draft.say(DCT.publisher, publisher)
    else:
        draft.say(DCT.publisher, *map(agent, publishers[:1]))
        draft.say(DC11.publisher, *map(link_or_text, publishers[1:]))


def _dates(draft: Draft, issued: list[Element], modified: list[Element], dates: list[Element]) -> None:
    """Among unspecified dates, the first is the release and the last the modification."""
    said = {each.text for each in (*issued, *modified)}
    known = sorted((each for each in dates if date_type(each.text)), key=lambda each: each.text)
    known = [each for each in known if each.text not in said]
    unclear = [each for each in dates if not date_type(each.text)]
    if not issued:
        issued = [(known or unclear).pop(0)] if known or unclear else []
    if not modified and known:
        modified = [known.pop()]
    for predicate, found in ((DCT.issued, issued), (DCT.modified, modified)):
        draft.say(predicate, *(dated(element.text) for element in found[:1]))
    draft.say(DC11.date, *(Literal(each.text) for each in (*issued[1:], *modified[1:], *known, *unclear)))


def _subject(draft: Draft, element: Element) -> None:
    """A link is a subject and a text is a keyword; one from the table of data themes is also a theme."""
    code = vocabulary("data-theme").find(element.text)
    if element.link:
        theme = element.link.startswith(f"{AUTHORITY}data-theme/")
        draft.say(DCAT.theme if theme or code else DCT.subject, NamedNode(element.link))
        return
    draft.say(DCAT.keyword, element.line)
    if code:
        draft.say(DCAT.theme, NamedNode(vocabulary("data-theme").iri(code)))


def _type(draft: Draft, element: Element) -> None:
    """The type, except "data set", which is already stated."""
    if element.text.lower() not in ("dataset", f"{_DCMI}dataset"):
        known = _TYPES.get(element.text.replace(" ", "").lower())
        draft.say(DCT.type, known or draft.thing(SKOS.Concept, SKOS.prefLabel, element))


def _language(draft: Draft, element: Element) -> None:
    """For ``en_US``, the authority table knows the language, and the region is kept."""
    region = _REGION.fullmatch(element.text)
    if region:
        draft.say(DC11.language, Literal(element.text))
    draft.say(DCT.language, Literal(region[1]) if region else link_or_text(element))
