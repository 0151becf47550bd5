"""A case system answers requests by API; what is not its own does not exist; the document says what is so."""

import json
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from erpd.access.attachments.actions import attach
from erpd.access.case_systems.forgetting import forget_answers
from erpd.access.case_systems.openapi import document
from erpd.access.models import Attachment, Part
from erpd.access.outcomes.estimating import accept, wording
from erpd.access.requests import sending, talking
from erpd.access.requests.table import Action, Role, allowed
from erpd.accounts.keys import make, make_for_desk
from erpd.accounts.may import Actor
from erpd.accounts.models import Membership, Person
from erpd.accounts.rest.problems import MEDIA_TYPE
from erpd.node.refusals import told
from tests.access.requests import desks
from tests.access.requests.desks import Desk
from tests.proofs import AT_LENGTH, length
from tests.submit.delivery_api.test_contract import CHECKS
from tests.submit.owners import agree

REDRESS = {
    "redress": "Court",
    "redress_address": "Square 1",
    "redress_within": "6 weeks",
    "redress_language": "en",
}


class Api:
    """A client with a key."""

    def __init__(self, text: str = "") -> None:
        self.client, self.headers = Client(), {"Authorization": f"Bearer {text}"} if text else {}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        address = f"/api/requests/v1/{path}"
        return self.client.generic(method, address, headers=self.headers | named, **sent)


def key_of(desk: Desk) -> str:
    return make_for_desk(who=desk.handler, owner=desk.office.owner)[1]


@pytest.fixture
def api(cbs: Desk) -> Api:
    type(cbs.body).objects.filter(pk=cbs.body.pk).update(**REDRESS)
    return Api(key_of(cbs))


