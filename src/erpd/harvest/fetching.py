"""The pages of a run: each is fetched and prepared while the one before is stored."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from erpd.formats.reading import Reading
from erpd.harvest import lease
from erpd.harvest.models import Run
from erpd.harvest.preparation import Begun, Preparation, Prepared
from erpd.register import intake
from erpd.register.models import DataSet
from erpd.sources.errors import Reason, SourceError
from erpd.sources.page import Page, Source

# A checkpoint that no longer holds: the token has expired, the file has changed.
_STALE = (Reason.BAD_TOKEN, Reason.CHANGED)


@dataclass(frozen=True, slots=True)
class PreparedPage:
    """A page with what became of each of its readings.

    ``outcomes``: the readings in order, each with its arrival, or with the finding that keeps it out, or with
    None where the same bytes were taken in before;
    ``present``: what the register has of those that were prepared.
    """

    page: Page
    outcomes: list[tuple[Reading, Prepared | None]]
    present: dict[str, DataSet]


class Preparing(Protocol):
    """Who prepares readings: processes, or a rehearsal that has prepared them already."""

    @property
    def preparation(self) -> Preparation: ...

    def begin(self, readings: Sequence[Reading]) -> Begun: ...


def pages_from(run: Run, source: Source, stale: Callable[[SourceError], None]) -> Iterator[Page]:
    """The pages from the checkpoint on; from the start where the source no longer knows the checkpoint.

    ``stale`` is told before they are read from the start. None where the last page was stored already.
    """
    if run.complete:
        return
    resumed = run.checkpoint is not None
    try:
        for page in source.pages(run.checkpoint):
            resumed = False
            yield page
    except SourceError as error:
        if not (resumed and error.rule in _STALE):
            raise
        stale(error)
        yield from source.pages(None)


def begin_anew(run: Run, _: SourceError) -> None:
    """Another attempt: what came before counts no more."""
    lease.keep(run, attempt=run.attempt + 1, pages=0, checkpoint=None, complete=False)


def ahead(run: Run, pages: Iterator[Page], preparer: Preparing) -> Iterator[PreparedPage]:
    """Each page once it is prepared; by then the next one is fetched and begun.

    What a source gave before it failed comes before the SourceError.
    """
    waiting: _BegunPage | None = None
    try:
        for page in pages:
            begun = _begin(run, page, waiting, preparer)
            if waiting:
                yield waiting.end()
            waiting = begun
    except SourceError:
        if waiting:
            yield waiting.end()
        raise
    if waiting:
        yield waiting.end()


@dataclass(frozen=True, slots=True)
class _BegunPage:
    page: Page
    unchanged: list[bool]  # for each reading
    present: dict[str, DataSet]
    rest: Begun

    def end(self) -> PreparedPage:
        ready = iter(self.rest())
        outcomes = [
            (reading, None if same else next(ready))
            for reading, same in zip(self.page.readings, self.unchanged, strict=True)
        ]
        return PreparedPage(self.page, outcomes, self.present)


def _begin(run: Run, page: Page, before: _BegunPage | None, preparer: Preparing) -> _BegunPage:
    source = run.settings.source
    digests = intake.digests(source, {reading.identifier for reading in page.readings})
    # Of what stands on the page before, the register does not know the present state yet.
    unstored = {reading.identifier for reading in before.page.readings} if before else set()
    unchanged = [
        reading.identifier not in unstored
        and _unchanged(reading, digests.get(reading.identifier, ""), preparer.preparation)
        for reading in page.readings
    ]
    rest = [reading for reading, same in zip(page.readings, unchanged, strict=True) if not same]
    present = intake.known(source, {reading.identifier for reading in rest} & digests.keys())
    return _BegunPage(page, unchanged, present, preparer.begin(rest))


def _unchanged(reading: Reading, received: str, preparation: Preparation) -> bool:
    """The same bytes as last time: there is nothing to prepare."""
    readable = not (reading.deleted or reading.fault)
    return readable and bool(received) and received == preparation.digest(reading)
