"""What owners do with their portals, and what the operator decides about them. Each verb is one transaction.

Each raises Http404 or PermissionDenied if the actor may not do it, and a Refusal that says why not now.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from erpd.accounts.actions.locking import lock
from erpd.accounts.actions.owners import LONGEST_REASON
from erpd.accounts.deeds import how_often, record
from erpd.accounts.mails import tell_operators
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand
from erpd.accounts.models import Holding, Owner
from erpd.accounts.readiness import approved, ready
from erpd.accounts.refusal import Code as Missing
from erpd.accounts.refusal import refusal as accounts_refusal
from erpd.harvest.lease import SourceBusy, idle
from erpd.harvest.models import SourceSettings
from erpd.harvest.removing import take_out
from erpd.harvest.source_settings import sources_at
from erpd.metadata.storable import storable
from erpd.register.models import Catalogue, Source
from erpd.submit.models import Portal
from erpd.submit.own_portal.refusals import Code, refusal
from erpd.submit.own_portal.telling import tell_administrators
from erpd.submit.own_portal.wishes import Wish, address_of, fit, rules_of

State = Portal.State
Preview = Portal.Preview

MOST_OPEN = 5  # proposals of a catalogue that nobody has decided
MOST_PREVIEWS = 40  # of an owner, a day
_PREVIEWED = ("propose", "change", "look")


def propose(*, who: Actor, catalogue: Catalogue, wish: Wish, changes: Portal | None = None) -> Portal:
    """Enter the address of a portal, which is then looked at. ``changes``: the approved one to be changed."""
    try:
        with transaction.atomic():
            owner = _owner(who, Verb.CREATE, catalogue)
            approved(owner)
            _not_too_many(owner, catalogue)
            source = _source_to_change(changes, catalogue) if changes else None
            made = Portal.objects.create(catalogue=catalogue, source=source, by=who.person, **fit(wish))
            _note(who, owner, "propose", made)
            return made
    except IntegrityError as error:  # another administrator was faster
        raise refusal(Code.CHANGE_PENDING) from error


@transaction.atomic
def change(*, who: Actor, portal: Portal, edition: int, wish: Wish) -> Portal:
    """Change what is proposed. It is looked at again, and no longer waits for the operator."""
    owner, known = _hold(who, Verb.CHANGE, portal, edition, *Portal.OPEN)
    approved(owner)
    _not_too_often(owner)
    for name, value in fit(wish).items():
        setattr(known, name, value)
    known.state = State.DRAFT
    _look(known)
    _note(who, owner, "change", known)
    return known


@transaction.atomic
def look_again(*, who: Actor, portal: Portal, edition: int) -> Portal:
    """Look at the portal once more, as it is now."""
    owner, known = _hold(who, Verb.CHANGE, portal, edition, *Portal.OPEN)
    approved(owner)
    _not_too_often(owner)
    known.state = State.DRAFT
    _look(known)
    _note(who, owner, "look", known)
    return known


@transaction.atomic
def submit(*, who: Actor, portal: Portal, edition: int, message: str = "") -> Portal:
    """Ask the operator to approve it as it was seen."""
    owner, known = _hold(who, Verb.CHANGE, portal, edition, State.DRAFT)
    ready(owner)
    if known.catalogue.kind == Catalogue.Kind.TEST:
        raise refusal(Code.TEST)
    _looked_at(known)
    known.state, known.submitted = State.SUBMITTED, timezone.now()
    known.message = storable(message).strip()[:LONGEST_REASON]
    _changed(known)
    _note(who, owner, "submit", known)
    # A catalogue has few that wait, so nobody can be flooded.
    facts: dict[str, Any] = {"portal": known.pk, "by": who.name, "url": known.url, "message": known.message}
    tell_operators("portal-submitted", owner.title, **facts)
    return known


@transaction.atomic
def cancel(*, who: Actor, portal: Portal, edition: int) -> None:
    """Take the proposal back."""
    owner, known = _hold(who, Verb.CHANGE, portal, edition, *Portal.OPEN)
    known.state = State.CANCELLED
    _changed(known)
    _note(who, owner, "cancel", known)


@transaction.atomic
def approve(*, who: Actor, portal: Portal, edition: int, reason: str = "") -> Portal:
    """Make it a source of the owner's catalogue, or change the source; the worker then harvests it."""
    owner, known = _hold(who, Verb.DECIDE, portal, edition, State.SUBMITTED)
    ready(owner)
    _looked_at(known)
    _not_taken(known, owner)
    with _not_busy():
        known.source = _changed_source(known, known.source) if known.source else _new_source(known)
    Portal.objects.filter(source=known.source, state=State.APPROVED).update(state=State.REPLACED)
    _decide(who, owner, known, State.APPROVED, reason)
    return known


