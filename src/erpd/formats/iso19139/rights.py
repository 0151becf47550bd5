"""gmd:resourceConstraints -> access rights, licence, conditions (GeoDCAT-AP; G4.1, G4.2)."""

import json
import re
from dataclasses import dataclass, field

from lxml import etree
from pyoxigraph import Literal, NamedNode

from erpd.formats.iso19139.document import INSPIRE, Document, address, authority
from erpd.metadata.graph import Node
from erpd.metadata.licences import licence_in, licence_iri, licence_of
from erpd.metadata.terms import DCT, RDFS

_LIMITATIONS = f"{INSPIRE}LimitationsOnPublicAccess/"
_CONDITIONS = f"{INSPIRE}ConditionsApplyingToAccessAndUse/"
# ISO 19115, MD_ClassificationCode and MD_RestrictionCode: the codes that exclude the public.
_CLOSED = {
    "restricted": "RESTRICTED",
    "confidential": "NON_PUBLIC",
    "secret": "NON_PUBLIC",
    "topsecret": "NON_PUBLIC",
}
# Codes that say nothing: the conditions are stated elsewhere.
_SILENT = ("", "otherrestrictions", "unrestricted", "unclassified")
_STRICTEST = ("NON_PUBLIC", "RESTRICTED", "PUBLIC")
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
# An address whose label limits or denies it: "Applies to the metadata only", "Niet onder CC BY".
_LIMITED = re.compile(
    r"\b(?:not|niet|nicht|pas|only|alleen|nur|seulement|except\w*|behalve|uitgezonderd|ausgenommen|ausser|au\u00dfer"
    r"|sauf|salvo)\b",
    re.IGNORECASE,
)
_LICENCE = re.compile(r"licen[cs]|creativecommons\.org|gebruiksvoorwaarden|geogedeeld", re.IGNORECASE)


@dataclass(slots=True)
class Rights:
    """What may be done with the data, and by whom."""

    access: set[str] = field(default_factory=set)
    """Codes of the access-right table."""
    licences: set[str] = field(default_factory=set)
    """IRIs of the licences of the authority table that are named."""
    pages: set[str] = field(default_factory=set)
    """Addresses that must be those of other licences."""
    texts: dict[Literal, None] = field(default_factory=dict)
    """Conditions in words."""
    links: dict[str, None] = field(default_factory=dict)
    """Addresses of conditions."""

    @property
    def licence(self) -> str:
        """The only licence, or "": of two that are named, nobody could tell which one applies."""
        found = self.licences or self.pages
        return next(iter(found)) if len(found) == 1 else ""


def read_rights(document: Document) -> Rights:
    """Return what may be done with the data, and state the data set's access rights if they are certain."""
    rights = Rights()
    for element in document.objects(document.root, "gmd:identificationInfo/*/gmd:resourceConstraints"):
        _read(document, element, rights)
    code = next((code for code in _STRICTEST if code in rights.access), "")
    if code:
        document.say(DCT.accessRights, authority("access-right", code))
    return rights


def licence_node(document: Document, rights: Rights) -> Node | None:
    if not rights.licence:
        return None
    return document.node(DCT.LicenseDocument, rights.licence)


def statement(document: Document, rights: Rights) -> Node | None:
    """Return one statement for all conditions, because DCAT-AP allows a distribution only one; or None."""
    if not (rights.texts or rights.links):
        return None
    if not rights.texts and len(rights.links) == 1:
        return document.node(DCT.RightsStatement, *rights.links)
    node = document.node(DCT.RightsStatement)
    document.add(node, RDFS.label, *rights.texts)
    document.add(node, RDFS.seeAlso, *(NamedNode(link) for link in rights.links))
    return node


def _read(document: Document, element: etree._Element, rights: Rights) -> None:
    for name in ("useLimitation", "otherConstraints", "userNote", "handlingDescription"):
        for found in document.all(element, f"gmd:{name}"):
            _condition(document, found, rights)
    for name, of in (("accessConstraints", "access"), ("classification", "classification")):
        for code in document.codes(element, f"gmd:{name}"):
            closed = _CLOSED.get(_one_word(code))
            if closed:
                rights.access.add(closed)
            _code(rights, code, of)
    for code in document.codes(element, "gmd:useConstraints"):
        _code(rights, code, "use")


def _code(rights: Rights, code: str, of: str) -> None:
    """Add a code as a condition."""
    if _one_word(code) not in _SILENT:
        text = Literal(f"{code} ({of})", language="en")
        rights.texts[text] = None


def _one_word(code: str) -> str:
    """``topSecret`` and "Top secret" -> ``topsecret``."""
    return "".join(code.split()).lower()


def _condition(document: Document, element: etree._Element, rights: Rights) -> None:
    texts = document.texts(element)
    link = document.link(element)
    rights.texts.update(dict.fromkeys(text for text in texts if text.value != link))
    if not link:
        for text in texts:
            _name(rights, text.value)
        return
    rights.links[link] = None
    link = link.replace("https://inspire.", "http://inspire.", 1)
    if link.startswith(_LIMITATIONS):
        rights.access.add("PUBLIC" if link == _LIMITATIONS + "noLimitations" else "RESTRICTED")
    elif not link.startswith(_CONDITIONS):
        labels = [text.value for text in texts if text.value != link]
        code = licence_of(link)
        if any(map(_LIMITED.search, labels)):
            return
        codes = {code, *map(licence_in, labels)} - {""}
        rights.licences.update(map(licence_iri, codes))
        if not codes and _LICENCE.search(link):
            rights.pages.add(link)


def _name(rights: Rights, text: str) -> None:
    """Add the licence that a text names, also as in GDI-DE: ``{"id": …, "name": …, "url": …}``."""
    if text.startswith("{") and text.endswith("}"):
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            said = {}
        parts = [said[name].strip() for name in ("url", "id", "name") if isinstance(said.get(name), str)]
        codes = {licence_of(part) for part in parts} - {""}
        rights.licences.update(map(licence_iri, codes))
        if not codes and parts and _WEB.match(parts[0]) and len(said) > 1:
            rights.pages.update({address(parts[0])} - {""})
        return
    code = licence_in(text)
    if code:
        rights.licences.add(licence_iri(code))
