"""What people change about themselves, and how an account that was made for somebody becomes theirs."""

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from erpd.accounts.mails import tell
from erpd.accounts.may import Actor
from erpd.accounts.models import Person
from erpd.accounts.texts import in_language
from erpd.metadata.masking import plain

LONGEST_NAME = 120
_MOST_NAMED = 10


def kept_name(said: str, longest: int = LONGEST_NAME) -> str:
    """A name of a person as it is kept: one line that turns no direction of what others read beside it.

    >>> kept_name(" Ada \\u202e)reldnah( ")
    'Ada )reldnah('
    """
    return plain(said, 2 * longest)[:longest]


@transaction.atomic
def describe(*, who: Actor, name: str, language: str) -> Person:
    """Change one's own name and the language of one's mails."""
    assert who.person
    person = Person.objects.select_for_update().get(pk=who.person.pk)
    person.name, person.language = kept_name(name), language
    person.save(update_fields=["name", "language"])
    return person


def claim(person: Person, password: str | None = None) -> None:
    """Count the address of an account as confirmed, for the operator, who knows whose it is.

    If it was not, whoever signed up with it may be a stranger: their password is replaced or discarded. That
    ends their sessions, too.
    """
    address, _ = EmailAddress.objects.get_or_create(user=person, email=person.email)
    if address.verified:
        return
    person.set_password(password)
    person.save(update_fields=["password"])
    EmailAddress.objects.filter(user=person).exclude(pk=address.pk).delete()
    address.verified = address.primary = True
    address.save(update_fields=["verified", "primary"])


def link(person: Person) -> str:
    """A link that sets the password of an account: it works once, for three days."""
    name = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return str(settings.NODE.base_url) + path.replace("UID-KEY", name)


def send_link(person: Person) -> None:
    """Send somebody for whom an account was made the link that sets its password, and say what it is for."""
    with override(person.language):
        roles = [
            f"{in_language(member.owner.title, person.language)[0]} ({member.get_role_display()})"
            for member in person.memberships.select_related("owner").order_by("pk")[:_MOST_NAMED]
        ]
        office = person.get_office_display() if person.office else ""
    tell(
        person.email,
        "account-made",
        language=person.language,
        password_reset_url=link(person),
        office=office,
        roles=", ".join(roles),
        again=str(settings.NODE.base_url) + reverse("account_reset_password"),
    )
