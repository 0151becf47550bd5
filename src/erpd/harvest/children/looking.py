"""Looks at single records in a child: what each is called, and what would become of it. No Django."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from isal import isal_zlib
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.formats import Unreadable, record_of
from erpd.formats.reading import Reading
from erpd.harvest.preparation import Preparation
from erpd.metadata.findings import Finding
from erpd.metadata.graph import Graph
from erpd.metadata.masking import plain
from erpd.metadata.record import Record
from erpd.metadata.rules import Intake, Unread
from erpd.metadata.storable import storable
from erpd.metadata.view import View
from erpd.metadata.vocabularies import use_directory
from erpd.register.arrival import Bin
from erpd.sources.children import process

SECONDS = 10.0  # of processor time for one record
MOST_WORDS = 20  # keywords and themes of one record
LONGEST = 200  # characters of a text
_NOT_WANTED = (Intake.FILTERED, Unread.OTHER_KIND)


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of one record."""

    identifier: str
    bin: Bin
    """In which it would end; NEW for all that could come into the register."""
    iri: str = ""
    title: str = ""
    language: str = ""
    publisher: str = ""
    themes: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class Looking:
    """What the child owns."""

    def __init__(self, preparation: Preparation, vocabularies: Path, languages: tuple[str, ...]) -> None:
        self._preparation = preparation
        self._vocabularies: Path | None = vocabularies
        self._languages = languages

    def look(self, reading: Reading) -> Look:
        """Understand one reading, in so many seconds."""
        process.allow(SECONDS)
        if self._vocabularies:
            use_directory(self._vocabularies)
            self._vocabularies = None
        name = shortened(reading.identifier)
        prepared = self._preparation.prepare(reading)
        if isinstance(prepared, Finding):
            wanted = prepared.rule not in _NOT_WANTED
            place = Bin.UNREADABLE if wanted else Bin.FILTERED
            return Look(name, place, **self._said(self._record(reading)), findings=[prepared])
        if prepared.deleted:
            return Look(name, Bin.DELETED)
        lines = isal_zlib.decompress(prepared.content)
        graph = Graph(parse(lines, format=RdfFormat.N_TRIPLES, rename_blank_nodes=False, lenient=True))
        record = Record(reading.identifier, graph, NamedNode(prepared.iri))
        refused = prepared.errors and self._preparation.policy == "strict"
        place = Bin.REJECTED if refused else Bin.NEW
        return Look(name, place, prepared.iri, **self._said(record), findings=prepared.findings)

    def _record(self, reading: Reading) -> Record | None:
        try:
            return None if reading.fault else record_of(reading, self._preparation.base)
        except Unreadable:
            return None

    def _said(self, record: Record | None) -> dict[str, Any]:
        if record is None:
            return {}
        view = View(record)
        title, language = view.title.best(*self._languages)
        return {
            "title": shortened(title),
            "language": language,
            "publisher": shortened(view.publisher(*self._languages)),
            "themes": view.themes[:MOST_WORDS],
            "keywords": [shortened(word.value) for word in view.keywords[:MOST_WORDS]],
        }


def shortened(text: str) -> str:
    """A text of a stranger, in one line of bounded length."""
    return storable(plain(text, LONGEST))
