"""The audit log by owner and person, turned by key; a new version of the agreement asks every owner again."""

from typing import Any

import pytest

from erpd.accounts import keys
from erpd.accounts.deeds import record
from erpd.accounts.may import COMMAND_LINE, Kind
from erpd.accounts.models import Agreement, Mail, Owner
from erpd.accounts.readiness import hindrances
from tests.accounts.desk.conftest import EVIL
from tests.accounts.people import person

pytestmark = pytest.mark.django_db


def test_everything_is_found_by_owner_and_person(at_desk: Any, waiting: Owner, publishing: Owner) -> None:
    client, bert = at_desk(), person("bert@land.example")
    key, _ = keys.make(who=bert, catalogue=publishing.holdings.first().catalogue)  # type: ignore[union-attr]
    for number in range(70):
        record(who=COMMAND_LINE, verb="try", thing=Kind.NODE, name=f"{EVIL} {number}", value=EVIL)

    def verbs(query: str) -> set[tuple[str, str]]:
        answer = client.get(f"/desk/audit/{query}")
        assert EVIL not in answer.content.decode()
        return {(one.by, one.verb) for one in answer.context["page"].rows}

    assert verbs("") == {("erpd", "try")}
    assert {by for by, _ in verbs("?by=BERT@land.example")} == {"bert@land.example"}
    assert {by for by, _ in verbs("?owner=land-registry")} >= {"bert@land.example", "erpd"}
    assert verbs(f"?owner={waiting.slug}") == {("anna@stat.example", "request")}
    assert verbs("?owner=nobody") == verbs(f"?by={key.prefix}") == set()
    assert "There is no data owner of this name." in client.get("/desk/audit/?owner=nobody").content.decode()
    first = client.get("/desk/audit/")
    second = client.get("/desk/audit/" + first.context["page"].further)
    keys_seen = [one.pk for page in (first, second) for one in page.context["page"].rows]
    assert len(keys_seen) == len(set(keys_seen)) > 70
    assert keys_seen == sorted(keys_seen, reverse=True)


def test_a_new_version_is_published_and_asks_again(at_desk: Any, publishing: Owner) -> None:
    client = at_desk()
    assert "bert@land.example" in client.get("/desk/agreement/").content.decode()
    assert client.get("/desk/agreement/?version=9").status_code == 404
    address = "/desk/agreement/new/"
    before = Agreement.objects.get()
    assert set(client.get(address).context["acts"]["publish"].place.texts) == set(before.text)
    chosen = f"{address}?language=en&language=mt&language=xx"
    form = client.get(chosen).context["acts"]["publish"]
    assert form.place.texts == ["en", "mt"]
    assert form["text_en"].value() == before.text["en"]
    said = {"text_en": f"New {EVIL}", "text_mt": " ", "text_de": "Neu", "act": "publish"}
    assert client.post(chosen, said).status_code == 400, "what has changed is missing"
    assert Agreement.objects.count() == 1
    assert client.post(chosen, {**said, "changes_en": f"All {EVIL}"}).status_code == 302
    made = Agreement.objects.latest("version")
    assert (made.version, made.text, made.changes) == (2, {"en": f"New {EVIL}"}, {"en": f"All {EVIL}"})
    page = client.get("/desk/agreement/").content.decode()
    assert EVIL not in page
    assert "1 approved data owner has not accepted it." in page
    assert [one.code for one in hindrances(publishing)] == ["agreement_changed"]
    assert Mail.objects.filter(template="agreement", to="bert@land.example").exists()
    assert at_desk(ago=16 * 60).post(chosen, said)["Location"].startswith("/account/")
    assert Agreement.objects.count() == 2
