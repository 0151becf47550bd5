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
    except (Refusal, ListBroken) as error:
        raise click.ClickException(str(error)) from error
    except ValidationError as error:
        raise click.UsageError(" ".join(error.messages)) from error
    except Http404 as error:
        raise click.ClickException("There is no such thing, or it does not belong there.") from error


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
    from erpd.accounts.models import Person

    people = Person.objects.filter(email=email.strip().lower())
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
