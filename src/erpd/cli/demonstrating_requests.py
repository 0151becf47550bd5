"""The requests of the demo: two bodies with a desk, and what a researcher and a company ask of them."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from erpd.cli.starting import prepare, start

if TYPE_CHECKING:
    from erpd.access.models import AccessRequest, Body, Part
    from erpd.accounts.models import Owner, Person
    from erpd.register.models import DataSet

HANDLER = "behandelaar@gezondheid.example"
RESEARCHER, COMPANY = "onderzoeker@universiteit.example", "inkoop@bedrijf.example"

# The second body: it decides about health data that the node harvests from others.
_HEALTH: dict[str, Any] = {
    "title": "Instantie voor toegang tot gezondheidsgegevens",
    "language": "nl",
    "country": "NL",
    "contact": "toegang@gezondheid.example",
    "redress": "Rechtbank Midden-Nederland, sector bestuursrecht",
    "redress_address": "Vrouwe Justitiaplein 1, 3511 EX Utrecht",
    "redress_within": "binnen zes weken na het besluit",
    "redress_language": "nl",
    "tariff": [("Vergunning voor één onderzoek", "1.300 EUR")],
    "costs": ["preparation", "environment"],
    "online": True,
}
_PUBLISHERS = [f"https://data.overheid.example/id/organisation/{name}" for name in ("perined", "nza")]

# What it asks besides what every body asks.
_FORM: list[dict[str, Any]] = [
    {
        "id": "ethics",
        "kind": "yes or no",
        "label": {"nl": "Heeft een ethische commissie het onderzoek beoordeeld?", "en": "Ethics review?"},
        "required": True,
    },
    {
        "id": "committee",
        "kind": "text",
        "label": {"nl": "Welke commissie, en wanneer?", "en": "Which committee, and when?"},
        "required": True,
        "only_if": {"question": "ethics", "values": ["yes"]},
    },
]
_OWN = {"ethics": "yes", "committee": "METC Utrecht, 12 mei 2026"}


@dataclass(frozen=True, slots=True)
class Desks:
    """Who answers, and what is asked for."""

    ours: "Person"
    data_sets: Sequence["DataSet"]
    health_sets: Sequence["DataSet"]


def make_requests(
    owner: "Owner",
    administrator: "Person",
    editor: "Person",
    *,
    handler: "Person",
    researcher: "Person",
    company: "Person",
) -> None:
    """Open the desk of the owner's body and that of another, and make requests in every state."""
    from erpd.access.handling.opening import open_desk
    from erpd.access.models import Body
    from erpd.accounts.actions import members
    from erpd.accounts.may import Actor
    from erpd.register.models import DataSet

    admin = Actor(administrator)
    members.let_handle(who=admin, owner=owner, person=editor, handles=True)
    open_desk(who=admin, body=Body.objects.get(keeper=owner), nudge=7)
    body = _health_body(handler)
    catalogue = owner.holdings.get(catalogue__slug=owner.slug).catalogue
    desks = Desks(editor, [*DataSet.objects.filter(catalogue=catalogue).order_by("pk")], _decided_by(body))
    for number, step in enumerate(_STEPS):
        asker = company if number % 3 == 2 else researcher
        step(desks, asker, desks.data_sets[number % len(desks.data_sets)])


def _health_body(handler: "Person") -> "Body":
    from erpd.access.bodies import actions as bodies
    from erpd.access.bodies.form_actions import put
    from erpd.access.handling.opening import open_desk
    from erpd.access.questions.of_every_body import common
    from erpd.access.questions.reading import read_form
    from erpd.accounts.actions import contacts, members, owners
    from erpd.accounts.may import COMMAND_LINE as WHO
    from erpd.accounts.models import Membership, Organisation

    organisation = Organisation.objects.get(domains=["gezondheid.example"])
    title = {"nl": _HEALTH["title"]}
    owner = owners.request(
        who=WHO, title=title, contact=_HEALTH["contact"], organisation=organisation, slug="gezondheid"
    )
    owner = owners.approve(who=WHO, owner=owner)
    contacts.confirm_otherwise(who=WHO, owner=owner)
    members.add(who=WHO, owner=owner, person=handler, role=Membership.Role.EDITOR)
    members.let_handle(who=WHO, owner=owner, person=handler, handles=True)
    body = bodies.create(who=WHO, facts=bodies.Facts(**_HEALTH), keeper=owner)
    decides = bodies.DecidesFor(owners=[owner], publishers=_PUBLISHERS)
    body = bodies.change(who=WHO, body=body, facts=bodies.Facts(**_HEALTH), decides=decides)
    body = open_desk(who=WHO, body=body, nudge=14)
    for question in read_form(_FORM, common()):
        put(who=WHO, body=body, question=question, new=True)
    body.refresh_from_db()
    return body


