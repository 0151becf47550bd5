"""A data owner with keys, and clients of the delivery API that use them."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from erpd.accounts.keys import make
from erpd.accounts.models import Key
from tests.formats.delivery.bodies import AUTHORITY
from tests.submit.owners import Office, agree, office

Json = Any
RESTRICTED = f"{AUTHORITY}access-right/RESTRICTED"


def body(name: str = "discharges", **fields: Json) -> dict[str, Json]:
    """A data set with all that publication requires."""
    return {
        "dctIdentifier": f"https://data.example/{name}",
        "dctTitle": ["Discharges"],
        "dctDescription": ["Every discharge."],
        "dctPublisher": {"foafName": ["Statistics"]},
        "dctCreator": [{"foafName": ["Statistics"]}],
        "dcatContactPoint": {"vcardFn": "Desk", "vcardHasEmail": "mailto:desk@data.example"},
        "dcatTheme": [f"{AUTHORITY}data-theme/HEAL"],
        "dctAccessRights": RESTRICTED,
        "dcatDistribution": [distribution()],
        **fields,
    }


def distribution(**fields: Json) -> dict[str, Json]:
    return {
        "dcatAccessUrl": "https://data.example/apply",
        "dctFormat": f"{AUTHORITY}file-type/CSV",
        "dcatByteSize": 18006,
        "dctRights": "On request.",
        **fields,
    }


@dataclass
class Api:
    """A client with a key, or without one."""

    key: Key | None = None
    text: str = ""
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def __call__(self, method: str, path: str, body: Json = None, **headers: str) -> Any:
        if self.text:
            headers.setdefault("Authorization", f"Bearer {self.text}")
        options = {} if body is None else {"data": body, "content_type": "application/json"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if content_type := named.pop("Content-Type", ""):
            options["content_type"] = content_type
        return getattr(self.client, method.lower())(f"/api/v1/{path}", headers=named, **options)

    def create(self, status: str = "DRAFT", **fields: Json) -> str:
        answer = self("POST", f"datasets?publicationStatus={status}", body(**fields))
        assert answer.status_code == 201, answer.content
        return answer.json()["id"]


@pytest.fixture
def cbs(db: None) -> Office:
    made = office("cbs")
    agree(made)
    return made


def api_of(made: Office, kind: str = "protected") -> Api:
    return Api(*make(who=made.actor(), catalogue=made.catalogues[kind]))


@pytest.fixture
def api(cbs: Office) -> Api:
    return api_of(cbs)


@pytest.fixture
def stranger(db: None) -> Api:
    return Api()
