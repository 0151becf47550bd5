"""The JSON-LD contexts of DCAT-AP, written into the documents that name them by their addresses.

None is ever fetched: who serves it could change what every record means. NOTICE says where they come from.
"""

import re
from functools import cache
from importlib.resources import files

_ADDRESS = (
    rb'"https?://(?:semiceu\.github\.io|raw\.githubusercontent\.com/SEMICeu)/[\w.-]*/?DCAT-AP/[^"\s]{0,80}?'
)
# What is at the addresses: the file here, by the end of the address. Releases that differ in no term are one.
_RELEASES = {
    rb'releases/2\.(?:0\.1|1\.0|1\.1)/dcat-ap_2\.(?:0\.1|1\.0|1\.1)\.jsonld"': "dcat-ap-2.1.1",
    rb'releases/3\.0\.[01]/context/dcat-ap\.jsonld"': "dcat-ap-3.0.1",
    rb'releases/2\.2\.0-hvd/context/hvd\.jsonld"': "dcat-ap-hvd-2.2.0",
}
_KNOWN = re.compile(b"|".join(b"(" + _ADDRESS + end + b")" for end in _RELEASES))
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
