"""What becomes of a request to be harvested, step by step (G6.2). Each step is told by mail."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings as node
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from erpd.accounts.addresses import public
from erpd.accounts.deeds import record
from erpd.accounts.mails import tell, tell_operators
from erpd.accounts.may import Actor, Kind, Verb, demand
from erpd.accounts.visitors import DAY, VALID, NoSuchLink, TooMany, has_links_enough
from erpd.harvest.lease import SourceBusy
from erpd.harvest.ledger import ledger_of
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.removing import take_out
from erpd.metadata.storable import storable, storable_json
from erpd.operate.editing.actions import add
from erpd.operate.models import HarvestingRequest, Trial
from erpd.operate.place import SOURCE
from erpd.operate.refusals import Code, refusal
from erpd.operate.sources.actions import switch
from erpd.operate.suppliers.actions import make_link
from erpd.operate.suppliers.failures import FAILED
from erpd.operate.trials import asking
from erpd.register.one_at_a_time import one_at_a_time

State = HarvestingRequest.State
OPEN = (State.RECEIVED, State.ASSESSED, State.TEST)
"""The operator has something to decide."""
MOST_A_DAY = 100
"""Requests that nobody has confirmed or looked at yet."""
_LINK = Signer(salt="erpd.operate.harvesting-request")
KEPT = timedelta(days=365)
"""After the last step of a request that is live or was refused."""


@transaction.atomic
def ask(*, answers: Mapping[str, Any], rehearsal: str, email: str, language: str) -> None:
    """Keep a checklist, and send a link with which its sender confirms it.

    An address that had its links today gets no more, and nobody is told. Raises ValidationError for an
    address that is none, TooMany.
    """
    email = public(email)
    one_at_a_time("ask to be harvested")
    states = (State.ASKED, State.RECEIVED)
    today = HarvestingRequest.objects.filter(at__gt=timezone.now() - DAY, state__in=states)
    if today.count() >= MOST_A_DAY:
        raise TooMany
    if has_links_enough(email, today):
        return
    made = HarvestingRequest.objects.create(
        email=email,
        language=language,
        answers=storable_json(dict(answers)),
        rehearsal=rehearsal,
    )
    # Without the address: nobody uses us to write to strangers.
    tell(email, "harvesting-to-confirm", language=language, token=token_of(made))


def token_of(request: HarvestingRequest) -> str:
    """What the sender has that opens the page of the request."""
    return _LINK.sign_object([request.pk, _mark(request)])


def request_of(token: str) -> HarvestingRequest:
    """The request that the link of a mail opens. Raises NoSuchLink: it is made up, or too old to confirm."""
    try:
        number, mark = _LINK.unsign_object(token)
    except (BadSignature, ValueError):
        raise NoSuchLink from None
    found = HarvestingRequest.objects.filter(pk=number).select_related("settings__source").first()
    # Where a backup was restored, the number may be that of another one.
    if (
        found is None
        or _mark(found) != mark
        or (found.state == State.ASKED and found.at < timezone.now() - VALID)
    ):
        raise NoSuchLink
    return found


@transaction.atomic
def confirm(*, token: str) -> None:
    """Let the operators see it. That it was confirmed before is no mistake. Raises NoSuchLink."""
    found = HarvestingRequest.objects.select_for_update().filter(pk=request_of(token).pk).first()
    if found is None:  # erased meanwhile
        raise NoSuchLink
    if found.state == State.ASKED:
        _step(found, State.RECEIVED)
        record(who=found.email, verb="ask", thing=Kind.SOURCE, name=_name(found))
        tell_operators("harvesting-received", {}, url=found.answers["url"], number=found.pk)


@transaction.atomic
def assess(*, who: Actor, number: int, text: str) -> None:
    """Say that the answers were read, and what is missing. Raises PermissionDenied, Refusal."""
    found = _mine(who, number, State.RECEIVED)
    _step(found, State.ASSESSED, text)
    record(who=who, verb="assess", thing=Kind.SOURCE, name=_name(found))
    _tell(found, "harvesting-assessed", text=storable(text))


@transaction.atomic
def test(*, who: Actor, number: int, name: str, said: Mapping[str, Any]) -> None:
    """Make its source, switched off, and let the worker try it; nothing that it brings is kept.

    ``said``: what a file of sources says of it. If one has to sign in there, it is tried once its password or
    key was entered.

    Raises PermissionDenied, Refusal, ValidationError with a line a mistake.
    """
    found = _mine(who, number, State.ASSESSED)
    add(who=who, name=name, said={**said, "active": False})
    found.settings = SourceSettings.objects.get(source__slug=name)
    _step(found, State.TEST)
    if found.answers["authentication"] == "no":
        asking.ask(settings=found.settings, who=who)
    _tell(found, "harvesting-tested")


@transaction.atomic
def test_again(*, who: Actor, number: int) -> None:
    """Let the worker try its source once more. Raises PermissionDenied, Refusal."""
    asking.ask(settings=_source(_mine(who, number, State.TEST)), who=who, between=timedelta())


@transaction.atomic
def accept(*, who: Actor, number: int, text: str) -> None:
    """Switch its source on; the mail has the supplier's link. Raises PermissionDenied, Refusal."""
    found = _mine(who, number, State.TEST)
    settings = _source(found)
    if not Trial.objects.filter(settings=settings, state=Trial.State.DONE).exists():
        raise refusal(Code.NOT_TESTED)
    switch(who=who, settings=settings, on=True)
    _step(found, State.ACCEPTED, text)
    record(who=who, verb="accept", thing=Kind.SOURCE, name=settings.source.slug)
    page = reverse("suppliers:page", args=[make_link(who=who, settings=settings)])
    _tell(found, "harvesting-accepted", text=storable(text), page=node.NODE.base_url + page)


