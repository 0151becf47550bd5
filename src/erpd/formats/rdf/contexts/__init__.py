"""The JSON-LD contexts of DCAT-AP and DCAT, written into the documents that name them by their addresses.

None is ever fetched: who serves it could change what every record means. NOTICE says where they come from.
"""

import re
from functools import cache
from importlib.resources import files

_DCAT_AP = (
    rb'"https?://(?:semiceu\.github\.io|raw\.githubusercontent\.com/SEMICeu)/[\w.-]*/?DCAT-AP/[^"\s]{0,80}?'
    rb"releases/"
)
_2 = rb"2\.(?:0\.[01]|1\.[01])"
# What is at the addresses: the file here, by the end of the address. Releases that differ in no term are one.
_RELEASES = {
    _DCAT_AP + rb'1\.(?:1|2\.1)/dcat-ap_1\.(?:1|2\.1)\.jsonld"': "dcat-ap-1.2.1",
    _DCAT_AP + _2 + rb"/dcat-ap_(?:lang_)?" + _2 + rb'\.jsonld"': "dcat-ap-2.1.1",
    _DCAT_AP + rb'2\.2\.0/context/dcat-ap\.jsonld"': "dcat-ap-2.2.0",
    _DCAT_AP + rb'3\.0\.[01]/context/dcat-ap\.jsonld"': "dcat-ap-3.0.1",
    _DCAT_AP + rb'2\.2\.0-hvd/context/hvd\.jsonld"': "dcat-ap-hvd-2.2.0",
    _DCAT_AP + rb'3\.0\.0-hvd/context/hvd\.jsonld"': "dcat-ap-hvd-3.0.0",
    rb'"https?://(?:www\.)?w3\.org/ns/dcat[23]?\.jsonld"': "dcat-3",
}
_KNOWN = re.compile(b"|".join(b"(" + address + b")" for address in _RELEASES))
_NAMES = list(_RELEASES.values())
# One address, or a list of addresses and objects that hold nothing but texts.
_CONTEXT = re.compile(rb'"@context"\s*+:\s*+("[^"]*+"|\[[^\[\]]*+\])')


def with_contexts(document: bytes) -> bytes:
    """A JSON-LD document, or its beginning, with the well-known contexts that it names written into it."""
    if not _KNOWN.search(document):
        return document
    return _CONTEXT.sub(lambda named: _KNOWN.sub(_written, named[0]), document)


def _written(address: re.Match[bytes]) -> bytes:
    return _context(_NAMES[(address.lastindex or 1) - 1])


@cache
def _context(name: str) -> bytes:
    return files(__name__).joinpath(f"{name}.json").read_bytes().strip()
