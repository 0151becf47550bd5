"""A run that is only tried: what takes long is done before, so that nobody waits meanwhile."""

import gzip
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from erpd.formats.reading import Reading
from erpd.harvest.models import Run
from erpd.harvest.preparation import Prepared
from erpd.harvest.processes import Preparer, Share
from erpd.harvest.storing import ahead
from erpd.sources.errors import SourceError
from erpd.sources.page import Answering, Page, Source


class Rehearsal:
    """Holds in a file what a source gave, and what was prepared of it; then it is that source and preparer.

    Where the source can be asked for one record, it only notes what is asked, and says that it cannot tell,
    until ``ask`` has asked it.
    """

    def __init__(self, path: Path, preparer: Preparer) -> None:
        self.preparation = preparer.preparation
        self.since = ""
        self.stale: SourceError | None = None  # what the source said to the checkpoint
        self.failure: SourceError | OSError | None = None  # at the end of what it gave
        self._path = path
        self._preparer = preparer
        self._ready: dict[int, Prepared] = {}
        self._answering: Answering | None = None
        self._answers: dict[str, bool | SourceError | None] = {}
        self._unanswered: list[str] = []

    def hear(self, run: Run, source: Source, pages: Iterator[Page], heard: Callable[[Page], None]) -> None:
        """Read ``pages`` of ``source`` to the end, or to where it fails; only now is it asked for them."""
        self.since = run.since
        if isinstance(source, Answering):
            self._answering, self.still_there = source, self._told
        try:
            with gzip.open(self._path, "wb", 1) as file:
                for work in ahead(run, pages, self._preparer):
                    ready = iter(self._preparer.end(work.begun))
                    places = range(len(work.page.readings))
                    prepared = {place: next(ready) for place in places if place not in work.unchanged}
                    pickle.dump((work.page, prepared), file)
                    heard(work.page)
        except (SourceError, OSError) as failure:
            self.failure = failure

    def pages(self, checkpoint: dict[str, object] | None = None) -> Iterator[Page]:
        """What was heard, and the failure at the end of it."""
        if checkpoint is not None and self.stale:
            raise self.stale
        with suppress(FileNotFoundError, EOFError, pickle.UnpicklingError), gzip.open(self._path) as file:
            while True:
                page, prepared = pickle.load(file)  # noqa: S301 - written above, in a folder of our own
                self._ready = {id(page.readings[place]): result for place, result in prepared.items()}
                yield page
        if self.failure:
            raise self.failure

    def begin(self, readings: Sequence[Reading]) -> list[Share]:
        """Of the page that was given last; what was taken for unchanged, and is not, is prepared now."""
        ready = [self._ready.get(id(one)) or self.preparation.prepare(one) for one in readings]
        return [Share(readings, ready)]

    def end(self, begun: Sequence[Share]) -> list[Prepared]:
        return self._preparer.end(begun)

    def ask(self) -> bool:
        """Ask the source for the records that were asked for; whether there were any."""
        wanted, self._unanswered = self._unanswered, []
        for identifier in wanted:
            try:
                if self._answering:
                    self._answers[identifier] = self._answering.still_there(identifier)
            except SourceError as error:
                self._answers[identifier] = error
                break
        return bool(wanted)

    def _told(self, identifier: str) -> bool | None:
        if identifier not in self._answers:
            self._unanswered.append(identifier)
        answer = self._answers.get(identifier)
        if isinstance(answer, SourceError):
            raise answer
        return answer
