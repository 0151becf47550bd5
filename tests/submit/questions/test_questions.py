"""A visitor asks about a data set: confirmed by a link, sent once, limited, seen by the owner alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from erpd.accounts import visitors
from erpd.accounts.may import Kind, Role, Verb
from erpd.accounts.models import Mail, Owner, Person
from erpd.accounts.outbox.letters import write
from erpd.accounts.table import TABLE
from erpd.register.models import Catalogue
from erpd.submit.actions import withdraw
from erpd.submit.models import Delivery, Question
from erpd.submit.questions import actions
from tests.accounts.people import person, sign_in
from tests.portal import shelf
from tests.submit.catalogue_pages.conftest import put
from tests.submit.owners import Office, office

pytestmark = pytest.mark.django_db

ASKED = {"email": "visitor@else.example", "text": "Which years?\nAnd which regions?"}


@pytest.fixture(autouse=True)
def national(settings: Any) -> None:
    settings.NODE = replace(settings.NODE, role="national", country="NL")
    visitors.OF_ASKERS._filled.clear()


@pytest.fixture
def cbs() -> Office:
    return office("cbs")


@pytest.fixture
def data_set(cbs: Office) -> Delivery:
    return put(cbs, publish=True)


def address(data_set: Delivery) -> str:
    return f"/datasets/{data_set.pk}/question/"


def ask(data_set: Delivery, status: int = 200, **facts: str) -> str:
    answer = Client().post(address(data_set), {**ASKED, **facts})
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def links() -> list[str]:
    mails = Mail.objects.filter(template="question-to-confirm").order_by("pk")
    return [f"/questions/{mail.context['token']}/" for mail in mails]


def test_a_question_reaches_the_owner_once_its_asker_has_confirmed_the_address(
    client: Client, cbs: Office, data_set: Delivery
) -> None:
    assert address(data_set) in client.get(f"/datasets/{data_set.pk}").content.decode()
    assert "visitor@else.example" in ask(data_set)
    (link,) = links()
    mail = Mail.objects.get()
    assert mail.to == "visitor@else.example"
    written = write(mail.template, "en", mail.context)
    assert "Which years" not in written.text + written.html  # nobody sends their own text to strangers
    for _ in range(2):  # programs that check mails open links
        assert "And which regions?" in client.get(link).content.decode()
    assert Mail.objects.count() == 1
    assert "has been sent" in client.post(link).content.decode()
    sent = Mail.objects.get(template="question")
    assert sent.to == "data@cbs.example"
    told = write("question", "en", sent.context)
    assert told.subject == "A question about one of your data sets"
    assert "visitor@else.example asks about" in told.text
    assert "“Which years?\n  And which regions?”" in told.text
    assert "/owners/cbs/questions/" in told.text
    for again in (client.get(link), client.post(link), client.get("/questions/x/")):
        assert again.status_code == 404
    assert Mail.objects.filter(template="question").count() == 1


def test_only_what_an_owner_with_a_confirmed_address_published_here_can_be_asked_about(
    client: Client, cbs: Office, data_set: Delivery
) -> None:
    harvested = shelf.put_turtle(shelf.catalogue("it", country="IT"), ':x a dcat:Dataset ; dct:title "X" .')
    draft, test = put(cbs, "draft"), put(cbs, "test", kind="test", publish=True)
    for key in (harvested.key, draft.pk, test.pk):
        for answer in (
            client.get(f"/datasets/{key}/question/"),
            client.post(f"/datasets/{key}/question/", ASKED),
        ):
            assert answer.status_code == 404
    assert "/question/" not in client.get(f"/datasets/{harvested.key}").content.decode()
    ask(data_set)
    Owner.objects.update(confirmed=timezone.now() - timedelta(days=366))
    assert client.get(address(data_set)).status_code == 404
    assert "/question/" not in client.get(f"/datasets/{data_set.pk}").content.decode()
    assert client.get(links()[0]).status_code == client.post(links()[0]).status_code == 404
    Owner.objects.update(confirmed=timezone.now())
    withdraw(who=cbs.actor(), delivery=data_set)
    assert client.post(links()[0]).status_code == 404
    assert not Mail.objects.filter(template="question").exists()


def test_it_is_no_relay(cbs: Office, data_set: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few links to an address, and the answer is the same; few questions from a network, about a data set."""
    first = ask(data_set)
    for _ in range(5):
        assert ask(data_set).split("<main")[1] == first.split("<main")[1]
    assert len(links()) == visitors.MOST_OF_AN_ADDRESS
    for number in range(4):
        ask(data_set, email=f"v{number}@else.example")
    assert "tomorrow" in ask(data_set, 429, email="v9@else.example")
    visitors.OF_ASKERS._filled.clear()
    count = len(links())
    ask(data_set, email="Visitor+1@ELSE.example")
    assert len(links()) == count, "the same mailbox"
    monkeypatch.setattr(actions, "MOST_ABOUT_A_DATA_SET", Question.objects.count())
    ask(data_set, 429, email="v9@else.example")
    ask(put(cbs, "other", publish=True), email="v9@else.example")
    monkeypatch.setattr(actions, "MOST_WAITING", Question.objects.count())
    ask(put(cbs, "third", publish=True), 429, email="v10@else.example")
    Question.objects.update(asked=timezone.now() - timedelta(days=1, seconds=1))
    ask(data_set, email="visitor@else.example")
    assert (
        visitors.network("2001:db8:0:1::1")
        == visitors.network("2001:db8::ffff:1")
        != visitors.network("10.0.0.1")
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "no address"},
        {"email": "root@localhost"},
        {"email": "root@[127.0.0.1]"},
        {"email": "a@b.example\r\nBcc: c@d.example"},
        {"email": "vis\N{CYRILLIC SMALL LETTER I}tor@else.example"},
        {"text": " "},
        {"text": "x" * 2001},
    ],
)
def test_what_is_wrong_is_said_and_kept_in_the_form(data_set: Delivery, wrong: dict[str, str]) -> None:
    said = ask(data_set, 400, **wrong)
    assert "Nothing was sent" in said
    assert "errorlist" in said
    assert not Question.objects.exists()


