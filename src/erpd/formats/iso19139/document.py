"""An ISO 19139 document: its elements, its texts in their languages, and the graph that it becomes."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from lxml import etree
from pyoxigraph import Literal, NamedNode

from erpd.formats import draft
from erpd.formats.draft import Draft
from erpd.formats.reading import Unreadable
from erpd.formats.xml_document import root_of, unindented
from erpd.metadata.iri import is_iri, repair_iri
from erpd.metadata.rules import Unread
from erpd.metadata.terms import AUTHORITY
from erpd.metadata.vocabularies import language_tag, vocabulary

SPACES = {
    "gmd": "http://www.isotc211.org/2005/gmd",
    "gco": "http://www.isotc211.org/2005/gco",
    "gmx": "http://www.isotc211.org/2005/gmx",
    "srv": "http://www.isotc211.org/2005/srv",
    "gmi": "http://www.isotc211.org/2005/gmi",
    "xlink": "http://www.w3.org/1999/xlink",
}
INSPIRE = "http://inspire.ec.europa.eu/metadata-codelist/"

_NAMES = ("MD_Metadata", "MI_Metadata", "CHE_MD_Metadata")
_ISO_19115_3 = "http://standards.iso.org/iso/19115/-3"
_ENVELOPES = ("GetRecordByIdResponse", "GetRecordsResponse", "SearchResults", "metadata")
_HREF = f"{{{SPACES['xlink']}}}href"
_FREE_TEXT = f"{{{SPACES['gmd']}}}PT_FreeText"
_LOCALISED = f"{{{SPACES['gmd']}}}LocalisedCharacterString"
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_CODE_LIST = re.compile(r"(?:[A-Z]{2}_\w*Code_)?(.*)")


class Document(Draft):
    """A metadata record. Paths use the prefixes of SPACES.

    ``root`` is gmd:MD_Metadata or one of its extensions; ``services`` are the services that it describes
    along with the data.
    """

    def __init__(self, root: etree._Element, services: Sequence[etree._Element] = ()) -> None:
        super().__init__()
        self.root, self.services = root, services
        self._inside: dict[etree._Element, dict[str, list[etree._Element]]] = {}
        self.language = language_tag(self.code(root, "gmd:language") or self.text(root, "gmd:language"))
        self._locales = {
            "#" + (locale.get("id") or "").lower(): language_tag(self.code(locale, "gmd:languageCode"))
            for locale in self.all(root, "gmd:locale/gmd:PT_Locale")
        }

    def all(self, element: etree._Element, path: str) -> list[etree._Element]:
        """Return the elements at a path, in order. This is ten times as fast as lxml's own search."""
        found = [element]
        for name in _steps(path):
            found = [inner for outer in found for inner in self.inside(outer).get(name, ())]
            if not found:
                break
        return found

    def first(self, element: etree._Element, path: str) -> etree._Element | None:
        return next(iter(self.all(element, path)), None)

    def inside(self, element: etree._Element) -> dict[str, list[etree._Element]]:
        """Return the children of an element by name; ``*`` has all of them."""
        names = self._inside.get(element)
        if names is None:
            names = self._inside[element] = {}
            for child in element:
                names.setdefault(child.tag, []).append(child)
            if len(element):
                names["*"] = list(element)
        return names

    def objects(self, element: etree._Element, path: str) -> list[etree._Element]:
        """Return the objects in a property: ``gmd:contact`` -> each gmd:CI_ResponsibleParty or extension."""
        return self.all(element, f"{path}/*")

    def texts(self, element: etree._Element | None) -> list[Literal]:
        """Return the text of a property in each of its languages; none if it is empty."""
        if element is None:
            return []
        found: dict[tuple[str, str], None] = {}
        undeclared: list[tuple[str, str]] = []
        for value in element:
            if value.tag != _FREE_TEXT:
                found[_plain(value), self.language] = None
                continue
            for localised in value.iter(_LOCALISED):
                locale = localised.get("locale", "").lower()
                if locale in self._locales:
                    found[_plain(localised), self._locales[locale]] = None
                else:  # most servers name locales after their language: #FR
                    undeclared.append((_plain(localised), language_tag(locale.lstrip("#"))))
        tagged = {text for text, language in found if language}
        found.update(dict.fromkeys(pair for pair in undeclared if pair[0] not in tagged))
        tagged = {text for text, language in found if language}
        return [
            literal(text, language) for text, language in found if text and (language or text not in tagged)
        ]

    def texts_at(self, element: etree._Element, path: str) -> list[Literal]:
        return [text for found in self.all(element, path) for text in self.texts(found)]

    def text(self, element: etree._Element, path: str) -> str:
        """Return the first text, in the record's own language, or ""."""
        found = self.first(element, path)
        if found is None:
            return ""
        return _plain(found[0]) if len(found) else _plain(found)

    def code(self, element: etree._Element, path: str) -> str:
        """Return the value of a code list: its codeListValue, otherwise its text, or ""."""
        return next(iter(self.codes(element, path)), "")

    def codes(self, element: etree._Element, path: str) -> list[str]:
        """Return the values of the code lists at a path."""
        return [_code(found[0]) for found in self.all(element, path) if len(found)]

    def link(self, element: etree._Element | None) -> str:
        """Return the address that a property holds as an Anchor, as text or as its own xlink:href, or ""."""
        if element is None:
            return ""
        value = element[0] if len(element) else element
        for text in (value.get(_HREF, ""), _plain(value), element.get(_HREF, "")):
            if text and _ADDRESS.fullmatch(text.strip()):
                return address(text.strip())
        return ""


