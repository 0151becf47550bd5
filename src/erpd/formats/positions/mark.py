"""Places in a document: where the description of a subject begins, and each of its statements."""

from typing import NamedTuple


class Position(NamedTuple):
    """A place in the document as received: both count from 1, columns in characters, as editors do."""

    line: int
    column: int

    def after(self, text: str) -> "Position":
        """Return the place behind ``text``, in which a line ends with a line feed, that begins here."""
        lines = text.count("\n")
        column = len(text) - text.rfind("\n") - 1
        return Position(self.line + lines, column + (1 if lines else self.column))


class Mark(NamedTuple):
    """Where the document says something."""

    subject: str
    """The IRI of the node, or a name beginning with ``_:`` that is only valid in these marks."""
    predicate: str
    """The IRI of the property; "" where the description of the node begins."""
    value: str
    """The value: the name of a node, as for ``subject``, or TEXT and a text, which may be shortened."""
    line: int
    column: int


TEXT = '"'
# The name of a blank node without a label begins with this.
UNNAMED = "_:\0"
# A value is only compared with the excerpt of it that a finding shows.
LONGEST_VALUE = 300
