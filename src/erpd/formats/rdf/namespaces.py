"""Corrects misspelt namespaces: https for http, no "#" at the end, names of old drafts."""

import re

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Correction

_END = rb"(?=[\"'>\s])"
_MISSPELT = (
    (rb"https?://(?:www\.)?w3\.org/ns/dcat(?:#|/|" + _END + rb")", b"http://www.w3.org/ns/dcat#"),
    (rb"https?://vocab\.deri\.ie/dcat(?:#|/|" + _END + rb")", b"http://www.w3.org/ns/dcat#"),
    (rb"https?://(?:www\.)?purl\.org/dc/terms(?:[#/]|" + _END + rb")", b"http://purl.org/dc/terms/"),
    (rb"https?://(?:www\.)?xmlns\.com/foaf/0\.1(?:[#/]|" + _END + rb")", b"http://xmlns.com/foaf/0.1/"),
    (
        rb"https?://(?:www\.)?w3\.org/2006/vcard/ns(?:[#/]|" + _END + rb")",
        b"http://www.w3.org/2006/vcard/ns#",
    ),
    (rb"https?://(?:www\.)?w3\.org/ns/adms(?:[#/]|" + _END + rb")", b"http://www.w3.org/ns/adms#"),
    (
        rb"https://www\.w3\.org/1999/02/22-rdf-syntax-ns#",
        b"http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    ),
)
_ANY = re.compile(b"|".join(b"(" + pattern + b")" for pattern, _ in _MISSPELT))


def spelt_right(document: bytes) -> tuple[bytes, tuple[Finding, ...]]:
    """Return the document with the namespaces that are meant, and a finding for each that is misspelt."""
    misspelt: dict[tuple[str, str], None] = {}

    def right(found: re.Match[bytes]) -> bytes:
        meant = _MISSPELT[(found.lastindex or 1) - 1][1]
        if found[0] != meant:
            misspelt[found[0].decode(), meant.decode()] = None
        return meant

    document = _ANY.sub(right, document)
    rule = Correction.NAMESPACE
    return document, tuple(
        Finding(rule, Severity.REPAIR, "", was, rule.section, meant) for was, meant in misspelt
    )