def record_of(content: bytes) -> etree._Element:
    """Return the only metadata record in the bytes. Raises Unreadable if there is none, or more than one."""
    return _record(root_of(content, "ISO 19139"))


def _record(root: etree._Element) -> etree._Element:
    while (name := etree.QName(root)).localname in _ENVELOPES:
        inside = [child for child in root.iterchildren("*") if etree.QName(child).localname != "SearchStatus"]
        if len(inside) != 1:
            rule = Unread.SEVERAL_DATA_SETS if inside else Unread.NO_DATA_SET
            raise Unreadable(rule, f"there are {len(inside)} records in it instead of one")
        root = inside[0]
    if str(name.namespace).startswith(_ISO_19115_3):
        raise Unreadable(
            Unread.UNKNOWN_FORMAT, "this is ISO 19115-3; request ISO 19139 from the server instead"
        )
    if name.localname not in _NAMES:
        raise Unreadable(Unread.UNKNOWN_FORMAT, f"this is {name.localname}, not an ISO 19139 record")
    return root


def take_services(root: etree._Element) -> list[etree._Element]:
    """Take the descriptions of services out of the record and return them. The rest is about the data."""
    found = [
        each for each in root.iterfind("gmd:identificationInfo/*", SPACES) if "SV_Service" in str(each.tag)
    ]
    for each in found:
        parent = each.getparent()
        if parent is not None:
            parent.remove(each)
    return found


@cache
def _steps(path: str) -> tuple[str, ...]:
    """``gmd:title/*`` -> the names in lxml's notation."""
    names = (step.partition(":") for step in path.split("/"))
    return tuple(f"{{{SPACES[prefix]}}}{name}" if name else prefix for prefix, _, name in names)


def literal(text: str, language: str) -> Literal:
    return Literal(text, language=language) if language else Literal(text)


def dated(text: str) -> Literal | None:
    """Return a date with its type, plain text if it is not ISO 8601, or None if it is empty."""
    return draft.dated(text.strip()) if text.strip() else None


@lru_cache(maxsize=1024)
def address(text: str) -> str:
    """Return the IRI that ``text`` is or was meant to be, or "" if it is not certain."""
    return text if is_iri(text) else repair_iri(text)


def authority(table: str, code: str) -> NamedNode:
    return NamedNode(f"{AUTHORITY}{table}/{code}")


def known(table: str, text: str) -> NamedNode | None:
    """Return the concept of an authority table that ``text`` means, or None."""
    code = vocabulary(table).find(text)
    return NamedNode(vocabulary(table).iri(code)) if code else None


def _code(value: etree._Element) -> str:
    """The code, also of an address: ``secret`` of ``http://…/codelists.xml#MD_ClassificationCode_secret``."""
    text = (value.get("codeListValue") or "").strip() or _plain(value)
    if "://" in text:
        text = text.rstrip("/").replace("#", "/").rpartition("/")[2]
    known = _CODE_LIST.fullmatch(text)
    return known[1] if known else text


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _plain(element: etree._Element) -> str:
    return unindented("".join(map(str, element.itertext())) if len(element) else element.text or "")