def said(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return response.json()


def test_what_is_sent_again_with_its_key_is_done_once(cbs: Desk, ada: Actor, api: Api) -> None:
    part, other = desks.sent(ada, cbs.put("a")), desks.sent(ada, cbs.put("b"))
    messages, text = f"requests/{part.reference}/messages", {"text": "Which years?"}
    first, again = (api("POST", messages, text, Idempotency_Key='"one"') for _ in range(2))
    assert (said(first), again.content) == (said(again), first.content)
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert part.events.filter(action=Action.MESSAGE).count() == 1
    for path, body in ((messages, {"text": "Which?"}), (f"requests/{other.reference}/messages", text)):
        wrong = api("POST", path, body, Idempotency_Key="one")
        assert said(wrong, 422)["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert said(api("POST", messages, text, Idempotency_Key="x" * 256), 400)["code"] == "INVALID_REQUEST"
    # What is wrong may be put right with the same key; what cannot be done twice is told as the first time.
    estimate = {"least": 10, "covers": "Work", "validUntil": "2000-01-01"}
    said(api("POST", f"requests/{part.reference}/estimate", estimate, Idempotency_Key="two"), 400)
    estimate["validUntil"] = (timezone.localdate() + timedelta(days=9)).isoformat()
    for _ in range(2):
        sent = api("POST", f"requests/{part.reference}/estimate", estimate, Idempotency_Key="two")
        assert said(sent)["state"] == "estimate"
    for _ in range(2):
        gone = api("DELETE", f"requests/{part.reference}/estimate", Idempotency_Key="three")
        assert said(gone)["state"] == "review"
    # A key of another body is another; after a day, nothing is kept.
    theirs = desks.desk("knmi")
    asked = desks.sent(ada, theirs.put("a"))
    said(Api(key_of(theirs))("POST", f"requests/{asked.reference}/messages", text, Idempotency_Key="one"))
    assert forget_answers() == 0
    with desks.later(2):
        assert forget_answers() == 4
    said(api("POST", messages, text, Idempotency_Key="one"))
    assert part.events.filter(action=Action.MESSAGE).count() == 2


def test_a_request_goes_through_a_case_system(cbs: Desk, ada: Actor, api: Api) -> None:
    empty = said(api("GET", "requests?state=received"))
    part = desks.sent(ada, cbs.put("a"))
    [first] = said(api("GET", f"requests?state=received&cursor={empty['next']}"))["requests"]
    assert (empty["requests"], first["reference"]) == ([], part.reference)
    again = desks.sent(ada, cbs.put("b"))
    [_, listed] = said(api("GET", "requests"))["requests"]
    assert (listed["reference"], said(api("GET", "requests?size=1"))["more"]) == (again.reference, False)
    Part.objects.update(changed=timezone.now() - timedelta(minutes=1))
    [listed] = (page := said(api("GET", "requests?size=1")))["requests"]
    assert (listed["reference"], listed["state"], page["more"]) == (part.reference, "received", True)
    one = f"requests/{part.reference}"
    talking.note(who=cbs.handler, part=part, text="Only for us")
    talking.message(who=ada, part=part, text="When?")
    Person.objects.filter(email="ada@university.example").update(
        language="nl"
    )  # letters are in it from now on
    seen = said(api("GET", one))
    assert seen["requester"] == {"name": "Ada", "email": "ada@university.example", "language": "nl"}
    assert seen["submissions"][0]["answers"]["use"] == "A study"
    assert [each["text"] for each in seen["events"] if each["action"] == "message"] == ["When?"]
    assert "Only for us" not in json.dumps(seen)
    changed = said(api("GET", f"requests?cursor={page['next']}"))["requests"]
    assert [each["reference"] for each in changed] == [again.reference, part.reference]
    said(api("POST", f"{one}/messages", {"text": "Soon"}))
    said(
        api("POST", f"{one}/extension", {"ground": next(iter(seen["extensionGrounds"])), "reasons": "Large"})
    )
    assert said(api("POST", f"{one}/extension", {"ground": "x", "reasons": "x"}), 409)["errors"][0][
        "code"
    ] == ("extended-already")
    wrong = said(api("POST", f"{one}/return", {"text": "?", "questions": ["data", "nope"]}), 400)
    assert [fault["pointer"] for fault in wrong["errors"]] == ["/questions/1"]
    assert (
        said(api("POST", f"{one}/return", {"text": "Which years?", "questions": ["data"]}))["state"]
        == "returned"
    )
    stopped = said(api("POST", f"{one}/return", {"text": "x"}), 409)
    assert (stopped["code"], "page" in stopped["detail"]) == ("REQUEST_WRONG_STATE", False)
    sending.submit(who=ada, part=part)
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    costs = {"least": "10", "most": "20.50", "covers": "Work", "validUntil": until}
    exact = {name: costs[name] for name in ("least", "covers", "validUntil")}
    assert said(api("POST", f"{one}/estimate", exact))["estimates"][0]["most"] == "10.00"
    assert said(api("DELETE", f"{one}/estimate"))["estimates"][0]["state"] == "cancelled"
    grant = {"since": until, "purpose": "A study", "extract": "2020", "people": ["Ada"]}
    decision = {"outcome": "granted", "language": "en", "fee": "20.51", "grant": grant}
    assert said(api("POST", f"{one}/decision", decision), 409)["errors"][0]["code"] == "estimate-missing"
    waiting = said(api("POST", f"{one}/estimate", costs))["estimates"][1]
    assert waiting["most"] == "20.50"
    accept(who=ada, part=part, text=wording(part.estimates.get(state="sent"), "en"))
    assert said(api("POST", f"{one}/decision", decision), 409)["errors"][0]["code"] == "estimate-exceeded"
    decided = said(api("POST", f"{one}/decision", {**decision, "fee": "20.50"}))
    assert (decided["state"], decided["decision"]["currency"]) == ("decided", "EUR")
    assert decided["decision"]["grant"]["people"] == ["Ada"]
    lines = json.loads(b"".join(Client().get("/decisions.json")))["decisions"]
    assert [(line["body"], line["outcome"], line["category"]) for line in lines] == [("cbs", "granted", None)]


def test_what_is_foreign_does_not_exist_and_other_keys_open_nothing(cbs: Desk, ada: Actor, api: Api) -> None:
    other = desks.desk("other")
    theirs, draft = desks.sent(ada, other.put("b")), desks.started(ada, [cbs.put("c")])
    mine = desks.sent(ada, cbs.put("a"))
    file = attach_to(other, ada)
    agree(cbs.office)
    _, of_data_sets = make(who=cbs.handler, catalogue=cbs.office.catalogues["protected"])
    operations = [
        (method.upper(), path.removeprefix("/api/requests/v1/").replace("{attachmentId}", str(file.pk)))
        for path, methods in document()["paths"].items()
        for method in methods
    ]
    bodies = {
        "messages": {"text": "x"},
        "return": {"text": "x"},
        "extension": {"ground": "dga-2022", "reasons": "x"},
        "estimate": {"least": 1, "most": 1, "covers": "x", "validUntil": "2030-01-01"},
        "decision": {"outcome": "refused", "language": "en"},
    }
    foreign = key_of(other)
    before = list(Part.objects.order_by("pk").values())
    for method, path in operations:
        body = bodies.get(path.rpartition("/")[2]) if method == "POST" else None
        for reference in (theirs.reference, draft.parts.get().reference, "none"):
            if "{reference}" in path:
                assert api(method, path.replace("{reference}", reference), body).status_code == 404
        own = path.replace("{reference}", mine.reference)
        for text in ("", of_data_sets, f"{foreign[:-1]}~"):
            refused = Api(text)(method, own, body)
            assert (said(refused, 401)["code"], refused["WWW-Authenticate"]) == ("KEY_NOT_VALID", "Bearer")
            assert refused["Content-Type"] == MEDIA_TYPE
        if "{reference}" in path:
            assert Api(foreign)(method, own, body).status_code == 404
    assert Client().get("/api/v1/auth/user", headers=api.headers).status_code == 401
    assert Client().get("/api/v1/datasets", headers=api.headers).status_code == 401
    Membership.objects.filter(person=cbs.handler.person).update(handles=False)
    assert api("GET", f"requests/{mine.reference}").status_code == 403
    assert list(Part.objects.order_by("pk").values()) == before


def attach_to(desk: Desk, who: Actor) -> Attachment:
    """A file of a request to a body."""
    part = desks.started(who, [desk.put("file")]).parts.get()
    made = attach(who=who, part=part, field="data", name="<b>.csv", content=b"a,b\n1,2\n")
    sending.submit(who=who, request=part.request)
    return made


def test_a_file_is_saved_and_never_shown(cbs: Desk, ada: Actor, api: Api) -> None:
    file = attach_to(cbs, ada)
    [told] = said(api("GET", f"requests/{file.part.reference}"))["attachments"]
    got = api.client.get(told["url"].removeprefix("http://localhost:8000"), headers=api.headers)
    assert got.content == b"a,b\n1,2\n"
    assert got["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got["Content-Security-Policy"]


def test_what_the_server_refuses_is_a_problem_too() -> None:
    assert told("/api/requests/v1/requests", 413, "Too Large")[0] == MEDIA_TYPE


def test_the_table_is_what_the_api_does() -> None:
    """Each operation is one that the table gives to a case system, and the other way round."""
    done = {
        Action.SEE,
        Action.MESSAGE,
        Action.RETURN,
        Action.EXTEND,
        Action.ESTIMATE,
        Action.CANCEL,
        Action.DECIDE,
    }
    assert done == {
        each for each in Action if any(Role.SYSTEM in allowed(state, each) for state in Part.State)
    }


@pytest.mark.proof
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_what_the_document_generates_is_answered_as_it_says(
    mode: GenerationMode,
    cbs: Desk,
    ada: Actor,
    api: Api,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Random requests, half of them for a request that is here."""
    here = desks.sent(ada, cbs.put("a")).reference
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(document())))
    schema.app = get_wsgi_application()
    for signal in (request_started, request_finished):  # a server would close the connection of the test
        monkeypatch.setattr(signal, "receivers", [])
    seen = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=length(1, 300),
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def answered(case: Any) -> None:
            nonlocal seen
            seen += 1
            if seen % 2 and "reference" in case.path_parameters:
                case.path_parameters["reference"] = here
            response = case.call(
                base_url="http://testserver", headers={**api.headers, "Accept-Encoding": "identity"}
            )
            case.validate_response(response, checks=CHECKS)

        sampled = mode is GenerationMode.POSITIVE or operation.path.endswith("/messages")
        if sampled or (AT_LENGTH and (operation.body or operation.query)):
            answered()
    assert seen