def test_what_is_missing_is_asked_for(client: Client, data_set: Delivery) -> None:
    said = ask(data_set, 400, text="", email="")
    assert "Write your question." in said
    assert "Write your e-mail address." in said
    access = client.get(f"/datasets/{data_set.pk}").content.decode().split('id="access"')[1]
    assert address(data_set) in access.split("</section>")[0]


def test_a_mail_names_the_data_set_in_its_own_language(
    client: Client, cbs: Office, data_set: Delivery
) -> None:
    Delivery.objects.update(titles={"en": "Discharges", "nl": "Ontslagen"})
    Person.objects.update(language="nl")
    assert Client().post(f"{address(data_set)}?lang=nl", ASKED).status_code == 200
    client.post(links()[0])
    for mail in Mail.objects.all():
        assert (mail.language, mail.context["name"]) == ("nl", "Ontslagen"), mail.template


def test_a_form_of_another_site_is_not_taken(data_set: Delivery) -> None:
    assert Client(enforce_csrf_checks=True).post(address(data_set), ASKED).status_code == 403
    assert not Question.objects.exists()


def test_members_alone_see_the_questions_of_their_owner(cbs: Office, data_set: Delivery) -> None:
    ask(data_set, text="<script>alert(1)</script>")
    client = Client()
    client.post(links()[0])
    bes = office("bes")
    offices = [person(f"{each}@portal.example", office=each) for each in ("operator", "reviewer")]
    for who in (*(cbs.actor(role) for role in cbs.people), *offices, bes.actor("reader")):
        client = Client()
        sign_in(client, who, second_factor="totp")
        answer = client.get("/owners/cbs/questions/")
        is_member = isinstance(who.person, Person) and who.person.email.endswith("@cbs.example")
        assert answer.status_code == (200 if is_member else 404)
        if is_member:
            assert "&lt;script&gt;alert(1)" in answer.content.decode()
            assert "visitor@else.example" in answer.content.decode()
    assert Client().get("/owners/cbs/questions/").status_code == 302
    assert TABLE[Kind.QUESTION, Verb.SEE] == {Role.READER, Role.EDITOR, Role.ADMIN}


def test_a_link_is_valid_for_a_day_and_questions_are_forgotten(client: Client, data_set: Delivery) -> None:
    ask(data_set)
    ask(data_set, email="other@else.example")
    first, second = links()
    client.post(first)
    Question.objects.update(asked=timezone.now() - timedelta(hours=24, seconds=1))
    assert client.get(second).status_code == client.post(second).status_code == 404
    actions.forget()
    assert [one.email for one in Question.objects.all()] == ["visitor@else.example"]
    Question.objects.update(sent=timezone.now() - timedelta(days=366))
    actions.forget()
    assert not Question.objects.exists()


def test_these_pages_are_kept_by_nobody(client: Client, cbs: Office, data_set: Delivery) -> None:
    assert Catalogue.objects.get(slug="cbs").kind == "protected"
    for place in (address(data_set), "/questions/x/"):
        answer = client.get(place)
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"
