"""Manage data owners and the agreement that they accept."""

import json
from pathlib import Path
from typing import Any

import click

from erpd.cli.output import console, json_of, typed
from erpd.cli.refusing import account_named, by_language, first_of, owner_named, refusing
from erpd.cli.starting import prepare, start

_JSON = json_of(
    "owner",
    "title",
    "state",
    "reason",
    "organisation",
    "contact",
    "confirmed",
    "catalogues",
    "administrators",
    "hindrances",
    each=True,
)
_ORGANISATION = click.option("--organisation", metavar="IRI", help="Which organisation of the list it is.")
_REASON = click.option("--reason", required=True, help="Why; its administrators are told.")


@click.group()
def owner() -> None:
    """Manage the data owners of this node: organisations that publish here."""


@owner.command()
@click.argument("slug")
@click.option(
    "--title", multiple=True, required=True, callback=by_language, metavar="[LANGUAGE=]TEXT", help="Its name."
)
@click.option(
    "--contact", required=True, metavar="EMAIL", help="Where questions about its data are answered."
)
@_ORGANISATION
@_JSON
def add(slug: str, title: dict[str, str], contact: str, organisation: str | None, *, as_json: bool) -> None:
    """Add a data owner, which then waits for approval. SLUG names it and its catalogues."""
    start()
    prepare()
    from erpd.accounts.actions.owners import request
    from erpd.accounts.may import COMMAND_LINE

    with refusing():
        listed = _organisation(organisation)
        made = request(who=COMMAND_LINE, title=title, contact=contact, organisation=listed, slug=slug)
    _tell(made, as_json)


@owner.command(name="list")
@_JSON
def list_(*, as_json: bool) -> None:
    """List the data owners, what keeps them from publishing, and their administrators."""
    start()
    prepare()
    from erpd.accounts.models import Owner

    for one in Owner.objects.select_related("organisation").order_by("slug"):
        _tell(one, as_json)


@owner.command()
@click.argument("slug")
@click.option("--as", "name", default="", metavar="SLUG", help="Another short name; it never changes later.")
@_ORGANISATION
@click.option("--reason", default="", help="A remark; its administrators are told.")
@_JSON
def approve(slug: str, name: str, organisation: str | None, reason: str, *, as_json: bool) -> None:
    """Approve a data owner: it gets a catalogue of protected data, one of open data and a test catalogue."""
    start()
    prepare()
    from erpd.accounts.actions import owners
    from erpd.accounts.may import COMMAND_LINE

    with refusing():
        listed = _organisation(organisation)
        made = owners.approve(
            who=COMMAND_LINE, owner=owner_named(slug), slug=name, organisation=listed, reason=reason
        )
    _tell(made, as_json)


@owner.command()
@click.argument("slug")
@_REASON
@_JSON
def refuse(slug: str, reason: str, *, as_json: bool) -> None:
    """Refuse a data owner that waits for approval."""
    start()
    prepare()
    from erpd.accounts.actions import owners
    from erpd.accounts.may import COMMAND_LINE

    with refusing():
        made = owners.refuse(who=COMMAND_LINE, owner=owner_named(slug), reason=reason)
    _tell(made, as_json)


@owner.command()
@click.argument("slug")
@_REASON
@_JSON
def close(slug: str, reason: str, *, as_json: bool) -> None:
    """Close a data owner; `approve` opens it again. Its keys stop at once, what it published stays."""
    start()
    prepare()
    from erpd.accounts.actions import owners
    from erpd.accounts.may import COMMAND_LINE

    with refusing():
        made = owners.close(who=COMMAND_LINE, owner=owner_named(slug), reason=reason)
    _tell(made, as_json)


@owner.command()
@click.argument("slug")
@_JSON
def confirm(slug: str, *, as_json: bool) -> None:
    """Write down that the contact address of a data owner is right, if its own mail cannot tell."""
    start()
    prepare()
    from erpd.accounts.actions.contacts import confirm_otherwise
    from erpd.accounts.may import COMMAND_LINE

    with refusing():
        made = confirm_otherwise(who=COMMAND_LINE, owner=owner_named(slug))
    _tell(made, as_json)


