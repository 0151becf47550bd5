"""Cuts broken RDF/XML at its node elements, in one pass over its tags, even if some do not match."""

import re
from collections import defaultdict
from collections.abc import Iterator

from erpd.formats.rdf.damaged import decoded
from erpd.formats.rdf.xml_stream import utf8_xml
from erpd.metadata.text import unescape

# Namespaces and entities are repeated for each piece.
LARGEST_HEAD = 16 * 1024
# Classes that may occur without rdf:about; their nodes are blank.
_BLANK = frozenset(b"Dataset Distribution DataService CatalogRecord Description".split())
# The elements around the pieces.
_WHOLE = frozenset((b"RDF", b"Catalog"))
_TAG = re.compile(rb"<(?:(!--|!\[CDATA\[)|(/?)((?:[\w.-]+:)?([\w.-]++))([^<>]*+)>?)")
_SECTION_ENDS = {b"!--": b"-->", b"![CDATA[": b"]]>"}
_NAMED = re.compile(rb"\b(?:about|nodeID|ID)\s*=")
# The root element and its attributes, after comments and instructions; an endless one takes all the rest.
_ROOT = re.compile(rb"<(?>!--(?:.*?-->|.*+)|\?(?:.*?\?>|.*+)|([A-Za-z_][\w:.-]*+)([^<>]*+)>)", re.DOTALL)
_LONGEST_PROLOG = 64 * 1024
_SCOPED = re.compile(rb"\b(xml:base|xml:lang|xmlns(?::[\w.-]+)?)\s*=\s*(\"[^\"<>]*+\"|'[^'<>]*+')")
_CATALOG = re.compile(rb"<((?:[\w.-]+:)?Catalog)\b([^<>]*+)>")
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*+(?:\[[^\]]*+\]\s*)?>")
_ABOUT = re.compile(rb"\babout\s*=\s*(?:\"([^\"<>]*+)\"|'([^'<>]*+)')")
_DATA_SET = re.compile(rb"<(?:[\w.-]+:)?Dataset\b|\bresource\s*=\s*[\"'][^\"'<>]*dcat#Dataset[\"']")


class Cut(ValueError):
    """The document ends before its root element does."""


class Followed(ValueError):
    """Something follows the root element: nobody knows what, perhaps another document."""


def cut(document: bytes) -> Iterator[tuple[bytes, bytes, bytes, int]]:
    """Yield each outermost node element as (rdf:RDF with all namespaces, the element, the end of rdf:RDF).

    With it comes where the element begins in ``utf8_xml`` of the document.

    Raises UnsafeXml, Cut, Followed, or ValueError if there is no element or if there are too many namespaces.
    """
    document = utf8_xml(document)
    prolog = document[:_LONGEST_PROLOG]
    root = next((found for found in _ROOT.finditer(prolog) if found[1]), None)
    if root is None or root[2].endswith(b"/"):
        raise ValueError("it contains no element")
    if not re.search(rb"</" + re.escape(root[1]) + rb"\s*>\s*(?:<!--[^<>]*-->\s*)*\Z", document[-1000:]):
        behind = document.rpartition(b"</" + root[1])[2].partition(b">")[2].strip()
        if b"</" + root[1] in document and behind:
            text = " ".join(behind[:200].decode("utf-8", "replace").split())
            raise Followed(f"“{text[:80]}” follows the last element, where nothing is allowed")
        raise Cut("it ends before its last element is closed")
    pieces = list(_outermost(document))
    head = _head(document, root, pieces)
    return ((head + b"\n", document[start:end], b"</rdf:RDF>", start) for start, end in pieces)


def subject(piece: bytes) -> str:
    """Return the IRI of what the piece is about, or "" if it is not known."""
    about = _ABOUT.search(_tag(piece))
    return unescape(decoded(about[1] or about[2] or b"")) if about else ""


def is_data_set(piece: bytes) -> bool:
    tag = _tag(piece)
    return _DATA_SET.search(piece if b"Description" in tag else tag) is not None


def _tag(piece: bytes) -> bytes:
    return piece[: piece.find(b">") + 1]


def _head(document: bytes, root: re.Match[bytes], pieces: list[tuple[int, int]]) -> bytes:
    """What must precede each piece: what the root and the catalogue declare, and all other namespaces.

    Raises ValueError if pieces are within other elements that declare such things: they would be lost.
    """
    said = dict(_SCOPED.findall(root[2]))
    ends = [root.end(), *(end for _, end in pieces)]
    gaps = [document[end:start] for end, (start, _) in zip(ends, pieces, strict=False)]
    catalogue = _CATALOG.search(gaps[0]) if gaps else None
    if catalogue and not any(b"</" + catalogue[1] in gap for gap in gaps):
        said |= dict(_SCOPED.findall(catalogue[2]))
    for space in _SCOPED.finditer(document):
        if space[1].startswith(b"xmlns"):
            said.setdefault(space[1], space[2])
    said[b"xmlns:rdf"] = b'"http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    for gap in gaps:
        if any(said.get(name) != value for name, value in _SCOPED.findall(gap)):
            raise ValueError(
                "its node elements stand in others with a base, language or namespace of their own"
            )
    at = document.find(b"<!DOCTYPE", 0, root.start())
    doctype = _DOCTYPE.match(document, at, root.start()) if at >= 0 else None
    attributes = b" ".join(b"%s=%s" % pair for pair in said.items())
    head = (doctype[0] if doctype else b"") + b"<rdf:RDF " + attributes + b">"
    if len(head) > LARGEST_HEAD:
        raise ValueError(f"its namespaces and entities are more than {LARGEST_HEAD} bytes")
    return head


def _outermost(document: bytes) -> Iterator[tuple[int, int]]:
    """Where node elements start and end. One that is never closed ends where the next one starts."""
    found = list(_node_elements(document))
    position = 0
    for number, (start, end) in enumerate(found):
        if start >= position:
            following = found[number + 1][0] if number + 1 < len(found) else len(document)
            position = end or following
            yield start, position


def _node_elements(document: bytes) -> list[tuple[int, int]]:
    """Start and end of each, in order of their starts; the end is 0 if it is never closed."""
    starts: list[int] = []
    ends: list[int] = []
    opened: defaultdict[bytes, list[int]] = defaultdict(list)
    unclosed: set[bytes] = set()
    position = 0
    while tag := _TAG.search(document, position):
        position = tag.end()
        section, end_tag, name, local, attributes = tag.groups()
        if section:
            if section not in unclosed:
                end = document.find(_SECTION_ENDS[section], position)
                position = end if end >= 0 else position
                if end < 0:
                    unclosed.add(section)
        elif end_tag:
            number = opened[name].pop() if opened[name] else -1
            if number >= 0:
                ends[number] = position
        else:
            empty = attributes.endswith(b"/")
            number = -1
            named = local in _BLANK or (_NAMED.search(attributes) and not (empty and b"nodeID" in attributes))
            if named and local not in _WHOLE:
                number = len(starts)
                starts.append(tag.start())
                ends.append(position if empty else 0)
            if not empty:
                opened[name].append(number)
    return list(zip(starts, ends, strict=True))
