"""The pages of those who ask: from a data set to the decision, with an account and without."""

import re
from dataclasses import replace
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from erpd.access.law_words import in_words
from erpd.access.models import AccessRequest, Link, Part
from erpd.access.outcomes import estimating
from erpd.access.outcomes.deciding import decide
from erpd.access.outcomes.regimes import grounds_of, regimes_of
from erpd.access.outcomes.rules import GrantFacts
from erpd.access.requests import extending, moving, talking
from erpd.accounts.may import Actor
from erpd.accounts.models import Mail
from erpd.accounts.sign_in.work import work_of
from erpd.register.search import follow
from tests.access.outcomes.endings import REDRESS, estimated
from tests.access.requests import desks
from tests.access.requests.desks import ANSWERS, Desk, fresh, requester
from tests.accounts.people import sign_in

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>"
State = Part.State


@pytest.fixture(autouse=True)
def national(settings: Any) -> None:
    settings.NODE = replace(settings.NODE, role="national", country="NL")


@pytest.fixture
def cbs(db: None) -> Desk:
    form = [
        {
            "id": "ethics",
            "kind": "choice",
            "label": {"en": "Ethics approval"},
            "required": True,
            "options": [{"id": "yes", "label": {"en": "We have it"}}, {"id": "no", "label": {"en": "No"}}],
        },
        {
            "id": "number",
            "kind": "text",
            "label": {"en": "Its number"},
            "required": True,
            "only_if": {"question": "ethics", "values": ["yes"]},
        },
        {"id": "plan", "kind": "attachment", "label": {"en": "Plan"}},
    ]
    licences = [{"id": "licence-1", "title": {"en": "Secrecy"}, "text": {"en": "I tell nobody."}}]
    return desks.desk("cbs", form=form, licences=licences)


@pytest.fixture
def ada(db: None) -> Actor:
    return requester("ada")


def client_of(who: Actor) -> Client:
    client = Client()
    sign_in(client, who)
    return client


