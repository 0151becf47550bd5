"""All that is kept on me, for me alone, without what the body writes among itself."""

import json
import zipfile
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from erpd.access.attachments.actions import attach
from erpd.access.models import AccessRequest, Enquiry
from erpd.access.personal_data import pages as my_data
from erpd.access.requests import moving, talking
from tests.access.personal_data.test_forgetting import SAID, WHO, planted
from tests.access.requests import desks
from tests.access.requests.conftest import ada, cbs, national
from tests.access.requests.desks import Desk
from tests.accounts.people import sign_in

__all__ = ["ada", "cbs", "national"]

pytestmark = pytest.mark.django_db

PAGE, ZIP = "/requests/my-data/", "/requests/my-data/my-data.zip"


@pytest.fixture(autouse=True)
def nobody_has_downloaded() -> None:
    my_data._DOWNLOADS._filled.clear()


def opening(*keys: UUID) -> Client:
    """Somebody who opened requests by their private links."""
    client = Client()
    session = client.session
    session["opened"] = [str(key) for key in keys]
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def unpacked(client: Client) -> tuple[dict[str, Any], dict[str, bytes]]:
    answer = client.get(ZIP)
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.zip"'
    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as package:  # type: ignore[attr-defined]
        files = {name: package.read(name) for name in package.namelist()}
    return json.loads(files.pop("my-data.json")), files


def test_by_a_link_all_of_it_and_nothing_of_the_body(cbs: Desk, ada: Any) -> None:
    mine = planted(cbs)
    part = mine.parts.get()
    note = "Between us: we do not like this one."
    event = talking.note(who=cbs.handler, part=part, text=note)
    attach(who=cbs.handler, part=part, event=event, name="note.txt", content=note.encode())
    other = desks.sent(ada, cbs.put("other"))
    data, files = unpacked(opening(mine.pk))
    text = json.dumps(data)
    assert note not in text
    for hidden in ("editor@cbs.example", "reader@cbs.example", other.reference, "ada@"):
        assert hidden not in text
    [request] = data["requests"]
    assert (request["name"], request["email"]) == (WHO["name"], WHO["email"])
    [said] = request["parts"]
    assert [each["answers"]["use"] for each in said["submissions"]] == [SAID, SAID]
    assert {event["text"] for event in said["events"] if event["action"] == "message"} == {SAID}
    assert "note" not in {event["action"] for event in said["events"]}
    assert (
        said["estimates"][0]["covers"] == said["decision"]["explanation"] == said["grant"]["extract"] == SAID
    )
    [file] = said["files"]
    assert list(files) == [file["path"]]
    assert files[file["path"]].startswith(b"%PDF")
    assert data["enquiries"][0]["text"] == data["enquiries"][0]["answers"][0]["text"] == SAID
    assert data["mails"]
    assert data["account"] is None
    again = [opening(mine.pk).get(ZIP) for _ in range(my_data._DOWNLOADS.size)]
    assert {one.status_code for one in again} == {200, 429}
    for one in again:
        one.close()
    assert int(again[-1]["Retry-After"]) > 0


def test_who_asks_their_own_body_gets_no_notes_either(cbs: Desk) -> None:
    part = desks.handled(cbs, cbs.handler, cbs.put("census"))
    event = talking.note(who=cbs.handler, part=part, text="Between us")
    attach(who=cbs.handler, part=part, event=event, name="note.txt", content=b"Between us")
    sign_in(client := Client(), cbs.handler, second_factor="totp")
    data, files = unpacked(client)
    assert data["requests"][0]["parts"][0]["files"] == [] == list(files)


def test_with_an_account_and_who_else_comes(cbs: Desk, ada: Any) -> None:
    part = desks.sent(ada, cbs.put("census"))
    moving.take(who=cbs.handler, part=part)
    draft = desks.started(ada, [cbs.put("draft")])
    sign_in(client := Client(), ada)
    page = client.get(PAGE).content.decode()
    assert part.reference in page
    data, _files = unpacked(client)
    assert {request["id"] for request in data["requests"]} == {str(part.request_id), str(draft.pk)}
    assert data["account"]["email"] == "ada@university.example"
    assert client.post(PAGE).status_code == 302
    assert AccessRequest.objects.get().pk == part.request_id
    assert "Drafts erased: 1." in client.get(PAGE).content.decode()

    stranger = Client()
    assert "We do not know who you are" in stranger.get(PAGE).content.decode()
    assert stranger.get(ZIP).status_code == 404
    assert stranger.post(PAGE).status_code == 302
    sign_in(eve := Client(), desks.requester("eve"))
    assert unpacked(eve)[0]["requests"] == []
    sign_in(handler := Client(), cbs.handler, second_factor="totp")
    assert part.reference not in handler.get(PAGE).content.decode()
    assert Enquiry.objects.count() == 0
