"""A run that changes nothing: a dry run, or the replay of a recording.

Whatever takes long is done before the register is locked, so that others can write in the meantime.
"""

import gzip
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import OperationalError, transaction
from django.utils import timezone

from erpd.formats.reading import Reading
from erpd.harvest import lease
from erpd.harvest.ending import without_room
from erpd.harvest.fetching import ahead, pages_from
from erpd.harvest.keeping import Keeper, Progress, quiet, recording_of
from erpd.harvest.lease import SourceBusy
from erpd.harvest.ledger import Report, report
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.opening import open_live, preparer_for
from erpd.harvest.preparation import Begun, Prepared, Preparing
from erpd.harvest.run import Parts, carry_out
from erpd.metadata.masking import shown
from erpd.register import changes
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client
from erpd.sources.page import Answering, Page, Source


class TooMany(Exception):
    """The source has more records than one may rehearse."""


def dry_run(
    described: Callable[[], SourceSettings],
    client: Client,
    *,
    approved: bool = False,
    progress: Progress = quiet,
    most: int | None = None,
) -> Report:
    """Do what ``harvest`` does, and save nothing.

    ``described`` creates or finds the settings of the source, which are not saved either. ``most``: how many
    records may come, so that what follows does not take too long.

    Raises SourceBusy, RulesError, TooMany.
    """
    return _rehearse(described, partial(open_live, client=client), approved, progress, most)


def replay(run: Run, *, progress: Progress = quiet, most: int | None = None) -> Report:
    """Harvest again what ``run`` received, offline and with today's rules, and save nothing.

    ``most``: as of ``dry_run``. Raises SourceBusy if a run of its source has not finished, and TooMany.
    """
    if run.settings.runs.filter(state=Run.State.RUNNING).exists():
        raise SourceBusy(
            f"{shown(run.settings.url)} is being harvested, or its run was interrupted. "
            "Let that run finish first."
        )

    def recorded(again: Run) -> AbstractContextManager[Source]:
        lease.keep(again, since=run.since)
        return nullcontext(recording_of(run))

    return _rehearse(lambda: run.settings, recorded, False, progress, most)


def _rehearse(
    described: Callable[[], SourceSettings],
    opened: Callable[[Run], AbstractContextManager[Source]],
    approved: bool,
    progress: Progress,
    most: int | None = None,
) -> Report:
    """Fetch and prepare everything while others can write; then do the run in a transaction and roll it back.

    Repeats that as long as the run asks for records that the source has not been asked for yet.
    """
    with TemporaryDirectory(prefix="erpd-") as folder, ExitStack() as stack:
        source: Source | None = None
        with transaction.atomic(), changes.rehearsed():
            settings = described()
            preparer = stack.enter_context(preparer_for(settings))
            rehearsal = _Rehearsal(Path(folder) / "pages", preparer)
            try:
                run = lease.begin(settings)
                try:
                    source = stack.enter_context(opened(run))
                finally:
                    lease.let_go(run, ended=True)
            except SourceError as error:
                rehearsal.failure = error
            except (OSError, OperationalError) as failure:
                return report(without_room(settings, failure))
            finally:
                transaction.set_rollback(True)
        if source:
            rehearsal.hear(run, source, progress, most)
        parts = Parts(rehearsal.open, nullcontext(rehearsal), Keeper())
        while True:
            with transaction.atomic(), changes.rehearsed():
                tried = report(carry_out(described(), parts, approved=approved))
                transaction.set_rollback(True)
            if not rehearsal.ask():
                tried.ledger["seconds"] = (timezone.now() - run.started).total_seconds()
                return tried


class _Rehearsal:
    """Stands in for a source and a preparer: keeps in a file what they gave, and gives it again.

    If the source can be asked for single records (``Answering``), it notes the question and answers
    that it does not know, until ``ask`` has asked the source.
    """

    def __init__(self, path: Path, preparer: Preparing) -> None:
        self.preparation = preparer.preparation
        self.failure: SourceError | OSError | None = None  # how the source failed, after what it gave
        self._path = path
        self._preparer = preparer
        self._since = ""
        self._stale: SourceError | None = None  # why the source refused the checkpoint
        self._ready: dict[int, Prepared] = {}
        self._answering: Answering | None = None
        self._answers: dict[str, bool | SourceError | None] = {}
        self._unanswered: list[str] = []

    def hear(self, run: Run, source: Source, progress: Progress, most: int | None) -> None:
        """Read the source to its end, or until it fails. Raises TooMany."""
        self._since = run.since
        if isinstance(source, Answering):
            self._answering, self.still_there = source, self._told
        received = 0
        try:
            with gzip.open(self._path, "wb", 1) as file:
                for prepared in ahead(run, pages_from(run, source, self._hear_stale), self._preparer):
                    page = prepared.page
                    pickle.dump((page, prepared.outcomes), file)
                    received = (0 if page.anew else received) + len(page.readings)
                    if most is not None and received > most:
                        raise TooMany
                    progress(received, page.total)
        except (SourceError, OSError) as failure:
            self.failure = failure

    def open(self, run: Run) -> AbstractContextManager[Source]:
        """The ``open`` of its parts: the run asks for the same changes as when the source was heard."""
        lease.keep(run, since=self._since)
        return nullcontext(self)

    def pages(self, checkpoint: dict[str, object] | None = None) -> Iterator[Page]:
        """What was heard. Raises at its end what the source raised."""
        if checkpoint is not None and self._stale:
            raise self._stale
        with suppress(FileNotFoundError, EOFError, pickle.UnpicklingError), gzip.open(self._path) as file:
            while True:
                page, outcomes = pickle.load(file)  # noqa: S301 - written above, in a folder of our own
                self._ready = {id(reading): prepared for reading, prepared in outcomes if prepared}
                yield page
        if self.failure:
            raise self.failure

    def begin(self, readings: Sequence[Reading]) -> Begun:
        """Look up readings of the last page; prepare those that were unchanged then, and are not now."""
        new = [one for one in readings if id(one) not in self._ready]
        rest = iter(self._preparer.begin(new)() if new else ())
        ready = [self._ready[id(one)] if id(one) in self._ready else next(rest) for one in readings]
        return lambda: ready

    def ask(self) -> bool:
        """Ask the source what the run asked; returns whether there was anything to ask."""
        wanted, self._unanswered = self._unanswered, []
        for identifier in wanted:
            try:
                if self._answering:
                    self._answers[identifier] = self._answering.still_there(identifier)
            except SourceError as error:
                self._answers[identifier] = error
                break
        return bool(wanted)

    def _hear_stale(self, error: SourceError) -> None:
        self._stale = error

    def _told(self, identifier: str) -> bool | None:
        if identifier not in self._answers:
            self._unanswered.append(identifier)
        answer = self._answers.get(identifier)
        if isinstance(answer, SourceError):
            raise answer
        return answer
