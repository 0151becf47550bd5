"""The requests of the demo: what a researcher and a company ask of two bodies, in every state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from erpd.cli.demonstrating_decisions import decided_before
from erpd.cli.demonstrating_health_body import OWN_ANSWERS, decided_by, health_body

if TYPE_CHECKING:
    from erpd.access.models import AccessRequest, Part
    from erpd.accounts.models import Owner, Person
    from erpd.register.models import DataSet

HANDLER = "behandelaar@gezondheid.example"
RESEARCHER, COMPANY = "onderzoeker@universiteit.example", "inkoop@bedrijf.example"


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
    own = open_desk(who=admin, body=Body.objects.get(keeper=owner), nudge=7)
    body = health_body(handler)
    catalogue = owner.holdings.get(catalogue__slug=owner.slug).catalogue
    desks = Desks(editor, [*DataSet.objects.filter(catalogue=catalogue).order_by("pk")], decided_by(body))
    for number, step in enumerate(_STEPS):
        asker = company if number % 3 == 2 else researcher
        step(desks, asker, desks.data_sets[number % len(desks.data_sets)])
    decided_before(own)


def _ask(asker: "Person", *data_sets: "DataSet", use: str, sent: bool = True) -> "AccessRequest":
    from erpd.access.requests.sending import submit
    from erpd.access.requests.starting import save, start
    from erpd.accounts.may import Actor

    who = Actor(asker)
    request = start(person=asker, name=asker.name, language="nl", data_sets=data_sets)
    own = {part.pk: OWN_ANSWERS for part in request.parts.all() if part.body.form}
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
    from erpd.access.requests.moving import take
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
    from erpd.access.requests.moving import send_back
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
    from erpd.access.requests.moving import withdraw
    from erpd.accounts.may import Actor

    part = _ask(asker, data_set, use="Proefonderzoek.").parts.get()
    withdraw(who=Actor(asker), part=part, text="Wij hebben de gegevens elders gevonden.")


def _closed(desks: Desks, asker: "Person", data_set: "DataSet") -> None:
    from erpd.access.requests.moving import close
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