def typed(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers as a form sends them."""
    found: dict[str, Any] = {}
    for key, value in answers.items():
        if isinstance(value, dict):
            found |= {f"q--{key}--{end}": text for end, text in value.items()}
        elif value and isinstance(value, list) and isinstance(value[0], dict):
            for number, row in enumerate(value):
                found |= {f"q--{key}--{number}--{column}": text for column, text in row.items()}
        else:
            found[f"q--{key}"] = value
    return found


def fill(client: Client, address: str, do: str = "go", **said: Any) -> Any:
    """Send a page of answers as a browser does: with what it showed."""
    page = client.get(address).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket, page
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    return client.post(address, {"ticket": ticket[1], "shown": shown, "do": do, **said})


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    said = answer.content.decode()
    assert "(text=" not in said, "something is shown as it is in the program"
    return said


def accept_all(client: Client, address: str) -> dict[str, str]:
    found = re.findall(r'name="(accept-[^"]+)"', text(client, address))
    return {"act": "send", **dict.fromkeys(found, "on")}


def test_a_request_from_the_data_set_to_its_renewal(cbs: Desk, ada: Actor) -> None:
    health, income = cbs.put("health"), cbs.put("income")
    elsewhere = desks.desk("rivm")
    elsewhere.body.desk = False
    elsewhere.body.save()
    lungs = elsewhere.put("lungs")
    client = client_of(ada)
    card = Client().get(f"/datasets/{health.key}").content.decode()
    assert ada.person
    assert work_of(ada.person) == "/owners/apply/"
    new = f"/requests/new?dataset={health.key}"
    assert f'href="{new}"' in card
    assert "Ask elsewhere" in text(client, f"/requests/new?dataset={lungs.key}")
    assert "Ask elsewhere" in text(client, f"/requests/new?dataset={quote(lungs.iri)}&lang=en")
    for unknown in ("", "x", "https://a.example/none", "urn:x" * 1000, "\0", "https://a.example/\0"):
        text(client, f"/requests/new?dataset={quote(unknown)}", 404)
    assert "This body decides" in text(Client(), new)
    page = client.post(f"{new}&return=https://european.example/x", {"act": "start"})
    asked = AccessRequest.objects.get()
    assert work_of(ada.person) == "/requests/"
    address = f"/requests/{asked.pk}/"
    assert page.headers["Location"] == address
    assert asked.back == "https://european.example/x"
    assert "Back to european.example" in text(client, address)
    for other in (income, lungs):
        client.post(address, {"act": "add", "data_set": str(other.key)})
    assert "Ask for these elsewhere" in text(client, address)
    hearts = cbs.put("hearts")
    follow()
    found = text(client, f"{address}?q=hearts")
    assert f'name="data_set" value="{hearts.key}"' in found
    assert "No protected data set was found" in text(client, f"{address}?q=zzzz%00{'x' * 3000}")
    client.post(address, {"act": "remove", "data_set": str(lungs.key)})
    [part] = asked.parts.all()
    own, send = f"/requests/parts/{part.reference}/answers/", f"{address}send/"
    # What is typed is saved, complete or not, and an answer brings its questions.
    page = fill(client, f"{address}answers/", **typed({"use": f"A study {EVIL}", "country": "other"}))
    assert page.headers["Location"] == f"{address}answers/#q--other-country"
    assert EVIL not in text(client, f"{address}answers/")
    page = fill(client, f"{address}answers/", **typed(ANSWERS))
    assert page.headers["Location"] == own
    assert fill(client, own, **{"q--ethics": "yes"}).headers["Location"] == f"{own}#q--number"
    assert "1 answer is missing" in text(client, send)
    assert client.post(send, {"act": "send"}).status_code == 400
    evil = SimpleUploadedFile("plan.pdf", b"MZ" + bytes(200))
    page = fill(client, own, **{"q--ethics": "yes", "q--number": "E-1", "q--plan": evil})
    assert page.status_code == 400
    plan = SimpleUploadedFile("plan.txt", b"We count.")
    page = fill(client, own, **{"q--ethics": "yes", "q--number": "E-1", "q--plan": plan})
    assert page.headers["Location"] == send
    assert "Read and accept this first" in client.post(send, {"act": "send"}).content.decode()
    page = client.post(send, accept_all(client, send))
    here = f"/requests/parts/{part.reference}/"
    assert page.headers["Location"] == here
    assert fresh(part).state == State.RECEIVED
    said = text(client, here)
    assert "The decision is due on" in said
    assert "plan.txt" in said
    # Nothing can be edited now.
    assert client.get(own).status_code == 302
    assert client.post(address, {"act": "remove", "data_set": str(income.key)}).status_code in (404, 409)
    # The body asks for changes; only then, the difference is shown.
    part = moving.take(who=cbs.handler, part=fresh(part))
    talking.note(who=cbs.handler, part=part, text="A secret of the body")
    moving.send_back(who=cbs.handler, part=part, text=f"Which variables? {EVIL}", questions=["data"])
    said = text(client, here)
    assert "Which variables?" in said
    assert "Which data do you need?" in said
    assert "A secret of the body" not in said
    assert EVIL not in said
    changed = {**ANSWERS, "data": "Age and sex", "ethics": "no"}
    assert fill(client, own, **typed(changed)).headers["Location"] == f"{here}send/"
    again = text(client, f"{here}send/")
    assert "Age and sex" in again
    assert "All of it" in again
    assert client.post(f"{here}send/", accept_all(client, f"{here}send/")).status_code == 302
    assert fresh(part).state == State.REVIEW
    # Messages, with a file; an estimate is accepted in the words that were read.
    page = client.post(
        here, {"act": "message", "text": "Hello", "file": SimpleUploadedFile("a.txt", b"Hello")}
    )
    assert page.status_code == 302
    assert "a.txt" in text(client, here)
    estimated(cbs, fresh(part))
    said = text(client, here)
    wording = estimating.wording(estimating.waiting_of(fresh(part)), "en")
    assert client.post(here, {"act": "accept", "wording": "Free of charge"}).status_code == 409
    assert client.post(here, {"act": "accept", "wording": wording.replace("\n", "\r\n")}).status_code == 302
    assert client.post(here, {"act": "accept", "wording": wording}).status_code == 409, "it no longer waits"
    said = text(client, here)
    assert "600.50" in said
    assert "You accepted the estimate on" in said
    # Withdrawn on purpose only.
    assert client.post(here, {"act": "withdraw"}).status_code == 400
    assert client.post(here, {"act": "withdraw", "sure": "on"}).status_code == 302
    assert "Withdrawn" in text(client, here)
    assert part.reference in text(client, "/requests/")


def test_without_an_account_by_a_link(cbs: Desk, ada: Actor) -> None:
    health = cbs.put("health")
    visitor, new = Client(), f"/requests/new?dataset={health.key}"
    said = {"act": "begin", "full_name": f"Bea \u202e\r\n{EVIL}", "email": "bea@home.example"}
    assert visitor.post(new, said).status_code == 200
    mail = Mail.objects.get(template="request-to-confirm")
    assert EVIL not in str(mail.context)
    link = f"/requests/link/{mail.context['token']}/"
    titles = {text(visitor, page).partition("</title>")[0].rpartition(" | ")[2] for page in (new, link)}
    assert titles == {settings.NODE.title}
    assert not AccessRequest.objects.exists(), "only its button does it"
    address = visitor.post(link).headers["Location"]
    asked = AccessRequest.objects.get()
    assert (asked.email, asked.name, asked.person) == ("bea@home.example", f"Bea {EVIL}", None)
    assert visitor.post(link).status_code == 404, "it works once"
    fill(visitor, f"{address}answers/", **typed(ANSWERS))
    # Whoever signs in next, in the same browser, may be another person.
    other = Client()
    other.cookies = SimpleCookie({"sessionid": visitor.cookies["sessionid"].value})
    text(other, address)
    sign_in(other, ada)
    text(other, address, 404)
    # In another browser there is nothing to see, and no difference to what does not exist.
    stranger = Client()
    foreign = text(stranger, address, 404)
    nothing = text(stranger, f"/requests/{uuid4()}/", 404)
    assert foreign.replace(str(asked.pk), "") == re.sub(r"[0-9a-f-]{36}", "", nothing)
    # A new link opens it; for an unknown address, the answer is the same and no mail goes out.
    answers = []
    for email in ("bea@home.example", "nobody@home.example"):
        page = stranger.post("/requests/link/", {"email": email})
        answers.append((page.status_code, page.content.decode().replace(email, "")))
    assert answers[0] == answers[1]
    [mail] = Mail.objects.filter(template="request-link")
    link = f"/requests/link/{mail.context['token']}/"
    assert f" | {settings.NODE.title}</title>" in text(stranger, link)
    assert stranger.post(link).headers["Location"] == "/requests/"
    assert "A study" in text(stranger, f"{address}answers/")
    assert stranger.cookies["sessionid"]["max-age"] == ""  # it goes with the browser
    stranger.post("/requests/", {"act": "leave"})
    assert stranger.get(address).status_code == 404
    # One mailbox gets few links.
    for _ in range(5):
        stranger.post("/requests/link/", {"email": "bea@home.example"})
    assert Mail.objects.filter(template__in=("request-link", "request-to-confirm")).count() == 3


def test_answers_to_can_i_get_it_come_along_if_they_are_sent(cbs: Desk, ada: Actor) -> None:
    health, said = cbs.put("health"), {"who": "research", "purpose": "ScientificResearch", "where": "eu"}
    page = Client().get(f"/datasets/{health.key}/access?{urlencode(said)}").content.decode()
    new = f"/requests/new?{urlencode({'dataset': str(health.key), **said})}"
    assert f'href="{new}"' in page.replace("&amp;", "&")
    assert "takes your answers along" in page
    client = client_of(ada)
    shown = html.fromstring(text(client, new))
    chosen = {one.get("name"): one.value for one in shown.xpath("//main//select")}
    assert chosen == {"category": "research", "purpose": "ScientificResearch", "transfer": "no"}
    assert "We keep them only if you send this form." in shown.text_content()
    assert not AccessRequest.objects.exists()
    # What somebody changes or leaves out is what counts; what is no answer is not brought along.
    client.post(new, {"act": "start", "category": "company", "purpose": "ScientificResearch", "transfer": ""})
    asked = AccessRequest.objects.get()
    assert asked.answers == {"category": "company", "purpose": ["ScientificResearch"]}
    answers = html.fromstring(text(client, f"/requests/{asked.pk}/answers/"))
    assert answers.xpath("//select[@name='q--category']")[0].value == "company"
    wrong = text(client, f"/requests/new?dataset={health.key}&who=<script>&where=adequate")
    chosen = {
        one.get("name"): one.value for one in html.fromstring(wrong).xpath("//main//select[@name!='to']")
    }
    assert chosen == {"transfer": "yes"}
    assert client.post(new, {"act": "start", "category": "nobody"}).status_code == 400
    # Without an account they wait in the link, which forgets them once it is opened.
    stranger, given = Client(), {"full_name": "Bea", "email": "bea@home.example"}
    stranger.post(new, {"act": "begin", **given, "category": "sme", "purpose": "", "transfer": "no"})
    stranger.post(f"/requests/link/{Mail.objects.get().context['token']}/")
    assert AccessRequest.objects.get(email="bea@home.example").answers == {
        "category": "sme",
        "transfer": "no",
    }
    assert Link.objects.get().answers == {}


def test_what_was_typed_is_kept_when_the_session_has_ended(cbs: Desk, ada: Actor) -> None:
    client = client_of(ada)
    client.post(f"/requests/new?dataset={cbs.put('health').key}", {"act": "start"})
    asked = AccessRequest.objects.get()
    address = f"/requests/{asked.pk}/answers/"
    page = text(client, address)
    [ticket] = re.findall(r'name="ticket" value="([^"]+)"', page)
    typed_late = {"ticket": ticket, "do": "go", "q--use": "A long text"}
    client.logout()
    answer = client.post(address, typed_late)
    assert answer.headers["Location"].startswith("/account/login/?next=")
    asked.refresh_from_db()
    assert asked.answers["use"] == "A long text"
    # The ticket opens nothing, and is good for this page only.
    assert client.get(address).status_code == 404
    assert client.post(f"/requests/{asked.pk}/", {"ticket": ticket, "act": "erase"}).status_code == 404
    assert client.post(address, {**typed_late, "ticket": ticket[:-1] + "x"}).status_code == 403
    assert Client(enforce_csrf_checks=True).post(address, {"q--use": "forged"}).status_code == 403


def test_nobody_comes_to_what_others_asked(cbs: Desk, ada: Actor) -> None:
    other = desks.desk("rivm")
    part = desks.sent(ada, other.put("lungs"))
    draft = desks.started(ada, [other.put("hearts")])
    paths = [
        f"/requests/parts/{part.reference}/",
        f"/requests/parts/{part.reference}/answers/",
        f"/requests/parts/{part.reference}/send/",
        f"/requests/{part.request_id}/",
        f"/requests/{draft.pk}/answers/",
        f"/requests/{draft.pk}/send/",
        f"/requests/{draft.pk}/",
    ]
    for who in (requester("eve"), other.handler, cbs.handler, other.reader):
        client = Client()
        sign_in(client, who, second_factor="totp")
        for path in paths:
            assert client.get(path).status_code == 404, path
            assert client.post(path, {"act": "withdraw", "sure": "on"}).status_code in (403, 404), path
    assert fresh(part).state == State.RECEIVED
    places = ("/requests/parts/{}/", "/requests/parts/{}/send/", "/letters/{}.pdf", "/bodies/rivm/desk/{}/")
    sign_in(handler := Client(), other.handler, second_factor="totp")
    for path in (place.format(part.reference + "%00") for place in places):
        assert handler.get(path).status_code == Client().get(path).status_code == 404, path
    for path in paths:
        assert client_of(ada).get(path).status_code in (200, 302), path


def test_what_is_decided_and_what_comes_too_late(ada: Actor, db: None) -> None:
    body = desks.desk("cbs", **REDRESS)
    data_set = body.put("health")
    client = client_of(ada)
    with desks.at("2026-11-02"):
        part = desks.handled(body, ada, data_set)
    here = f"/requests/parts/{part.reference}/"
    # A form that was open while the body went on says so, and shows what was typed in it.
    moving.send_back(who=body.handler, part=part, text="Which data?")
    page = text(client, f"{here}answers/")
    [ticket] = re.findall(r'name="ticket" value="([^"]+)"', page)
    assert client.post(f"{here}send/", accept_all(client, f"{here}send/")).status_code == 302
    late = client.post(f"{here}answers/", {"ticket": ticket, "q--data": "Age and sex"})
    assert late.status_code == 409
    assert "Age and sex" in late.content.decode()
    assert "under review" in late.content.decode()
    assert fresh(part).answers["data"] == "All of it"
    assert client.post(here, {"act": "nudge"}).status_code == 409, "it is not due soon"
    with desks.at("2027-01-01"):
        assert "Remind the body" in text(client_of(ada), here)
        assert client_of(ada).post(here, {"act": "nudge"}).status_code == 302
        extending.extend(who=body.handler, part=fresh(part), ground="dga-2022", reasons="Much to look at.")
    said = text(client, here)
    assert "Much to look at." in said
    assert "The ground (Article 9(1)): The request is exceptionally extensive and complex." in said
    grant = GrantFacts(
        since=timezone.localdate(),
        until=None,
        purpose="Research",
        extract=f"Trips {EVIL}",
        refused="The names",
        people=["Ada"],
    )
    why = {"grounds": ["conditions-not-met"], "explanation": "Names would show who is ill."}
    decide(who=body.handler, part=fresh(part), outcome="partly", grant=grant, **why, language="en")
    said = text(client, here)
    ground = grounds_of(regimes_of(fresh(part)))["conditions-not-met"]
    told = ("The names", in_words(ground.text).rstrip("."), why["explanation"], REDRESS["redress"])
    assert [one for one in (*told, "There is no fee.") if one not in said] == []
    assert "What you asked for" not in said
    assert "Trips &lt;script&gt;" in said
    assert f"/letters/{part.reference}.pdf" in said
    assert client.post(here, {"act": "withdraw", "sure": "on"}).status_code == 409
    renewed = client.post(here, {"act": "renew"}).headers["Location"]
    assert "complete" in text(client, renewed)
    assert client.post(renewed, {"act": "erase"}).headers["Location"] == "/requests/"
    assert client.get(renewed).status_code == 404


def test_long_tables_and_long_lists(ada: Actor, db: None) -> None:
    columns = [{"id": f"c{number}", "label": {"en": "Column"}} for number in range(8)]
    tables = [{"id": f"t{n}", "kind": "table", "label": {"en": "T"}, "columns": columns} for n in range(3)]
    body = desks.desk("cbs", form=tables)
    client = client_of(ada)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            text(client, "/requests/")
            text(client, "/requests/my-data/")
        return len(asked)

    [part] = desks.started(ada, [body.put("health")]).parts.all()
    desks.sent(ada, body.put("income"))
    few = queries()
    for name in ("lungs", "hearts", "eyes"):
        desks.sent(ada, body.put(name))
    assert queries() == few
    rows = [{column["id"]: f"{number}" for column in columns} for number in range(50)]
    answers = {table["id"]: rows for table in tables}
    assert fill(client, f"/requests/parts/{part.reference}/answers/", **typed(answers)).status_code == 302
    assert fresh(part).answers == answers


def test_one_request_goes_to_two_bodies_and_neither_sees_the_other(cbs: Desk, ada: Actor) -> None:
    rivm = desks.desk("rivm")
    client = client_of(ada)
    client.post(f"/requests/new?dataset={cbs.put('health').key}", {"act": "start"})
    asked = AccessRequest.objects.get()
    address = f"/requests/{asked.pk}/"
    lungs = rivm.put("lungs")
    client.post(f"/requests/new?dataset={lungs.key}", {"act": "add", "to": str(asked.pk)})
    assert (
        client.post(f"/requests/new?dataset={lungs.key}", {"act": "add", "to": str(uuid4())}).status_code
        == 400
    )
    fill(client, f"{address}answers/", **typed(ANSWERS))
    own = asked.parts.get(body=cbs.body)
    fill(client, f"/requests/parts/{own.reference}/answers/", **{"q--ethics": "no"})
    page = client.post(f"{address}send/", accept_all(client, f"{address}send/"))
    assert page.headers["Location"] == address
    other = asked.parts.get(body=rivm.body)
    assert {fresh(own).state, fresh(other).state} == {State.RECEIVED}
    assert "ethics" in fresh(own).answers
    assert "ethics" not in fresh(other).answers
    assert "The lungs" not in text(client, f"/requests/parts/{own.reference}/")
    assert own.reference in text(client, address)
    # The same again is pointed out, and nobody is refused for it.
    client.post(f"/requests/new?dataset={lungs.key}", {"act": "start"})
    again = AccessRequest.objects.exclude(pk=asked.pk).get()
    assert other.reference in text(client, f"/requests/{again.pk}/send/")


def test_the_european_node_names_a_data_set_by_its_iri(ada: Actor, db: None) -> None:
    data_set = desks.desk("cbs").put("health")
    address = (
        f"/requests/new?{urlencode({'dataset': data_set.iri, 'lang': 'en', 'return': 'javascript:alert(1)'})}"
    )
    client = client_of(ada)
    assert "The health" in text(client, address)
    client.post(address, {"act": "start"})
    assert AccessRequest.objects.get().back == ""
    for said in ("", "x", f"{data_set.iri}x", "9" * 2000, str(uuid4())):
        assert client.get(f"/requests/new?{urlencode({'dataset': said})}").status_code == 404
