"""A request is forgotten: nothing of the person is left anywhere in the database, and the line stays."""

from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from erpd.access.attachments.actions import attach
from erpd.access.case_systems.forgetting import forget_answers
from erpd.access.law import Retention, kept_by, read_law
from erpd.access.models import (
    AccessRequest,
    Answer,
    Answered,
    Attachment,
    Body,
    Decision,
    Enquiry,
    Grant,
    Line,
    Link,
    Part,
)
from erpd.access.outcomes import deciding, estimating
from erpd.access.outcomes.rules import GrantFacts
from erpd.access.personal_data import forgetting
from erpd.access.personal_data.forgetting import erase_drafts, forget_requests
from erpd.access.personal_data.retention import kept_until
from erpd.access.requests import moving, sending, starting, talking
from erpd.accounts.actions import people
from erpd.accounts.may import COMMAND_LINE, VISITOR, Actor
from erpd.accounts.models import Deed, Key, Mail, Person
from tests.access.attachments.files import GOOD_PDF
from tests.access.outcomes.endings import estimated
from tests.access.requests import desks
from tests.access.requests.conftest import ada, cbs, national
from tests.access.requests.desks import ANSWERS, Desk, later

__all__ = ["ada", "cbs", "national"]

PLANT = "plantagenet"
WHO = {"name": f"Geoffrey {PLANT}", "email": f"{PLANT}@people.example"}
SAID = f"Only {PLANT} would say this."
# What stays: about bodies, and the line, which says nothing about the requester.
STAYS = {"Body", "Body_owners", "Body_catalogues", "DecidedFor", "Line"}


def everywhere() -> bytes:
    """All rows of all tables; on SQLite, also all bytes of the file, what was erased before included."""
    found = b""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    found += bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
    if connection.vendor == "sqlite":
        found += connection.connection.serialize()
    return found.lower()


def planted(desk: Desk) -> AccessRequest:
    """A request with all there can be, from an enquiry to a grant, by the verbs."""
    data_set = desk.put("census")
    Body.objects.update(
        redress="Court", redress_address="Hague", redress_within="6 weeks", redress_language="en"
    )
    request = starting.start(**WHO, language="en", data_sets=[data_set])
    of = {"who": VISITOR, "opened": {request.pk}}
    starting.save(**of, request=request, answers={**ANSWERS, "use": SAID, "people": [{"name": WHO["name"]}]})
    [part] = request.parts.all()
    attach(
        **of,
        part=part,
        name=f"{PLANT}.pdf",
        content=GOOD_PDF.replace(b"Catalog", b"Catalog /P (%s)" % PLANT.encode()),
    )
    sending.submit(**of, request=request)
    part = moving.take(who=desk.handler, part=part)
    reader = desk.reader.person
    assert reader
    moving.ask_review(who=desk.handler, part=part, person=reader, text=SAID)
    talking.note(who=desk.handler, part=part, text=SAID)
    talking.message(**of, part=part, text=SAID)
    talking.message(who=desk.handler, part=part, text=SAID)
    moving.send_back(who=desk.handler, part=part, text=SAID)
    sending.submit(**of, part=desks.fresh(part))
    moving.take(who=desk.handler, part=part)
    day = timezone.now().date() + timedelta(days=30)
    made = estimated(desk, part, covers=SAID)
    estimating.accept(**of, part=part, text=estimating.wording(made, "en"))
    grant = GrantFacts(since=date(2026, 1, 1), until=day, purpose=SAID, extract=SAID, people=[WHO["name"]])
    deciding.decide(
        who=desk.handler,
        part=part,
        outcome="granted",
        explanation=SAID,
        grant=grant,
        language="en",
        fee="5",
        currency="EUR",
    )
    asked = Enquiry.objects.create(
        body=desk.body, email=WHO["email"], text=SAID, sent=timezone.now(), request=request
    )
    Link.objects.create(email=WHO["email"], name=WHO["name"])
    Answer.objects.create(enquiry=asked, of_body=True, text=SAID)
    part.pauses.get_or_create(why="returned", since=day)
    key = Key.objects.create(
        person=reader, owner=desk.office.owner, desk=True, prefix="p", expires=timezone.now()
    )
    Answered.objects.create(key=key, name="1", status=201, body=SAID.encode())
    Mail.objects.create(to="editor@cbs.example", context={"part": part.reference, "x": SAID}, message_id="1")
    return request


def of_access() -> list[type[models.Model]]:
    found = apps.get_app_config("access").get_models(include_auto_created=True)
    return [each for each in found if each.__name__ not in STAYS]


