"""Identity is (source, identifier). No Django: processes that only prepare records use it too."""

import uuid

# Longest identifier and IRI kept, in characters: what a database index can hold in any encoding.
LONGEST_NAME = 600


def key_of(source: str, identifier: str) -> uuid.UUID:
    """The key of a data set: the same identity gives the same key on every machine and for ever (G3.4.3)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"erpd:{source}\n{identifier}")
