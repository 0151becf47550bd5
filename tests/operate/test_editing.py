"""Sources are set at the desk, through the same checks as files; secrets never come out."""

from contextlib import suppress
from datetime import date, time
from threading import Barrier, BrokenBarrierError, Thread
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from erpd.accounts.models import Deed
from erpd.accounts.refusal import Refusal
from erpd.harvest.as_files import applying
from erpd.harvest.models import SourceSettings
from erpd.harvest.opening import rules_of
from erpd.harvest.secrets import unseal
from erpd.harvest.source_settings import Wanted
from erpd.operate.editing import actions
from erpd.sources.http.credentials import Basic, Header
from tests.accounts.people import operator
from tests.harvest.national import Point, good, run, source

pytestmark = pytest.mark.django_db

SECRET = "s3cret-of-the-source"


@pytest.fixture
def address(db: None) -> str:
    settings = source("https://data.example/oai", name="land", rules='# ours\ndefault_language = "nl"\n')
    return f"/desk/sources/{settings.source.slug}/settings/"


def said(**facts: str) -> dict[str, str]:
    return {
        "act": "change",
        "seen": actions.stamp(land()),
        "protocol": "oai-pmh",
        "url": "https://data.example/oai",
        "policy": "strict",
        "every": "7",
        "begin": "20:00",
        "end": "06:00",
        "not_on": "",
        "pause": "0",
        **facts,
    }


def land() -> SourceSettings:
    return SourceSettings.objects.get(source__slug="land")


def test_an_operator_sets_when_and_how_a_source_is_harvested(address: str, desk: Client) -> None:
    before = land().rules
    assert desk.post(address, said(contact="Mia Vos, mia@data.example")).status_code == 302
    assert land().rules == before, "comments stay while no rule changes"
    wanted = {
        "every": "14",
        "begin": "22:00",
        "not_on": "2027-12-24\n2027-12-25",
        "pause": "1.5",
        "set": "nsip",
    }
    assert desk.post(address, said(**wanted, policy="lenient")).status_code == 302
    settings = land()
    schedule, rules = rules_of(settings).schedule, rules_of(settings)
    assert (schedule.every, schedule.begin, schedule.pause) == (14, time(22), 1.5)
    assert schedule.not_on == (date(2027, 12, 24), date(2027, 12, 25))
    assert rules.default_language == "nl"
    assert (settings.set, settings.contact, settings.source.policy) == ("nsip", "", "lenient")
    page = desk.get(address).content.decode()
    assert 'value="22:00"' in page
    assert "2027-12-25" in page
    detail = Deed.objects.filter(verb="change").order_by("-pk")[0].detail["settings"]
    assert {"set", "policy", "rules", "contact"} == set(detail.split(", "))


def test_a_wrong_protocol_is_changed_until_the_source_has_brought_something(
    address: str, desk: Client
) -> None:
    SourceSettings.objects.update(set="nsip")
    wrong = desk.post(address, said(protocol="ckan", set="nsip"))
    assert wrong.status_code == 400
    assert "set does not apply to ckan" in wrong.content.decode(), "nothing is dropped without a word"
    assert desk.post(address, said(protocol="ckan")).status_code == 302
    assert (land().protocol, land().set) == ("ckan", "")
    assert desk.post(address, said(protocol="gopher")).status_code == 400
    with Point([good("a")]) as point:
        assert desk.post(address, said(protocol="oai-pmh", url=point.url)).status_code == 302
        late = said(protocol="dump", url=point.url)
        run(land())
    refused = desk.post(address, late)
    assert refused.status_code == 409
    assert "has brought data sets" in refused.content.decode()
    assert 'name="protocol"' not in desk.get(address).content.decode()
    same = {key: value for key, value in said(url=land().url, contact="Mia").items() if key != "protocol"}
    assert desk.post(address, same).status_code == 302
    assert (land().protocol, land().contact) == ("oai-pmh", "Mia")


