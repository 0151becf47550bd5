"""Whether an owner may publish, or get a key, now (P: organizational conditions 1, 2; what you get, 3)."""

from datetime import timedelta

from django.utils import timezone

from erpd.accounts.models import Acceptance, Agreement, Owner
from erpd.accounts.refusal import Code, Hindrance, Refusal
from erpd.accounts.texts import in_language
from erpd.register.prepared import Prepared

CONFIRMED_FOR = timedelta(days=365)

_STATES = {
    Owner.State.REQUESTED: Code.OWNER_WAITING,
    Owner.State.REFUSED: Code.OWNER_REFUSED,
    Owner.State.CLOSED: Code.OWNER_CLOSED,
}


def hindrances(owner: Owner) -> tuple[Hindrance, ...]:
    """Everything that keeps an owner from publishing and from getting keys; empty if nothing does."""
    return tuple(one for one in (_approval(owner), _contact(owner), _agreement(owner)) if one)


def approved(owner: Owner) -> None:
    """Raises Refusal if the operator has not approved the owner, or no longer: mails could be a nuisance."""
    if hindrance := _approval(owner):
        raise Refusal(hindrance)


def ready(owner: Owner) -> None:
    """Raises Refusal with every reason if the owner may not publish or get a key now."""
    if found := hindrances(owner):
        raise Refusal(*found)


def newest() -> Agreement | None:
    """The version of the agreement that counts."""
    return Agreement.objects.order_by("-version").first()


def _approval(owner: Owner) -> Hindrance | None:
    code = _STATES.get(Owner.State(owner.state))
    return Hindrance(code, {"owner": _name(owner), "slug": owner.slug}) if code else None


def _contact(owner: Owner) -> Hindrance | None:
    if owner.state == Owner.State.REQUESTED:  # it is asked with the approval
        return None
    if owner.confirmed is None:
        return Hindrance(Code.CONTACT_UNCONFIRMED, {"contact": owner.contact, "slug": owner.slug})
    if owner.confirmed < timezone.now() - CONFIRMED_FOR:
        return Hindrance(Code.CONTACT_EXPIRED, {"contact": owner.contact, "slug": owner.slug})
    return None


def _agreement(owner: Owner) -> Hindrance | None:
    newest_rows = _newest()
    if not newest_rows:  # the first request brings one
        return None
    ((newest_key, version),) = newest_rows
    accepted = _accepted(owner.pk)
    if accepted == [(newest_key,)]:
        return None
    code = Code.AGREEMENT_CHANGED if accepted else Code.AGREEMENT_NOT_ACCEPTED
    return Hindrance(code, {"owner": _name(owner), "slug": owner.slug, "version": version})


_newest = Prepared(lambda: Agreement.objects.order_by("-version").values_list("pk", "version")[:1])
_accepted = Prepared(
    lambda owner: (
        Acceptance.objects.filter(owner=owner).order_by("-agreement__version").values_list("agreement_id")[:1]
    )
)


def _name(owner: Owner) -> str:
    return in_language(owner.title)[0] or owner.slug