@pytest.mark.django_db(transaction=True)
def test_nothing_of_the_person_is_left_and_the_line_stays(cbs: Desk) -> None:
    request = planted(cbs)
    assert all(each._base_manager.exists() for each in of_access()), "plant a row of each, then forget it"
    line = Line.objects.values().get()
    assert PLANT.encode() in everywhere()
    until = kept_until(request)
    assert until
    deeds = Deed.objects.count()
    with later((until - timezone.now().date()).days):
        forget_requests()
    assert AccessRequest.objects.exists()
    with later((until - timezone.now().date()).days + 1):
        forget_requests()
        forget_answers()
    left = everywhere()
    assert PLANT.encode() not in left, left[left.find(PLANT.encode()) - 300 :][:600]
    assert not any(each._base_manager.exists() for each in of_access())
    assert Line.objects.values().get() == {**line, "part_id": None}
    assert Deed.objects.count() == deeds + 1, "the audit log keeps its lines"
    forget_requests()


@pytest.mark.django_db
def test_how_long_what_is_kept(cbs: Desk, ada: Actor, settings: Any, tmp_path: Any) -> None:
    data_set = cbs.put("census")
    draft = desks.started(ada, [data_set])
    today = timezone.now().date()
    assert kept_until(draft) == today + timedelta(days=90)
    part = desks.sent(ada, cbs.put("other"))
    assert kept_until(part.request) is None
    moving.withdraw(who=ada, part=part)

    def until() -> date | None:
        return kept_until(AccessRequest.objects.get(pk=part.request.pk))

    assert until() == today.replace(year=today.year + 5)
    Part.objects.filter(pk=part.pk).update(law=[])
    assert until() == today.replace(year=today.year + 5), "our own choice, without a law"

    file = tmp_path / "nl.toml"
    said = 'overrides = "dga-2022"\ncountry = "NL"\nsource = "Archives Act"\n'
    file.write_text(f"{said}[retention]\ndrafts = 30\nclosed = 2\n")
    law = read_law(tmp_path)
    settings.LAW = lambda: law
    applied = law.applied(law.regimes["dga-2022"], today, "NL")
    assert kept_by([applied]) == Retention(30, 2)
    assert kept_by([law.applied(law.regimes["dga-2022"], today, "BE")]) == Retention(90, 5)
    assert kept_until(draft) == today + timedelta(days=30)
    newer = desks.sent(ada, cbs.put("third"))
    moving.withdraw(who=ada, part=newer)
    assert kept_until(newer.request) == today.replace(year=today.year + 2)

    decision = Decision.objects.create(part=newer, outcome="granted", language="en")
    Grant.objects.create(decision=decision, since=today, until=date(2030, 2, 28), purpose="", extract="")
    assert kept_until(newer.request) == date(2032, 2, 28)
    Grant.objects.update(until=None)
    assert kept_until(newer.request) is None, "an active grant has no end"
    Grant.objects.update(revoked=timezone.now())
    assert kept_until(newer.request) == today.replace(year=today.year + 2)


@pytest.mark.django_db
def test_only_what_is_due_goes_however_much_else_there_is(
    cbs: Desk, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "_MOST", 2)
    monkeypatch.setattr(forgetting, "_last", forgetting._FIRST)
    kept = [desks.sent(ada, cbs.put(f"kept{number}")) for number in range(5)]
    for part in kept:
        moving.withdraw(who=ada, part=part)
    old = desks.started(ada, [cbs.put("old")])
    orphan = desks.started(ada, [cbs.put("orphan")])
    AccessRequest.objects.filter(pk=orphan.pk).update(person=None)
    with later(91):
        for _ in range(4):
            forget_requests()
    assert {part.request_id for part in kept} == set(AccessRequest.objects.values_list("pk", flat=True))
    assert old.pk != orphan.pk
    with later(2 * 365):
        for _ in range(4):
            forget_requests()
    assert AccessRequest.objects.count() == 5
    with later(6 * 365):
        for _ in range(4):
            forget_requests()
    assert not AccessRequest.objects.exists()


@pytest.mark.django_db
def test_drafts_go_at_once_and_an_account_that_ended_leaves_what_was_sent(cbs: Desk, ada: Actor) -> None:
    sent = desks.sent(ada, cbs.put("sent"))
    draft = desks.started(ada, [cbs.put("draft")])
    attach(who=ada, part=draft.parts.get(), name="x.pdf", content=GOOD_PDF)
    assert erase_drafts(who=desks.requester("eve")) == 0
    assert erase_drafts(who=Actor(ada.person)) == 1
    assert AccessRequest.objects.get() == sent.request
    assert not Attachment.objects.exists()
    assert erase_drafts(who=ada) == 0
    assert ada.person
    people.end(who=COMMAND_LINE, person=ada.person)
    assert AccessRequest.objects.get().person == ada.person, "it can be opened again"
    Person.objects.filter(pk=ada.person.pk).delete()
    assert AccessRequest.objects.get().person is None
    with patch.object(forgetting, "_last", forgetting._FIRST), later(30):
        forget_requests()
    assert AccessRequest.objects.exists(), "the body still answers it"