def test_rules_keep_their_comments_while_no_field_of_the_schedule_changes(address: str, desk: Client) -> None:
    rules = "[schedule]  # ours\nevery = 7\nbegin = 20:00:00\nnot_on = [2027-12-25, 2027-12-24]\n"
    SourceSettings.objects.update(rules=rules)
    days = "2027-12-25\r\n2027-12-24"
    assert desk.post(address, said(not_on=days)).status_code == 302
    assert not Deed.objects.exists(), "nothing was changed"
    assert desk.post(address, said(not_on=days, contact="Mia")).status_code == 302
    assert (land().contact, land().rules) == ("Mia", rules)
    assert desk.post(address, said(contact="Mia", every="14")).status_code == 302
    assert land().rules == "[schedule]  # ours\nevery = 14\nbegin = 20:00:00\n"
    assert desk.post(address, said(contact="Mia", begin="21:00")).status_code == 302
    assert desk.post(address, said(contact="Mia")).status_code == 302
    assert land().rules == "# ours\n", "all is as usual again"


def test_a_file_keeps_the_comments_of_rules(address: str, desk: Client) -> None:
    text = desk.get("/desk/sources/sources.toml").content.decode().replace('"nl"', '"fr"')
    desk.post("/desk/sources/+file/", {"act": "apply", "text": text})
    assert land().rules == '# ours\ndefault_language = "fr"\n'


def test_of_two_operators_the_one_who_saw_old_settings_is_told(address: str, desk: Client) -> None:
    old = said(contact="Mia")
    old_rules = {"act": "rules", "seen": old["seen"], "rules": "# mine\n"}
    assert desk.post(address, said(contact="Bo", pause="2")).status_code == 302
    before = SourceSettings.objects.values().get()
    for late in (old, old_rules, {**old, "seen": ""}):
        refused = desk.post(address, late)
        assert refused.status_code == 409
        assert "Somebody has changed these settings" in refused.content.decode()
    assert SourceSettings.objects.values().get() == before


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"url": "file:///etc/passwd"}, "command line only"),
        ({"url": "https://me:pw@data.example/oai"}, "--user"),
        ({"every": "0"}, "from 1 on"),
        ({"not_on": "Christmas"}, "takes days such as"),
        ({"pause": "61"}, "60"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    address: str, desk: Client, wrong: dict[str, str], told: str
) -> None:
    before = SourceSettings.objects.values().get()
    answer = desk.post(address, said(**wrong))
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert SourceSettings.objects.values().get() == before


def test_rules_are_checked_and_keep_their_comments(address: str, desk: Client) -> None:
    sent = {"act": "rules", "seen": actions.stamp(land())}
    wrong = desk.post(address, {**sent, "rules": "[schedul]\nevery = 1"})
    assert wrong.status_code == 400
    assert "Did you mean schedule?" in wrong.content.decode()
    assert desk.post(address, {**sent, "rules": "# why\r\n[schedule]\r\nevery = 3\r\n"}).status_code == 302
    assert land().rules == "# why\n[schedule]\nevery = 3\n"
    SourceSettings.objects.update(rules="[broken")
    page = desk.get(address).content.decode()
    assert "Its rules are not TOML" in page
    assert "This is not TOML" in page
    assert 'value="change"' not in page
    SourceSettings.objects.update(rules="[schedul]\nevery = 1")
    assert "Did you mean schedule?" in desk.get(address).content.decode()


def test_a_secret_is_replaced_never_shown_and_goes_to_no_other_server(address: str, desk: Client) -> None:
    given = {"act": "credentials", "kind": "password", "user": "erpd", "secret": SECRET}
    assert desk.post(address, given).status_code == 302
    assert unseal(land().secret) == Basic("erpd", SECRET)
    refused = desk.post(address, {"act": "credentials", "kind": "header", "secret": SECRET})
    assert refused.status_code == 400
    for text in (
        refused,
        desk.get(address),
        desk.get("/desk/sources/sources.toml"),
        desk.get("/desk/audit/"),
    ):
        assert SECRET not in text.content.decode()
    desk.post(address, said(set="other"))
    assert unseal(land().secret) == Basic("erpd", SECRET)
    elsewhere = '[sources.land]\nprotocol = "oai-pmh"\nurl = "https://evil.example/oai"\ncountry = "NL"\n'
    refused = desk.post("/desk/sources/+file/", {"act": "apply", "text": elsewhere})
    assert refused.status_code == 400
    assert "on another server" in refused.content.decode()
    answer = desk.post(address, said(url="https://evil.example/oai"), follow=True).content.decode()
    assert "it belongs to the server before" in answer
    assert not land().secret
    desk.post(address, {"act": "credentials", "kind": "header", "secret": f"X-Key: {SECRET}"})
    assert unseal(land().secret) == Header("X-Key", SECRET)
    desk.post(address, {"act": "credentials", "kind": "none"})
    assert not land().secret
    told = list(Deed.objects.filter(thing="source").order_by("pk").values_list("verb", flat=True))
    assert told[:1] == ["replace credentials"]
    assert told[-1] == "remove credentials"


