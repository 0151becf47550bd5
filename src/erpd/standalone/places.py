"""Where what is found stands in the document. It is read once more, when there is something to show."""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from typing import Self

from pyoxigraph import BlankNode

from erpd.formats.positions import MARKS
from erpd.formats.positions.index import Index
from erpd.formats.positions.placing import Placer
from erpd.formats.rdf.catalogue import CLASSES, Kind
from erpd.formats.rdf.syntaxes import Syntax
from erpd.metadata.graph import Node
from erpd.sources.dump.archive import Document
from erpd.sources.errors import SourceError
from erpd.standalone.found import Found

# Documents of one archive whose marks are kept.
_MOST_KEPT = 4


class Places:
    """A context manager: the places in the documents of one file."""

    def __init__(self) -> None:
        self.entry = ""
        """The document that is being read, if the file has several."""
        self.documents: Callable[[], Iterator[Document]] = lambda: iter(())
        """Opens the file once more, and yields the documents in it."""
        self._documents: dict[str, tuple[str, str, str]] = {}
        self._known: dict[str, tuple[Index, Placer]] = {}
        self._blank: dict[tuple[str, Kind], int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for index, _ in self._known.values():
            index.close()

    def opening(self, document: Document, syntax: Syntax, base: str) -> None:
        """Note that a document begins."""
        self.entry = "" if document.alone else document.name
        if known := self._known.pop(self.entry, None):  # of the page before
            known[0].close()
        self._documents[self.entry] = (document.name, syntax.name, base)

    def place(self, found: Found, node: Node, texts: Collection[str] = ()) -> None:
        """Note in ``found`` where it begins, and where its findings are.

        ``node`` is it, as received; ``texts``: what a service or series without an IRI says.
        """
        number, ordered = 0, found.kind in (Kind.DATA_SET, Kind.CATALOGUE)
        if isinstance(node, BlankNode) and ordered:
            number = self._blank.get((found.entry, found.kind), 0)
            self._blank[found.entry, found.kind] = number + 1
        findings = [*found.findings, *found.as_is]
        placer = self._placer(found.entry) if findings else None
        if placer is None:
            return
        kind = CLASSES[found.kind].value if found.kind in CLASSES else ""
        if isinstance(node, BlankNode) and kind and not ordered:
            root = placer.next_of(kind, texts)
        else:
            root = placer.root(node, number, kind)
        found.position = placer.subject(root)
        for finding in findings:
            if at := placer.finding(root, finding):
                found.places[finding] = at

    def _placer(self, entry: str) -> Placer | None:
        """What places the findings of a document; None if it cannot be read once more."""
        if entry not in self._known and entry in self._documents:
            name, syntax, base = self._documents.pop(entry)
            if len(self._known) >= _MOST_KEPT:
                self._known.pop(next(iter(self._known)))[0].close()
            with closing(self.documents()) as documents:  # type: ignore[type-var]
                document = next((each for each in documents if each.name == name), None)
                if document is None:
                    return None
                try:
                    index = Index(MARKS[syntax](document.open, base))
                except (SourceError, OSError, ValueError, sqlite3.Error):
                    return None
            self._documents[entry] = (name, syntax, base)
            self._known[entry] = (index, Placer(index, base))
        known = self._known.get(entry)
        return known[1] if known else None