def _decided_by(body: "Body") -> list["DataSet"]:
    from erpd.access.bodies.deciding import body_of
    from erpd.register.content import record_of
    from erpd.register.models import DataSet

    found = []
    for one in DataSet.objects.filter(deleted=False).select_related("catalogue").order_by("pk"):
        decider = body_of(one.catalogue, record_of(one))
        if decider and decider.body == body:
            found.append(one)
    return found


def _ask(asker: "Person", *data_sets: "DataSet", use: str, sent: bool = True) -> "AccessRequest":
    from erpd.access.requests.sending import submit
    from erpd.access.requests.starting import save, start
    from erpd.accounts.may import Actor

    who = Actor(asker)
    request = start(person=asker, name=asker.name, language="nl", data_sets=data_sets)
    own = {part.pk: _OWN for part in request.parts.all() if part.body.form}
    save(who=who, request=request, answers={**_ANSWERS, "use": use}, own=own)
    if sent:
        submit(who=who, request=request)
    return request


_ANSWERS: dict[str, Any] = {
    "category": "research",
    "organisation": "Universiteit van Voorbeeld",
    "country": "NL",
    "purpose": ["ScientificResearch"],
    "data": "Alle variabelen behalve namen en adressen, 2018 tot en met 2025, op gemeenteniveau.",
    "period": {"from": "2027-01-01", "until": "2028-12-31"},
    "basis": "public-task",
    "people": [{"name": "Dr. A. Voorbeeld", "role": "Hoofdonderzoeker", "organisation": "UvV"}],
    "environment": "remote",
    "transfer": "no",
    "advantages": ["research"],
}


