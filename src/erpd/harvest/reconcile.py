"""What left the source. Nothing is deleted on weak evidence; each deletion is a tombstone."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from erpd.harvest import lease, stopping
from erpd.harvest.leaving import ABSENT, in_batches, last_whole, leaving, put_back_in, waiting_since
from erpd.harvest.models import Entry, Run, SourceSettings
from erpd.harvest.turnover import loses_more_than
from erpd.register import intake
from erpd.register.arrival import Bin
from erpd.register.identity import is_placeholder
from erpd.register.models import DataSet
from erpd.register.rows import streamed
from erpd.sources.page import Answering, Source

# Above this part of the source's data sets a person decides.
THRESHOLD = 0.20
# So many at the end of a list are not missing by chance if nearly all that are missing were there.
_MANY = 5
_NEARLY_ALL = 0.75


def reconcile(run: Run, source: Source) -> None:
    """Write tombstones for what has left the source, or hold them for a person.

    All are held if too many would go: more than THRESHOLD of what is there, or of what was there at the start
    of any run since a person last decided. Those that merely did not come are also held if the evidence is
    weak: an unreadable record does not say which one it is; what is missing was the end of the list; the
    source, asked for a missing record, does not say that it is gone; or it cannot be asked and sent other
    records twice. What a person put back after an earlier run is held, too, however it left.

    Call it only for complete runs; a second call continues where the first one stopped.
    """
    left = leaving(run.settings, run)
    amount = left.count()
    kept: set[UUID] = set()
    if amount and not run.approved:
        too_many = _too_many(run, amount)
        if too_many:
            lease.keep(run, held=amount, held_because=too_many)
            return
        why, kept = _uncertain(run, source)
        again = set(put_back_in(left, run.settings).values_list("pk", flat=True))
        why, kept = why if kept else Run.Held.PUT_BACK, kept | again
        lease.keep(run, held=len(kept), held_because=why if kept else "")
    for batch in in_batches(left):
        going = [one for one in batch if one.key not in kept]
        unsaid = sum(one.came != Bin.DELETED for one in going)  # type: ignore[attr-defined]
        with transaction.atomic():
            lease.keep(run)
            _withdraw(run, going)
            lease.keep(run, gone=run.gone + unsaid)
        stopping.check()


def _withdraw(run: Run, data_sets: Iterable[DataSet]) -> int:
    keys = [one.key for one in data_sets]
    return intake.withdraw(DataSet.objects.filter(pk__in=keys), origin=str(run)) if keys else 0


def _too_many(run: Run, amount: int) -> Run.Held | None:
    """Why a person decides on all that would go, however certain each is."""
    if run.gone + amount > THRESHOLD * run.before:
        return Run.Held.TOO_MANY
    return Run.Held.SHRINKING if loses_more_than(THRESHOLD, run, leaving(run.settings, run)) else None


def _uncertain(run: Run, source: Source) -> tuple[Run.Held | str, set[UUID]]:
    """The data sets that may only seem to be missing, and why."""
    # A list: no cursor of the database waits while the source is asked for each.
    left = leaving(run.settings, run).values_list("pk", "identifier", "came")  # type: ignore[misc]
    absent = [(key, identifier) for key, identifier, came in left if came == ABSENT]
    keys = {key for key, _ in absent}
    if not keys:
        return "", keys
    if _has_nameless(run):
        return Run.Held.NAMELESS, keys
    if _is_end_of_list(run, {identifier for _, identifier in absent}):
        return Run.Held.END_OF_LIST, keys
    if isinstance(source, Answering):
        there = (key for key, identifier in absent if source.still_there(identifier) is not False)
        return Run.Held.STILL_THERE, set(stopping.awaited(there))
    return (Run.Held.REPEATS, keys) if _has_repeats(run) else ("", set())


def _has_nameless(run: Run) -> bool:
    """Whether a record came without an identifier: it may be one of those that are missing."""
    entries = run.entries.filter(attempt=run.attempt)
    if entries.filter(bin=Bin.UNREADABLE, identifier="").exists():
        return True
    refused = entries.filter(bin=Bin.REJECTED).values_list("identifier", flat=True)
    return any(map(is_placeholder, streamed(refused)))


def _has_repeats(run: Run) -> bool:
    """Whether records came twice: perhaps the order of the list changed from page to page."""
    named = run.entries.filter(attempt=run.attempt).exclude(identifier="")
    return named.values("identifier").annotate(times=Count("pk")).filter(times__gt=1).exists()


def _is_end_of_list(run: Run, missing: set[str]) -> bool:
    """Whether what is missing came last in the last list: this one may have been cut, though it looks whole.

    Nearly all is enough, because records that were edited meanwhile may have moved to the end.
    """
    before = list_before(run) if len(missing) >= _MANY else None
    if before is None:
        return False
    came = Entry.objects.filter(run=before, attempt=before.attempt)
    came = came.filter(bin__in=[Bin.NEW, Bin.CHANGED, Bin.UNCHANGED]).order_by("-pk")
    end = came.values_list("identifier", flat=True)[: len(missing)]
    return len(missing.intersection(end)) >= _NEARLY_ALL * len(missing)


def list_before(run: Run) -> Run | None:
    """The last whole run before that held nothing: what is held now may have been missing in those since."""
    whole = run.settings.runs.filter(state=Run.State.DONE, complete=True, since="", held=0, pk__lt=run.pk)
    before = whole.order_by("-pk").first()
    return before if before and not before.forgotten else None


class NothingHeld(Exception):
    """No deletion of this source is waiting for approval."""


def holding(settings: SourceSettings) -> Run | None:
    """The run whose deletions wait for a person: the last that was read to its end, if it held any.

    None also where it is no longer known what came since the last whole run, for those after it were undone.
    """
    done = settings.runs.filter(state=Run.State.DONE, complete=True)
    last, whole = done.order_by("-pk").first(), last_whole(settings)
    if last is None or not last.held:
        return None
    known = settings.runs.filter(pk__gte=whole.pk if whole else last.pk, pk__lte=last.pk, forgotten__gt=0)
    return None if known.exists() else last


def approve_some(settings: SourceSettings, keys: Collection[UUID]) -> Run:
    """Do what ``approve`` does, for these data sets only; the others are held as before.

    What is not held is left alone. Raises NothingHeld and SourceBusy.
    """
    with lease.idle(settings, "approve"):
        run = holding(settings)
        if run is None:
            raise NothingHeld(f"No deletion of {settings.source.slug} is waiting for approval.")
        settings.forget()
        gone = _withdraw(run, waiting_since(run, leaving(settings)).filter(pk__in=keys))
        run.gone += gone
        run.held = max(0, run.held - gone)
        if not run.held:
            run.held_because, run.approved = "", True
        run.save(update_fields=["gone", "held", "held_because", "approved"])
    return run


def approve(settings: SourceSettings) -> Run:
    """Withdraw what the source's last run held back, and has not come since; the run, with its counts.

    Two may do so at once. Raises NothingHeld and, while the source is being harvested, SourceBusy.
    """
    run, last = None, ""
    while True:
        with lease.idle(settings, "approve"):  # what is held is asked anew: others may have harvested
            held = holding(settings)
            if held is None or run not in (None, held):
                break
            run = held
            settings.forget()
            rest = waiting_since(run, leaving(settings)).filter(identifier__gt=last)
            batch = next(in_batches(rest), [])
            run.gone += _withdraw(run, batch)
            if not batch:
                run.held, run.held_because, run.approved = 0, "", True
            run.save(update_fields=["gone", "held", "held_because", "approved"])
        if not batch:
            return run
        last = batch[-1].identifier
    if run is None:
        raise NothingHeld(f"No deletion of {settings.source.slug} is waiting for approval.")
    return Run.objects.get(pk=run.pk)  # somebody else has approved the rest, or harvested since
