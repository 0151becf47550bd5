"""How a body makes its form at pages, and who may."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from erpd.access.bodies import actions, form_actions
from erpd.access.models import Body
from erpd.access.questions import read_form
from erpd.accounts.models import Person
from tests.access.bodies.test_bodies import FACTS
from tests.accounts.people import operator, person, sign_in
from tests.submit.catalogue_pages.conftest import cbs, signed  # noqa: F401  # fixtures
from tests.submit.owners import Office, office

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def national(settings: Any) -> None:
    settings.NODE = replace(settings.NODE, role="national", country="NL")


@pytest.fixture
def body(cbs: Office) -> Body:  # noqa: F811
    return actions.create(who=cbs.actor("admin"), facts=FACTS, keeper=cbs.owner)


@pytest.fixture
def admin(cbs: Office) -> Client:  # noqa: F811
    client = Client()
    sign_in(client, cbs.actor("admin"), second_factor="totp")
    return client


def at(body: Body, path: str = "") -> str:
    return f"/bodies/{body.slug}/desk/form/{path}"


def post(client: Client, address: str, act: str, status: int = 302, **said: Any) -> str:
    answer = client.post(address, {"act": act, **said})
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode() if status != 302 else answer.headers["Location"]


def asked(body: Body) -> list[str]:
    body.refresh_from_db()
    return [one["id"] for one in body.form]


def test_a_form_is_made_without_a_programmer(body: Body, admin: Client) -> None:
    new = at(body, "questions/")
    again = post(admin, new, "save", 400, kind="choice", label="Ethics approval")
    assert "Write the choices" in again
    way = {"kind": "choice", "label": "Ethics approval", "options": "We have it\nWe asked for it\nNot needed"}
    assert post(admin, new, "save", **way, required="on") == at(body)
    post(admin, new, "save", kind="text", label=f"Its number {EVIL}", private="on", longest="40")
    post(admin, new, "save", kind="table", label="Ethics approval", options="Year\nArea")
    assert asked(body) == [
        "ethics-approval",
        "its-number-scriptalert1script",
        "ethics-approval-2",
    ]
    number = asked(body)[1]
    # It is asked only if they have it.
    condition = at(body, f"questions/{number}/condition/?on=ethics-approval")
    assert "We asked for it" in admin.get(condition).content.decode()
    post(admin, condition, "condition", values=["option-1"])
    post(admin, condition, "condition", 400, values=["option-9"])
    assert admin.get(at(body, f"questions/{number}/condition/?on=ethics-approval-2")).status_code == 404
    # Choices keep what they are when their words change, also in another language.
    words = at(body, "questions/ethics-approval/?in=nl")
    options = {"item-option-1": "Verleend", "item-option-2": "", "item-option-3": "Niet nodig"}
    post(admin, words, "words", label="Ethische toetsing", **options)
    way["options"] = "Not needed\nWe have it now\nWe asked for it"
    post(admin, at(body, "questions/ethics-approval/"), "save", **way)
    body.refresh_from_db()
    ethics = form_actions.one_of(body, "ethics-approval")
    assert ethics.label == {"en": "Ethics approval", "nl": "Ethische toetsing"}
    assert {one.id: one.label["en"] for one in ethics.options} == {
        "option-3": "Not needed",
        "option-1": "We have it now",
        "option-2": "We asked for it",
    }
    # What another question depends on neither goes nor moves behind it.
    said = post(admin, at(body), "remove", 400, key="ethics-approval")
    depends = f"“Its number {escape(EVIL)}” depends on “Ethics approval”. Change that first."
    assert depends in said
    assert "marked fields" not in said
    assert depends in post(admin, at(body), "move", 400, key="ethics-approval", by="1")
    assert depends in post(admin, at(body), "move", 400, key=number, by="-1")
    fewer = {"kind": "choice", "label": "Ethics approval", "options": "Not needed"}
    assert depends in post(admin, at(body, "questions/ethics-approval/"), "save", 400, **fewer)
    post(admin, at(body), "move", key="ethics-approval-2", by="-1")
    assert asked(body) == ["ethics-approval", "ethics-approval-2", number]
    shown = admin.get(at(body, "preview/"), {"q--ethics-approval": "option-1"}).content.decode()
    assert "Its number &lt;script&gt;" in shown
    assert "Its number" not in admin.get(at(body, "preview/")).content.decode()
    assert EVIL not in admin.get(at(body)).content.decode()
    post(admin, at(body), "remove", key="ethics-approval-2")
    post(admin, condition, "condition")
    post(admin, at(body), "remove", key="ethics-approval")
    assert asked(body) == [number]
    assert read_form(body.form)[0].private


def test_what_has_to_be_accepted(body: Body, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    new = at(body, "licences/")
    with monkeypatch.context() as small:
        small.setattr(form_actions, "LARGEST", 100)
        assert "more than 100 characters" in post(admin, new, "licence", 400, title="Terms", text="x" * 101)
    assert body.licences == []
    assert "a link to it" in post(admin, new, "licence", 400, title="Terms")
    assert "not an address of the web" in post(admin, new, "licence", 400, title="Terms", link="javascript:1")
    post(admin, new, "licence", title="Terms", link="https://data.example/terms")
    post(admin, new, "licence", title="Secrecy", text="I keep it secret.")
    post(admin, at(body, "licences/licence-2/"), "licence", title="Secrecy", text="I tell nobody.")
    post(admin, at(body), "remove-licence", key="licence-1")
    body.refresh_from_db()
    assert body.licences == [
        {"id": "licence-2", "title": {"en": "Secrecy"}, "text": {"en": "I tell nobody."}}
    ]


def test_only_those_who_keep_a_body_make_its_form(body: Body, cbs: Office) -> None:  # noqa: F811
    other = actions.create(who=operator(), facts=FACTS)
    note = {"kind": "note", "label": "Read this"}
    reviewer = person("reviewer@portal.example", office=Person.Office.REVIEWER)
    strangers = [cbs.actor("editor"), cbs.actor("reader"), office("other").actor("admin"), reviewer]
    paths = ("", "questions/", "preview/", "licences/", "questions/x/")
    for who in strangers:
        client = Client()
        sign_in(client, who, second_factor="totp")
        for one in (body, other):
            assert {client.get(at(one, path)).status_code for path in paths} <= {403, 404}
            assert client.post(at(one, "questions/"), {"act": "save", **note}).status_code in (403, 404)
    assert Client().get(at(body)).status_code == 302
    assert asked(body) == asked(other) == []
    client = Client()
    sign_in(client, operator(), second_factor="totp")
    post(client, at(other, "questions/"), "save", **note)
    assert asked(other) == ["read-this"]
