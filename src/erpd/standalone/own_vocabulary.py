"""Reads somebody's own vocabulary in SKOS. A child owns the reader: its answers have bounds."""

import io

from erpd.formats.positions.faults import fault
from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import UnknownSyntax, syntax_of
from erpd.formats.reading import Unreadable
from erpd.metadata.vocabularies.matches import Concept, concepts_in

_HEAD = 2_048  # bytes, which show the syntax
_PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd")


class VocabularyReader:
    """Reads documents that strangers send."""

    def concepts(self, content: bytes, name: str) -> list[Concept] | str:
        """Return the concepts in a document called ``name``, or what is wrong, and where. Raises TooMuch."""
        if content.startswith(_PACKED):
            return "it is compressed; unpack it"
        try:
            syntax = syntax_of(content[:_HEAD], name=name)
            return concepts_in(read(content, syntax))
        except UnknownSyntax as error:
            return str(error)
        except Unreadable as error:
            at = None if error.at else fault(lambda: io.BytesIO(content), syntax.name)
            return f"{error} (line {at.line})" if at else str(error)
