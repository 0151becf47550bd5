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
from erpd.metadata.text import LOST

_LEADING = bytes(range(0xC2, 0xF5))  # of a character of several bytes in UTF-8
# A document in which more characters are lost than not, and not only a few, is in another charset.
_FEW_LOST = 10
_LANGUAGE_TAG = re.compile(rb"([\"'])@([A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{1,8})++)")
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
        raise Unreadable("broken-syntax", f"{syntax.title}: {error}") from error
    mended = _mended(document, syntax)
    if mended == document:
        raise Unreadable("broken-syntax", f"{syntax.title}: its characters are sound, its syntax is not")
    if is_in_another_charset(document, mended):
        raise Unreadable(
            "broken-syntax", f"{syntax.title}: it is not in UTF-8, and does not say in what it is"
        )
    for triple in read(mended, syntax, base):
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, NamedNode | BlankNode) and LOST in term.value:
                raise Unreadable(
                    "broken-syntax", f"{syntax.title}: {term} has bytes in it that are not UTF-8"
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
    return document


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
