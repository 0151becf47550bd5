"""What is done with a request at the desk: each act through its page, and who may not."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from erpd.access.models import Event
from erpd.access.requests import moving, sending, starting, talking
from erpd.access.requests.table import Action
from erpd.accounts.actions import members
from erpd.accounts.may import Actor
from erpd.accounts.models import Mail, Membership, Person
from tests.access.handling.conftest import At, Desk, desk, sent
from tests.access.requests import desks
from tests.accounts.owner_pages.conftest import shown, told, words
from tests.accounts.people import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]


def test_a_request_is_answered_page_by_page(cbs: Desk, signed: Callable[[Actor], Client], ada: Actor) -> None:
    part = sent(cbs, ada, transfer="yes", **{"transfer-countries": "Chile", "transfer-purpose": "Tests"})
    second = member(cbs.office.owner, "second@cbs.example", Membership.Role.READER)
    assert second.person
    members.let_handle(
        who=cbs.office.actor("admin"), owner=cbs.office.owner, person=second.person, handles=True
    )
    at = At(signed(cbs.handler), cbs, part)
    page = words(at.client.get(at.address))
    for said in (
        f"Request {part.reference}",
        "Data would be transferred outside the European Union",
        "Chile",
        "“Can I get it?” answers this requester",
        "The law gives 2 months",
        "Nobody yet",
        "Ada sent the request",
    ):
        assert said in page
    assert at.offers() == [
        *("message", "return", "estimate", "grant", "grant-in-part", "refuse", "extend"),
        *("note", "review", "handler"),
    ]

    assert "You are now the handler" in at.does("take", at="")
    assert "second@cbs.example is now the handler" in at.does("handler", person=second.person.pk)
    assert Mail.objects.latest("pk").to == "second@cbs.example"
    assert words(at.post("handler", person=cbs.office.people["reader"].pk), 400)  # answers no requests

    assert "sent to the requester" in at.does("message", text="Which years?")
    assert "Only the body sees it" in at.does("note", text="Odd.")
    assert [one.audience for one in Event.objects.filter(text__in=("Which years?", "Odd."))] == [
        "both",
        "body",
    ]
    note = at.page().xpath("//li[@class='erpd-history__note']")[0].text_content()
    assert "Only the body sees this" in note
    assert "Odd." in note

    first = part.due
    assert words(at.post("extend", ground="dga-2022", reasons=""), 400)
    assert "extended" in at.does("extend", ground="dga-2022", reasons="Much to look at.")
    part.refresh_from_db()
    assert part.due
    assert first
    assert part.due > first
    assert "Why it was extended: Much to look at." in words(at.client.get(at.address))
    assert "extend" not in at.offers()

    assert "is returned" in at.does("return", text="Say more.", questions=["use", "data"])
    assert part.events.latest("pk").detail["questions"] == ["use", "data"]
    request = part.request
    part.refresh_from_db()
    starting.save(
        who=ada, request=request, answers={}, own={part.pk: {**desks.ANSWERS, "use": "A better study"}}
    )
    sending.submit(who=ada, part=part)
    page = words(at.client.get(at.address))
    assert "What changed since it was first received" in page
    cells = at.page().xpath("//section[@aria-labelledby='changed']//td")
    assert [cell.text_content() for cell in cells][:2] == ["A study", "A better study"]


def test_reviewers_see_one_request_without_private_answers(
    cbs: Desk, signed: Callable[[Actor], Client], ada: Actor
) -> None:
    cbs.body.form = [
        {"id": "secret", "kind": "text", "label": {"en": "Your diagnosis"}, "private": True},
        {"id": "plain", "kind": "text", "label": {"en": "Your method"}},
    ]
    cbs.body.save()
    part, other = sent(cbs, ada, secret="Gout", plain="Counting"), sent(cbs, ada)
    at = At(signed(cbs.handler), cbs, part)
    assert "Gout" in words(at.client.get(at.address))
    assert other.reference not in words(at.client.get(at.address))  # of another data set
    reader, outsider = cbs.office.people["reader"], desk("other").office.people["reader"]
    assert words(at.post("review", person=outsider.pk), 400)
    assert "now sees this request" in at.does("review", person=reader.pk, text="Is it sound?")
    of_reader = At(signed(Actor(reader)), cbs, part)
    page = words(of_reader.client.get(of_reader.address))
    assert "Counting" in page
    assert "Gout" not in page
    assert "Your diagnosis" not in page
    assert of_reader.offers() == ["note"]
    assert "Only the body sees it" in of_reader.does("note", text="Sound.")
    for act in ("message", "return", "extend", "review", "handler", "kind", "close"):
        assert of_reader.client.get(f"{of_reader.address}{act}/").status_code == 403
    assert of_reader.client.post(of_reader.address, {"act": "take", "seen": 0}).status_code == 403
    assert of_reader.client.get(f"{cbs.address}{other.reference}/").status_code == 404
    review = part.reviews.get()
    assert "no longer sees" in at.does("end-review", at="", id=review.pk)
    for address in (of_reader.address, f"{of_reader.address}note/", cbs.address):
        assert of_reader.client.get(address).status_code == 404


def test_nobody_else_finds_the_pages(cbs: Desk, signed: Callable[[Actor], Client], ada: Actor) -> None:
    part = sent(cbs, ada)
    strangers = [cbs.office.actor("admin"), cbs.office.actor("reader"), desk("other").handler, ada]
    for who in strangers:
        client = signed(who)
        for act in ("", "message/", "note/", "return/", "extend/", "review/", "handler/", "kind/", "close/"):
            address = f"{cbs.address}{part.reference}/{act}"
            assert client.get(address).status_code == 404
            assert client.post(address, {"act": act.strip("/") or "take", "seen": 0}).status_code == 404
    elsewhere = desk("third")
    at_third = signed(elsewhere.handler)
    assert at_third.get(f"{elsewhere.address}{part.reference}/").status_code == 404
    assert not part.events.exclude(action=Action.SUBMIT).exists()


def test_the_second_of_two_handlers_sees_what_the_first_did(
    cbs: Desk, signed: Callable[[Actor], Client], ada: Actor
) -> None:
    part = sent(cbs, ada)
    second = member(cbs.office.owner, "second@cbs.example", Membership.Role.READER)
    Membership.objects.filter(person=second.person).update(handles=True)
    one, other = At(signed(cbs.handler), cbs, part), At(signed(second), cbs, part)
    opened = other.seen("message")
    assert "sent to the requester" in one.does("message", text="Which years?")
    refused = other.post("message", seen=opened, text="Which year?")
    said = words(refused, 409)
    assert "Somebody else has acted on this request" in said
    assert "Which years?" in said  # what the first wrote
    assert shown(refused, 409).xpath("//textarea")[0].text.strip() == "Which year?"
    newer = shown(refused, 409).xpath("//input[@name='seen']/@value")[0]
    assert "sent to the requester" in told(
        other.client, other.post("message", seen=newer, text="Which year?")
    )

    # Sent twice: done once.
    seen = one.seen("message")
    for _ in range(2):
        told(one.client, one.post("message", seen=seen, text="Thank you."))
    assert part.events.filter(text="Thank you.").count() == 1

    # The page was opened before the state changed.
    seen = other.seen("return")
    assert "returned" in one.does("return", text="Say more.")
    said = words(other.post("return", seen=seen, text="Say less."), 409)
    assert "returned for changes" in said
    assert "handler@cbs.example" in said
    late = words(other.client.get(f"{other.address}return/"), 409)
    assert "This cannot be done now" in late
    assert part.events.filter(action=Action.RETURN).count() == 1
    assert "has until" in words(one.post("close", text=""), 409)  # the requester may still answer


def test_a_file_comes_with_a_message_and_what_is_none_is_refused(
    cbs: Desk, signed: Callable[[Actor], Client], ada: Actor
) -> None:
    part = moving.take(who=cbs.handler, part=sent(cbs, ada))
    at = At(signed(cbs.handler), cbs, part)
    good = SimpleUploadedFile("terms <b>.txt", b"Our terms", "text/html")
    at.does("message", text="Please read.", file=good)
    attached = part.attachments.get()
    assert attached.event == part.events.latest("pk")
    link = f"/requests/attachments/{attached.pk}/"
    assert link in at.client.get(at.address).content.decode()
    assert at.client.get(link)["Content-Disposition"].startswith("attachment")
    bad = SimpleUploadedFile("x.pdf", b"\x00\x01MZ", "application/pdf")
    assert "kind of file" in words(at.post("message", text="Look.", file=bad), 422)
    assert not part.events.filter(text="Look.").exists()


def test_what_people_write_is_shown_as_text(cbs: Desk, signed: Callable[[Actor], Client], db: None) -> None:
    evil = "<script>alert(1)</script>"
    eve = Actor(Person.objects.create_user("eve@evil.example", name=evil))
    part = sent(cbs, eve, use=evil, organisation=evil)
    talking.message(who=eve, part=part, text=evil)
    client = signed(cbs.handler)
    for address in (cbs.address, f"{cbs.address}{part.reference}/", f"{cbs.address}{part.reference}/note/"):
        assert evil not in client.get(address).content.decode()


def test_thanks_need_no_answer(cbs: Desk, signed: Callable[[Actor], Client], ada: Actor) -> None:
    part = moving.take(who=cbs.handler, part=sent(cbs, ada))
    at = At(signed(cbs.handler), cbs, part)
    talking.message(who=ada, part=part, text="Thank you!")
    assert "A message waits" in words(at.client.get(cbs.address))
    assert "no longer in the list" in at.does("no-answer", at="")
    assert part.reference not in words(at.client.get(cbs.address))
    talking.message(who=ada, part=part, text="One more thing.")
    assert "A message waits" in words(at.client.get(cbs.address))
    reader = cbs.office.actor("reader")
    assert reader.person
    moving.ask_review(who=cbs.handler, part=part, person=reader.person)
    client = signed(reader)
    assert client.post(at.address, {"act": "no-answer", "seen": at.seen("note")}).status_code == 403
    part.refresh_from_db()
    assert part.waits
