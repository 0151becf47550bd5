"""Who is told of what happens to a request, by mail, in the transaction of what it tells.

A mail names the body, the reference and the address of the page, and nothing that a stranger wrote. What
people write to each other is read where they have to sign in, or to open their private link.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import override

from erpd.access.law_words import in_words
from erpd.access.models import Part
from erpd.access.requests.requester import address_of, language_of
from erpd.accounts.mails import tell
from erpd.accounts.models import Membership, Owner, Person
from erpd.accounts.texts import in_language
from erpd.pages.values import written


def tell_requester(part: Part, letter: str, **said: Any) -> None:
    """Write to the requester, unless their account is gone."""
    if to := address_of(part.request):
        language = language_of(part.request)
        tell(to, letter, language=language, **_facts(part, language, said))


def tell_body(part: Part, letter: str, **said: Any) -> bool:
    """Write to the handler of a part, or to all handlers of the body while it has none.

    Returns whether there is anybody to tell.
    """
    handler = handler_of(part)
    people = [handler] if handler else list(handlers(part.body.keeper))
    for person in people:
        tell_person(part, person, letter, **said)
    return bool(people)


def tell_person(part: Part, person: Person, letter: str, **said: Any) -> None:
    """Write to a member of the body."""
    tell(person.email, letter, language=person.language, **_facts(part, person.language, said))


def handlers(keeper: Owner | None) -> "QuerySet[Person, Person]":
    """The members of a keeper who answer requests, by address."""
    if keeper is None:
        return Person.objects.none()
    found = Person.objects.filter(memberships__owner=keeper, memberships__handles=True, is_active=True)
    return found.order_by("email")


def handler_of(part: Part) -> Person | None:
    """The handler of a part, as long as they still answer requests for its body."""
    if part.handler_id is None or part.body.keeper_id is None:
        return None
    still = Membership.objects.filter(
        owner=part.body.keeper_id, person=part.handler_id, handles=True, person__is_active=True
    )
    return part.handler if still.exists() else None


def _facts(part: Part, language: str, said: Mapping[str, Any]) -> dict[str, str]:
    title = in_language(part.body.title, language)[0]
    with override(language):
        facts = {name: _in_words(value) for name, value in said.items()}
    return {"title": title, "body": part.body.slug, "part": part.reference, **facts}


def _in_words(value: Any) -> str:
    """A date, a text of the law in several languages, or anything else, in the language that is active."""
    if isinstance(value, date):
        return written(value)
    return in_words(value) if isinstance(value, Mapping) else str(value)
