"""Data owners: asked for, approved with their catalogues, refused, changed, closed (P: only governments)."""

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from erpd.accounts.actions.agreements import bring_agreement
from erpd.accounts.actions.contacts import ask, not_too_often
from erpd.accounts.actions.locking import locked
from erpd.accounts.addresses import public
from erpd.accounts.deeds import record
from erpd.accounts.mails import tell, tell_operators
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand
from erpd.accounts.models import Deed, Holding, Invitation, Membership, Organisation, Owner, Person, Transfer
from erpd.accounts.readiness import hindrances
from erpd.accounts.refusal import Code, refusal
from erpd.accounts.slugs import OPEN, TEST, free_slug, is_free
from erpd.accounts.texts import in_language, texts
from erpd.metadata.storable import storable
from erpd.register.catalogues import country_catalogue
from erpd.register.models import Catalogue, Source

LONGEST_TITLE = 300  # characters
LONGEST_REASON = 2000
LONGEST_ABOUT = 2000
LONGEST_PUBLISHER = 200  # as the register stores it
MOST_WAITING = 5  # requests of one person
MOST_TOLD_A_DAY = 20  # requests of which operators are told by mail; the desk shows all


def request(
    *,
    who: Actor,
    title: Mapping[str, str],
    contact: str,
    organisation: Organisation | None = None,
    reason: str = "",
    slug: str = "",
) -> Owner:
    """Ask for a data owner; whoever asks is its first administrator.

    The contact address is sent a link once the request is approved: until then, nobody knows who asks.

    ``organisation``: of the operator's list; None asks for one that is not there yet. ``reason``: what the
    applicant tells the operator.
    """
    demand(who, Verb.CREATE, Thing(Kind.OWNER))
    named = _named(title)
    contact = public(contact)
    if slug and not is_free(slug):
        raise refusal(Code.SLUG_UNFIT, slug=slug)
    for _ in range(3):  # two may find the same name free
        try:
            name = slug or free_slug(named, organisation)
            asked = Owner(
                slug=name, title=named, contact=contact, organisation=organisation, reason=_reason(reason)
            )
            return _request(who, asked)
        except IntegrityError:
            if slug:
                break
    raise refusal(Code.SLUG_UNFIT, slug=slug)


@transaction.atomic
def _request(who: Actor, asked: Owner) -> Owner:
    _not_taken(asked.organisation)
    if who.person:
        waiting = Owner.objects.filter(memberships__person=who.person, state=Owner.State.REQUESTED).count()
        if waiting >= MOST_WAITING:
            raise refusal(Code.TOO_MANY_REQUESTS, number=waiting)
    bring_agreement()
    asked.words = asked.said()
    asked.save(force_insert=True)
    if who.person:
        Membership.objects.create(owner=asked, person=who.person, role=Membership.Role.ADMIN)
    record(who=who, verb="request", thing=Kind.OWNER, name=asked.slug, owner=asked, contact=asked.contact)
    if who.person:
        _tell_operators(who.person, asked)
    return asked


def _tell_operators(applicant: Person, asked: Owner) -> None:
    """A mail to each operator but the applicant, unless so many ask that it would be a nuisance."""
    day = timezone.now() - timedelta(days=1)
    requests = Deed.objects.filter(verb="request", thing=Kind.OWNER, person__isnull=False, at__gt=day)
    if requests.count() > MOST_TOLD_A_DAY:
        return
    tell_operators(
        "owner-requested",
        asked.title,
        but=applicant,
        owner=asked.slug,
        by=applicant.email,
        reason=asked.reason,
    )


@transaction.atomic
def approve(
    *,
    who: Actor,
    owner: Owner,
    slug: str = "",
    organisation: Organisation | None = None,
    reason: str = "",
) -> Owner:
    """Approve a request, or open an owner again. It gets its catalogues: protected, open and test data.

    ``slug`` names it otherwise than it asked, as long as it has no catalogues; ``organisation`` says which
    one of the list it is.
    """
    owner = locked(who, Verb.DECIDE, owner)
    if owner.state == Owner.State.APPROVED:
        raise refusal(Code.DECIDED_ALREADY, state=owner.get_state_display())
    if slug and slug != owner.slug:
        if owner.holdings.exists() or not is_free(slug):
            raise refusal(Code.SLUG_UNFIT, slug=slug)
        owner.slug = slug
    owner.organisation = organisation or owner.organisation
    _not_taken(owner.organisation)
    owner.state, owner.reason = Owner.State.APPROVED, _reason(reason)
    owner.words = owner.said()
    owner.save(update_fields=["slug", "organisation", "state", "reason", "words"])
    _give_catalogues(owner)
    if owner.confirmed is None:
        ask(owner)
    _decided(who, owner, "approve")
    return owner


@transaction.atomic
def refuse(*, who: Actor, owner: Owner, reason: str) -> Owner:
    """Refuse a request, and say why."""
    owner = locked(who, Verb.DECIDE, owner)
    if owner.state != Owner.State.REQUESTED:
        raise refusal(Code.DECIDED_ALREADY, state=owner.get_state_display())
    owner.state, owner.reason = Owner.State.REFUSED, _reason(reason, needed=True)
    owner.save(update_fields=["state", "reason"])
    _decided(who, owner, "refuse")
    return owner


