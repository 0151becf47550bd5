"""The RDF syntaxes: their names, media types and file endings, and which of them some bytes are."""

import re
from dataclasses import dataclass

from pyoxigraph import RdfFormat


@dataclass(frozen=True, slots=True)
class Syntax:
    """``name`` is also the file ending of our own addresses."""

    name: str
    title: str
    format: RdfFormat
    media_types: tuple[str, ...]  # the first is the one we send
    suffixes: tuple[str, ...]


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
_N_TRIPLES = re.compile(rb"\s*(<[^>]*>|_:\S+)\s+<[^>]*>\s+\S.*\.\s*$", re.DOTALL)


class UnknownSyntax(ValueError):
    """The bytes are in none of the syntaxes that are read."""


def syntax_of(head: bytes, media_type: str = "", name: str = "") -> Syntax:
    """The syntax of a document that begins with ``head`` (a few hundred bytes).

    What the bytes say counts most (files named .rdf hold Turtle, servers call all XML text/plain), then the
    media type, then the ending of the file name. Raises UnknownSyntax, with the reason.
    """
    declared = _BY_MEDIA_TYPE.get(media_type.partition(";")[0].strip().lower())
    declared = declared or _BY_SUFFIX.get(name.lower().rpartition(".")[2])
    start = _text(head).lstrip()
    if start[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise UnknownSyntax("it is an HTML page, not RDF")
    first = start.partition(b"\n")[0]
    if _N_TRIPLES.match(first):
        if declared and declared.name in ("ttl", "trig", "nt", "nq"):
            return declared
        return SYNTAXES["nq"] if _four_terms(first) else SYNTAXES["nt"]
    if start.startswith((b"<?xml", b"<!--", b"<!DOCTYPE", b"<rdf:RDF")) or re.match(
        rb"<[A-Za-z][\w.-]*(:[\w.-]+)?[\s>]", start
    ):
        return SYNTAXES["rdf"]
    if start.startswith((b"{", b"[")) and not (
        declared and declared.name in ("ttl", "trig") and start[:1] == b"["
    ):
        return SYNTAXES["jsonld"]
    if re.match(rb"(?i)@?(prefix|base)\b", start):
        return declared if declared and declared.name == "trig" else SYNTAXES["ttl"]
    if declared and declared.name not in ("rdf", "jsonld"):
        return declared
    if start.startswith((b"#", b"<", b"_:")):
        return SYNTAXES["ttl"]
    if not start:
        raise UnknownSyntax("it is empty")
    raise UnknownSyntax("it is none of " + ", ".join(syntax.title for syntax in SYNTAXES.values()))


def _text(head: bytes) -> bytes:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore").encode()
    return head.removeprefix(b"\xef\xbb\xbf")


def _four_terms(line: bytes) -> bool:
    return bool(re.search(rb"(>|\"|@[\w-]+|_:\S+)\s+(<[^>]*>|_:\S+)\s*\.\s*$", line)) and line.count(b"<") > 3
