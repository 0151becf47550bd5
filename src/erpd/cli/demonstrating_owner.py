"""The data owner of the demo: it is approved, agrees, gets keys, and delivers a data set by each API."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import click

from erpd.cli.starting import prepare, start

OWNER = "rijksmonitor"
_ADMINISTRATOR, _EDITOR, _OPERATOR = (
    f"{name}@monitor.overheid.example" for name in ("beheer", "redactie", "operator")
)


def make_owner(home: Path) -> Mapping[str, str]:
    """Make the owner, in a process of its own. Returns catalogue -> key, both as the APIs name them."""
    made = subprocess.run(  # noqa: S603
        [sys.executable, "-m", __name__],
        env={**os.environ, "ERPD_HOME": str(home)},
        check=True,
        stdout=subprocess.PIPE,
    )
    keys: dict[str, str] = json.loads(made.stdout)
    return keys


def deliver(address: str, key: str) -> None:
    """Deliver one data set to the node at ``address`` by CKAN's API, and one by the delivery API."""
    data = files("erpd.demo")
    for path, name in (
        ("/api/3/action/package_create", "package.json"),
        ("/api/v1/datasets?publicationStatus=PUBLISHED", "data_set.json"),
    ):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        request = urllib.request.Request(address + path, (data / name).read_bytes(), headers)  # noqa: S310
        with urllib.request.urlopen(request) as response:  # noqa: S310
            response.read()


def tell(keys: Mapping[str, str]) -> None:
    """Print the keys."""
    click.echo(f"\nKeys of the data owner {OWNER}, for the APIs of the national point:")
    for catalogue, key in keys.items():
        click.echo(f"{catalogue:20} {key}")


def _make() -> dict[str, str]:
    start()
    prepare()
    from erpd.accounts import keys
    from erpd.accounts.actions import agreements, contacts, members, owners, people
    from erpd.accounts.may import COMMAND_LINE as WHO
    from erpd.accounts.models import Membership, Person
    from erpd.accounts.readiness import newest

    title = {"nl": "Rijksmonitor"}
    owner = owners.request(who=WHO, title=title, contact=_ADMINISTRATOR, slug=OWNER)
    operator, administrator, editor = (
        people.add(who=WHO, email=email, language="nl") for email in (_OPERATOR, _ADMINISTRATOR, _EDITOR)
    )
    people.give_office(who=WHO, person=operator, office=Person.Office.OPERATOR)
    owner = owners.approve(who=WHO, owner=owner)
    members.add(who=WHO, owner=owner, person=administrator, role=Membership.Role.ADMIN)
    members.add(who=WHO, owner=owner, person=editor, role=Membership.Role.EDITOR)
    contacts.confirm_otherwise(who=WHO, owner=owner)
    agreement = newest()
    assert agreement
    agreements.accept_on_paper(
        who=WHO, owner=owner, person=administrator, version=agreement.version, language="nl"
    )
    holdings = owner.holdings.select_related("catalogue").order_by("catalogue__slug")
    return {
        one.catalogue.slug: keys.make(who=WHO, catalogue=one.catalogue, person=editor)[1] for one in holdings
    }


if __name__ == "__main__":
    print(json.dumps(_make()))
