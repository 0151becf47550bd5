"""Each page of the desk for each role, as the table says; for everybody else it does not exist."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from erpd.accounts.deeds import deeds
from erpd.accounts.mails import tell
from erpd.accounts.may import TABLE, Kind, Role, Verb
from erpd.accounts.models import Mail, Owner
from tests.accounts.desk.conftest import reviewer
from tests.accounts.people import EDITOR, READER, member, operator, person

pytestmark = pytest.mark.django_db

NODE, OWNER, AUDIT = Kind.NODE, Kind.OWNER, Kind.AUDIT


@pytest.fixture
def pages(waiting: Owner, publishing: Owner) -> dict[str, Kind]:
    """Each page, and what one must be able to see of the whole node for it."""
    tell("anna@stat.example", "removed", title="x")
    return {
        "": OWNER,
        "owners/": OWNER,
        f"owners/{waiting.slug}/": OWNER,
        f"owners/{publishing.slug}/": OWNER,
        "mail/": NODE,
        f"mail/{Mail.objects.latest('pk').pk}/": NODE,
        "organisations/": NODE,
        "people/": NODE,
        f"people/{operator().person.pk}/": NODE,  # type: ignore[union-attr]
        "agreement/": NODE,
        "agreement/new/": NODE,
        "bodies/": Kind.BODY,
        "audit/": AUDIT,
    }


def test_each_role_sees_what_the_table_says(at_desk: Any, pages: dict[str, Kind], publishing: Owner) -> None:
    actors = [
        (Role.OPERATOR, operator()),
        (Role.REVIEWER, reviewer()),
        (Role.PERSON, person("else@x.example")),
        (Role.ADMIN, person("bert@land.example")),
        (Role.EDITOR, member(publishing, "ed@land.example", EDITOR)),
        (Role.READER, member(publishing, "reads@land.example", READER)),
    ]
    for role, who in actors:
        client = at_desk(who)
        nowhere = client.get("/desk/nothing/")
        assert nowhere.status_code == 404
        bodies = set()
        for page, kind in pages.items():
            held = {role} & {Role.OPERATOR, Role.REVIEWER}  # others are something for their owner only
            answer = client.get(f"/desk/{page}")
            assert answer.status_code == (200 if held & TABLE[kind, Verb.SEE] else 404), (role, page)
            if answer.status_code == 200:
                assert "no-store" in answer["Cache-Control"], page
                assert answer["X-Robots-Tag"] == "noindex", page
                assert answer.context["node"] is settings.NODE, page
            if not held:
                assert client.post(f"/desk/{page}").status_code in (404, 405), (role, page)
            if answer.status_code == 404:
                bodies.add(answer.content.decode().replace(f"/desk/{page}", "…"))
        unknown = ["owners/unknown/", "mail/9999/", "people/9999/", "mail/99999999999999999999/"]
        for page in unknown:
            answer = client.get(f"/desk/{page}")
            assert answer.status_code == 404, page
            if not held:
                bodies.add(answer.content.decode().replace(f"/desk/{page}", "…"))
        assert len(bodies) <= 1, "it says the same of what is foreign and of what is not there"


def test_strangers_sign_in_and_nobody_sends_other_methods(pages: dict[str, Kind]) -> None:
    client = Client()
    for page in pages:
        answer = client.get(f"/desk/{page}")
        assert answer.status_code == 302, page
        assert answer["Location"].startswith("/account/login/?next=/desk/"), page
        assert client.delete(f"/desk/{page}").status_code == 405, page


def test_a_reviewer_looks_and_decides_nothing(at_desk: Any, waiting: Owner, publishing: Owner) -> None:
    client = at_desk(reviewer())
    page = client.get(f"/desk/owners/{waiting.slug}/").content.decode()
    for hidden in ("anna@stat.example", "<h2>Audit log", 'value="approve"', 'value="refuse"'):
        assert hidden not in page
    before = deeds(size=1)[0].pk
    for owner, facts in (
        (waiting, {"act": "approve"}),
        (waiting, {"act": "refuse", "reason": "x"}),
        (publishing, {"act": "close", "reason": "x"}),
        (publishing, {"act": "confirm"}),
    ):
        assert client.post(f"/desk/owners/{owner.slug}/", facts).status_code == 403
    assert deeds(size=1)[0].pk == before


def test_what_is_sent_needs_a_token(at_desk: Any, pages: dict[str, Kind]) -> None:
    client = at_desk(enforce_csrf_checks=True)
    for page in pages:
        assert client.post(f"/desk/{page}", {"act": "approve"}).status_code in (403, 405), page
