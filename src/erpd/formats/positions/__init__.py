"""Where a document says what it says: line and column of each subject and each statement, in every syntax.

No parser that we know tells this, so the document is read once more, and only if there is something to show.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from erpd.formats.positions import json_ld, rdf_xml, turtle
from erpd.formats.positions.mark import Mark, Position

__all__ = ["MARKS", "Mark", "Position"]

Opened = Callable[[], BinaryIO]

MARKS: dict[str, Callable[[Opened, str], Iterator[Mark]]] = {
    "rdf": rdf_xml.marks,
    "ttl": turtle.marks,
    "trig": turtle.marks,
    "nt": turtle.marks,
    "nq": turtle.marks,
    "jsonld": json_ld.marks,
}
"""RDF syntax -> ``marks(opened, base)``, which yields what a document says and where.

``opened`` opens the document. It never fails: what it does not understand, it leaves out.
"""
