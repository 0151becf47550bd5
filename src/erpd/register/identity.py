"""Identity is (source, identifier). No Django: processes that only prepare records use it too."""

import re
import uuid
from urllib.parse import unquote

from erpd.metadata.text import LOST

# Longest identifier and IRI kept, in characters: what a database index can hold in any encoding.
LONGEST_NAME = 600
# PostgreSQL keeps no NUL, and no encoder takes half of a surrogate pair: JSON can bring both.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# What programs write where an identifier is missing (G3.4.3): several data sets would be taken for one.
_NOTHING = frozenset(("", "-", "0", "?", "id", "identifier", "n/a", "na", "tbd", "todo", "unknown"))
# The same wherever an address ends with it; a template that nobody has filled in, which is no UUID in braces;
# the nil UUID (RFC 9562, 5.9).
_NOTHING_AT_THE_END = re.compile(
    r"(?:^|[/#:=])(?:nan|none|null|undefined|\[object object\])[/#]?$"
    r"|\{\s*[a-z_.]{1,40}\s*\}|%s$"
    r"|(?<![0-9a-f-])00000000-0000-0000-0000-000000000000(?![0-9a-f-])",
    re.IGNORECASE,
)


def key_of(source: str, identifier: str) -> uuid.UUID:
    """The key of a data set: the same identity gives the same key on every machine and for ever (G3.4.3)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, storable(f"erpd:{source}\n{identifier}"))


def storable(text: str) -> str:
    """The text as every database can hold it."""
    if text.isascii() and "\0" not in text:  # nearly all, and much faster
        return text
    return _UNSTORABLE.sub(LOST, text)


def can_name(text: str) -> bool:
    """Whether ``text`` can be kept as an identifier or an IRI."""
    return len(text) <= LONGEST_NAME and not _UNSTORABLE.search(text)


def is_placeholder(text: str) -> bool:
    """Whether ``text`` names no data set, but stands where its identifier is missing."""
    return text.casefold() in _NOTHING or _NOTHING_AT_THE_END.search(unquote(text)) is not None