@owner.command()
@click.argument("slug")
@click.option("--account", required=True, metavar="EMAIL", help="The administrator who signed it.")
@click.option("--version", type=int, required=True, help="Which version; only the newest can be accepted.")
@click.option("--language", default="en", show_default=True, help="In which language they read it.")
@_JSON
def accept(slug: str, account: str, version: int, language: str, *, as_json: bool) -> None:
    """Write down that an administrator of a data owner has signed the agreement on paper."""
    start()
    prepare()
    from erpd.accounts.actions.agreements import accept_on_paper
    from erpd.accounts.may import COMMAND_LINE

    made = owner_named(slug)
    with refusing():
        accept_on_paper(
            who=COMMAND_LINE, owner=made, person=account_named(account), version=version, language=language
        )
    _tell(made, as_json)


@owner.command()
@click.option(
    "--text",
    "files",
    multiple=True,
    callback=by_language,
    metavar="[LANGUAGE=]FILE",
    help="A new version: a file of plain text for each language.",
)
@click.option(
    "--changes",
    multiple=True,
    callback=by_language,
    metavar="[LANGUAGE=]TEXT",
    help="What has changed in it.",
)
@json_of("version", "since", "text", "changes")
def agreement(files: dict[str, str], changes: dict[str, str], *, as_json: bool) -> None:
    """Show the agreement with data owners, or add a version, which all of them then have to accept."""
    start()
    prepare()
    from erpd.accounts.actions.agreements import add_version
    from erpd.accounts.may import COMMAND_LINE
    from erpd.accounts.readiness import newest

    if files:
        with refusing():
            newer = add_version(who=COMMAND_LINE, text=_read(files), changes=changes)
    elif changes:
        raise click.UsageError("--changes describes a new version. Name its texts with --text.")
    elif (shown := newest()) is None:
        raise click.ClickException("There is no agreement yet. The first data owner brings the one included.")
    else:
        newer = shown
    facts = {"version": newer.version, "since": newer.since.isoformat(timespec="seconds")}
    if as_json:
        texts = {"text": newer.text, "changes": newer.changes}
        click.echo(json.dumps({**facts, **texts}, ensure_ascii=False))
        return
    click.echo(f"Version {newer.version}, {newer.since:%Y-%m-%d}, in {', '.join(newer.text)}.")
    if not files:
        click.echo("\n" + newer.text.get("en", next(iter(newer.text.values()))))


def _read(files: dict[str, str]) -> dict[str, str]:
    found = {}
    for language, name in files.items():
        try:
            found[language] = Path(name).read_text("utf-8-sig")
        except UnicodeDecodeError as error:
            raise click.ClickException(f"{name} is not UTF-8. Save it as UTF-8.") from error
    return found


def _organisation(iri: str | None) -> Any:
    from erpd.accounts.models import Organisation

    if iri is None:
        return None
    return first_of(
        Organisation.objects.filter(iri=iri),
        f"The list of organisations has no {iri}. Add it with `erpd organisations import`.",
    )


def _tell(one: Any, as_json: bool) -> None:
    facts = _facts(one)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    name = facts["title"].get("en") or next(iter(facts["title"].values()))
    console.print(f"{one.slug}  {name}  {one.state}", style="bold", markup=False)
    for applicant in facts["administrators"]:
        ours = {True: "of its organisation", False: "NOT of its organisation", None: ""}[applicant["match"]]
        console.print(f"  administrator {applicant['account']}  {ours}".rstrip(), markup=False)
    for hindrance in facts["hindrances"]:
        advice = "" if hindrance["code"] == "owner_waiting" else hindrance["advice"]  # that waits for you
        console.print(f"  {hindrance['text']} {advice}".rstrip(), markup=False)
    if facts["state"] == "requested":
        click.echo(f"Next: {typed(f'owner approve {one.slug}')}")
    if not facts["hindrances"]:
        console.print("  Nothing is missing: it can publish.", markup=False)


def _facts(one: Any) -> dict[str, Any]:
    from erpd.accounts.models import Membership
    from erpd.accounts.organisations import is_theirs
    from erpd.accounts.readiness import hindrances

    administrators = (
        one.memberships.filter(role=Membership.Role.ADMIN).select_related("person").order_by("pk")
    )
    return {
        "owner": one.slug,
        "title": one.title,
        "state": one.state,
        "reason": one.reason,
        "organisation": one.organisation.iri if one.organisation else None,
        "contact": one.contact,
        "confirmed": one.confirmed and one.confirmed.isoformat(timespec="seconds"),
        "catalogues": list(one.holdings.order_by("pk").values_list("catalogue__slug", flat=True)),
        "administrators": [
            {
                "account": member.person.email,
                "match": is_theirs(member.person.email, one.organisation) if one.organisation else None,
            }
            for member in administrators
        ],
        "hindrances": [
            {"code": each.code, "text": each.text, "advice": each.advice} for each in hindrances(one)
        ],
    }
