"""The people of the demo: a data owner that delivers in each way, one that waits, and an operator."""

import base64
import hmac
import json
import os
import secrets
import struct
import subprocess
import sys
import time
import urllib.request
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from erpd.cli.demonstrating_requests import COMPANY, HANDLER, RESEARCHER, make_requests
from erpd.cli.starting import prepare, start

if TYPE_CHECKING:
    from erpd.accounts.models import Owner, Person

OWNER = "rijksmonitor"
_ADMINISTRATOR, _EDITOR, _OPERATOR = (
    f"{name}@monitor.overheid.example" for name in ("beheer", "redactie", "operator")
)
_APPLICANT = "aanvraag@waterschap.example"
_ORGANISATIONS = {
    "Rijksmonitor": ["monitor.overheid.example"],
    "Waterschap De Voorbeelden": ["waterschap.example"],
    "Gemeente Voorbeeld": ["gemeente.example"],
    "Instantie voor toegang tot gezondheidsgegevens": ["gezondheid.example"],
}
_FILE = "demo.json"  # in the home, which only its owner reads


@dataclass(frozen=True, slots=True)
class Made:
    """What the demo made; it prints all of it."""

    keys: dict[str, str]
    """Catalogue -> key, both as the APIs name them."""
    people: dict[str, str]
    """What they are -> address."""
    password: str
    secret: str
    """Of the authenticator app of all but those who ask for data."""


# The competent body of the owner, as its administrator has entered it.
_BODY: dict[str, Any] = {
    "title": "Commissie Gegevenstoegang Rijksmonitor",
    "language": "nl",
    "country": "NL",
    "contact": "toegang@rijksmonitor.example",
    "ask": "https://rijksmonitor.example/toegang",
    "aim": 30,
    "redress": "Rechtbank Den Haag, sector bestuursrecht",
    "redress_address": "Prins Clauslaan 60, 2595 AJ Den Haag",
    "redress_within": "binnen zes weken na het besluit",
    "redress_language": "nl",
    "tariff": [("Uittreksel tot 1 GB", "250 EUR"), ("Beveiligde omgeving, per maand", "600 EUR")],
    "discounts": [
        ("Mkb en start-ups", "minder dan 250 werknemers: 50 % korting"),
        ("Onderzoek en onderwijs", "zonder winstoogmerk: 75 % korting"),
    ],
    "costs": ["reproduction", "preparation", "environment"],
    "method": "Gewerkte uren maal het uurtarief, nooit meer dan de werkelijke kosten.",
    "online": True,
}

# That of a publisher whose data sets the node harvests, as the operator has entered it.
_PUBLISHER = "https://data.overheid.example/id/organisation/cbs"
_ITS_BODY: dict[str, Any] = {
    "title": "CBS Microdata Services",
    "language": "nl",
    "country": "NL",
    "contact": "microdata@cbs.example",
    "ask": "https://www.cbs.example/microdata/aanvragen",
    "redress": "Rechtbank Den Haag, sector bestuursrecht",
    "redress_within": "binnen zes weken na het besluit",
    "redress_language": "nl",
    "tariff": [("Start van een project", "1.250 EUR"), ("Toegang op afstand, per maand", "340 EUR")],
    "discounts": [("Onderzoek en onderwijs", "instellingen met een machtiging: geen startkosten")],
    "costs": ["preparation", "environment"],
    "online": False,
}


def make_owner(home: Path) -> Made:
    """Make the people and the owner, in a process of its own."""
    variables = {**os.environ, "ERPD_HOME": str(home)}
    subprocess.run([sys.executable, "-P", "-m", __name__], env=variables, check=True)  # noqa: S603
    made = made_before(home)
    assert made
    return made


