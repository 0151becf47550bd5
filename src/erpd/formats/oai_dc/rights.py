"""dc:rights -> access rights of the data set, licence and conditions of its distributions (G4.1, G4.2)."""

import re

from pyoxigraph import NamedNode

from erpd.formats.oai_dc.document import Element
from erpd.formats.oai_dc.draft import Draft, link_or_text
from erpd.metadata.graph import Node, Term
from erpd.metadata.licences import licence_in, licence_iri, licence_of
from erpd.metadata.terms import DCT, RDFS
from erpd.metadata.vocabularies import vocabulary

# Access terms of OpenAIRE and COAR. Those that the authority table lacks (embargoed) are for a value map.
_ACCESS = re.compile(
    r"info:eu-repo/semantics/\w+Access|https?://purl\.org/coar/access_right/\w+", re.IGNORECASE
)
_STRICTEST = ("NON_PUBLIC", "RESTRICTED", "PUBLIC")
_LICENCE = re.compile(r"licen[cs]|creativecommons\.org", re.IGNORECASE)

Facts = list[tuple[NamedNode, Term]]


def read_rights(draft: Draft, elements: list[Element]) -> Facts:
    """State who has access, and return what applies to each distribution: one licence, one statement."""
    access: list[tuple[int, Element]] = []
    others: list[Element] = []
    for element in elements:
        rank = _rank(element)
        if rank is None:
            others.append(element)
        else:
            access.append((rank, element))
    access.sort(key=lambda ranked: ranked[0])
    for place, (_, element) in enumerate(access):
        if place:
            draft.keep(element)  # the same in other words, or less strict than the first
        else:
            draft.say(DCT.accessRights, link_or_text(element))
    named = {name: element for element in reversed(others) if (name := _licence_named(element))}
    licences: list[tuple[Element, Node]] = []
    if len(named) == 1:  # of two, nobody could tell which one applies
        ((name, element),) = named.items()
        licences = [(element, _licence(draft, element, name))]
    facts: Facts = []
    rest = others
    for element, licence in licences[:1]:
        facts.append((DCT.license, licence))
        rest = [other for other in others if other is not element]
        if not _is_all(element, licence):
            draft.keep(element)  # "CC BY 4.0, but not the photographs": the code says less
    if rest:
        facts.append((DCT.rights, _statement(draft, rest)))
    return facts


def _rank(element: Element) -> int | None:
    """The smaller, the stricter; None if it is not an access right."""
    code = vocabulary("access-right").find(element.text)
    if code in _STRICTEST:
        return _STRICTEST.index(code)
    known = bool(code) or element.name == "accessRights" or _ACCESS.fullmatch(element.text)
    return len(_STRICTEST) if known else None


def _licence_named(element: Element) -> str:
    """A licence of the authority table, an address that must be one, a text that calls itself one, or ""."""
    code = licence_of(element.link) or licence_in(element.text)
    if code:
        return licence_iri(code)
    if element.name == "license":
        return element.text
    return element.link if element.link and _LICENCE.search(element.link) else ""


def _licence(draft: Draft, element: Element, name: str) -> Node:
    if element.name == "license" and name == element.text and not vocabulary("licence").iris.get(name):
        return draft.thing(DCT.LicenseDocument, RDFS.label, element)
    return NamedNode(name)


def _is_all(element: Element, licence: Node) -> bool:
    """Whether nothing is lost if ``licence`` replaces the element."""
    table = vocabulary("licence")
    code = table.iris.get(licence.value, "")
    return not code or element.text in (licence.value, *table.concepts[code].values())


def _statement(draft: Draft, elements: list[Element]) -> Node:
    """One statement for all conditions, because DCAT-AP allows a distribution only one."""
    if len(elements) == 1 and elements[0].link:
        return NamedNode(elements[0].link)
    node = draft.node(DCT.RightsStatement)
    for element in elements:
        if element.link:
            draft.add(node, RDFS.seeAlso, NamedNode(element.link))
        else:
            draft.add(node, RDFS.label, element.literal)
    return node
