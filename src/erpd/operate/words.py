"""Runs in words, as operators read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from erpd.harvest.ending import rolled_back
from erpd.harvest.ledger import examples_of, ledger_of
from erpd.harvest.listing import Held
from erpd.harvest.models import Run
from erpd.metadata.masking import plain, shown
from erpd.pages.findings import remarks
from erpd.register.arrival import Bin
from erpd.sources.errors import Reason

BINS: Mapping[Bin, Promise] = {
    Bin.NEW: _("new"),
    Bin.CHANGED: _("changed"),
    Bin.UNCHANGED: _("unchanged"),
    Bin.REJECTED: _("rejected: mandatory metadata are missing or wrong"),
    Bin.DUPLICATE: _("duplicate: another source has it"),
    Bin.FILTERED: _("left out by the rules of the source"),
    Bin.UNREADABLE: _("unreadable"),
    Bin.DELETED: _("deleted at the source"),
}
_LONGEST = 2_000  # characters of an error
_MOST_FINDINGS = 50  # kinds of them
HELD: Mapping[str, Promise] = {
    Run.Held.TOO_MANY: _("More than a fifth of the data sets would go at once."),
    Run.Held.SHRINKING: _("More than a fifth of the data sets would be gone since the last decision."),
    Run.Held.END_OF_LIST: _(
        "They were the end of the last complete list, so this list may have been cut short."
    ),
    Run.Held.NAMELESS: _(
        "A record came that does not say which data set it describes: it may be one of them."
    ),
    Run.Held.REPEATS: _("Some records came twice, so others may have been skipped."),
    Run.Held.STILL_THERE: _("The source was asked for each, and did not confirm that it is gone."),
    Run.Held.PUT_BACK: _("They were put back after an earlier run had withdrawn them."),
}


HOW = {
    "absent": _("no longer listed by the source"),
    "deleted": _("marked as deleted by the source"),
    "filtered": _("left out by the rules of the source"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A run as pages show it."""

    run: Run
    state: str
    received: int
    numbers: list[tuple[str, str, int]]
    """The bins that hold something: the name, in words, how many."""
    error: str
    """In English, cleaned and cut."""
    advice: str


def told(run: Run) -> Told:
    """A run in words."""
    ledger = ledger_of(run)
    numbers = [(str(place), str(text), ledger[place]) for place, text in BINS.items() if ledger[place]]
    error, advice = (plain(str(run.error.get(name, "")), _LONGEST) for name in ("message", "advice"))
    return Told(run, state_of(run), ledger["received"], numbers, error, advice)


def and_more(number: int) -> str:
    """The end of a list that has no room for all."""
    return ngettext("And %(number)s more.", "And %(number)s more.", number) % {"number": number}


def named(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Identifiers and titles as pages show them: sources write secrets into both."""
    return [(shown(identifier), shown(title)) for identifier, title in found]


def held_in_words(found: Iterable[Held], most: int) -> list[tuple[Held, Promise]]:
    """Data sets that wait, as pages show them, each with how it left."""
    return [
        (replace(one, identifier=shown(one.identifier), title=shown(one.title)), HOW[one.came])
        for one in islice(found, most)
    ]


def remarks_of(run: Run) -> dict[str, Any]:
    """For pages/remarks.html: an example of each kind of finding, and how many kinds are left out."""
    found = examples_of(run)
    facts = [
        {**one.finding.as_dict(), "times": one.times, "others": one.others} for one in found[:_MOST_FINDINGS]
    ]
    return {"remarks": remarks(facts, 0, _MOST_FINDINGS), "left": max(0, len(found) - _MOST_FINDINGS)}


def state_of(run: Run) -> str:
    """Its state in words."""
    if run.error.get("rule") == Reason.UNDONE:
        return _now("undone")
    if run.error.get("rule") == Reason.CANCELLED:
        return _now("cancelled: what came before it ended stays")
    if rolled_back(run):
        return _now("failed, and was rolled back: nothing has changed")
    if run.state == Run.State.DONE and not run.complete:
        return _now("done, but not complete: nothing was deleted")
    return str(run.get_state_display())


def still_withdrawn(number: int) -> str:
    """Say how many data sets could not be put back, and why; "" if all were."""
    said = ngettext(
        "%(number)s stays withdrawn: another data set has its address now, or something has changed it "
        "since.",
        "%(number)s stay withdrawn: others have their addresses now, or something has changed them since.",
        number,
    )
    return said % {"number": number} if number else ""
