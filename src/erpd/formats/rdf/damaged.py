"""RDF whose characters are damaged: a byte that is no UTF-8, JSON with what no JSON may have.

A lost character becomes U+FFFD, which a check reports; a control character is left for mending. Only texts
may lose one: an address or a name that has lost one would be that of something else.
"""

import codecs
import re
from collections.abc import Iterator
from itertools import chain

from pyoxigraph import BlankNode, NamedNode, Quad

from erpd.formats.rdf.checked_stream import CHUNK
from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import Syntax
from erpd.formats.rdf.xml_stream import utf8_xml
from erpd.formats.reading import Unreadable
from erpd.formats.xml_text import without_html_entities
from erpd.metadata.rules import Unread
from erpd.metadata.terms import RDF, RDFS
from erpd.metadata.text import LOST

_LEADING = bytes(range(0xC2, 0xF5))  # of a character of several bytes in UTF-8
# A document in which more characters are lost than not, and not only a few, is in another charset.
_FEW_LOST = 10
_LANGUAGE_TAG = re.compile(rb"([\"'])@([A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{1,8})++)")
_RESOURCE_AND_TEXT = re.compile(rb"<([A-Za-z_][\w.:-]*+)([^<>]*+)(?<!/)>([^<]*+)</\1\s*>")
_RESOURCE = re.compile(rb"\s[\w.-]*:?resource\s*=\s*[\"']([^\"'<>]*+)[\"']")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
# In a string of JSON: a control character (RFC 8259, 7), a pair of surrogates, half of one, any other escape.
_IN_STRING = re.compile(
    rb"([\x00-\x1f])|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)|\\.", re.DOTALL
)


def read_damaged(document: bytes, syntax: Syntax, base: str = "") -> Iterator[Quad]:
    """The triples of a document that cannot be read as it is. Raises Unreadable where it cannot be mended."""
    try:
        document = utf8_xml(document) if syntax.name == "rdf" else document
    except ValueError as error:
        raise Unreadable(Unread.BROKEN_SYNTAX, f"{syntax.title}: {error}") from error
    mended = _mended(document, syntax)
    if mended == document:
        raise Unreadable(
            Unread.BROKEN_SYNTAX, f"{syntax.title}: its characters are valid, but its syntax is not"
        )
    if is_in_another_charset(document, mended):
        raise Unreadable(
            Unread.BROKEN_SYNTAX, f"{syntax.title}: it is not in UTF-8 and does not declare its encoding"
        )
    for triple in read(mended, syntax, base):
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, NamedNode | BlankNode) and LOST in term.value:
                raise Unreadable(
                    Unread.BROKEN_SYNTAX, f"{syntax.title}: {term} has bytes in it that are not UTF-8"
                )
        yield triple


def is_in_another_charset(document: bytes, mended: bytes = b"") -> bool:
    """Whether so much is lost in ``mended``, the same in UTF-8, that it is no damage: nothing is guessed."""
    mended = mended or _utf8(document)
    lost = mended.count(LOST.encode()) - document.count(LOST.encode())
    beyond_ascii = len(mended) - len(mended.translate(None, _LEADING))
    return lost > max(_FEW_LOST, beyond_ascii - lost)


def _mended(document: bytes, syntax: Syntax) -> bytes:
    document = _utf8(document)
    if syntax.name == "jsonld":
        return _STRING.sub(lambda string: _IN_STRING.sub(_escape, string[0]), document)
    if syntax.name != "rdf":
        return _LANGUAGE_TAG.sub(lambda tag: tag[1] + b"@" + tag[2].replace(b"_", b"-"), document)
    return _RESOURCE_AND_TEXT.sub(_linked, without_html_entities(document))


def _linked(element: re.Match[bytes]) -> bytes:
    """A property element with a link and a text (RDF/XML 7.2.21 knows none): the text is what the link is
    called, unless it says the same."""
    name, attributes, text = element[1], element[2], element[3].strip()
    link = _RESOURCE.search(attributes)
    label = b'<label xmlns="%s">%s</label>' % (str(RDFS).encode(), text)
    if not link:  # a text in a node element, whose name is that of a class
        is_class = name.rpartition(b":")[2][:1].isupper() and text
        return b"<%s%s>%s</%s>" % (name, attributes, label, name) if is_class else element[0]
    if not text or text in link[1]:
        return b"<%s%s/>" % (name, attributes)
    rest = attributes[: link.start()] + attributes[link.end() :]
    rdf = str(RDF).encode()
    about = b'<Description xmlns="%s" r:about="%s" xmlns:r="%s">' % (rdf, link[1], rdf)
    return b"<%s%s>%s%s</Description></%s>" % (name, rest, about, label, name)


def _utf8(document: bytes) -> bytes:
    """In steps: as one text, a large document would take four times its room."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    steps = (decode(document[start : start + CHUNK]) for start in range(0, len(document), CHUNK))
    return b"".join(text.encode() for text in chain(steps, [decode(b"", True)]))


def decoded(name: bytes) -> str:
    """An address or a name; "" where it is not in UTF-8: then nobody knows which one it is."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return ""


def _escape(sign: re.Match[bytes]) -> bytes:
    if sign[1]:
        return b"\\u%04x" % sign[1][0]
    return rb"\ufffd" if sign[2] else sign[0]
