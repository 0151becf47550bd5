"""The contact address of an owner, confirmed by whoever reads it, again every year (P, condition 2)."""

from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone

from erpd.accounts.actions.locking import locked
from erpd.accounts.deeds import how_often, record
from erpd.accounts.mails import tell
from erpd.accounts.may import Actor, Kind, Verb
from erpd.accounts.models import Owner
from erpd.accounts.readiness import CONFIRMED_FOR, approved
from erpd.accounts.refusal import Code, refusal
from erpd.accounts.texts import in_language

VALID = timedelta(days=30)  # of a link
# A year is nearly over: asked every week, until a month after its end.
EARLY, AGAIN = timedelta(days=30), timedelta(days=7)
MOST_A_DAY = 10

_SALT = "erpd.accounts.contact"


def ask(owner: Owner) -> None:
    """Send the contact address a link; for actions, in their transaction."""
    owner.asked = timezone.now()
    owner.save(update_fields=["asked"])
    first = owner.memberships.order_by("pk").select_related("person").first()
    language = first.person.language if first else "en"
    title = in_language(owner.title, language)[0]
    tell(owner.contact, "contact", language=language, token=token_of(owner), owner=owner.slug, title=title)


@transaction.atomic
def ask_again(*, who: Actor, owner: Owner) -> None:
    """Send the contact address a new link."""
    owner = locked(who, Verb.CHANGE, owner)
    approved(owner)
    not_too_often(owner)
    ask(owner)
    record(who=who, verb="ask", thing=Kind.OWNER, name=owner.slug, owner=owner, contact=owner.contact)


def not_too_often(owner: Owner) -> None:
    """Raises Refusal if an owner had so many links sent today that it may be a nuisance to strangers."""
    if how_often(owner, "ask", "change") >= MOST_A_DAY:
        raise refusal(Code.TOO_MANY_MAILS, owner=owner.slug)


def token_of(owner: Owner) -> str:
    """The token of a link. It names the last confirmation, so the first use makes it invalid."""
    return signing.dumps(_bound(owner), salt=_SALT, compress=True)


def owner_of(token: str) -> Owner:
    """The owner whose contact address a token confirms. Raises Refusal if it does not, or no longer."""
    try:
        pk, contact, confirmed = signing.loads(token, salt=_SALT, max_age=VALID)
    except (signing.BadSignature, ValueError, TypeError):
        raise refusal(Code.LINK_INVALID) from None
    owner = Owner.objects.select_for_update().filter(pk=pk).first()
    if owner is None or _bound(owner) != [pk, contact, confirmed]:
        raise refusal(Code.LINK_INVALID)
    return owner


@transaction.atomic
def confirm(*, token: str) -> Owner:
    """Confirm a contact address. Whoever has the link reads its mail; no account is needed."""
    owner = owner_of(token)
    owner.confirmed = timezone.now()
    owner.save(update_fields=["confirmed"])
    record(who=owner.contact, verb="confirm", thing=Kind.OWNER, name=owner.slug, owner=owner)
    return owner


@transaction.atomic
def confirm_otherwise(*, who: Actor, owner: Owner) -> Owner:
    """Write down that the contact address is right, as the operator knows otherwise: by letter or call."""
    owner = locked(who, Verb.DECIDE, owner)
    owner.confirmed = timezone.now()
    owner.save(update_fields=["confirmed"])
    record(who=who, verb="confirm", thing=Kind.OWNER, name=owner.slug, owner=owner, contact=owner.contact)
    return owner


@transaction.atomic
def remind(*, most: int = 100) -> int:
    """Ask the contact addresses whose year is nearly over, for the worker; returns how many."""
    now = timezone.now()
    due = Owner.objects.select_for_update(skip_locked=True).filter(
        state=Owner.State.APPROVED,
        confirmed__lt=now - CONFIRMED_FOR + EARLY,
        confirmed__gt=now - CONFIRMED_FOR - EARLY,
        asked__lt=now - AGAIN,
    )
    owners = list(due.order_by("asked")[:most])
    for owner in owners:
        ask(owner)
    return len(owners)


def _bound(owner: Owner) -> list[object]:
    return [owner.pk, owner.contact, owner.confirmed.isoformat() if owner.confirmed else ""]


def is_to_confirm(owner: Owner) -> bool:
    """Whether the contact address is not confirmed, or has to be confirmed again soon."""
    return owner.confirmed is None or owner.confirmed + CONFIRMED_FOR < timezone.now() + EARLY
