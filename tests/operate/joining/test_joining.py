"""A point rehearses, fills in the checklist, is assessed, tested, accepted, and goes live (G6)."""

import re
import tomllib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from erpd.accounts import visitors
from erpd.accounts.deeds import deeds
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Mail
from erpd.accounts.outbox.letters import write
from erpd.accounts.rates import Buckets
from erpd.harvest import worker as harvest_worker
from erpd.harvest.lease import SourceBusy
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.reach import networks_for
from erpd.harvest.removing import remove
from erpd.harvest.worker import harvestable
from erpd.operate.joining import actions
from erpd.operate.models import HarvestingRequest, Rehearsal, Trial
from erpd.operate.rehearsing import actions as rehearsing
from erpd.operate.rehearsing import making
from erpd.operate.trials.working import try_due
from erpd.register.models import Catalogue, DataSet, Source
from tests.harvest.national import Point, good, many, run, source
from tests.servers import LOOPBACK

pytestmark = pytest.mark.django_db
State = HarvestingRequest.State
FORM = "/harvesting-request"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "OF_ASKERS", Buckets(10, 1 / 3600))
    monkeypatch.setattr(rehearsing, "OF_VISITORS", Buckets(5, 1 / 600))


_ANSWERED = {
    "country": "NL",
    "metadata": "yes",
    "language": "nl",
    "standard": "dcat-ap",
    "representation": "RDF/XML",
    "protocol": "oai-pmh",
    "authentication": "no",
    "dates": "yes",
    "every": "14",
    "not_when": "Mondays",
    "not_on": "2027-12-24\r\n2027-12-25",
    "publisher": "NSIP",
    "publisher_email": "p@point.example",
    "homepage": "https://point.example/",
    "tell_publishers": "no",
    "email": "who@point.example",
}


def answers(address: str, **other: str) -> dict[str, str]:
    return {**_ANSWERED, "url": address, **other}


def sent(address: str = "https://point.example/oai", **other: str) -> str:
    """The address that the mail of a request has."""
    assert Client().post(FORM, answers(address, **other)).status_code == 200
    return f"{FORM}/{Mail.objects.order_by('pk').last().context['token']}"  # type: ignore[union-attr]


def received(url: str = "https://point.example/oai", **other: str) -> HarvestingRequest:
    address = sent(url, **other)
    assert Client().post(address).status_code == 302
    return HarvestingRequest.objects.latest("pk")


def busy(*_: object, **__: object) -> None:
    raise SourceBusy


def letters() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("template", flat=True))


def initials(page: str) -> dict[str, str]:
    """The values of fields, and of what is chosen."""
    chosen = re.findall(r'<select name="(\w+)".*?<option value="([^"]*)" selected', page, re.DOTALL)
    return dict(re.findall(r'<input type="\w+" name="(\w+)" value="([^"]*)"', page)) | dict(chosen)


