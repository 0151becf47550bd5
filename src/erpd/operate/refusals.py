"""Why an act on a source cannot be done now."""

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from erpd.accounts.refusal import Hindrance, Refusal, Texts


class Code(StrEnum):
    """The codes of the reasons."""

    NO_LONGER_HELD = "no_longer_held"
    BEING_HARVESTED = "being_harvested"
    NOTHING_CHOSEN = "nothing_chosen"
    CHANGED_SINCE = "changed_since"
    ASKED_LATELY = "asked_lately"
    HAS_ENDED = "has_ended"
    NOT_RESUMABLE = "not_resumable"
    SWITCHED_OFF = "switched_off"
    TRIED_LATELY = "tried_lately"
    TOO_MANY_ADDRESSES = "too_many_addresses"
    NAME_TAKEN = "name_taken"
    SET_SINCE = "set_since"
    HAS_BROUGHT = "has_brought"
    GONE_ON = "gone_on"
    NO_SOURCE = "no_source"
    SETTLED = "settled"
    NO_RECORDING = "no_recording"
    PART_OF_RECORDING = "part_of_recording"
    BEING_REPLAYED = "being_replayed"
    BEING_PROVED = "being_proved"
    NOT_TESTED = "not_tested"
    TOO_MANY_REQUESTS = "too_many_requests"


class _Hindrance(Hindrance):
    texts: Texts = {  # type: ignore[misc]
        Code.NO_LONGER_HELD: (
            _("These deletions no longer wait: the source was harvested again, or somebody has decided."),
            _("Look at the list again."),
        ),
        Code.BEING_HARVESTED: (
            _("The source is being harvested, or its run was interrupted."),
            _("Do it once the run has ended."),
        ),
        Code.NOTHING_CHOSEN: (
            _("No data set was chosen."),
            _("Choose those that are really gone."),
        ),
        Code.CHANGED_SINCE: (
            _("Other runs have changed everything that this run brought: %(runs)s."),
            _("Undo those first."),
        ),
        Code.ASKED_LATELY: (
            _("A run was asked for within the last hour, or the source is switched off."),
            _("Ask again later, or ask the operator of this site."),
        ),
        Code.HAS_ENDED: (
            _("The run has ended already."),
            _("If it brought something wrong, undo it."),
        ),
        Code.NOT_RESUMABLE: (
            _("This run was not cancelled, or the source has been harvested since."),
            _("Ask for a new run on the page of the source."),
        ),
        Code.NAME_TAKEN: (
            _("There is a source with this name already."),
            _("Choose another name, or change the settings of that source."),
        ),
        Code.SET_SINCE: (
            _("Somebody has changed these settings since you opened the page, so nothing was saved."),
            _("Open the page again to see the new settings, and make your changes there."),
        ),
        Code.HAS_BROUGHT: (
            _("The source has brought data sets, and by another protocol they would come as others."),
            _("Add a new source for the other protocol, and remove this one once that has brought them."),
        ),
        Code.GONE_ON: (
            _("The request has gone on since you opened the page."),
            _("Open the page again to see how it is now."),
        ),
        Code.TOO_MANY_REQUESTS: (
            _("So many have asked today that no more is taken."),
            _("Please try again tomorrow."),
        ),
        Code.SETTLED: (
            _("Somebody has settled this already, the run was undone, or the source was removed."),
            _("Look at the page again."),
        ),
        Code.NO_RECORDING: (
            _("This run has no recording: only those of the last four runs of a source are kept."),
            _("Replay a later run, or harvest the source."),
        ),
        Code.PART_OF_RECORDING: (
            _("Pages of the recording of this run are missing, so the result would be wrong."),
            _("Replay another run, or harvest the source."),
        ),
        Code.BEING_REPLAYED: (
            _("This run is being replayed, or waits for the worker."),
            _("Wait for the result on this page."),
        ),
        Code.BEING_PROVED: (
            _("This proof waits for the worker already, or is being made."),
            _("Wait for the result on this page."),
        ),
        Code.NOT_TESTED: (
            _("Its test has not ended."),
            _("Wait for the result, or try it, and look at the result before you accept it."),
        ),
        Code.NO_SOURCE: (
            _("The source that was made for this request has been removed."),
            _("Refuse the request. The point can ask again."),
        ),
        Code.SWITCHED_OFF: (
            _("The source is switched off, so nothing is harvested."),
            _("Switch it on first, on the page of the source."),
        ),
        Code.TRIED_LATELY: (
            _("A test harvest was asked for within the last hour, or is being made."),
            _("Look at its result on this page, or ask again later."),
        ),
        Code.TOO_MANY_ADDRESSES: (
            _("Too many addresses were given from your network."),
            _("Wait an hour, and try again."),
        ),
    }


def refusal(code: Code, **facts: Any) -> Refusal:
    """A refusal for one reason."""
    return Refusal(_Hindrance(code, facts))