def made_before(home: Path) -> Made | None:
    """What an earlier demo made in this home; None if there was none."""
    try:
        return Made(**json.loads((home / _FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def code(made: Made) -> str:
    """What an authenticator app with the demo's secret shows now (RFC 6238; RFC 4226, 5.3)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    mac = hmac.digest(base64.b32decode(made.secret), counter, "sha1")
    (number,) = struct.unpack_from(">I", mac, mac[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


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


def _again(folder: Path) -> str:
    """The command that prints the code, as whoever reads it started the demo."""
    if "MAKELEVEL" not in os.environ:
        return f"erpd demo --code --folder {folder}"
    return f'make demo ARGS="--code --folder {folder}"'


def tell(made: Made, address: str, folder: Path) -> None:
    """Print the people and the keys."""
    click.echo(f"\nSign in at the national point: {address}/account/login/")
    for office, email in made.people.items():
        click.echo(f"{office:38} {email}")
    click.echo(f"{'password of all':38} {made.password}")
    click.echo(
        "All but those who ask for data need a second factor. Add this secret to an authenticator app,\n"
        f"or ask for the code: {_again(folder)}\nEach code works once."
    )
    click.echo(f"{'secret':38} {made.secret}")
    click.echo(f"{'code, for some seconds':38} {code(made)}")
    click.echo(f"The operator decides about an owner that waits, and reads all e-mails, at {address}/desk/")
    click.echo(f"\nKeys of the data owner {OWNER}, for the APIs of the national point:")
    for catalogue, key in made.keys.items():
        click.echo(f"{catalogue:20} {key}")


def _make() -> Made:
    start()
    prepare()
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from erpd.access.bodies import actions as bodies
    from erpd.accounts import keys
    from erpd.accounts.actions import agreements, contacts, members, organisations, owners, people
    from erpd.accounts.may import COMMAND_LINE as WHO
    from erpd.accounts.may import Actor
    from erpd.accounts.models import Membership, Organisation, Person
    from erpd.accounts.organisation_lists import Listed
    from erpd.accounts.readiness import newest
    from erpd.formats.delivery import read
    from erpd.submit import actions as submit

    listed = [
        Listed(f"https://organisations.example/{domains[0]}", {"nl": name}, domains)
        for name, domains in _ORGANISATIONS.items()
    ]
    organisations.take_in(who=WHO, listed=listed, origin="demo")
    ours, theirs = (Organisation.objects.get(iri=one.iri) for one in listed[:2])
    password, secret = secrets.token_hex(8), generate_totp_secret()

    def person(email: str, name: str, *, app: bool = False) -> Person:
        made = people.add(who=WHO, email=email, name=name, language="nl", password=password)
        if app:
            TOTP.activate(made, secret)
        return made

    operator, administrator = (
        person(_OPERATOR, "O. Beheer", app=True),
        person(_ADMINISTRATOR, "B. de Wit", app=True),
    )
    editor, applicant = person(_EDITOR, "R. Jansen", app=True), person(_APPLICANT, "W. Visser")
    people.give_office(who=WHO, person=operator, office=Person.Office.OPERATOR)
    owner = owners.request(
        who=WHO, title={"nl": "Rijksmonitor"}, contact=_ADMINISTRATOR, organisation=ours, slug=OWNER
    )
    owner = owners.approve(who=WHO, owner=owner)
    members.add(who=WHO, owner=owner, person=administrator, role=Membership.Role.ADMIN)
    members.add(who=WHO, owner=owner, person=editor, role=Membership.Role.EDITOR)
    contacts.confirm_otherwise(who=WHO, owner=owner)
    agreement = newest()
    assert agreement
    agreements.accept_on_paper(
        who=WHO, owner=owner, person=administrator, version=agreement.version, language="nl"
    )
    bodies.create(who=Actor(administrator), facts=bodies.Facts(**_BODY), keeper=owner)
    decides = bodies.DecidesFor(publishers=[_PUBLISHER])
    bodies.create(who=WHO, facts=bodies.Facts(**_ITS_BODY), decides=decides)
    _send_spreadsheet(owner, editor)
    make_requests(
        owner,
        administrator,
        editor,
        handler=person(HANDLER, "H. Bakker", app=True),
        researcher=person(RESEARCHER, "Dr. A. Voorbeeld"),
        company=person(COMPANY, "I. Koper"),
    )
    owners.request(
        who=Actor(applicant),
        title={"nl": "Waterschap De Voorbeelden"},
        contact=_APPLICANT,
        organisation=theirs,
        reason="Wij willen onze peilgegevens en vergunningen vindbaar maken.",
    )
    holdings = owner.holdings.select_related("catalogue").order_by("catalogue__slug")
    draft = read((files("erpd.demo") / "draft.json").read_bytes())
    submit.deliver(who=Actor(editor), catalogue=holdings.get(catalogue__slug=OWNER).catalogue, record=draft)
    return Made(
        keys={
            one.catalogue.slug: keys.make(who=WHO, catalogue=one.catalogue, person=editor)[1]
            for one in holdings
        },
        people={
            "operator": _OPERATOR,
            f"administrator of {OWNER}": _ADMINISTRATOR,
            f"editor and handler of {OWNER}": _EDITOR,
            "handler of a health data access body": HANDLER,
            "researcher who asks for data": RESEARCHER,
            "company that asks for data": COMPANY,
        },
        password=password,
        secret=secret,
    )


def _send_spreadsheet(owner: "Owner", editor: "Person") -> None:
    """Deliver data sets as its editor would by the page."""
    from erpd.submit.bulk.items import SPREADSHEET
    from erpd.submit.bulk.working import work_one
    from erpd.submit.models import Upload

    Upload.objects.create(
        owner=owner,
        catalogue=owner.holdings.get(catalogue__slug=owner.slug).catalogue,
        person=editor,
        name="data_sets.csv",
        syntax=SPREADSHEET,
        content=(files("erpd.demo") / "data_sets.csv").read_bytes(),
        language="nl",
        stores=True,
        publishes=True,
    )
    work_one()


if __name__ == "__main__":
    made_now = json.dumps(asdict(_make()))
    file = Path(os.environ["ERPD_HOME"]) / _FILE
    file.write_text(made_now, "utf-8")  # only its owner reads it: see start