@transaction.atomic
def refuse(*, who: Actor, number: int, reason: str) -> None:
    """Refuse it, and remove the source that was made for the test. Raises PermissionDenied, Refusal."""
    found = _mine(who, number, *OPEN)
    if found.settings and not found.settings.removed:
        try:
            take_out(found.settings, withdraw=True)
        except SourceBusy as busy:
            raise refusal(Code.BEING_HARVESTED) from busy
    found.settings = None
    _step(found, State.REFUSED, reason)
    record(who=who, verb="refuse request", thing=Kind.SOURCE, name=_name(found), reason=storable(reason))
    _tell(found, "harvesting-refused", reason=storable(reason))


def tell_of_run(run: Run) -> None:
    """It is live once a run has brought its data sets; in the transaction in which the run ends."""
    waits = HarvestingRequest.objects.filter(settings=run.settings_id, state=State.ACCEPTED)
    if run.state != Run.State.DONE or not waits.exists():
        return
    ledger, here = ledger_of(run), run.settings.present().count()
    refused = sum(ledger[place] for place in FAILED)
    for found in waits.select_for_update() if here else ():
        _step(found, State.LIVE)
        _tell(found, "harvesting-live", number=str(here), refused=str(refused))


def tell_of_trial(trial: Trial) -> None:
    """Say that a test has ended; in the transaction in which it does."""
    for found in HarvestingRequest.objects.filter(settings=trial.pk, state=State.TEST):
        _tell(found, "harvesting-test-ended")


@transaction.atomic
def settle() -> None:
    """End what was accepted, and whose source was removed before a run has brought its data sets.

    For the worker, in each round: sources are removed on the command line, too.
    """
    gone = Q(settings=None) | Q(settings__removed__isnull=False)
    waits = HarvestingRequest.objects.filter(gone, state=State.ACCEPTED)
    if not waits.exists():  # without a lock, because most often there is none
        return
    for found in waits.select_for_update(of=("self",)):
        with override(found.language):
            reason = gettext("The source was removed before a run has brought its data sets.")
        _step(found, State.REFUSED, reason)
        _tell(found, "harvesting-refused", reason=reason)


def forget() -> None:
    """Erase what nobody confirmed in time, and what ended a year ago; for the worker.

    Of a source that is harvested it stays that a stranger has asked for it.
    """
    now = timezone.now()
    HarvestingRequest.objects.filter(state=State.ASKED, at__lt=now - max(VALID, DAY)).delete()
    ended = HarvestingRequest.objects.exclude(state__in=(State.ASKED, *OPEN)).filter(at__lt=now - KEPT)
    ended.filter(settings=None).delete()
    ended.exclude(email="").update(email="", answers={}, steps=[], rehearsal="")


def _mine(who: Actor, number: int, *states: str) -> HarvestingRequest:
    """The request, locked. Raises PermissionDenied, and Refusal if it is in none of these states."""
    demand(who, Verb.CHANGE, SOURCE)
    found = HarvestingRequest.objects.select_for_update().filter(pk=number, state__in=states).first()
    if found is None:
        raise refusal(Code.GONE_ON)
    return found


def _source(found: HarvestingRequest) -> SourceSettings:
    if found.settings is None or found.settings.removed:
        raise refusal(Code.NO_SOURCE)
    return found.settings


def _step(found: HarvestingRequest, state: State, text: str = "") -> None:
    found.state, found.at = state, timezone.now()
    found.steps = [
        *found.steps,
        {"state": str(state), "at": found.at.isoformat(), "text": storable(text)},
    ]
    found.save(update_fields=["state", "at", "steps", "settings"])


def _tell(found: HarvestingRequest, letter: str, **said: str) -> None:
    tell(
        found.email,
        letter,
        language=found.language,
        url=found.answers["url"],
        token=token_of(found),
        **said,
    )


def _mark(request: HarvestingRequest) -> str:
    return sha256(request.email.encode()).hexdigest()[:16]


def _name(found: HarvestingRequest) -> str:
    return f"{found.answers['country']} {found.pk}"
