"""The pages of a run: while one is stored, the next is already fetched and being prepared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from erpd.formats.reading import Reading
from erpd.harvest import lease
from erpd.harvest.models import Run
from erpd.harvest.preparation import Begun, Preparation, Prepared, Preparing
from erpd.harvest.stopping import Stopped, awaited
from erpd.register import intake
from erpd.register.models import DataSet
from erpd.sources.errors import Reason, SourceError
from erpd.sources.page import Page, Source

# Why a checkpoint is no longer valid: the token has expired, the file has changed.
_STALE = (Reason.BAD_TOKEN, Reason.CHANGED)


@dataclass(frozen=True, slots=True)
class PreparedPage:
    """A page, ready to be stored."""

    page: Page
    """The page as the source sent it."""
    outcomes: list[tuple[Reading, Prepared | None]]
    """Each reading, and what became of it; None if the same bytes were taken in before."""
    present: dict[str, DataSet]
    """The data sets that the register already has of those that were prepared, by identifier."""


def pages_from(run: Run, source: Source, stale: Callable[[SourceError], None]) -> Iterator[Page]:
    """The pages after the checkpoint of the run; none if its last page is already stored.

    If the source no longer accepts the checkpoint, ``stale`` is called, and the pages come from the start.
    Raises SourceError.
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
    """Start another attempt: what came before no longer counts."""
    lease.keep(run, attempt=run.attempt + 1, pages=0, checkpoint=None, complete=False)


def ahead(run: Run, pages: Iterator[Page], preparer: Preparing) -> Iterator[PreparedPage]:
    """Yield each prepared page once the next one has been fetched and its preparation has begun.

    Raises SourceError if the source fails, or Stopped, after yielding everything that it sent before.
    """
    waiting: _BegunPage | None = None
    try:
        for page in awaited(pages):
            begun = _begin(run, page, waiting, preparer)
            if waiting:
                yield waiting.end()
            waiting = begun
    except (SourceError, Stopped):
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
    # The page before is not stored yet, so the register does not know the present state of its records.
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
    """Whether the bytes are the same as last time, so that there is nothing to prepare."""
    readable = not (reading.deleted or reading.fault)
    return readable and bool(received) and received == preparation.digest(reading)
