"""Names in a document -> the names by which the record that is read from it knows the same nodes."""

import re

from erpd.formats.rdf.namespaces import spelt_right
from erpd.formats.rdf.references import resolved_iri
from erpd.metadata.mending.terms import right_iri

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# What needs no repair: no relative reference, no odd character, none of the namespaces that people misspell.
_PLAIN = re.compile(
    r"https?://(?!(?:www\.)?(?:w3\.org|purl\.org|xmlns\.com|vocab\.deri\.ie|publications\.europa\.eu)/)"
    r"[a-z0-9.-]+/[A-Za-z0-9._~/?=&#:-]*"
)
_MOST_REMEMBERED = 20_000


class Names:
    """The IRIs of one document. ``base`` is that of its relative ones."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._known: dict[tuple[str, str], str] = {}

    def iri(self, written: str, base: str = "") -> str:
        """Return the IRI that is meant: resolved, its namespace spelt right, repaired as mending does it."""
        if _PLAIN.fullmatch(written):
            return written
        base = base or self.base
        known = self._known.get((written, base))
        if known is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            known = self._known[written, base] = _meant(written, base)
        return known


def _meant(written: str, base: str) -> str:
    if not _ABSOLUTE.match(written.lstrip()):
        return resolved_iri(written, base) or written
    right, repairs = spelt_right(f'"{written}"'.encode("utf-8", "replace"))
    text = right.decode()[1:-1] if repairs else written
    return right_iri(text) or text