def _draft(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    _ask(asker, data_set, use="Verkeersveiligheid van oudere fietsers.", sent=False)


def _received(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    _ask(asker, data_set, *desks.health_sets[:1], use="Gevolgen van warmte voor de zorg.")


def _taken(desks: Desks, asker: "Person", data_set: "DataSet", use: str, days: int = 0) -> "Part":
    """Ask, as if some days ago, and have the handler take it."""
    from erpd.access.requests.handling import take
    from erpd.accounts.may import Actor

    part = _ask(asker, data_set, use=use).parts.get()
    if days:
        _earlier(part, days)
    return take(who=Actor(desks.ours), part=part)


def _review(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    from erpd.access.requests.extending import extend, grounds
    from erpd.access.requests.talking import message, note
    from erpd.accounts.may import Actor

    part = _taken(desks, asker, data_set, "Energiearmoede in oude wijken.", 50)
    message(who=Actor(asker), part=part, text="Volstaan cijfers per buurt, als dat sneller gaat?")
    note(who=Actor(desks.ours), part=part, text="Cijfers per buurt kunnen zonder beveiligde omgeving.")
    for ground in list(grounds(part))[:1]:
        reasons = "De gegevens staan in drie systemen en moeten worden samengevoegd."
        extend(who=Actor(desks.ours), part=part, ground=ground, reasons=reasons)


def _late(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    _taken(desks, asker, data_set, "Marktonderzoek naar laadpalen.", 75)


def _returned(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    from erpd.access.requests.handling import send_back
    from erpd.accounts.may import Actor

    part = _taken(desks, asker, data_set, "Effect van snelheidsverlaging.", 10)
    text = "Noem de jaren die u echt nodig heeft, en wie toegang krijgt."
    send_back(who=Actor(desks.ours), part=part, text=text, questions=["data", "people"])


def _estimate(desks: Desks, asker: "Person", data_set: "DataSet", *, accepted: bool = False) -> "Part":
    from erpd.access.outcomes.estimating import accept, estimate, wording
    from erpd.access.requests.due import today_of
    from erpd.accounts.may import Actor

    part = _taken(desks, asker, data_set, "Waterverbruik van de industrie.", 20)
    made = estimate(
        who=Actor(desks.ours),
        part=part,
        least=400,
        most=600,
        currency="EUR",
        covers="Uittreksel van 3 GB, acht uur werk.",
        valid_until=today_of(part) + timedelta(days=30),
    )
    if accepted:
        accept(who=Actor(asker), part=part, text=wording(made, "nl"))
    return part


def _waiting(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    _estimate(desks, asker, data_set)


def _granted(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    _decided(desks, _estimate(desks, asker, data_set, accepted=True), fee=500, currency="EUR")


def _expired(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    _decided(desks, _taken(desks, asker, data_set, "Nulmeting 2025.", 300), since=-200, until=-20)


def _partly(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    part = _taken(desks, asker, data_set, "Ongevallen met bestelbusjes.", 40)
    refused = "De gegevens over letsel: die zijn tot personen herleidbaar."
    _decided(desks, part, outcome="partly", refused=refused)


def _revoked(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    from erpd.access.outcomes.granting import grant_of, revoke
    from erpd.accounts.may import Actor

    part = _taken(desks, asker, data_set, "Klantprofielen van vrachtrijders.", 90)
    _decided(desks, part)
    grant = grant_of(part)
    assert grant
    reason = "De gegevens zijn gebruikt voor een ander doel dan was toegestaan."
    revoke(who=Actor(desks.ours), grant=grant, reason=reason)


def _refused(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    part = _taken(desks, asker, data_set, "Adressen van bedrijven met hoog verbruik, voor reclame.", 30)
    _decided(desks, part, outcome="refused")


def _withdrawn(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    from erpd.access.requests.handling import withdraw
    from erpd.accounts.may import Actor

    part = _ask(asker, data_set, use="Proefonderzoek.").parts.get()
    withdraw(who=Actor(asker), part=part, text="Wij hebben de gegevens elders gevonden.")


def _closed(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    from erpd.access.requests.handling import close
    from erpd.accounts.may import Actor

    part = _taken(desks, asker, data_set, "Evaluatie van het vergunningenstelsel.", 120)
    _decided(desks, part, outcome="refused")
    close(who=Actor(desks.ours), part=part)


def _decided(
    desks: Desks,
    part: "Part",
    *,
    outcome: str = "granted",
    since: int = 0,
    until: int = 50,
    refused: str = "",
    **fee: Any,
) -> None:
    """Decide; ``since`` and ``until`` in days from today."""
    from erpd.access.outcomes.deciding import GrantFacts, decide
    from erpd.access.requests.due import today_of
    from erpd.accounts.may import Actor

    today = today_of(part)
    grant = GrantFacts(
        since=today + timedelta(days=since),
        until=today + timedelta(days=until),
        purpose="Het onderzoek dat in de aanvraag staat, en niets anders.",
        extract="Alle variabelen zonder namen en adressen, 2018 tot en met 2025.",
        refused=refused,
        environment="Beveiligde omgeving van Rijksmonitor",
        people=["Dr. A. Voorbeeld"],
    )
    refuses = outcome != "granted"
    decide(
        who=Actor(desks.ours),
        part=part,
        outcome=outcome,
        grounds=["conditions-not-met"] if refuses else [],
        explanation="Het doel past niet bij de voorwaarden van deze gegevens." if refuses else "",
        grant=None if outcome == "refused" else grant,
        language="nl",
        **fee,
    )


def _earlier(part: "Part", days: int) -> None:
    """As if it had been received so many days ago."""
    from erpd.access.models import Line
    from erpd.access.requests.due import begin, place_of

    assert part.received
    part.received -= timedelta(days=days)
    part.save(update_fields=["received"])
    part.submissions.update(at=part.received)
    part.events.update(at=part.received)
    begin(part)
    day = place_of(part.body).day_of(part.received)
    Line.objects.filter(part=part).update(received=day, due=part.due)


_STEPS = (
    *(_draft, _received, _late, _review, _returned, _waiting, _granted),
    *(_partly, _expired, _refused, _revoked, _withdrawn, _closed),
)


def name_the_point(home: Path, address: str) -> None:
    """Enter the national point at the European node as its operator would, in a process of its own.

    So whoever finds a data set there is led to the desk of its body.
    """
    variables = {**os.environ, "ERPD_HOME": str(home)}
    subprocess.run([sys.executable, "-m", __name__, address], env=variables, check=True)  # noqa: S603


def _enter(address: str) -> None:
    start()
    prepare()
    from erpd.access.bodies import actions as bodies
    from erpd.access.models import Body
    from erpd.accounts.may import COMMAND_LINE as WHO
    from erpd.register.models import Catalogue

    if Body.objects.exists():  # from an earlier demo
        return
    facts = bodies.Facts(
        title="National Single Information Point of the Netherlands",
        country="NL",
        contact="informatiepunt@overheid.example",
        ask=f"{address}/requests/new",
    )
    decides = bodies.DecidesFor(catalogues=[*Catalogue.objects.filter(country="NL")])
    bodies.create(who=WHO, facts=facts, decides=decides)


if __name__ == "__main__":
    _enter(sys.argv[1])
