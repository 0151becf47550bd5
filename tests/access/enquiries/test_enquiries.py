"""A question to a body: confirmed by a link, answered at the desk, read by a private link, made a request."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from erpd.access.enquiries import actions
from erpd.access.models import AccessRequest, Body, Enquiry, Part
from erpd.access.questions.of_every_body import common
from erpd.access.requests import sending, starting
from erpd.access.requests.refusals import Refused
from erpd.accounts import visitors
from erpd.accounts.may import VISITOR
from erpd.accounts.models import Mail
from erpd.accounts.outbox.letters import write
from tests.access.parts import desk
from tests.access.requests.desks import ANSWERS
from tests.accounts.people import person, sign_in
from tests.submit.catalogue_pages.conftest import put
from tests.submit.owners import Office

pytestmark = pytest.mark.django_db

ASKED = {"email": "visitor@else.example", "text": "Which years?\n<script>alert(1)</script>"}


@pytest.fixture(autouse=True)
def national(settings: Any) -> None:
    settings.NODE = replace(settings.NODE, role="national", country="NL")
    visitors.OF_ASKERS._filled.clear()


@pytest.fixture
def made() -> tuple[Office, Body]:
    return desk()


def ask(body: Body, status: int = 200, query: str = "", **facts: str) -> str:
    answer = Client().post(f"/bodies/{body.slug}/enquiry/{query}", {**ASKED, **facts})
    assert answer.status_code == status
    return answer.content.decode()


def links() -> list[str]:
    found = Mail.objects.filter(template="enquiry-to-confirm").order_by("pk")
    return [f"/enquiries/{mail.context['token']}/" for mail in found]


def test_from_question_to_answer_to_request(made: tuple[Office, Body]) -> None:
    cbs, body = made
    body.owners.add(cbs.owner)
    data_set = put(cbs, publish=True)
    asked = f"?dataset={data_set.pk}"
    page = Client().get(f"/datasets/{data_set.pk}/access").content.decode()
    assert f"/bodies/cbs/enquiry/{asked}" in page
    assert "visitor@else.example" in ask(body, query=asked)
    mail = Mail.objects.get()
    assert "Which years" not in write(mail.template, "en", mail.context).text
    (link,) = links()
    assert "Which years?" in Client().get(link).content.decode()
    assert not Enquiry.objects.get().sent
    assert "has been sent" in Client().post(link).content.decode()
    assert Client().post(link).status_code == Client().get(link).status_code == 404
    told = Mail.objects.get(template="enquiry")
    assert told.to == "editor@cbs.example"
    assert "Which years" not in str(told.context)

    enquiry = Enquiry.objects.get()
    places = ["/bodies/cbs/desk/enquiries/", f"/bodies/cbs/desk/enquiries/{enquiry.pk}/"]
    assert places[1] in write("enquiry", "en", told.context).text
    other = desk("bes")[0]
    others = [cbs.actor("admin"), cbs.actor("reader"), other.actor("editor")]
    for who in (*others, person("operator@portal.example", office="operator")):
        sign_in(client := Client(), who, second_factor="totp")
        assert {client.get(place).status_code for place in places} == {404}
        assert client.post(places[1], {"text": "x"}).status_code == 404
    sign_in(handler := Client(), cbs.actor("editor"), second_factor="totp")
    assert "Questions (1)" in handler.get("/bodies/cbs/desk/").content.decode()
    for place in places:
        shown = handler.get(place).content.decode()
        assert "Which years?" in shown
        assert "<script>alert" not in shown
    assert handler.get(f"/bodies/bes/desk/enquiries/{enquiry.pk}/").status_code == 404
    assert handler.post(places[1], {"text": " "}).status_code == 400
    assert handler.post(places[1], {"text": "2020 to 2024."}).status_code == 302
    assert "Which years?" not in handler.get(places[0]).content.decode()
    assert "Which years?" in handler.get(f"{places[0]}?all").content.decode()
    answered = Mail.objects.get(template="enquiry-answered")
    assert answered.to == "visitor@else.example"
    assert "2020 to 2024." in write(answered.template, "en", answered.context).text

    own = f"/requests/enquiries/{answered.context['token']}/"
    asker = Client()
    page = asker.get(own).content.decode()
    assert "2020 to 2024." in page
    assert "editor@cbs.example" not in page
    assert asker.get(own.replace("~", "~x")).status_code == 404
    for _ in range(actions.MOST_UNANSWERED):
        assert asker.post(own, {"act": "write", "text": "And regions?"}).status_code == 302
    assert asker.post(own, {"act": "write", "text": "And regions?"}).status_code == 409
    assert Mail.objects.filter(template="enquiry").count() == 2, "told once, until it is answered"
    made_of_it = asker.post(own, {"act": "request"})
    request = AccessRequest.objects.get()
    assert made_of_it["Location"] == f"/requests/{request.pk}/"
    assert asker.session["opened"] == [str(request.pk)]
    assert (request.email, request.person) == ("visitor@else.example", None)
    assert request.answers == {"use": ASKED["text"]}
    assert "use" in {question.id for question in common()}
    assert request.wanted.get().data_set_id == data_set.data_set_id
    asker.post(own, {"act": "request"})
    assert AccessRequest.objects.count() == 1
    # A question has no name: whoever decides has to know to whom, so it is asked for before it is sent.
    starting.save(who=VISITOR, request=request, answers=ANSWERS, opened={request.pk})
    send = f"/requests/{request.pk}/send/"
    assert "Everything that is needed is there" not in asker.get(send).content.decode()
    assert asker.post(send, {"act": "send"}).status_code == 400
    with pytest.raises(Refused, match="Your name"):
        sending.submit(who=VISITOR, request=request, opened={request.pk})
    assert asker.post(send, {"act": "send", "full_name": "Vera Visitor"}).status_code == 302
    part = Part.objects.get()
    assert (part.state, part.request.name) == ("received", "Vera Visitor")
    shown = handler.get(f"/bodies/cbs/desk/{part.reference}/").content.decode()
    assert "Vera Visitor" in shown
    AccessRequest.objects.update(name="")  # as they were sent before
    shown = handler.get(f"/bodies/cbs/desk/{part.reference}/").content.decode()
    assert "visitor@else.example <a" not in shown
    # Whoever comes by the link of the question later, comes to the request as everybody does.
    later = Client()
    assert later.post(own, {"act": "request"})["Location"] == f"/requests/{request.pk}/"
    assert "opened" not in later.session
    assert later.get(f"/requests/{request.pk}/").status_code == 404


def test_where_nobody_answers_here_it_goes_by_mail_or_not_at_all(made: tuple[Office, Body]) -> None:
    body = made[1]
    Body.objects.update(desk=False)
    ask(body)
    Client().post(links()[0])
    mail = Mail.objects.get(template="enquiry-by-mail")
    assert mail.to == "ask@cbs.example"
    assert "Please answer to visitor@else.example" in write(mail.template, "en", mail.context).text
    Body.objects.update(contact="")
    assert "/enquiry/" not in Client().get("/bodies/cbs/").content.decode()
    assert Client().get("/bodies/cbs/enquiry/").status_code == 404
    assert Client().get("/bodies/none/enquiry/").status_code == 404


def test_it_is_no_relay_and_no_flood(made: tuple[Office, Body], monkeypatch: pytest.MonkeyPatch) -> None:
    body = made[1]
    first = ask(body)
    for _ in range(4):
        assert ask(body).split("<main")[1] == first.split("<main")[1]
    ask(body, email="Visitor+1@ELSE.example")
    assert len(links()) == visitors.MOST_OF_AN_ADDRESS
    for number in range(4):
        ask(body, email=f"v{number}@else.example")
    assert "tomorrow" in ask(body, 429, email="v9@else.example")
    visitors.OF_ASKERS._filled.clear()
    monkeypatch.setattr(actions, "MOST_WAITING", Enquiry.objects.count())
    ask(body, 429, email="v9@else.example")
    for wrong in ({"email": "root@localhost"}, {"text": " "}, {"text": "x" * 2001}):
        assert "Nothing was sent" in ask(body, 400, **wrong)
    assert Client().get("/bodies/cbs/enquiry/?dataset=x").status_code == 404
    assert Client(enforce_csrf_checks=True).post("/bodies/cbs/enquiry/", ASKED).status_code == 403


def test_nobody_closes_a_body_by_asking_it_much(
    made: tuple[Office, Body], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by questions that are never confirmed, nor by those that are."""
    body = made[1]
    monkeypatch.setattr(actions, "MOST_TOLD", 2)
    for number in range(60):
        visitors.OF_ASKERS._filled.clear()  # from many networks
        ask(body, email=f"v{number}@else.example")
    told = Mail.objects.filter(template="enquiry")
    for link in links()[:3]:
        assert Client().post(link).status_code == 200
    visitors.OF_ASKERS._filled.clear()
    ask(body, email="honest@university.example")
    assert Client().post(links()[-1]).status_code == 200
    assert Enquiry.objects.filter(waits=True).count() == 4, "each waits at the desk"
    assert told.count() == 2
    Enquiry.objects.filter(sent__isnull=False).update(sent=timezone.now() - timedelta(days=1, seconds=1))
    assert Client().post(links()[4]).status_code == 200
    assert told.count() == 3


def test_it_is_kept_by_nobody_and_forgotten(made: tuple[Office, Body]) -> None:
    body = made[1]
    ask(body)
    ask(body, email="other@else.example")
    Client().post(links()[0])
    own = f"/requests/enquiries/{actions.link_of(Enquiry.objects.get(sent__isnull=False))}/"
    for place in ("/bodies/cbs/enquiry/", "/enquiries/x/", own):
        answer = Client().get(place)
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"
    Enquiry.objects.update(asked=timezone.now() - timedelta(hours=24, seconds=1))
    assert Client().post(links()[1]).status_code == 404
    actions.forget()
    assert [one.email for one in Enquiry.objects.all()] == ["visitor@else.example"]
    Enquiry.objects.update(changed=timezone.now() - timedelta(days=366))
    actions.forget()
    assert not Enquiry.objects.exists()
    assert Client().get(own).status_code == 404