@transaction.atomic
def refuse(*, who: Actor, portal: Portal, edition: int, reason: str) -> Portal:
    """Refuse it, and say why. What was approved before goes on."""
    owner, known = _hold(who, Verb.DECIDE, portal, edition, State.SUBMITTED)
    if not storable(reason).strip():
        raise accounts_refusal(Missing.REASON_MISSING)
    _decide(who, owner, known, State.REFUSED, reason)
    return known


@transaction.atomic
def pause(*, who: Actor, portal: Portal) -> None:
    """Harvest it no longer until it is resumed. A run that has begun comes to its end."""
    _set_active(who, portal, "pause", active=False)


@transaction.atomic
def resume(*, who: Actor, portal: Portal) -> None:
    """Harvest it again when it is due."""
    _set_active(who, portal, "resume", active=True)


@transaction.atomic
def end(*, who: Actor, portal: Portal, withdraw: bool) -> int:
    """Harvest it never again. Its data sets stay, or a worker withdraws them; returns how many there are."""
    owner, known = _hold(who, Verb.CHANGE, portal, None, State.APPROVED)
    settings = _living(known)
    Portal.objects.filter(source=settings.source, state__in=Portal.OPEN).update(state=State.CANCELLED)
    _note(who, owner, "end", known, withdraw=withdraw)
    number = settings.present().count()
    with _not_busy():
        take_out(settings, withdraw=withdraw)
    return number


@transaction.atomic
def withdraw(*, who: Actor, portal: Portal) -> int:
    """Have the data sets of one that has ended withdrawn by a worker; returns how many."""
    owner, known = _hold(who, Verb.CHANGE, portal, None, State.APPROVED)
    settings = known.source.settings if known.source else None
    if settings is None or not settings.removed or not settings.present().exists():
        raise refusal(Code.NOTHING_TO_WITHDRAW)
    _note(who, owner, "withdraw", known)
    with _not_busy():
        take_out(settings, withdraw=True)
    return settings.present().count()


def _owner(who: Actor, verb: Verb, catalogue: Catalogue) -> Owner:
    """The owner of a catalogue, locked until the transaction ends, if they may do that."""
    holding = Holding.objects.filter(catalogue=catalogue).first()
    if holding is None:
        raise Http404(catalogue.slug)
    owner = lock(holding.owner_id)  # a transfer waits for it, too
    demand(who, verb, Thing(Kind.PORTAL, owner.pk, catalogue.pk))
    return owner


def _hold(who: Actor, verb: Verb, portal: Portal, edition: int | None, *states: str) -> tuple[Owner, Portal]:
    """The owner and the portal as they are now, locked until the transaction ends."""
    owner = _owner(who, verb, portal.catalogue)
    rows = Portal.objects.select_for_update(of=("self",)).select_related("catalogue", "source__settings")
    known = rows.filter(pk=portal.pk).first()
    if known is None:
        raise Http404(portal.url)
    if known.state not in states:
        raise refusal(Code.WRONG_STATE, state=known.get_state_display())
    if edition is not None and edition != known.edition:
        raise refusal(Code.CHANGED_MEANWHILE)
    return owner, known


def _look(known: Portal) -> None:
    """Ask the worker for a preview. What another one sees of the edition before no longer counts."""
    known.preview, known.asked, known.deaths = Preview.WAITING, timezone.now(), 0
    known.holder, known.seen = "", {}
    _changed(known)


def _changed(known: Portal) -> None:
    known.edition += 1
    known.save()