@transaction.atomic
def close(*, who: Actor, owner: Owner, reason: str) -> Owner:
    """Close an owner: its keys stop at once, its members can only look. What it published stays published."""
    owner = locked(who, Verb.DECIDE, owner)
    if owner.state != Owner.State.APPROVED:
        raise refusal(Code.DECIDED_ALREADY, state=owner.get_state_display())
    owner.state, owner.reason = Owner.State.CLOSED, _reason(reason, needed=True)
    owner.save(update_fields=["state", "reason"])
    owner.keys.filter(revoked=None).update(revoked=timezone.now())
    owner.invitations.filter(state=Invitation.State.PENDING).update(state=Invitation.State.CANCELLED)
    for transfers in (owner.transfers_out, owner.transfers_in):
        transfers.filter(state=Transfer.State.PENDING).update(
            state=Transfer.State.CANCELLED, decided=timezone.now()
        )
    _decided(who, owner, "close")
    return owner


@transaction.atomic
def change(*, who: Actor, owner: Owner, title: Mapping[str, str] | None = None, contact: str) -> Owner:
    """Change the name of an owner or its contact address, which then has to be confirmed anew."""
    contact = public(contact)
    owner = locked(who, Verb.CHANGE, owner)
    named = owner.title if title is None else _named(title)
    moved = contact != owner.contact
    if moved:
        not_too_often(owner)
    before = {"title": owner.title, "contact": owner.contact}
    owner.title, owner.contact = named, contact
    owner.confirmed = None if moved else owner.confirmed
    owner.words = owner.said()
    owner.save(update_fields=["title", "contact", "confirmed", "words"])
    for holding in owner.holdings.select_related("catalogue"):
        name_catalogue(holding.catalogue, owner)
    record(who=who, verb="change", thing=Kind.OWNER, name=owner.slug, owner=owner, before=before)
    if moved and owner.state == Owner.State.APPROVED:
        ask(owner)
    return owner


@transaction.atomic
def describe(*, who: Actor, owner: Owner, about: str, language: str) -> Owner:
    """Say what the organisation is, for its public page, in one language; "" takes that text away."""
    owner = locked(who, Verb.CHANGE, owner)
    kept = {code: text for code, text in owner.about.items() if code != language}
    if about.strip():
        kept |= texts({language: about}, longest=LONGEST_ABOUT)
    owner.about = kept
    owner.save(update_fields=["about"])
    record(who=who, verb="describe", thing=Kind.OWNER, name=owner.slug, owner=owner, language=language)
    return owner


def _named(title: Mapping[str, str]) -> dict[str, str]:
    """The name of an owner, which stands in the mails that we send for it. Raises ValidationError."""
    named = texts(title, longest=LONGEST_TITLE)
    if any("://" in text for text in named.values()):
        raise ValidationError(
            gettext("The name of an organisation cannot contain a web address. Remove it."), code="invalid"
        )
    return named


def _not_taken(organisation: Organisation | None) -> None:
    if organisation:  # locked, so that no two owners of it are approved at once
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        other = Owner.objects.filter(organisation=organisation, state=Owner.State.APPROVED).first()
        if other:
            raise refusal(Code.ORGANISATION_TAKEN, owner=in_language(other.title)[0])


def _reason(text: str, *, needed: bool = False) -> str:
    said = storable(text).strip()[:LONGEST_REASON]
    if needed and not said:
        raise refusal(Code.REASON_MISSING)
    return said


def _decided(who: Actor, owner: Owner, verb: str) -> None:
    record(who=who, verb=verb, thing=Kind.OWNER, name=owner.slug, owner=owner, reason=owner.reason)
    missing: dict[str, object] = {"contact": "", "version": ""}
    for hindrance in hindrances(owner):
        missing |= {name: hindrance.facts[name] for name in missing if name in hindrance.facts}
    administrators = owner.memberships.filter(role=Membership.Role.ADMIN, person__is_active=True)
    for member in administrators.select_related("person"):
        language = member.person.language
        tell(
            member.person.email,
            f"owner-{owner.state}",
            language=language,
            owner=owner.slug,
            title=in_language(owner.title, language)[0],
            reason=owner.reason,
            **missing,
        )


def _give_catalogues(owner: Owner) -> None:
    """Each kind has its catalogue, which one source fills: what the owner delivers (G3.1)."""
    for kind, ending in _ENDINGS.items():
        part_of = None
        if django_settings.NODE.country and kind != Catalogue.Kind.TEST:
            part_of = country_catalogue(
                django_settings.NODE.country, open_data=kind == Catalogue.Kind.OPEN, european=False
            )
        made = {"kind": kind, "part_of": part_of}
        catalogue, _ = Catalogue.objects.get_or_create(slug=owner.slug + ending, defaults=made)
        Source.objects.get_or_create(slug=catalogue.slug, defaults={"catalogue": catalogue})
        holding, _ = Holding.objects.get_or_create(catalogue=catalogue, defaults={"owner": owner})
        if holding.owner_id == owner.pk:  # otherwise it was transferred, and the owner is opened again
            name_catalogue(catalogue, owner)


def name_catalogue(catalogue: Catalogue, owner: Owner) -> None:
    """Title and publisher of a catalogue, after its owner.

    One that came from another owner keeps its title: the owner has one of its own of that name.
    """
    if catalogue.slug == owner.slug + _ENDINGS[Catalogue.Kind(catalogue.kind)]:
        catalogue.title = {
            language: _title(catalogue, text, language) for language, text in owner.title.items()
        }
    catalogue.publisher = in_language(owner.title)[0][:LONGEST_PUBLISHER]
    catalogue.save(update_fields=["title", "publisher"])


def _title(catalogue: Catalogue, owner: str, language: str) -> str:
    with override(language):
        if catalogue.kind == Catalogue.Kind.OPEN:
            return gettext("%(owner)s: open data") % {"owner": owner}
        if catalogue.kind == Catalogue.Kind.TEST:
            return gettext("%(owner)s: test catalogue") % {"owner": owner}
    return owner


_ENDINGS = {Catalogue.Kind.PROTECTED: "", Catalogue.Kind.OPEN: OPEN, Catalogue.Kind.TEST: TEST}