def test_sources_come_as_a_file_and_go_back(address: str, desk: Client) -> None:
    text = desk.get("/desk/sources/sources.toml").content.decode()
    page = "/desk/sources/+file/"
    assert "as the file says already" in desk.post(page, {"act": "try", "text": text}).content.decode()
    more = (
        text
        + '\n[sources.sea]\nprotocol = "ckan"\nurl = "https://sea.example"\ncountry = "IE"\ncontact = "A"\n'
    )
    tried = desk.post(page, {"act": "try", "text": more}).content.decode()
    assert "Added" in tried
    assert "https://sea.example" in tried
    assert SourceSettings.objects.count() == 1
    desk.post(page, {"act": "apply", "text": more})
    assert SourceSettings.objects.get(source__slug="sea").contact == "A"
    assert Deed.objects.filter(verb="add", name="sea").exists()
    for wrong, told in (
        ("[sources.sea", "This is not TOML"),
        ('[sources.a]\nprotocol = "dump"\nurl = "/etc/passwd"\ncountry = "IE"', "command line only"),
        (
            '[sources.a]\nprotocol = "dump"\nurl = "https://a.example"\ncountry = "IE"\nbearer_env = "HOME"',
            "not in a file",
        ),
    ):
        answer = desk.post(page, {"act": "try", "text": wrong})
        assert answer.status_code == 400
        assert told in answer.content.decode()


def test_a_source_is_added_by_a_form_and_harvested(desk: Client, reading: Client, point: Point) -> None:
    facts = {"act": "add", "slug": "mine", "protocol": "oai-pmh", "url": point.url, "country": "nl"}
    assert desk.post("/desk/sources/+new/", facts)["Location"] == "/desk/sources/mine/settings/"
    assert point.harvested().run.settings.source.slug == "mine"
    again = desk.post("/desk/sources/+new/", facts)
    assert again.status_code == 409
    for page in ("+new/", "+file/", "sources.toml", "mine/settings/"):
        assert reading.get(f"/desk/sources/{page}").status_code == 403, page


def test_two_who_add_a_source_at_the_same_moment(shared: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the first, whichever name and address they give."""
    both, kept = Barrier(2), applying.settings_for

    def slowly(wanted: Wanted) -> SourceSettings:
        with suppress(BrokenBarrierError):
            both.wait(0.5)
        return kept(wanted)

    monkeypatch.setattr(applying, "settings_for", slowly)
    who, told = operator(), []

    def add(name: str) -> None:
        facts = {"protocol": "oai-pmh", "url": "https://data.example/oai", "country": "NL"}
        try:
            actions.add(who=who, name=name, said=facts)
        except (Refusal, ValidationError) as error:
            told.append(str(error))
        finally:
            connection.close()

    for names in (("land", "land"), ("sea", "lake")):
        SourceSettings.objects.all().delete()
        told.clear()
        both.reset()
        threads = [Thread(target=add, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert SourceSettings.objects.count() == len(told) == 1, told


def test_of_two_who_add_a_name_at_once_the_second_changes_nothing(
    address: str, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = SimpleNamespace(objects=SourceSettings.objects.none())
    monkeypatch.setattr(actions, "SourceSettings", nothing)  # the first is added after the second has looked
    facts = {
        "act": "add",
        "slug": "land",
        "protocol": "oai-pmh",
        "url": "https://b.example/oai",
        "country": "nl",
    }
    assert desk.post("/desk/sources/+new/", facts).status_code == 409
    assert land().url == "https://data.example/oai"
    assert not Deed.objects.filter(name="land").exists()
