"""A case system that sends the same twice at the same moment: it is done once, and told so."""

import pytest
from django.test import Client

from erpd.access.models import Answered
from erpd.access.requests.table import Action
from erpd.accounts.keys import make_for_desk
from erpd.accounts.may import Actor
from tests.access.requests import desks
from tests.access.requests.desks import Desk
from tests.access.requests.test_races import at_once

pytestmark = [pytest.mark.usefixtures("shared"), pytest.mark.django_db(transaction=True)]


def test_one_message_is_written_whoever_comes_first(cbs: Desk, ada: Actor) -> None:
    part = desks.sent(ada, cbs.put("a"))
    key = make_for_desk(who=cbs.handler, owner=cbs.office.owner)[1]
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "one"}
    path = f"/api/requests/v1/requests/{part.reference}/messages"

    def send() -> tuple[int, str]:
        sent = {"data": b'{"text": "When?"}', "content_type": "application/json"}
        answer = Client().post(path, headers=headers, **sent)  # type: ignore[arg-type]
        told = answer.json().get("code") or answer.get("Idempotency-Replayed", "first")
        return answer.status_code, told

    for number in range(1, 4):
        done = sorted(at_once([send, send, send]))
        # The others wait for the first: they get its answer, or are told to ask for it.
        assert set(done) <= {(200, "first"), (200, "true"), (409, "IDEMPOTENCY_KEY_IN_USE")}, done
        assert done.count((200, "first")) == 1, done
        assert send() == (200, "true")
        assert part.events.filter(action=Action.MESSAGE).count() == number
        Answered.objects.all().delete()