def _looked_at(known: Portal) -> None:
    if known.preview != Preview.DONE:
        raise refusal(Code.NOT_LOOKED_AT)
    if not known.seen.get("fit"):
        raise refusal(Code.NOTHING_THERE)


def _not_too_many(owner: Owner, catalogue: Catalogue) -> None:
    waiting = Portal.objects.filter(catalogue=catalogue, state__in=Portal.OPEN).count()
    if waiting >= MOST_OPEN:
        raise refusal(Code.TOO_MANY, number=waiting)
    _not_too_often(owner)


def _not_too_often(owner: Owner) -> None:
    """Each look asks a server elsewhere for something, at the wish of the owner."""
    number = how_often(owner, *_PREVIEWED, thing=Kind.PORTAL)
    if number >= MOST_PREVIEWS:
        raise refusal(Code.TOO_MANY_PREVIEWS, owner=owner.slug, number=number)


def _source_to_change(changes: Portal, catalogue: Catalogue) -> Source:
    if changes.catalogue_id != catalogue.pk:
        raise Http404(changes.url)
    if changes.source is None:
        raise refusal(Code.ENDED)
    return changes.source


def _not_taken(known: Portal, owner: Owner) -> None:
    """One address fills one catalogue (G3.1); those of one owner may, with different filters."""
    for other in sources_at(address_of(known)):
        if other.removed or other.source_id == known.source_id:
            continue
        holding = getattr(other.source.catalogue, "holding", None)
        if holding is None or holding.owner_id != owner.pk or other.rules == rules_of(known):
            raise refusal(Code.TAKEN, url=other.url, source=other.source.slug)


def _new_source(known: Portal) -> Source:
    """Its name holds nothing that may change: a portal that moves keeps its data sets."""
    stem, number = f"{known.catalogue.slug}-portal", 1
    while Source.objects.filter(slug=stem if number == 1 else f"{stem}-{number}").exists():
        number += 1
    slug = stem if number == 1 else f"{stem}-{number}"
    source = Source.objects.create(slug=slug, catalogue=known.catalogue, policy=Source.Policy.STRICT)
    SourceSettings.objects.create(source=source, **_settings(known))
    return source


def _changed_source(known: Portal, source: Source) -> Source:
    """The next run reads everything; what is not wanted any more goes like what is absent."""
    with idle(source.settings, "approve the change") as settings:
        for name, value in _settings(known).items():
            setattr(settings, name, value)
        settings.removed, settings.active = None, True
        settings.save()
        settings.forget()
    return source


def _settings(known: Portal) -> dict[str, Any]:
    return {**address_of(known), "prefix": known.prefix, "rules": rules_of(known), "local": False}


def _set_active(who: Actor, portal: Portal, verb: str, *, active: bool) -> None:
    owner, known = _hold(who, Verb.CHANGE, portal, None, State.APPROVED)
    settings = _living(known)
    if settings.active != active:
        SourceSettings.objects.filter(pk=settings.pk).update(active=active)
        _note(who, owner, verb, known)


def _living(known: Portal) -> SourceSettings:
    """The settings of its source, unless it has ended."""
    settings = known.source.settings if known.source else None
    if settings is None or settings.removed:
        raise refusal(Code.ENDED)
    return settings


@contextmanager
def _not_busy() -> Iterator[None]:
    try:
        yield
    except SourceBusy as busy:
        raise refusal(Code.BUSY) from busy


def _decide(who: Actor, owner: Owner, known: Portal, state: State, reason: str) -> None:
    known.state, known.reason = state, storable(reason).strip()[:LONGEST_REASON]
    known.decided, known.decided_by = timezone.now(), who.person
    _changed(known)
    verb = "approve" if state == State.APPROVED else "refuse"
    _note(who, owner, verb, known, reason=known.reason)
    tell_administrators(owner, known)


def _note(who: Actor, owner: Owner, verb: str, known: Portal, **detail: object) -> None:
    """The line of the audit log."""
    catalogue = known.catalogue.slug
    record(who=who, verb=verb, thing=Kind.PORTAL, name=known.url, owner=owner, catalogue=catalogue, **detail)
