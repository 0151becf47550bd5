"""Manage the accounts of people."""

import json
import sys
from typing import Any

import click

from erpd.cli.output import console, json_of
from erpd.cli.refusing import owner_named, refusing
from erpd.cli.starting import prepare, start

_FACTS = ("account", "name", "language", "office", "active", "password", "roles")
_ROLES = ("reader", "editor", "admin")


@click.group()
def account() -> None:
    """Manage the accounts of people."""


@account.command()
@click.argument("email")
@click.option("--name", default="", help="The name of the person.")
@click.option(
    "--language", default="en", show_default=True, metavar="CODE", help="The language of their mail."
)
@click.option("--owner", metavar="SLUG", help="A data owner of which they are a member.")
@click.option("--role", type=click.Choice(_ROLES), help="What they may do for it.")
@click.option("--operator", "office", flag_value="operator", help="Make them an operator of this node.")
@click.option("--reviewer", "office", flag_value="reviewer", help="Make them a reviewer of this node.")
@click.option("--reader", "office", flag_value="reader", help="Make them a reader of this node's desk.")
@click.option("--no-office", "office", flag_value="", help="Make them none of these.")
@click.option("--password-stdin", is_flag=True, help="Read the password of a new account from the input.")
@click.option("--link", is_flag=True, help="Print the link that sets the password, instead of sending it.")
@json_of(*_FACTS, "link")
def add(
    email: str,
    *,
    name: str,
    language: str,
    owner: str | None,
    role: str | None,
    office: str | None,
    password_stdin: bool,
    link: bool,
    as_json: bool,
) -> None:
    """Add an account, or give one that exists a role or an office.

    An account without a password is sent a link that sets one.
    """
    if bool(owner) != bool(role):
        raise click.UsageError("--owner and --role belong together.")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    if password == "":
        raise click.UsageError("The password is empty. Write it to the input, on one line.")
    start()
    prepare()
    from django.db import transaction

    from erpd.accounts.actions import members, people, profiles
    from erpd.accounts.may import COMMAND_LINE
    from erpd.accounts.models import Membership, Person

    with refusing(), transaction.atomic():
        person = people.add(who=COMMAND_LINE, email=email, name=name, language=language, password=password)
        if office is not None:
            people.give_office(who=COMMAND_LINE, person=person, office=Person.Office(office))
        if owner and role:
            its_owner, its_role = owner_named(owner), Membership.Role(role)
            if its_owner.memberships.filter(person=person).exists():
                members.change_role(who=COMMAND_LINE, owner=its_owner, person=person, role=its_role)
            else:
                members.add(who=COMMAND_LINE, owner=its_owner, person=person, role=its_role)
        person.refresh_from_db()
        if not link and not person.has_usable_password():
            profiles.send_link(person)
    _tell(person, as_json, link=profiles.link(person) if link else "")


@account.command(name="list")
@click.option("--owner", metavar="SLUG", help="Only the members of this data owner.")
@json_of(*_FACTS, each=True)
def list_(owner: str | None, *, as_json: bool) -> None:
    """List the accounts with their offices and roles."""
    start()
    prepare()
    from erpd.accounts.models import Person

    found = Person.objects.prefetch_related("memberships__owner").order_by("email")
    if owner:
        found = found.filter(memberships__owner=owner_named(owner))
    for person in found.iterator(chunk_size=500):
        _tell(person, as_json)


def _tell(person: Any, as_json: bool, *, link: str = "") -> None:
    facts = {
        "account": person.email,
        "name": person.name,
        "language": person.language,
        "office": person.office or None,
        "active": person.is_active,
        "password": person.has_usable_password(),
        "roles": {member.owner.slug: member.role for member in person.memberships.select_related("owner")},
    }
    if link:
        facts["link"] = link
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    roles = [f"{role} of {owner}" for owner, role in facts["roles"].items()]
    said = [person.email, *roles, person.office, "" if person.is_active else "cannot sign in", link]
    console.print("  ".join(filter(None, said)), markup=False)
