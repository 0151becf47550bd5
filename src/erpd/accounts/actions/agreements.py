"""Versions of the agreement, and their acceptance."""

from collections.abc import Mapping
from importlib.resources import files

from django.core.exceptions import PermissionDenied
from django.db import transaction

from erpd.accounts.actions.locking import locked
from erpd.accounts.deeds import record
from erpd.accounts.mails import tell
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand
from erpd.accounts.models import Acceptance, Agreement, Membership, Owner, Person
from erpd.accounts.readiness import newest
from erpd.accounts.refusal import Code, refusal
from erpd.accounts.texts import in_language, texts

LONGEST = 100_000  # characters

_SHIPPED = files("erpd.accounts") / "agreements"


@transaction.atomic
def add_version(*, who: Actor, text: Mapping[str, str], changes: Mapping[str, str]) -> Agreement:
    """Add the newest version of the agreement: its text, and what has changed, by language.

    Every owner has to accept it before the next key or publication.
    """
    demand(who, Verb.CHANGE, Thing(Kind.NODE))
    last = Agreement.objects.select_for_update().order_by("-version").first()
    said = texts(changes, longest=LONGEST) if last or any(changes.values()) else {}
    agreement = Agreement.objects.create(
        version=last.version + 1 if last else 1, text=texts(text, longest=LONGEST), changes=said
    )
    record(who=who, verb="publish", thing=Kind.NODE, name=str(agreement.version))
    administrators = Membership.objects.filter(
        role=Membership.Role.ADMIN, owner__state=Owner.State.APPROVED, person__is_active=True
    )
    for member in administrators.select_related("person", "owner"):
        person = member.person
        tell(
            person.email,
            "agreement",
            language=person.language,
            owner=member.owner.slug,
            version=agreement.version,
            changes=in_language(said, person.language)[0],
        )
    return agreement


@transaction.atomic
def accept(*, who: Actor, owner: Owner, version: int, language: str) -> Acceptance:
    """Accept the newest version of the agreement for an owner, as read in ``language``."""
    owner = locked(who, Verb.AGREE, owner)
    if who.person is None:  # somebody has to have read it
        raise PermissionDenied
    return _accepted(who, owner, who.person, version, language)


@transaction.atomic
def accept_on_paper(*, who: Actor, owner: Owner, person: Person, version: int, language: str) -> Acceptance:
    """Write down that one of the owner's administrators has signed the newest version on paper."""
    owner = locked(who, Verb.DECIDE, owner)
    if not owner.memberships.filter(person=person, role=Membership.Role.ADMIN).exists():
        raise refusal(Code.NOT_ADMINISTRATOR, account=person.email, owner=owner.slug)
    return _accepted(who, owner, person, version, language, on_paper_by=person.email)


def _accepted(
    who: Actor, owner: Owner, person: Person, version: int, language: str, **detail: str
) -> Acceptance:
    agreement = newest()
    if agreement is None or agreement.version != version:
        raise refusal(Code.AGREEMENT_SUPERSEDED, version=version)
    if found := Acceptance.objects.filter(owner=owner, agreement=agreement).first():
        return found
    _, read = in_language(agreement.text, language)
    accepted = Acceptance.objects.create(owner=owner, agreement=agreement, person=person, language=read)
    facts = {"version": version, "language": read, **detail}
    record(who=who, verb="accept", thing=Kind.OWNER, name=owner.slug, owner=owner, **facts)
    return accepted


def bring_agreement() -> None:
    """Make the agreement that we ship version 1, if the operator has not written one."""
    if newest() is None:
        text = {
            file.name.removesuffix(".txt"): file.read_text("utf-8")
            for file in _SHIPPED.iterdir()
            if file.name.endswith(".txt")
        }
        Agreement.objects.get_or_create(version=1, defaults={"text": dict(sorted(text.items()))})
