"""Asking for the replay of a run, and how it ended."""

from typing import Any

from django.db import transaction

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Verb, demand
from erpd.harvest.keeping import recording_of
from erpd.harvest.ledger import ledger_of
from erpd.harvest.models import Run
from erpd.metadata.masking import plain
from erpd.operate import made
from erpd.operate.models import Replay
from erpd.operate.place import SOURCE
from erpd.operate.refusals import Code, refusal
from erpd.operate.words import BINS
from erpd.pages.findings import remarks

_LONGEST = 2_000  # characters of an error


def hindrance(run: Run) -> Code | None:
    """Why a run cannot be replayed; None if it can."""
    if run.state == Run.State.RUNNING:
        return Code.BEING_HARVESTED
    pages = recording_of(run).extent()
    if not pages:
        return Code.NO_RECORDING
    return Code.PART_OF_RECORDING if pages < run.pages else None


@transaction.atomic
def ask(*, who: Actor, run: Run) -> None:
    """Let the worker replay a run as soon as it can, in place of the result before.

    Raises PermissionDenied, and Refusal if its recording is not whole, or if it is being replayed.
    """
    demand(who, Verb.DECIDE, SOURCE)
    if why := hindrance(run):
        raise refusal(why)
    if not made.ask(Replay.objects.all(), {"run": run}, received=0, total=None):
        raise refusal(Code.BEING_REPLAYED)
    record(who=who, verb="ask for a replay", thing=Kind.SOURCE, name=run.settings.source.slug, run=run.pk)


def replay_of(run: Run) -> dict[str, Any]:
    """The last replay of a run, as ``operate/replay.html`` shows it."""
    found = Replay.objects.filter(run=run).first()
    if found is None or found.state != Replay.State.DONE:
        return {"replay": found}
    then, now = ledger_of(run), found.seen.get("ledger", {})
    names = [(str(place), text) for place, text in BINS.items()]
    told: list[dict[str, Any]] = found.seen.get("findings", [])
    error: dict[str, str] = found.seen.get("error", {})
    return {
        "replay": found,
        "replay_error": plain(error.get("message", ""), _LONGEST),
        "replay_too_many": found.seen.get("too_many"),
        "replay_bins": [
            (text, then[name], now.get(name, 0)) for name, text in names if then[name] or now.get(name)
        ]
        if now
        else [],
        "replay_gone": now.get("gone", 0),
        "replay_held": now.get("held", 0),
        "replay_remarks": remarks(told, 0, len(told)),
        "replay_left": found.seen.get("left", 0),
    }
