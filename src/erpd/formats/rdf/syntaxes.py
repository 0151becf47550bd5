"""The RDF syntaxes: their names, media types and file endings, and how to recognise them."""

import re
from dataclasses import dataclass
from typing import Literal

from pyoxigraph import RdfFormat

from erpd.formats.encoding import in_utf8
from erpd.formats.html_page import is_html
from erpd.formats.xml_text import UNMARKED_UTF16


@dataclass(frozen=True, slots=True)
class Syntax:
    """One syntax of RDF."""

    name: str
    """Its key in SYNTAXES, and the file ending in our own addresses."""
    title: str
    """What people call it."""
    format: RdfFormat
    media_types: tuple[str, ...]
    """The first is the one we send."""
    suffixes: tuple[str, ...]
    """File endings."""


SYNTAXES: dict[str, Syntax] = {
    syntax.name: syntax
    for syntax in (
        Syntax(
            "rdf",
            "RDF/XML",
            RdfFormat.RDF_XML,
            ("application/rdf+xml", "application/xml", "text/xml"),
            ("rdf", "xml", "owl"),
        ),
        Syntax("ttl", "Turtle", RdfFormat.TURTLE, ("text/turtle", "application/x-turtle"), ("ttl",)),
        Syntax("nt", "N-Triples", RdfFormat.N_TRIPLES, ("application/n-triples",), ("nt",)),
        Syntax(
            "jsonld",
            "JSON-LD",
            RdfFormat.JSON_LD,
            ("application/ld+json", "application/json"),
            ("jsonld", "json"),
        ),
        Syntax("trig", "TriG", RdfFormat.TRIG, ("application/trig",), ("trig",)),
        Syntax("nq", "N-Quads", RdfFormat.N_QUADS, ("application/n-quads",), ("nq",)),
    )
}

_BY_MEDIA_TYPE = {media_type: syntax for syntax in SYNTAXES.values() for media_type in syntax.media_types}
_BY_SUFFIX = {suffix: syntax for syntax in SYNTAXES.values() for suffix in syntax.suffixes}
# Possessive throughout: we do not trust the bytes, and a regular expression that backtracks can take hours.
_NODE = rb"(?:<[^>\n]*+>|_:[^\s.]++(?:\.[^\s.]++)*+)"
_LITERAL = rb'"(?:[^"\\\n]++|\\.)*+"(?:@[\w-]++|\^\^<[^>\n]*+>)?'
_LINE = re.compile(
    rb"\s*+"
    + _NODE
    + rb"\s*+<[^>\n]*+>\s*+(?:"
    + _NODE
    + rb"|"
    + _LITERAL
    + rb")\s*+("
    + _NODE
    + rb"?+)\s*+\.\s*+(?:#.*)?"
)
# A tag, not an IRI at the start of a line of Turtle: it has an attribute, or no ":" and content.
_XML = re.compile(
    rb"<(?:\?xml|!--|!DOCTYPE|rdf:RDF\b|[A-Za-z][\w.:-]*\s+[\w.:-]+\s*=\s*[\"']|[A-Za-z][\w.-]*>\s*<\w)"
)
# In a file called .ttl, <a> <b> is the start of a statement with relative IRIs.
_SURELY_XML = re.compile(rb"\A<(?:[?!]|rdf:)|</")
_TERSE = [SYNTAXES[name] for name in ("ttl", "trig", "nt", "nq")]
_XML_LATER = re.compile(rb"<\?xml\s[^<>]{0,200}\?>\s*<|<rdf:RDF\s+xmlns")
_JSON_LATER = re.compile(rb"[{\[]\s*+(?:\{\s*+)?\"@")
_JSON = re.compile(rb"\{\s*+(?:[\"}]|$)|\[\s*+(?:[\[{\"]|(?:\]\s*+)?+$)")


_Reason = Literal["unknown-format", "empty-list", "not-xml", "broken-syntax"]


def by_ending(name: str) -> Syntax | None:
    """The syntax that the ending of a file's name tells."""
    return _BY_SUFFIX.get(name.lower().rpartition(".")[2])


class UnknownSyntax(ValueError):
    """The bytes are in none of the syntaxes that we read. ``rule`` is one of the reasons of ``sources``."""

    def __init__(self, message: str, rule: _Reason = "unknown-format") -> None:
        super().__init__(message)
        self.rule = rule


def syntax_of(head: bytes, media_type: str = "", name: str = "") -> Syntax:
    """Return the syntax of a document that begins with ``head`` (a few hundred bytes).

    The bytes count most (files called .rdf contain Turtle, servers send all XML as text/plain), then the
    media type, then the ending of the file name. Raises UnknownSyntax, with the reason.

    >>> syntax_of(b"@prefix dct: <http://purl.org/dc/terms/> .", name="catalogue.rdf").name
    'ttl'
    """
    declared = _BY_MEDIA_TYPE.get(media_type.partition(";")[0].strip().lower())
    declared = declared or by_ending(name)
    start = _text(head).lstrip()
    if not start:
        raise UnknownSyntax("it is empty", "empty-list")
    if is_html(start):
        raise UnknownSyntax("it is an HTML page, not RDF", "not-xml")
    by_line = _lines(start)
    if not by_line and (xml := _XML_LATER.search(start)) and not _XML.match(start):
        before = " ".join(start[: xml.start()][:200].decode("utf-8", "replace").split())
        raise UnknownSyntax(
            f"“{before[:80]}” comes before the XML, where nothing is allowed", "broken-syntax"
        )
    if by_line == "nq" or (by_line and (declared is None or declared.name in ("rdf", "jsonld"))):
        return SYNTAXES[by_line]
    if not by_line:
        if _XML.match(start) and not (declared in _TERSE and not _SURELY_XML.search(start)):
            return SYNTAXES["rdf"]
        if _JSON.match(start):
            if b'"@' not in start:
                raise UnknownSyntax("it is JSON, but not JSON-LD")
            return SYNTAXES["jsonld"]
        if re.match(rb"(?i)@?(prefix|base)\b", start):
            return declared if declared and declared.name == "trig" else SYNTAXES["ttl"]
    if declared and declared.name not in ("rdf", "jsonld"):
        return declared
    if later := _JSON_LATER.search(start):
        before = " ".join(start[: later.start()][:200].decode("utf-8", "replace").split())
        raise UnknownSyntax(
            f"“{before[:80]}” comes before the JSON, where nothing is allowed", "broken-syntax"
        )
    if start.startswith((b"#", b"<", b"_:", b"[", b"(")):
        return SYNTAXES["ttl"]
    raise UnknownSyntax(f"it is not RDF ({', '.join(syntax.title for syntax in SYNTAXES.values())})")


def _lines(start: bytes) -> str:
    """ "nt" or "nq" if all complete lines are statements."""
    lines = start.splitlines(keepends=True)
    if len(lines) > 1 and not lines[-1].endswith((b"\n", b"\r")):
        lines.pop()
    statements = [line for line in lines if line.strip() and not line.lstrip().startswith(b"#")]
    found = [_LINE.fullmatch(line) for line in statements]
    if not found or None in found:
        return ""
    return "nq" if any(match and match[1] for match in found) else "nt"


def _text(head: bytes) -> bytes:
    if head[:4] in UNMARKED_UTF16:
        return head.decode(UNMARKED_UTF16[head[:4]], "ignore").encode()
    return in_utf8(head, "ignore")
