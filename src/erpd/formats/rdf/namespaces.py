"""Namespaces as people misspell them: https for http, no "#" at the end, names of old drafts."""

import re

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


def spelt_right(document: bytes) -> bytes:
    """The same document with the namespaces that are meant; the very same where nothing is misspelt."""

    def right(found: re.Match[bytes]) -> bytes:
        return _MISSPELT[(found.lastindex or 1) - 1][1]

    return _ANY.sub(right, document)
