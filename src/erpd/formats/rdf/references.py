"""Relative references: real ones are resolved; values written like references stay as they are.

``<dct:format rdf:resource="CSV"/>`` is RDF for an IRI next to the document (RFC 3986, 5), which nobody meant.
If we leave it, mending turns it into text, and the text into what it means. A reference is real if its form
says so (``#a``, ``/a``, ``./a``), if the document describes its target, or if its property leads to things in
the same place. An e-mail address or a host never is.
"""

import re
from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from pyoxigraph import NamedNode, Quad

from erpd.formats.rdf.xml_stream import expanded
from erpd.formats.repairs import Told
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Node
from erpd.metadata.iri import LONGEST, is_iri, repair_iri
from erpd.metadata.rules import Correction
from erpd.metadata.terms import ADMS, DCAT, DCATAP, DCT, FOAF, RDF, VCARD, shorten
from erpd.metadata.text import unescape

# References that are told of in one document.
_MOST_TOLD = 10_000
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_EXPLICIT = re.compile(r"[#?/]|\.\.?/|\Z")
_HOST = re.compile(r"www\.|(?:[\w-]+\.)+[a-z]{2,}/", re.IGNORECASE)
_MAIL = re.compile(r"[^/?#\s]+@[^/?#\s]+\Z")
# Groups: what precedes the declaration, and the base.
_BASES = {
    "rdf": re.compile(
        rb"((?:[^<]*+(?:<!DOCTYPE[^<>\[]*+\[(?:[^<\]]*+<![^<>]*+>)*+[^<\]]*+\]\s*+>|<[!?][^<>]*+>))*+"
        rb"[^<]*+<(?:[\w.-]++:)?RDF\b[^<>]*?)"
        rb"\sxml:base\s*=\s*[\"']([^\"'<>]*+)[\"']"
    ),
    "ttl": re.compile(
        rb"((?:\s*+(?:#[^\n]*+|@?prefix\b[^\n]*+)\n)*+\s*+)@?base\s*+<([^<>\s]*+)>[ \t]*+\.?", re.IGNORECASE
    ),
    "jsonld": re.compile(rb"(.*?\"@base\"\s*+:\s*+)\"([^\"\\]*+)\"", re.DOTALL),
}
_OTHER_BASES = {
    "rdf": re.compile(rb"\sxml:base\s*="),
    "ttl": re.compile(rb"^[^\S\n]*+@?base\s*+<", re.IGNORECASE | re.MULTILINE),
    "jsonld": re.compile(rb"\"@base\""),
}
_NO_BASE = {"jsonld": b"null"}
_REFERENCES = {
    # rdf:about, rdf:resource or an ID by its last letter: searching for "=" is eight times as fast.
    "rdf": re.compile(rb"=(?<=[teD\s]=)\s*+[\"'][^:\"']*+[\"']"),
    "nt": re.compile(rb"<[^:<>]*>"),
}
# Properties whose values are words, codes and names: even written as a reference, they are words.
_WORDS = frozenset(
    (
        *(RDF.type, DCAT.mediaType, DCAT.compressFormat, DCAT.packageFormat, DCAT.theme, DCAT.keyword),
        *(DCAT.byteSize, DCAT.bbox, DCAT.centroid, DCAT.spatialResolutionInMeters, DCAT.temporalResolution),
        *(DCT.format, DCT.language, DCT.license, DCT.rights, DCT.accessRights, DCT.accrualPeriodicity),
        *(DCT.type, DCT.subject, DCT.spatial, DCT.identifier, DCT.title, DCT.description, DCT.issued),
        *(DCT.modified, DCT.publisher, DCT.creator, DCT.contributor, DCT.rightsHolder, DCT.alternative),
        *(ADMS.status, DCATAP.availability, FOAF.name, FOAF.mbox, FOAF.phone, DCAT.contactPoint),
        *(VCARD.fn, VCARD.hasEmail, VCARD.hasTelephone, VCARD.hasName, VCARD.hasOrganizationName),
    )
)

# Of these, the values of some may be described in the document.
_WORD_NAMES = {re.split("[/#]", name.value)[-1] for name in _WORDS} - {
    *(
        "publisher",
        "creator",
        "contributor",
        "rightsHolder",
        "contactPoint",
        "spatial",
        "subject",
        "mbox",
        "phone",
    ),
    *("hasEmail", "hasTelephone", "hasName", "hasOrganizationName"),
}


