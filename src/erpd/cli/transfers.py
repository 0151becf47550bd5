"""Transfers between data owners, for their operator."""

import json
from typing import Any

import click

from erpd.cli.output import console, json_of
from erpd.cli.refusing import catalogue_named, first_of, owner_named, refusing
from erpd.cli.starting import prepare, start

_JSON = json_of(
    "transfer", "kind", "name", "title", "from", "to", "catalogue", "state", "comment", "answer", each=True
)
_TO = click.option("--to", required=True, metavar="SLUG", help="The data owner that receives it.")
_COMMENT = click.option("--comment", default="", help="Why; the administrators of the other side are told.")


@click.group()
def transfer() -> None:
    """Transfer catalogues and data sets to other data owners, once these accept."""


@transfer.command()
@click.argument("slug")
@_TO
@_COMMENT
@_JSON
def catalogue(slug: str, to: str, comment: str, *, as_json: bool) -> None:
    """Offer the catalogue SLUG, with everything in it, to another data owner."""
    start()
    prepare()
    from erpd.accounts.actions.transfers import give_catalogue
    from erpd.accounts.may import COMMAND_LINE

    with refusing():
        its = catalogue_named(slug)
        made = give_catalogue(who=COMMAND_LINE, catalogue=its, to=owner_named(to), comment=comment)
    _tell(made, as_json)


@transfer.command()
@click.argument("name", metavar="ID")
@_TO
@_COMMENT
@_JSON
def dataset(name: str, to: str, comment: str, *, as_json: bool) -> None:
    """Offer one delivered data set to another data owner. Its identifier and its IRI stay."""
    start()
    prepare()
    from erpd.accounts.may import COMMAND_LINE
    from erpd.submit.giving import give_data_set

    with refusing():
        made = give_data_set(who=COMMAND_LINE, delivery=_delivery(name), to=owner_named(to), comment=comment)
    _tell(made, as_json)


@transfer.command(name="list")
@_JSON
def list_(*, as_json: bool) -> None:
    """List the transfers, newest first."""
    start()
    prepare()
    from erpd.accounts.models import Transfer

    for one in Transfer.objects.select_related("from_owner", "to_owner", "catalogue").order_by("-pk"):
        _tell(one, as_json)


@transfer.command()
@click.argument("number", type=int)
@click.option("--catalogue", "slug", metavar="SLUG", help="The catalogue into which a data set goes.")
@_JSON
def accept(number: int, slug: str | None, *, as_json: bool) -> None:
    """Accept the transfer NUMBER for the data owner that receives it."""
    start()
    prepare()
    from erpd.accounts.actions import transfers
    from erpd.accounts.may import COMMAND_LINE

    with refusing():
        into = catalogue_named(slug) if slug else None
        made = transfers.accept(who=COMMAND_LINE, transfer=_transfer(number), catalogue=into)
    _tell(made, as_json)


@transfer.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why; whoever offered it is told.")
@_JSON
def refuse(number: int, reason: str, *, as_json: bool) -> None:
    """Refuse the transfer NUMBER for the data owner that would receive it."""
    start()
    prepare()
    from erpd.accounts.actions import transfers
    from erpd.accounts.may import COMMAND_LINE

    with refusing():
        made = transfers.refuse(who=COMMAND_LINE, transfer=_transfer(number), comment=reason)
    _tell(made, as_json)


@transfer.command()
@click.argument("number", type=int)
@_JSON
def cancel(number: int, *, as_json: bool) -> None:
    """Take the offer NUMBER back."""
    start()
    prepare()
    from erpd.accounts.actions import transfers
    from erpd.accounts.may import COMMAND_LINE

    with refusing():
        made = transfers.cancel(who=COMMAND_LINE, transfer=_transfer(number))
    _tell(made, as_json)


def _tell(one: Any, as_json: bool) -> None:
    facts = {
        "transfer": one.pk,
        "kind": one.kind,
        "name": one.name,
        "title": one.title,
        "from": one.from_owner.slug,
        "to": one.to_owner.slug,
        "catalogue": one.catalogue.slug if one.catalogue else None,
        "state": one.state,
        "comment": one.comment,
        "answer": one.answer,
    }
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    called = f"{one.title} ({one.name})" if one.title else one.name
    to = one.name if one.kind == "ownership" else one.to_owner.slug
    console.print(
        f"{one.pk}  {one.kind}  {called}  from {one.from_owner.slug} to {to}  {one.state}", markup=False
    )


def _delivery(name: str) -> Any:
    from uuid import UUID

    from erpd.submit.models import Delivery

    missing = f"No data owner has delivered a data set with the id {name!r}."
    try:
        return first_of(Delivery.objects.filter(pk=UUID(name)), missing)
    except ValueError:
        raise click.ClickException(missing) from None


def _transfer(number: int) -> Any:
    from erpd.accounts.models import Transfer

    return first_of(
        Transfer.objects.filter(pk=number),
        f"There is no transfer {number}. `erpd transfer list` lists them.",
    )
