"""RDF with damaged characters: bytes that are not UTF-8, JSON with characters that JSON forbids.

A lost character becomes U+FFFD, which a check reports; a control character is left to mending. Only texts may
lose one: an address or a name without it would belong to something else.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from erpd.formats.encoding import in_utf8, is_in_another_charset, read_utf8
from erpd.formats.rdf.document import read
from erpd.formats.rdf.references import is_word
from erpd.formats.rdf.syntaxes import Syntax
from erpd.formats.rdf.xml_stream import utf8_xml
from erpd.formats.reading import Unreadable
from erpd.formats.repairs import MARK, MARK_BYTES, Told, has_wrong_byte, marked, unmarked
from erpd.formats.xml_text import without_html_entities
from erpd.metadata.findings import Finding
from erpd.metadata.rules import Correction, Unread
from erpd.metadata.terms import RDF, RDFS, shorten
from erpd.metadata.text import LOST

# The most repairs that we report; in a document with more, these are enough.
_MOST_TOLD = 100_000
_LANGUAGE_TAG = re.compile(rb"([\"'])@([A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{1,8})++)")
_RESOURCE_AND_TEXT = re.compile(rb"<([A-Za-z_][\w.:-]*+)([^<>]*+)(?<!/)>([^<]*+)</\1\s*>")
_RESOURCE = re.compile(rb"\s[\w.-]*:?resource\s*=\s*[\"']([^\"'<>]*+)[\"']")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
# In a string of JSON: a control character (RFC 8259, 7), a pair of surrogates, half of one, any other escape.
_IN_STRING = re.compile(
    rb"([\x00-\x1f])|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)|\\.", re.DOTALL
)


class NothingToMend(Unreadable):
    """The characters are valid, so the parser that refused the document knows better what is wrong."""


def read_damaged(document: bytes, syntax: Syntax, base: str = "", told: Told | None = None) -> Iterator[Quad]:
    """Yield the triples of a document that cannot be read as it is. ``told`` collects the repairs in them.

    Raises Unreadable if it cannot be repaired.
    """
    try:
        document = utf8_xml(document) if syntax.name == "rdf" else in_utf8(document)
    except ValueError as error:
        raise Unreadable(Unread.BROKEN_SYNTAX, f"{syntax.title}: {error}") from error
    mended = _mended(document, syntax)
    if mended == document:
        raise NothingToMend(
            Unread.BROKEN_SYNTAX, f"{syntax.title}: its characters are valid, but its syntax is not"
        )
    if is_in_another_charset(document):
        raise Unreadable(
            Unread.BROKEN_SYNTAX, f"{syntax.title}: it is not in UTF-8 and does not declare its encoding"
        )
    told = {} if told is None else told
    marks = MARK_BYTES in mended
    for triple in read(mended, syntax, base):
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, NamedNode | BlankNode) and (LOST in term.value or has_wrong_byte(term.value)):
                raise Unreadable(
                    Unread.BROKEN_SYNTAX, f"{syntax.title}: {term} has bytes in it that are not UTF-8"
                )
        yield _unmarked(triple, told) if marks else triple


def _unmarked(triple: Quad, told: Told) -> Quad:
    subject, predicate, value, _ = triple
    path = shorten(predicate)
    node, found = _unmarked_term(subject, "@id")
    if found and len(told) < _MOST_TOLD:
        told[node] = found
    value, found = _unmarked_term(value, path)
    if found and len(told) < _MOST_TOLD:
        told[predicate, value] = found
    return Quad(node, _unmarked_term(predicate, path)[0], value)


def _unmarked_term(term: Any, path: str) -> tuple[Any, Finding | None]:
    if isinstance(term, NamedNode) and MARK in term.value:
        text, found = unmarked(term.value, path)
        return NamedNode(text), found
    if isinstance(term, Literal) and MARK in term.value:
        text, found = unmarked(term.value, path)
        if term.language:
            return Literal(text, language=term.language, direction=term.direction), found
        return Literal(text, datatype=term.datatype), found
    return term, None


def _mended(document: bytes, syntax: Syntax) -> bytes:
    document = read_utf8(document).encode()
    if syntax.name == "jsonld":
        return _STRING.sub(lambda string: _IN_STRING.sub(_escape, string[0]), document)
    if syntax.name != "rdf":
        return _LANGUAGE_TAG.sub(lambda tag: tag[1] + b"@" + tag[2].replace(b"_", b"-"), document)
    return _RESOURCE_AND_TEXT.sub(_linked, without_html_entities(document))


def _linked(element: re.Match[bytes]) -> bytes:
    """Repair a property element with a link and a text, which RDF/XML 7.2.21 does not allow.

    The text becomes the name of the link, unless they are the same.
    """
    name, attributes, text = element[1], element[2], element[3].strip()
    link = _RESOURCE.search(attributes)
    label = b'<label xmlns="%s">%s</label>' % (str(RDFS).encode(), _misplaced(text, text, name))
    if not link:  # a text in a node element, which has the name of a class
        is_class = name.rpartition(b":")[2][:1].isupper() and text
        return b"<%s%s>%s</%s>" % (name, attributes, label, name) if is_class else element[0]
    if not text:
        return b"<%s%s/>" % (name, attributes)
    if text in link[1]:
        return b"<%s%s/>" % (name, attributes.replace(link[1], _misplaced(link[1], text)))
    rest = attributes[: link.start()] + attributes[link.end() :]
    rdf = str(RDF).encode()
    about = b'<Description xmlns="%s" r:about="%s" xmlns:r="%s">' % (rdf, link[1], rdf)
    if is_word(name.rpartition(b":")[2].decode("utf-8", "replace"), link[1].decode("utf-8", "replace")):
        # <dct:format rdf:resource="CSV">Text file</dct:format>: described, CSV would become an IRI
        about = b'<Description xmlns="%s">' % rdf
        label = (
            b'<label xmlns="%s">%s</label>' % (str(RDFS).encode(), link[1]) * bool(link[1].strip()) + label
        )
    return b"<%s%s>%s%s</Description></%s>" % (name, rest, about, label, name)


def _misplaced(repaired: bytes, was: bytes, stood: bytes = b"") -> bytes:
    if MARK_BYTES in repaired + was:
        return repaired
    rule = Correction.TEXT_MISPLACED
    return marked(rule, repaired.decode(), was.decode(), stood.decode()).encode()


def behind_json(document: bytes) -> str:
    """Return the beginning of what follows the JSON in a document, or "" if nothing does, or it is broken."""
    text = in_utf8(document).decode("utf-8", "replace").lstrip()
    try:
        _, end = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        return ""
    return " ".join(text[end : end + 400].split())[:80]


def decoded(name: bytes) -> str:
    """Return an address or a name, or "" if it is not UTF-8, because then it is not certain."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return ""


def _escape(sign: re.Match[bytes]) -> bytes:
    if sign[1]:
        return b"\\u%04x" % sign[1][0]
    return rb"\ufffd" if sign[2] else sign[0]
