"""Identity is (source, identifier). No Django: processes that only prepare records use it too."""

import re
import uuid

# Longest identifier and IRI kept, in characters: what a database index can hold in any encoding.
LONGEST_NAME = 600
# PostgreSQL keeps no NUL, and no encoder takes half of a surrogate pair: JSON can bring both.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def key_of(source: str, identifier: str) -> uuid.UUID:
    """The key of a data set: the same identity gives the same key on every machine and for ever (G3.4.3)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, storable(f"erpd:{source}\n{identifier}"))


def storable(text: str) -> str:
    """The text as every database can hold it."""
    if text.isascii() and "\0" not in text:  # nearly all, and much faster
        return text
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def can_name(text: str) -> bool:
    """Whether ``text`` can be kept as an identifier or an IRI."""
    return len(text) <= LONGEST_NAME and not _UNSTORABLE.search(text)
