"""Identity is (source, identifier). No Django, because processes that only prepare records use this too."""

import re
import uuid
from urllib.parse import unquote

from erpd.metadata.storable import storable

# The longest identifier or IRI we accept, in characters: a database index can hold it in any encoding.
LONGEST_NAME = 600

# What programs write in place of a missing identifier (G3.4.3). It would merge several data sets into one.
_NOTHING = frozenset(("", "-", "0", "?", "id", "identifier", "n/a", "na", "tbd", "todo", "unknown"))
# Placeholders at the end of an address, templates that nobody has filled in (but not a UUID in braces), and
# the nil UUID (RFC 9562, 5.9).
_NOTHING_AT_THE_END = re.compile(
    r"(?:^|[/#:=])(?:nan|none|null|undefined|\[object object\])[/#]?$"
    r"|\{\s*[a-z_.]{1,40}\s*\}|%s$"
    r"|(?<![0-9a-f-])00000000-0000-0000-0000-000000000000(?![0-9a-f-])",
    re.IGNORECASE,
)


def key_of(source: str, identifier: str) -> uuid.UUID:
    """The key of a data set. The same identity has the same key on every machine, permanently (G3.4.3)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, storable(f"erpd:{source}\n{identifier}"))


def can_name(text: str) -> bool:
    """Whether the register can store ``text`` as an identifier or IRI."""
    return len(text) <= LONGEST_NAME and storable(text) == text


def is_placeholder(text: str) -> bool:
    """Whether ``text`` is a placeholder for a missing identifier (G3.4.3)."""
    return text.casefold() in _NOTHING or _NOTHING_AT_THE_END.search(unquote(text)) is not None
