"""Manage the keys of the delivery APIs."""

import json
from typing import Any

import click

from erpd.cli.output import answer, answers, console, json_of
from erpd.cli.refusing import account_named, catalogue_named, first_of, refusing
from erpd.cli.starting import prepare, start

_FACTS = (
    "key",
    "name",
    "account",
    "owner",
    "catalogue",
    "desk",
    "test",
    "may",
    "created",
    "expires",
    "revoked",
    "last_used",
    "last_used_from",
    "valid",
)
_JSON = json_of(*_FACTS, "text")
_DAYS = click.option("--days", type=int, metavar="N", help="For how many days the key is valid.")


@click.group()
def key() -> None:
    """Manage the keys with which data owners deliver by API."""


@key.command()
@click.option("--account", required=True, metavar="EMAIL", help="The account for which the key acts.")
@click.option("--catalogue", required=True, metavar="SLUG", help="The only catalogue that it reaches.")
@click.option("--name", default="", help="What the key is for.")
@_DAYS
@_JSON
def create(account: str, catalogue: str, name: str, *, days: int | None, as_json: bool) -> None:
    """Make a key for one account and one catalogue, and print it: it is never shown again."""
    start()
    prepare()
    from erpd.accounts.keys import make
    from erpd.accounts.may import COMMAND_LINE

    person, its_catalogue = account_named(account), catalogue_named(catalogue)
    _tell(
        lambda: make(who=COMMAND_LINE, catalogue=its_catalogue, person=person, name=name, days=days), as_json
    )


@key.command()
@click.argument("prefix")
@_DAYS
@_JSON
def rotate(prefix: str, *, days: int | None, as_json: bool) -> None:
    """Make the key that replaces another, which stays valid for 14 days, and print it."""
    start()
    prepare()
    from erpd.accounts.keys import rotate as replace
    from erpd.accounts.may import COMMAND_LINE

    _tell(lambda: replace(who=COMMAND_LINE, key=_key(prefix), days=days), as_json)


@key.command()
@click.argument("prefix")
@answers("prefix", "revoked")
def revoke(prefix: str) -> None:
    """End a key at once. PREFIX is its first part, as `erpd key list` shows it."""
    start()
    prepare()
    from erpd.accounts.keys import revoke as end
    from erpd.accounts.may import COMMAND_LINE

    end(who=COMMAND_LINE, key=_key(prefix))
    answer(f"The key {prefix} is revoked.", prefix=prefix, revoked=True)


@key.command(name="list")
@click.option("--account", metavar="EMAIL", help="Only the keys of this account.")
@click.option("--catalogue", metavar="SLUG", help="Only the keys for this catalogue.")
@json_of(*_FACTS, each=True)
def list_(account: str | None, catalogue: str | None, *, as_json: bool) -> None:
    """List the keys, newest first, without their secret parts."""
    start()
    prepare()
    from erpd.accounts.models import Key

    keys = Key.objects.select_related("person", "owner", "catalogue").order_by("-pk")
    if account:
        keys = keys.filter(person=account_named(account))
    if catalogue:
        keys = keys.filter(catalogue=catalogue_named(catalogue))
    for one in keys:
        facts = _facts(one)
        if as_json:
            click.echo(json.dumps(facts, ensure_ascii=False))
            continue
        state = f"until {facts['expires'][:10]}" if facts["valid"] else "no longer valid"
        used = f", last used {facts['last_used'][:10]}" if facts["last_used"] else ""
        console.print(
            f"{one.prefix}  {one.person.email}  {facts['catalogue'] or 'desk'}  {state}{used}", markup=False
        )


def _tell(make: Any, as_json: bool) -> None:
    from django.core.exceptions import PermissionDenied
    from django.http import Http404

    with refusing():
        try:
            made, text = make()
        except (Http404, PermissionDenied) as error:
            raise click.ClickException("Only the catalogues of data owners have keys.") from error
    if as_json:
        click.echo(json.dumps({**_facts(made), "text": text}, ensure_ascii=False))
        return
    click.echo(text)
    click.echo(f"Valid until {made.expires:%Y-%m-%d}. Keep it now: it is not shown again.", err=True)


def _facts(made: Any) -> dict[str, Any]:
    from erpd.accounts.keys import about

    return {
        name: value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else value
        for name, value in about(made).items()
    }


def _key(prefix: str) -> Any:
    from erpd.accounts.models import Key

    keys = Key.objects.filter(prefix=prefix)
    return first_of(keys, f"There is no key {prefix!r}. `erpd key list` lists them.")
