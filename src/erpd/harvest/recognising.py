"""Which protocols may answer at an address that somebody gave without saying so. No Django."""

from collections.abc import Iterator
from urllib.parse import urlsplit

# What an address of a protocol usually contains.
_SIGNS = (
    ("odatacatalog", "cbs"),
    ("sparql", "sparql"),
    ("/oai", "oai-pmh"),
    ("verb=", "oai-pmh"),
    ("csw", "csw"),
    ("/api/", "ckan"),
)
_FILES = (".ttl", ".rdf", ".xml", ".jsonld", ".nt", ".nq", ".trig", ".owl", ".gz", ".zip")
_ORDER = ("ckan", "oai-pmh", "dump", "csw", "sparql")
# Where portals have them below their root.
_BELOW = (("oai-pmh", "oai"), ("dump", "catalog.ttl"), ("dump", "catalogue.ttl"), ("sparql", "sparql"))


def candidates(url: str) -> Iterator[tuple[str, str]]:
    """Protocols and addresses to try, the most likely first; each once.

    >>> next(candidates("https://data.example.org/oai"))
    ('oai-pmh', 'https://data.example.org/oai')
    """
    lowered = url.lower()
    path = urlsplit(lowered).path
    likely = [protocol for sign, protocol in _SIGNS if sign in lowered]
    if path.endswith(_FILES):
        likely.insert(0, "dump")
    for protocol in dict.fromkeys([*likely, *_ORDER]):
        yield protocol, url
    if "?" not in url and not path.endswith(_FILES):
        for protocol, name in _BELOW:
            if name not in likely:
                yield protocol, f"{url.rstrip('/')}/{name}"
