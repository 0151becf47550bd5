"""Invitations: used once, within 14 days, by the person of the invited address alone.

The token is only in the mail; we keep its digest. The invitation waits while somebody signs up, and is also
shown to whoever signs in with its address.
"""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from erpd.accounts.actions.locking import lock, locked
from erpd.accounts.actions.members import join
from erpd.accounts.actions.unanswered import still_offered
from erpd.accounts.addresses import public
from erpd.accounts.deeds import how_often, record
from erpd.accounts.mails import tell
from erpd.accounts.may import Actor, Kind, Verb
from erpd.accounts.models import Invitation, Membership, Owner
from erpd.accounts.readiness import approved
from erpd.accounts.refusal import Code, refusal
from erpd.accounts.texts import in_language

VALID = timedelta(days=14)
MOST_PENDING = 100  # of an owner
MOST_A_DAY = 50  # mails on behalf of an owner


@transaction.atomic
def invite(
    *, who: Actor, owner: Owner, email: str, role: Membership.Role, language: str = "en"
) -> Invitation:
    """Invite an address, whether or not it has an account here: nobody is told which."""
    email = public(email)
    owner = locked(who, Verb.CREATE, owner, Kind.MEMBER)
    approved(owner)
    if owner.memberships.filter(person__email=email).exists():
        raise refusal(Code.MEMBER_ALREADY, person=email)
    pending = owner.invitations.filter(state=Invitation.State.PENDING)
    if pending.filter(email=email).exists():
        raise refusal(Code.INVITED_ALREADY, email=email)
    if (number := pending.count()) >= MOST_PENDING:
        raise refusal(Code.TOO_MANY_INVITATIONS, number=number)
    _not_too_often(owner)
    invitation = Invitation(owner=owner, email=email, role=Membership.Role(role), by=who.person)
    _send(invitation, language)
    record(who=who, verb="invite", thing=Kind.MEMBER, name=email, owner=owner, role=role)
    return invitation


@transaction.atomic
def send_again(*, who: Actor, invitation: Invitation, language: str = "en") -> Invitation:
    """Send a pending invitation again, with a new link and 14 more days. The old link stops working."""
    owner = locked(who, Verb.CREATE, invitation.owner, Kind.MEMBER)
    approved(owner)
    invitation = _pending(invitation)
    invitation.by = who.person
    _not_too_often(owner)
    _send(invitation, language)
    record(who=who, verb="invite", thing=Kind.MEMBER, name=invitation.email, owner=owner, again=True)
    return invitation


@transaction.atomic
def cancel(*, who: Actor, invitation: Invitation) -> None:
    """Cancel a pending invitation."""
    locked(who, Verb.CREATE, invitation.owner, Kind.MEMBER)
    _settle(who, _pending(invitation), Invitation.State.CANCELLED, "cancel invitation")


@transaction.atomic
def accept(*, who: Actor, invitation: Invitation) -> Membership:
    """Become a member, by an invitation to one's own address."""
    owner = lock(invitation.owner_id)
    approved(owner)
    invitation = _own(who, pk=invitation.pk)  # as it is now: somebody may just have used or cancelled it
    assert who.person
    _settle(who, invitation, Invitation.State.ACCEPTED, "accept invitation")
    return join(who, owner, who.person, Membership.Role(invitation.role))


@transaction.atomic
def refuse(*, who: Actor, invitation: Invitation) -> None:
    """Turn an invitation to one's own address down."""
    lock(invitation.owner_id)
    _settle(who, _own(who, pk=invitation.pk), Invitation.State.REFUSED, "refuse invitation")


def invited(*, who: Actor, token: str) -> Invitation:
    """The pending invitation of a link, to the address of ``who``. Raises Refusal for any other."""
    return _own(who, digest=digest_of(token))


def invitations_of(who: Actor) -> QuerySet[Invitation]:
    """The pending invitations to the address of ``who``, which is confirmed before anybody can sign in."""
    if who.person is None or not who.person.is_active:
        return Invitation.objects.none()
    return Invitation.objects.select_related("owner", "by").filter(_valid(), email=who.person.email)


def pending(token: str) -> Invitation | None:
    """The invitation of a link that still works, whoever reads it."""
    found = Invitation.objects.filter(_valid(), digest=digest_of(token))
    return found.select_related("owner").first()


def digest_of(token: str) -> str:
    """What we keep of a token."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _valid() -> Q:
    pending = Q(state=Invitation.State.PENDING, expires__gt=timezone.now())
    return pending & still_offered("owner")


def _own(who: Actor, **which: object) -> Invitation:
    found = invitations_of(who).filter(**which).first()
    if found is None:
        raise refusal(Code.LINK_INVALID)
    return found


def _pending(invitation: Invitation) -> Invitation:
    """The invitation as it is now that its owner is locked."""
    found = Invitation.objects.select_related("owner", "by").get(pk=invitation.pk)
    if found.state != Invitation.State.PENDING:
        raise refusal(Code.DECIDED_ALREADY, state=found.get_state_display())
    return found


def _settle(who: Actor, invitation: Invitation, state: Invitation.State, verb: str) -> None:
    invitation.state = state
    invitation.save(update_fields=["state"])
    record(who=who, verb=verb, thing=Kind.MEMBER, name=invitation.email, owner=invitation.owner)


def _send(invitation: Invitation, language: str) -> None:
    token = secrets.token_urlsafe(32)
    invitation.digest, invitation.expires = digest_of(token), timezone.now() + VALID
    invitation.save()
    title = in_language(invitation.owner.title, language)[0]
    by = invitation.by.email if invitation.by else ""
    facts = {"owner": invitation.owner.slug, "title": title, "role": invitation.role, "by": by}
    tell(invitation.email, "invited", language=language, token=token, **facts)


def _not_too_often(owner: Owner) -> None:
    if how_often(owner, "invite") >= MOST_A_DAY:
        raise refusal(Code.TOO_MANY_MAILS, owner=in_language(owner.title)[0])
