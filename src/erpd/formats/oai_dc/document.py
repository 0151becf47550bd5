"""The XML of ``oai_dc`` -> its elements (Dublin Core 1.1, and DCMI terms if servers add them)."""

import re
from functools import cached_property, lru_cache

from lxml import etree
from pyoxigraph import Literal

from erpd.formats.reading import Unreadable
from erpd.formats.xml_document import root_of, unindented
from erpd.metadata.iri import LONGEST, repair_iri
from erpd.metadata.rules import Unread
from erpd.metadata.terms import DC11, DCT, RDF
from erpd.metadata.vocabularies import language_tag

MEDIA_TYPE = "application/vnd.oai.dc+xml"
NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"

_DC, _TERMS = str(DC11), str(DCT)
# Wrong namespaces that servers use: none, that of the schema, that of version 1.0.
_MEANT = {"": _DC, NAMESPACE: _DC, "http://purl.org/dc/elements/1.0/": _DC}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LINKS = (f"{{{RDF}}}resource", "{http://www.w3.org/1999/xlink}href")
_LINK = re.compile(r"(?:https?://|ftps?://|urn:|info:|doi:|hdl:|ark:)\S+", re.IGNORECASE)


class Element:
    """An element: its namespace and name, its language (BCP 47, or ""), and its text.

    ``beside`` are links that it has in addition to its text.
    """

    def __init__(self, space: str, name: str, language: str, text: str, beside: tuple[str, ...] = ()) -> None:
        self.space, self.name, self.language, self.text, self.beside = space, name, language, text, beside

    @property
    def is_dublin_core(self) -> bool:
        return self.space in (_DC, _TERMS)

    @property
    def literal(self) -> Literal:
        return self.saying(self.text)

    @property
    def line(self) -> Literal:
        """Its text on one line, as titles and names are."""
        return self.saying(" ".join(self.text.split()))

    def saying(self, text: str) -> Literal:
        """Return ``text`` as a literal in the language of the element."""
        return Literal(text, language=self.language) if self.language else Literal(text)

    @cached_property
    def link(self) -> str:
        """The IRI that the whole text is or was meant to be, or ""."""
        wanted = len(self.text) <= LONGEST and _LINK.fullmatch(self.text)
        return repair_iri(self.text) if wanted else ""


def elements(content: bytes) -> list[Element]:
    """Return the elements of the record, without empty ones and duplicates.

    Raises Unreadable if the content is not XML, unsafe, other XML, several records, or empty.
    """
    root = _record(root_of(content, "Dublin Core"))
    found: dict[tuple[object, ...], Element] = {}
    language = root.get(_LANGUAGE, "")
    stray = [root.text]  # between the elements, where the schema allows no text
    for child in root.iterchildren("*"):
        stray.append(child.tail)
        element = _element(child, language)
        space = "" if element.is_dublin_core else element.space
        if element.text:
            key = space, element.name, element.language, element.text, element.beside
            found.setdefault(key, element)
    for text in stray:
        if text and not text.isspace():
            found["", "text", text] = Element("", "text", _tag(language), unindented(text))
    if not any(element.is_dublin_core for element in found.values()):
        if etree.QName(root).localname == "dc":
            raise Unreadable(Unread.NO_DATA_SET, "it contains no Dublin Core elements")
        raise Unreadable(
            Unread.UNKNOWN_FORMAT, f"this is {etree.QName(root).localname}, not Dublin Core (oai_dc)"
        )
    return [*found.values()]


def _record(root: etree._Element) -> etree._Element:
    """The element ``oai_dc:dc``, also within an answer to GetRecord."""
    inside = [*root.iter(f"{{{NAMESPACE}}}dc")]
    if len(inside) > 1:
        raise Unreadable(Unread.SEVERAL_DATA_SETS, f"there are {len(inside)} records in it instead of one")
    return inside[0] if inside else root


def _element(child: etree._Element, language: str) -> Element:
    name = etree.QName(child)
    found = name.namespace or ""
    space = _MEANT.get(found, found)
    # "H<sub>2</sub>O" is one word; the parts of an element of another standard are several.
    between = "" if space in (_DC, _TERMS) else " "
    text = between.join(map(str, child.itertext())) if len(child) else child.text or ""
    text = unindented(text)
    beside: tuple[str, ...] = ()
    if child.attrib:
        links = [unindented(child.get(name, "")) for name in _LINKS]
        language = child.get(_LANGUAGE, language)
        text = text or next(filter(None, links), "")
        beside = tuple(link for link in links if link and link != text)
    return Element(space, name.localname, _tag(language), text, beside)


@lru_cache(maxsize=1024)
def _tag(text: str) -> str:
    """BCP 47: ``en_US`` -> ``en-us``, ``eng`` -> ``en``; "" if it is not a tag."""
    first, *rest = re.split("[-_]", text.strip())
    try:
        return Literal("", language="-".join((language_tag(first) or first, *rest))).language or ""
    except ValueError:
        return ""