def without_base(document: bytes, syntax: str) -> tuple[bytes, str]:
    """Return a document, or its start, without the base that it declares for all of it, and that base or "".

    Once a parser has resolved them, words and references look the same.
    """
    found = _BASES[syntax].match(document) if syntax in _BASES and b"base" in document else None
    if not found or _OTHER_BASES[syntax].search(document, found.end()):
        return document, ""
    text = expanded(found[2], found[1]) if syntax == "rdf" else found[2]
    base = unescape(text.decode("utf-8", "replace"))
    if len(base) > LONGEST or not is_iri(base):
        return document, ""
    return found[1] + _NO_BASE.get(syntax, b"") + document[found.end() :], base


def is_relative(node: object) -> bool:
    """Whether a node is an IRI without a scheme."""
    return isinstance(node, NamedNode) and not _SCHEME.match(node.value)


def local_base(name: str) -> str:
    """Return the base for references in a file of that name.

    It is an IRI made from the name (RFC 9562, 5.5), never the path, which only means something on this
    machine.
    """
    in_unicode = name.encode("utf-8", "backslashreplace").decode()  # the names of files are bytes
    return uuid5(NAMESPACE_URL, in_unicode).urn


def resolved_iri(text: str, base: str) -> str:
    """Return the IRI to which a relative reference leads from ``base``, or "" if it leads nowhere."""
    if not is_iri(base):
        return ""
    text = text.strip()
    if not base.startswith("urn:"):
        return repair_iri(text, base) if text else base.partition("#")[0]
    path, mark, fragment = text.partition("#")
    place = uuid5(NAMESPACE_URL, f"{base}/{path}").urn if path else base
    return repair_iri(place + mark + fragment)


def resolved(node: Node, base: str) -> Node:
    """Return the same for a node. A node that is not relative, or leads nowhere, is returned unchanged."""
    iri = resolved_iri(node.value, base) if is_relative(node) else ""
    return NamedNode(iri) if iri else node


def leads_somewhere(predicate: NamedNode, reference: str) -> bool:
    """Whether it is a reference by its form or its property, whatever the document describes."""
    text = reference.strip()
    if _EXPLICIT.match(text):
        return bool(text) or predicate not in _WORDS  # rdf:resource="" is the document: no licence, no format
    if _MAIL.match(text) or _HOST.match(text) or predicate in _WORDS:
        return False
    return " " not in text or "/" in text


def is_word(name: str, reference: str) -> bool:
    """Whether ``reference``, written as that of the property with this local name, is a word or empty."""
    text = reference.strip()
    return name in _WORD_NAMES and not (text and (_EXPLICIT.match(text) or _SCHEME.match(text)))


def referring(triple: Quad, base: str) -> Quad:
    """Return the triple with its subject, and an object that leads somewhere, resolved against ``base``."""
    subject, predicate, value, _ = triple
    if isinstance(value, NamedNode) and is_relative(value) and leads_somewhere(predicate, value.value):
        value = resolved(value, base)
    return Quad(resolved(subject, base), predicate, value)


def note(came: Quad, said: Quad, told: Told) -> None:
    """Tell of the references in a triple that were resolved where no base is declared."""
    path = shorten(said.predicate)
    for was, now, where, key in (
        (came.subject, said.subject, "@id", said.subject),
        (came.object, said.object, path, (said.predicate, said.object)),
    ):
        if (
            was != now
            and isinstance(was, NamedNode)
            and isinstance(now, NamedNode)
            and len(told) < _MOST_TOLD
        ):
            rule = Correction.REFERENCE
            told[key] = Finding(rule, Severity.REPAIR, where, was.value, rule.section, now.value)


def may_refer(document: bytes, syntax: str) -> bool:
    """Whether a document may contain relative references: a quick test that may err only if it says yes."""
    return syntax not in _REFERENCES or _REFERENCES[syntax].search(document) is not None


def all_resolved(triples: Sequence[Quad], base: str, told: Told | None = None) -> Sequence[Quad]:
    """Return the triples of a whole document, with the references that lead somewhere resolved."""
    referred = [referring(triple, base) for triple in triples]
    described = {triple.subject for triple in referred}

    def leading(triple: Quad) -> Quad:
        value = triple.object
        meant = resolved(value, base) if isinstance(value, NamedNode) else value
        leads = meant in described and isinstance(value, NamedNode) and bool(value.value.strip())
        return Quad(triple.subject, triple.predicate, meant) if leads else triple

    said = [leading(triple) for triple in referred]
    if told is not None:
        for came, now in zip(triples, said, strict=True):
            note(came, now, told)
    return said
