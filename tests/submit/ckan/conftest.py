"""An owner with a key, and a client of CKAN's API that uses it."""

import json
from typing import Any

import pytest
from django.test import Client

from erpd.accounts.keys import make
from tests.submit.owners import Office, office

RESOURCE = {
    "url": "https://data.example/apply",
    "name": "Microdata",
    "format": "CSV",
    "size": 1000,
    "rights": "On request, for statistical research.",
}
PACKAGE = {
    "name": "discharges",
    "title": "Hospital discharges",
    "notes": "Every discharge since 2013.",
    "maintainer": "Desk",
    "maintainer_email": "desk@cbs.example",
    "tags": [{"name": "health"}],
    "extras": [
        {"key": "access_rights", "value": "RESTRICTED"},
        {"key": "archive_room", "value": "B 12"},
    ],
    "resources": [RESOURCE],
}


class Ckan:
    """Acts with one key, as a script does."""

    def __init__(self, client: Client, text: str = "") -> None:
        self.client, self.headers = client, {"Authorization": text} if text else {}
        self.response: Any = None

    def post(self, action: str, sent: object = None, query: str = "", **headers: str) -> Any:
        self.response = self.client.post(
            f"/api/3/action/{action}{query}",
            json.dumps(sent if sent is not None else {}),
            content_type="application/json",
            headers={**self.headers, **headers},
        )
        return json.loads(self.response.content)

    def do(self, action: str, **sent: Any) -> Any:
        """The result; the action must be done."""
        answer = self.post(action, sent)
        assert self.response.status_code == 200, answer
        assert answer["success"] is True
        assert answer["help"] == f"http://testserver/api/3/action/help_show?name={action}"
        return answer["result"]

    def error(self, action: str, status: int, **sent: Any) -> dict[str, Any]:
        """The error; the action must be refused."""
        answer = self.post(action, sent)
        assert self.response.status_code == status, answer
        assert answer["success"] is False
        return answer["error"]


@pytest.fixture
def cbs(db: None) -> Office:
    return office("cbs")


def ckan_of(of: Office, client: Client, kind: str = "protected", role: str = "editor") -> Ckan:
    return Ckan(client, make(who=of.actor(role), catalogue=of.catalogues[kind])[1])


@pytest.fixture
def ckan(cbs: Office, client: Client) -> Ckan:
    return ckan_of(cbs, client)