def test_from_the_rehearsal_to_the_first_run(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "NETWORKS", LOOPBACK)
    with Point([*many(3), good("bad", valid=False)]) as point:
        rehearsal = rehearsing.ask(url=point.url, client="192.0.2.1")
        making.rehearse_due()
        result = Client().get(f"/rehearsal/{rehearsal.key}").content.decode()
        assert f'href="{FORM}?rehearsal={rehearsal.key}"' in result
        page = Client().get(f"{FORM}?rehearsal={rehearsal.key}").content.decode()
        first = initials(page)
        assert (first["url"], first["protocol"], first["metadata"]) == (point.url, "oai-pmh", "partly")
        assert first["standard"] == "dcat-ap"

        Client().post(f"{FORM}?rehearsal={rehearsal.key}", answers(point.url))
        request = HarvestingRequest.objects.get()
        assert desk.get(f"/desk/sources/+requests/{request.pk}/").status_code == 404  # not confirmed
        address = f"{FORM}/{actions.token_of(request)}"
        assert "Send my request" in Client().get(address).content.decode()
        assert HarvestingRequest.objects.get().state == State.ASKED  # a GET does nothing
        Client().post(address)
        assert "Points that ask to be harvested: 1" in desk.get("/desk/").content.decode()

        here = f"/desk/sources/+requests/{request.pk}/"
        assert f'href="{here}"' in desk.get("/desk/sources/+requests/").content.decode()
        page = desk.get(here).content.decode()
        assert f'href="/rehearsal/{rehearsal.key}"' in page
        assert "Mondays" in page
        desk.post(here, {"act": "assess", "text": "All\nis there"})
        form = initials(desk.get(here).content.decode())
        assert (form["slug"], form["url"]) == ("nl-nsip", point.url)
        wanted = {"act": "test", "slug": "nl-nsip", "url": point.url, "protocol": "oai-pmh"}
        assert desk.post(here, wanted).status_code == 302
        settings = SourceSettings.objects.get()
        assert not settings.active
        assert settings.contact == "NSIP, p@point.example, https://point.example/"
        assert settings.tell_publishers is False
        assert 'default_language = "nl"' in settings.rules
        assert "every = 14" in settings.rules
        assert "2027-12-25" in settings.rules
        assert not harvestable().exists()

        monkeypatch.setattr(harvest_worker, "networks_for", lambda settings: LOOPBACK)
        assert b'value="accept"' not in desk.get(here).content
        assert desk.post(here, {"act": "accept"}).status_code == 409  # not tested yet
        assert try_due() == 1
        for page in (desk.get(here).content.decode(), Client().get(address).content.decode()):
            assert "<dt>New</dt><dd>3</dd>" in page
        assert not DataSet.objects.exists()
        assert networks_for(settings) == ()  # whatever the node may call for its own sources
        assert desk.post(here, {"act": "again"}).status_code == 302  # whenever the operator wants
        assert try_due() == 1

        desk.post(here, {"act": "accept", "text": ""})
        accepted = Mail.objects.get(template="harvesting-accepted")
        link = accepted.context["page"].removeprefix("http://testserver")
        assert Client().get(link).status_code == 200
        assert harvestable().get() == settings
        assert desk.post(here, {"act": "accept"}).status_code == 409
        run(SourceSettings.objects.get())
    assert HarvestingRequest.objects.get().state == State.LIVE
    assert DataSet.objects.count() == 3
    verbs = [one.verb for one in reversed(deeds())]
    tested = ["add", "ask for a trial"]
    assert verbs == ["ask", "assess", *tested, "ask for a trial", "switch on", "accept", "make link"]
    said = Mail.objects.get(template="harvesting-live").context
    assert (said["number"], said["refused"]) == ("3", "1")
    assert letters() == [
        *("harvesting-to-confirm", "harvesting-received", "harvesting-assessed", "harvesting-tested"),
        *("harvesting-test-ended", "harvesting-test-ended", "harvesting-accepted", "harvesting-live"),
    ]
    assert "All\n" in write("harvesting-assessed", "en", Mail.objects.all()[2].context).text
    page = Client().get(address).content.decode()
    steps = [page.index(f"<strong>{word}") for word in ("Received", "Assessed", "Test harvest", "Live")]
    assert steps == sorted(steps)


def test_a_refused_one_leaves_nothing(desk: Client) -> None:
    with Point(many(1)) as point:
        request = received(point.url)
        here = f"/desk/sources/+requests/{request.pk}/"
        desk.post(here, {"act": "assess"})
        desk.post(here, {"act": "test", "slug": "x", "url": point.url, "protocol": "oai-pmh"})
        assert Trial.objects.exists()
        assert desk.post(here, {"act": "refuse", "reason": ""}).status_code == 400
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(actions, "take_out", busy)
            assert desk.post(here, {"act": "refuse", "reason": "no"}).status_code == 409
        assert desk.post(here, {"act": "refuse", "reason": "Only\nopen data"}).status_code == 302
    assert not any(model.objects.exists() for model in (SourceSettings, Source, Trial, Run))
    assert not Catalogue.objects.filter(country="NL").exists()
    assert Mail.objects.get(template="harvesting-refused").context["reason"] == "Only\nopen data"
    assert [one.verb for one in deeds()][:1] == ["refuse request"]
    assert "Only" in Client().get(f"{FORM}/{actions.token_of(request)}").content.decode()


