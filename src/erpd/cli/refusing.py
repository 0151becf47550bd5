"""How commands about people and owners say what cannot be done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click


@contextmanager
def refusing() -> Iterator[None]:
    """Exit with 1 and a sentence if an action within the block is refused, with 2 if a value is unfit."""
    from django.core.exceptions import ValidationError
    from django.http import Http404

    from erpd.accounts.organisation_lists import ListBroken
    from erpd.accounts.refusal import Refusal

    try:
        yield
    except Refusal as error:
        raise click.ClickException(" ".join(map(_said, error.hindrances))) from error
    except ListBroken as error:
        raise click.ClickException(str(error)) from error
    except ValidationError as error:
        raise click.UsageError(" ".join(error.messages)) from error
    except Http404 as error:
        raise click.ClickException("There is no such thing, or it does not belong there.") from error


def _said(hindrance: Any) -> str:
    """What is wrong, and what an operator can do about it; pages give other advice, to the owner."""
    command = _COMMANDS.get(hindrance.code)
    return f"{hindrance.text} {command % hindrance.facts if command else hindrance.advice}"


_SIGNED = (
    "If an administrator has signed it on paper, `erpd owner accept %(slug)s --account EMAIL "
    "--version %(version)s` writes that down."
)
_CONFIRMED = "`erpd owner confirm %(slug)s` writes down that it is right, if its own mail cannot tell."
_COMMANDS = {
    "owner_waiting": "`erpd owner approve %(slug)s` approves it.",
    "owner_refused": "`erpd owner approve %(slug)s` approves it after all.",
    "owner_closed": "`erpd owner approve %(slug)s` opens it again.",
    "contact_unconfirmed": _CONFIRMED,
    "contact_expired": _CONFIRMED,
    "agreement_not_accepted": _SIGNED,
    "agreement_changed": _SIGNED,
    "no_writer": "`erpd account add %(person)s --owner %(owner)s --role editor` makes them an editor.",
    "too_many_keys": "`erpd key list` lists them, and `erpd key revoke PREFIX` ends one.",
}
"""Code -> what an operator does."""


def first_of(rows: Any, missing: str) -> Any:
    """The first row of a query, or exit with 1 and say what is missing."""
    found = rows.first()
    if found is None:
        raise click.ClickException(missing)
    return found


def owner_named(slug: str) -> Any:
    """The owner, or exit with 1."""
    from erpd.accounts.models import Owner

    owners = Owner.objects.filter(slug=slug)
    return first_of(owners, f"There is no data owner {slug!r}. `erpd owner list` lists them.")


def account_named(email: str) -> Any:
    """The account, or exit with 1."""
    from erpd.accounts.addresses import known_as
    from erpd.accounts.models import Person

    people = Person.objects.filter(email=known_as(email))
    return first_of(people, f"There is no account {email}. Add it with `erpd account add`.")


def catalogue_named(slug: str) -> Any:
    """The catalogue, or exit with 1."""
    from erpd.register.models import Catalogue

    return first_of(Catalogue.objects.filter(slug=slug), f"There is no catalogue {slug!r}.")


def by_language(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Texts given as LANGUAGE=TEXT; a text without a language is English."""
    found: dict[str, str] = {}
    for one in given:
        language, sign, text = one.partition("=")
        if not (sign and len(language) == 2 and language.isalpha()):
            language, text = "en", one
        if language in found:
            raise click.BadParameter(f"there are two texts in {language!r}.")
        found[language] = text
    return found
