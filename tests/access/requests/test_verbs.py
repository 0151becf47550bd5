"""A request from its first data set to its end without a decision: what each verb leaves behind."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from erpd.access.handling.asked import Asked
from erpd.access.models import AccessRequest, Event, Line, Part, Review
from erpd.access.questions import common
from erpd.access.questions.reading import MOST_QUESTIONS
from erpd.access.requests import moving, sending, starting, talking
from erpd.access.requests.form import questions_of
from erpd.access.requests.refusals import Code, Incomplete, Refused, WrongState
from erpd.accounts.may import VISITOR, Actor
from erpd.accounts.models import Deed, Mail
from erpd.accounts.outbox.letters import write
from tests.access.requests.desks import ANSWERS, Desk, at, desk, fresh, handled, requester, sent, started

pytestmark = pytest.mark.django_db


def mails() -> list[tuple[str, str]]:
    found = list(Mail.objects.order_by("pk").values_list("to", "template"))
    Mail.objects.all().delete()
    return found


def test_one_request_has_a_part_for_each_body_that_has_a_desk(cbs: Desk, ada: Actor) -> None:
    knmi = desk("knmi")
    closed = desk("closed", ask="https://closed.example/ask")
    closed.body.desk = False
    closed.body.save()
    a, b, c, d = cbs.put("a"), cbs.put("b"), knmi.put("c"), closed.put("d")
    request = started(ada, [a, c, d, a])
    starting.add(who=ada, request=request, data_set=b)
    starting.add(who=ada, request=request, data_set=b)  # twice is once
    parts = {part.body.slug: part for part in request.parts.all()}
    assert set(parts) == {"cbs", "knmi"}
    wanted = {one.data_set: (one.part, one.ask) for one in request.wanted.all()}
    assert wanted == {
        a: (parts["cbs"], ""),
        b: (parts["cbs"], ""),
        c: (parts["knmi"], ""),
        d: (None, "https://closed.example/ask"),
    }
    assert request.wanted.get(data_set=a).title == {"en": "The a"}
    starting.remove(who=ada, request=request, data_set=c)
    assert [part.body.slug for part in request.parts.all()] == ["cbs"]
    own = {parts["cbs"].pk: {"method": "survey", "nonsense": "x"}}
    starting.save(who=ada, request=request, own=own)
    cbs.body.form = [{"id": "method", "kind": "text", "label": {"en": "How?"}, "required": True}]
    cbs.body.licences = [{"id": "l", "title": {"en": "Terms"}, "text": {"en": "Be good."}}]
    cbs.body.save()
    starting.save(who=ada, request=request, answers={"use": " "})
    with pytest.raises(Incomplete, match="Describe what you want to do") as incomplete:
        sending.submit(who=ada, request=request)
    assert list(incomplete.value.problems) == ["use"]
    starting.save(who=ada, request=request, answers={"use": "A study"})
    with pytest.raises(Refused, match="Terms"):
        sending.submit(who=ada, request=request)
    [part] = sending.submit(who=ada, request=request, accepted_licences={parts["cbs"].pk: ["l"]})
    assert part.answers == {**ANSWERS, "method": "survey"}
    kept = part.submissions.get()
    assert (kept.answers, kept.licences) == (part.answers, cbs.body.licences)
    assert [one["id"] for one in kept.form[-2:]] == ["advantages", "method"]
    line = Line.objects.get()
    assert (line.body, line.part, line.category, line.due) == (cbs.body, part, "company", part.due)
    assert line.data_sets == [a.iri, b.iri]
    assert part.handler is None
    assert mails() == [(ada.name, "request-sent"), (cbs.handler.name, "request-received")]
    with pytest.raises(WrongState):
        starting.add(who=ada, request=request, data_set=cbs.put("late"))


def test_from_receipt_to_return_and_withdrawal(cbs: Desk, ada: Actor) -> None:
    part = sent(ada, cbs.put("a"))
    mails()
    part = moving.take(who=cbs.handler, part=part)
    assert (part.state, part.handler) == ("review", cbs.handler.person)
    part = moving.send_back(who=cbs.handler, part=part, text="Which years?", questions=["period"])
    assert mails() == [(ada.name, "request-returned")]
    with pytest.raises(WrongState):  # what was returned is sent by itself
        sending.submit(who=ada, request=part.request)
    event = part.events.get(action="return")
    assert (event.text, event.detail) == ("Which years?", {"questions": ["period"]})
    starting.save(who=ada, request=part.request, own={part.pk: {"use": "Another"}})
    [part] = sending.submit(who=ada, part=part)
    assert part.state == "review"
    assert [one.answers for one in part.submissions.order_by("pk")] == [
        ANSWERS,
        {**ANSWERS, "use": "Another"},
    ]
    assert part.pauses.get().until
    assert mails() == [(ada.name, "request-sent"), (cbs.handler.name, "request-changed")]
    part = moving.withdraw(who=ada, part=part, text="No need any more")
    assert part.state == "withdrawn"
    assert mails() == [(cbs.handler.name, "request-withdrawn")]
    line = Line.objects.get()
    assert (line.outcome, line.days, line.late) == ("withdrawn", None, False)
    assert moving.close(who=cbs.handler, part=part).state == "closed"
    assert mails() == []
    told = Deed.objects.filter(thing="access request").order_by("pk").values_list("by", "verb", "owner")
    owner = cbs.office.owner.pk
    assert list(told) == [
        ("requester", "submit", owner),
        (cbs.handler.name, "take", owner),
        (cbs.handler.name, "return", owner),
        ("requester", "submit", owner),
        ("requester", "withdraw", owner),
        (cbs.handler.name, "close", owner),
    ]


def test_what_was_returned_is_asked_as_it_was_sent(cbs: Desk, ada: Actor) -> None:
    """However long the form is, and whatever the body has made of it since."""

    def question(name: str, **more: Any) -> dict[str, Any]:
        return {"id": name, "kind": "text", "label": {"en": f"What of {name}?"}, **more}

    cbs.body.form = [question(f"q{number}") for number in range(MOST_QUESTIONS)]
    cbs.body.save()
    request = started(ada, [cbs.put("a")])
    [draft] = request.parts.all()
    starting.save(who=ada, request=request, own={draft.pk: {"q0": "Age", "q99": "Sex"}})
    [part] = sending.submit(who=ada, request=request)
    moving.send_back(who=cbs.handler, part=part, text="Which?", questions=["q0"])
    cbs.body.form = [question("q0", label={"en": "How much of it?"}), question("new", required=True)]
    cbs.body.save()
    part = fresh(part)
    asked = {one.id: one.label["en"] for one in questions_of(part)}
    assert (asked["q0"], asked["q99"]) == ("What of q0?", "What of q99?")
    assert "new" not in asked
    starting.save(who=ada, request=part.request, own={part.pk: {"q0": "Age in years"}})
    [part] = sending.submit(who=ada, part=part)
    last = part.submissions.order_by("pk").last()
    assert last
    assert (last.answers["q0"], last.answers["q99"]) == ("Age in years", "Sex")
    shown = Asked(part, ("en",), with_private=True)
    assert [(one.label, one.after) for one in shown.changed()] == [("What of q0?", "Age in years")]
    # A draft of today is asked what the body asks today.
    [other] = started(ada, [cbs.put("b")]).parts.all()
    assert {"q0", "new"} == {one.id for one in questions_of(other)} - {one.id for one in common()}


def test_what_was_returned_can_be_closed_only_once_nobody_answered_in_time(cbs: Desk, ada: Actor) -> None:
    with at("2026-03-02"):
        part = moving.send_back(who=cbs.handler, part=handled(cbs, ada, cbs.put("a")), text="Which?")
    with at("2026-04-01"), pytest.raises(Refused) as refused:
        moving.close(who=cbs.handler, part=part)
    assert refused.value.code == Code.CLOSED_EARLY
    with at("2026-04-02"):
        assert moving.close(who=cbs.handler, part=part).state == "closed"
    assert Line.objects.get().outcome == "lapsed"
    assert (ada.name, "request-closed") in mails()


def test_a_reason_for_closing_is_told(cbs: Desk, ada: Actor) -> None:
    part = moving.withdraw(who=ada, part=sent(ada, cbs.put("a")))
    mails()
    moving.close(who=cbs.handler, part=part, text="You asked for the wrong data.")
    mail = Mail.objects.get()
    said = write(mail.template, "en", mail.context)
    assert (mail.to, said.subject) == (ada.name, f"Your request {part.reference} was closed")
    assert f"/requests/parts/{part.reference}/" in said.text
    assert "wrong data" not in said.text


def test_a_reviewer_is_a_member_and_sees_nothing_once_taken_off(cbs: Desk, ada: Actor) -> None:
    part = handled(cbs, ada, cbs.put("a"))
    expert, stranger = cbs.member("expert"), requester("eve")
    assert expert.person
    assert stranger.person
    with pytest.raises(Http404):
        talking.note(who=expert, part=part, text="?")
    with pytest.raises(Refused) as refused:
        moving.ask_review(who=cbs.handler, part=part, person=stranger.person)
    assert refused.value.code == Code.NOT_A_MEMBER
    moving.ask_review(who=cbs.handler, part=part, person=expert.person, text="Is it safe?")
    with pytest.raises(Refused):
        moving.ask_review(who=cbs.handler, part=part, person=expert.person)
    talking.note(who=expert, part=part, text="It is.")
    with pytest.raises(PermissionDenied):
        talking.message(who=expert, part=part, text="Hello")
    moving.end_review(who=cbs.handler, part=part, person=expert.person)
    with pytest.raises(Http404):
        talking.note(who=expert, part=part, text="More")
    assert Review.objects.get().ended
    assert {each.audience for each in part.events.filter(action__in=("note", "ask for a review"))} == {"body"}
    assert set(mails()) >= {(expert.name, "request-review")}


def test_messages_reach_the_other_side_and_the_body_hears_of_them_once_a_day(cbs: Desk, ada: Actor) -> None:
    part = handled(cbs, ada, cbs.put("a"))
    mails()
    with at("2026-03-02"):
        for text in ("One", "Two"):
            talking.message(who=ada, part=part, text=text)
        assert mails() == [(cbs.handler.name, "request-written")]
    with at("2026-03-03", "09:00"):
        assert not talking.tell_of_messages(fresh(part))
    with at("2026-03-03", "11:00"):
        assert talking.tell_of_messages(fresh(part))
        assert not talking.tell_of_messages(fresh(part))
        assert mails() == [(cbs.handler.name, "request-written")]
        talking.message(who=cbs.handler, part=part, text="Answer")
        talking.note(who=cbs.handler, part=part, text="A secret")
        assert mails() == [(ada.name, "request-message")]
    for nothing in ("", " \n"):
        with pytest.raises(Refused):
            talking.message(who=ada, part=part, text=nothing)
    with pytest.raises(Refused):
        talking.message(who=ada, part=part, text="x" * 10_001)


def test_without_an_account_the_private_link_opens_it_and_nothing_else(cbs: Desk) -> None:
    request = starting.start(email="Eve@x.example", name="Eve", language="nl", data_sets=[cbs.put("a")])
    starting.save(who=VISITOR, request=request, answers=ANSWERS, opened={request.pk})
    assert request.email == "eve@x.example"
    for who, opened in ((VISITOR, ()), (VISITOR, {uuid4()}), (requester("eve"), ())):
        with pytest.raises(Http404):
            sending.submit(who=who, request=request, opened=opened)
    [part] = sending.submit(who=VISITOR, request=request, opened={request.pk})
    talking.message(who=VISITOR, part=part, text="Hello", opened={request.pk})
    assert part.events.filter(role="requester", person=None).count() == 2
    request.delete()  # it is forgotten
    with pytest.raises(Http404):
        talking.message(who=VISITOR, part=part, text="Hello", opened={request.pk})


def test_drafts_can_be_erased_and_what_was_sent_stays(cbs: Desk, ada: Actor) -> None:
    knmi = desk("knmi")
    request = started(ada, [cbs.put("a"), knmi.put("b")])
    first, second = request.parts.order_by("pk")
    sending.submit(who=ada, part=first)
    assert not starting.erase(who=ada, request=request)
    assert list(Part.objects.values_list("pk", flat=True)) == [first.pk]
    with pytest.raises(WrongState):
        starting.erase(who=ada, request=request)
    assert starting.erase(who=ada, request=started(ada, [cbs.put("c")]))
    assert AccessRequest.objects.count() == 1
    assert Event.objects.filter(part=first).exists()
    assert second.pk


def test_a_mail_says_dates_and_grounds_in_the_language_of_its_reader(cbs: Desk, ada: Actor) -> None:
    assert ada.person
    ada.person.language = "de"
    ada.person.save()
    with at("2026-03-02"):
        part = handled(cbs, ada, cbs.put("a"))
        moving.extend(who=cbs.handler, part=part, ground="dga-2022", reasons="Many tables")
    said = Mail.objects.get(template="request-extended").context
    assert said["due"] == "1. Juni 2026"
    assert said["ground"] != "The request is exceptionally extensive and complex."


def test_whose_account_has_ended_sees_nothing_and_the_body_goes_on(cbs: Desk, ada: Actor) -> None:
    part = handled(cbs, ada, cbs.put("a"))
    assert ada.person
    ada.person.is_active = False
    ada.person.save()
    with pytest.raises(Http404):
        talking.message(who=ada, part=part, text="Hello")
    assert moving.send_back(who=cbs.handler, part=part, text="Which?").state == "returned"
    ada.person.delete()
    assert moving.send_back(who=cbs.handler, part=back(part), text="Which?").state == "returned"
    talking.message(who=cbs.handler, part=part, text="Hello")


def back(part: Part) -> Part:
    Part.objects.filter(pk=part.pk).update(state="review")
    return fresh(part)