def test_where_one_must_sign_in_the_test_waits_for_the_password(desk: Client) -> None:
    request = received("https://point.example/oai", authentication="yes", filter="protected")
    here = f"/desk/sources/+requests/{request.pk}/"
    desk.post(here, {"act": "assess"})
    form = initials(desk.get(here).content.decode())
    assert form["set"] == "protected"
    assert desk.post(here, {**form, "act": "test", "protocol": "ckan"}).status_code == 400  # has no sets
    assert not SourceSettings.objects.exists()
    desk.post(here, {**form, "act": "test", "protocol": "oai-pmh"})
    assert SourceSettings.objects.get().set == "protected"
    assert not Trial.objects.exists()
    assert desk.get("/desk/sources/x/settings/").status_code == 404
    assert desk.get(f"/desk/sources/{form['slug']}/settings/").status_code == 200


def test_what_its_values_mean_becomes_rules_once_confirmed(desk: Client) -> None:
    table = "what;value;means\nfrequency;elke  week;WEEKLY\ntheme;Zorg;health\naccess;dicht;RESTRICTED\n"
    request = received(maps=SimpleUploadedFile("maps.csv", table.encode("utf-8-sig")))  # type: ignore[arg-type]
    page = Client().get(f"{FORM}/{actions.token_of(request)}").content.decode()
    assert "frequency: “elke week” means weekly" in page
    here = f"/desk/sources/+requests/{request.pk}/"
    desk.post(here, {"act": "assess"})
    assert desk.get(here).content.decode().count("checked") == 3
    said = {"act": "test", "slug": "x", "url": "https://point.example/oai", "protocol": "oai-pmh"}
    assert desk.post(here, {**said, "maps": ["0", "2"]}).status_code == 302
    rules = tomllib.loads(SourceSettings.objects.get().rules)
    authority = "http://publications.europa.eu/resource/authority"
    assert rules["values"] == {
        "dct:accrualPeriodicity": {"elke week": f"{authority}/frequency/WEEKLY"},
        "dcat:theme": {"Zorg": f"{authority}/data-theme/HEAL"},
    }


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (b"frequency,x,SOMETIMES\n", "Row 1: “SOMETIMES” is not in the European table."),
        (b"colour,x,RED\ntheme,a,HEAL", ""),  # the first row may be the names of the columns
        (b"theme,a,HEAL\ncolour,x,RED", "Row 2: “colour” is not one of theme"),
        (b"theme,a,HEAL\ntheme,A,TRAN", "“A” has another term in an earlier row."),
        (b"theme,a\n", "expected what it is about"),
        (b"\xff\xfe\x00", "not a table as CSV in UTF-8"),
        (b"theme,a,HEAL\n" * 2_001, "more than 2000 rows"),
        (b"a" * 200_001, "too large"),
        (b'theme,"' + b"a" * 199_000, "not a table|too long|expected what"),
    ],
    ids=range(9),
)
def test_a_table_that_is_wrong_says_where(table: bytes, told: str) -> None:
    file = SimpleUploadedFile("maps.csv", table)
    answer = Client().post(FORM, {**answers("https://point.example/oai"), "maps": file})
    assert answer.status_code == (400 if told else 200)
    assert re.search(told, answer.content.decode())


def test_steps_have_an_order_and_roles(desk: Client, reading: Client) -> None:
    request = received("https://point.example/oai")
    here = f"/desk/sources/+requests/{request.pk}/"
    for act in ("again", "accept"):
        assert desk.post(here, {"act": act}).status_code == 409
    assert reading.get(here).status_code == 200
    assert 'name="act"' not in reading.get(here).content.decode().partition("<main")[2]
    assert reading.post(here, {"act": "assess"}).status_code == 403
    assert Client().get(here).status_code in (302, 404)
    HarvestingRequest.objects.update(state=State.TEST)  # and its source was removed
    assert desk.post(here, {"act": "accept"}).status_code == 409


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("filter", "protected", "brings all or nothing"),
        ("url", "https://u:p@point.example/oai", "contains a password or a key"),
        ("homepage", "javascript:alert(1)", "not an address of the web"),
        ("not_on", "tomorrow", "takes days such as"),
        ("every", "0", "takes a number from 1"),
        ("country", "XX", "not offered"),
        ("publisher_email", "nobody", "e-mail address"),
    ],
)
def test_wrong_answers_are_told(field: str, value: str, told: str) -> None:
    given = {**answers("https://point.example/oai"), "protocol": "dump", field: value}
    answer = Client().post(FORM, given)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not HarvestingRequest.objects.exists()


