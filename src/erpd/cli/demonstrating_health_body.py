"""The second body of the demo: it decides about health data that the node harvests from others."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from erpd.access.models import Body
    from erpd.accounts.models import Person
    from erpd.register.models import DataSet

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
OWN_ANSWERS = {"ethics": "yes", "committee": "METC Utrecht, 12 mei 2026"}


def health_body(handler: "Person") -> "Body":
    """Make the body, its keeper and its form, and open its desk."""
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


def decided_by(body: "Body") -> list["DataSet"]:
    """The data sets about which a body decides."""
    from erpd.access.bodies.deciding import body_of
    from erpd.register.content import record_of
    from erpd.register.models import DataSet

    found = []
    for one in DataSet.objects.filter(deleted=False).select_related("catalogue").order_by("pk"):
        decider = body_of(one.catalogue, record_of(one))
        if decider and decider.body == body:
            found.append(one)
    return found
