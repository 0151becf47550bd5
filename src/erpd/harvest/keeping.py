"""What accompanies a run: its heartbeat, its recording and its progress."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from django.conf import settings as django_settings

from erpd.harvest.ending import broken, end
from erpd.harvest.lease import Heart, LeaseLost
from erpd.harvest.models import Run
from erpd.harvest.recording import Recording, prune
from erpd.register.outage import is_outage
from erpd.sources.children.child import CannotStart
from erpd.sources.page import Page

Progress = Callable[[int, int | None], None]


def quiet(received: int, total: int | None) -> None:
    """Report no progress."""


class Keeper:
    """Keeps nothing and reports nothing: the keeper of a rehearsal."""

    def watch(self, run: Run) -> AbstractContextManager[None]:
        """A context around everything that is done for the run."""
        return nullcontext()

    def record(self, run: Run, page: Page) -> None:
        """Called before a page is stored."""

    def tell(self, run: Run, page: Page) -> None:
        """Called after a page has been stored."""


class LiveKeeper(Keeper):
    """Keeps a run alive, records its pages and reports its progress; ends it if the program fails."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._attempt, self._received = 0, 0

    @contextmanager
    def watch(self, run: Run) -> Iterator[None]:
        try:
            with Heart(run):
                # What it received before it was interrupted.
                self._attempt, self._received = run.attempt, run.entries.filter(attempt=run.attempt).count()
                if run.complete:  # no more pages will come
                    self._progress(self._received, run.total)
                yield
        except (OSError, LeaseLost, CannotStart):  # the next harvest resumes the run
            raise
        except Exception as failure:
            if not is_outage(failure):  # if resumed, it would fail the same way
                end(run, broken(failure))
            raise

    def record(self, run: Run, page: Page) -> None:
        recording = recording_of(run)
        if not run.pages:  # what an earlier attempt received no longer counts
            recording.forget()
        recording.keep(run.pages + 1, page)

    def tell(self, run: Run, page: Page) -> None:
        if run.attempt != self._attempt:
            self._attempt, self._received = run.attempt, 0
        self._received += len(page.readings)
        self._progress(self._received, run.total)


def recordings() -> Path:
    """The folder of the flight recorder."""
    return Path(django_settings.HOME / "recordings")


def recording_of(run: Run) -> Recording:
    """The recording of a run."""
    return Recording(recordings() / str(run.pk))


def tidy() -> None:
    """Remove recordings that are too old, or too large altogether."""
    runs: dict[int, list[int]] = {}
    for run, source in Run.objects.order_by("-pk").values_list("pk", "settings"):
        runs.setdefault(source, []).append(run)
    prune(recordings(), runs)