def test_nobody_can_write_to_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        sent("https://point.example/oai")
    assert "point.example/oai" not in str(list(Mail.objects.values("context")))
    assert len(letters()) == visitors.MOST_OF_AN_ADDRESS
    monkeypatch.setattr(actions, "MOST_A_DAY", 3)
    refused = Client().post(FORM, answers("https://point.example/oai", email="b@other.example"))
    assert refused.status_code == 409
    monkeypatch.setattr(visitors, "OF_ASKERS", Buckets(0, 1 / 3600))
    assert Client().post(FORM, answers("https://point.example/oai")).status_code == 409


def test_links_are_made_by_us_and_end() -> None:
    address = sent("https://point.example/oai")
    for token in ("x", "1:abc", address.removeprefix(f"{FORM}/")[:-1], "a" * 200):
        assert Client().post(f"{FORM}/{token}").status_code == 404
    HarvestingRequest.objects.update(at=timezone.now() - timedelta(hours=25))
    assert Client().get(address).status_code == 404
    actions.forget()
    assert not HarvestingRequest.objects.exists()
    kept = received("https://point.example/oai", email="c@point.example")
    actions.refuse(who=COMMAND_LINE, number=kept.pk, reason="no")
    actions.forget()
    HarvestingRequest.objects.update(at=timezone.now() - actions.KEPT - timedelta(days=1))
    actions.forget()
    assert not HarvestingRequest.objects.exists()
    with Point([]) as point:
        live, here = received(point.url, email="d@point.example"), source(point.url)
        old = timezone.now() - actions.KEPT - timedelta(days=1)
        HarvestingRequest.objects.update(state=State.LIVE, settings=here, at=old)
        address = f"{FORM}/{actions.token_of(live)}"
        actions.forget()
        assert Client().get(address).status_code == 404
        left = HarvestingRequest.objects.get()
        assert (left.email, left.answers, networks_for(here)) == ("", {}, ())  # still of a stranger


@pytest.mark.parametrize("has_run", [False, True])
def test_an_accepted_one_ends_if_its_source_is_removed_before_it_is_live(*, has_run: bool) -> None:
    request = received(email="e@point.example")
    with Point([]) as point:
        here = source(point.url)
        HarvestingRequest.objects.update(state=State.ACCEPTED, settings=here, language="nl")
        actions.settle()
        assert HarvestingRequest.objects.get().state == State.ACCEPTED, "its source is there"
        if has_run:
            run(here)  # which brings nothing
    remove(here, withdraw=True)
    actions.settle()
    actions.settle()
    ended = HarvestingRequest.objects.get()
    assert (ended.state, len(Mail.objects.filter(template="harvesting-refused"))) == (State.REFUSED, 1)
    page = Client().get(f"{FORM}/{actions.token_of(request)}", headers={"Accept-Language": "nl"})
    assert "De bron is verwijderd" in page.content.decode()
    assert "De bron is verwijderd" in Mail.objects.get(template="harvesting-refused").context["reason"]


def test_what_a_rehearsal_of_another_version_says_is_no_mistake() -> None:
    odd: dict[str, Any] = {"protocol": "gopher", "url": "x", "aspects": [{"code": "y"}, {}], "about": {}}
    Rehearsal.objects.create(key="k", url="https://point.example/", state="done", seen=odd)
    assert Client().get(f"{FORM}?rehearsal=k").status_code == 200
    for key in ("nothing", "%00", "a" * 200):
        assert Client().get(f"{FORM}?rehearsal={key}").status_code == 200


def test_what_is_filled_in_does_not_depend_on_the_language() -> None:
    seen = {
        "protocol": "dump",
        "url": "https://point.example/a.ttl",
        "aspects": [{"code": "metadata-missing"}],
    }
    Rehearsal.objects.create(key="k", url="https://point.example/", state="done", seen=seen)
    page = Client().get(f"{FORM}?rehearsal=k", headers={"Accept-Language": "de"}).content.decode()
    assert initials(page)["metadata"] == "partly"
