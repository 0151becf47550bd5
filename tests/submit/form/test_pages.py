"""A data set is registered by the form alone, changed, copied; what is refused stays on the page."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from lxml import html
from pyoxigraph import BlankNode, Literal

from erpd.formats.delivery import data_set_of
from erpd.metadata.terms import DCAT, DCT
from erpd.submit.actions import change, deliver
from erpd.submit.form.fields import STEPS
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery, Typed
from tests.accounts.people import sign_in
from tests.submit.catalogue_pages.conftest import address, put, root
from tests.submit.form.filling import fields_of, opened, save, text_of
from tests.submit.owners import agree, record

AUTHORITY = "http://publications.europa.eu/resource/authority/"
ABOUT = {
    "dctTitle-0-value": "Ziekenhuisopnamen",
    "dctTitle-0-lang": "nl",
    "dctTitle-1-value": "Hospital admissions",
    "dctTitle-1-lang": "en",
    "dctDescription-0-value": "Elke opname.\r\n\r\nSinds 2014.",
    "dctDescription-0-lang": "nl",
    "dcatKeyword-0-value": "ziekenhuis\r\nopname",
    "dcatKeyword-0-lang": "nl",
    "dcatTheme-5-value": f"{AUTHORITY}data-theme/HEAL",
    "dctLanguage-0-value": "Dutch",
}
FILE = {
    "dcatDistribution-0-dcatAccessUrl-0-value": "www.cbs.nl/microdata",
    "dcatDistribution-0-dctFormat-0-value": "csv",
    "dcatDistribution-0-dcatByteSize-0-value": "5,5 GB",
    "dcatDistribution-0-dctRights-0-value": "Op aanvraag.",
    "dcatDistribution-0-dctRights-0-lang": "nl",
}


def step(one: Delivery, name: str) -> str:
    return address(one, f"edit/{name}/")


def said(one: Delivery) -> dict:
    return data_set_of(delivered(Delivery.objects.get(pk=one.pk)))


def test_a_data_set_is_registered_step_by_step_and_published(cbs, signed):
    agree(cbs)
    client = signed()
    assert "Register a data set" in text_of(client.get(root(cbs)))
    answer = save(client, root(cbs) + "new/", ABOUT)
    one = Delivery.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, step(one, "who"))
    assert (one.state, one.way, one.title) == ("draft", "page", "Hospital admissions")
    assert one.iri == f"http://testserver/datasets/{one.pk}"

    page = client.get(step(one, "who"))
    assert "We filled in what your organisation used last." in text_of(page)
    assert fields_of(page.content)["dctPublisher-0-foafName-0-value"] == "Office cbs"
    save(client, step(one, "who"), {"dcatContactPoint-0-vcardFn-0-value": "Microdata"})
    save(client, step(one, "access"), {"dctAccessRights-0-value": f"{AUTHORITY}access-right/RESTRICTED"})
    place = {
        "dctSpatial-0-dctLocation": "Nederland",
        "dctSpatial-0-dcatBbox-0-west": "3,3",
        "dctSpatial-0-dcatBbox-0-south": "50.7",
        "dctSpatial-0-dcatBbox-0-east": "7.2",
        "dctSpatial-0-dcatBbox-0-north": "53.6",
        "dctTemporal-0-dcatStartDate-0-value": "1-1-2014",
    }
    save(client, step(one, "coverage"), place)
    review = text_of(client.get(step(one, "review")))
    assert "still missing or wrong" in review
    assert "Publish for everybody" not in review
    answer = save(client, step(one, "distributions/new"), FILE)
    assert answer["Location"] == step(one, "distributions")
    made = said(one)
    (file,) = made["dcatDistribution"]
    assert file["dcatByteSize"] == 5_500_000_000
    assert file["dcatAccessUrl"] == "https://www.cbs.nl/microdata"
    assert file["dctFormat"] == f"{AUTHORITY}file-type/CSV"
    assert made["dctSpatial"][0]["dctLocation"] == f"{AUTHORITY}country/NLD"
    assert made["dctSpatial"][0]["dcatBbox"].startswith("POLYGON((3.3 53.6")
    assert made["dctTemporal"][0]["dcatStartDate"] == "2014-01-01"
    assert made["dctLanguage"] == [f"{AUTHORITY}language/NLD"]
    assert made["dctDescription"][0]["value"] == "Elke opname.\n\nSinds 2014."
    assert {text["value"] for text in made["dcatKeyword"]} == {"ziekenhuis", "opname"}
    page = client.get(step(one, "review"))
    assert "Nothing that is needed is missing." in text_of(page)
    assert "Publish for everybody" in text_of(page)
    done = client.post(
        address(one, "publish/"), {"act": "publish", "edition": Delivery.objects.get().edition}, follow=True
    )
    assert "The data set is published." in text_of(done)

    # Published, it stays complete, and what was typed stays on the page.
    answer = save(client, step(one, "about"), {"dctTitle-0-value": "", "dctTitle-1-value": ""})
    assert answer.status_code == 409
    assert "“Title” is mandatory but missing" in text_of(answer)
    answer = save(
        client,
        step(one, "about"),
        {"dctTitle-0-value": "Opnamen", "dctTitle-1-value": "Admissions"},
        follow=True,
    )
    assert "Saved. Everybody sees it." in text_of(answer)
    assert "Admissions" in text_of(Client().get(f"/datasets/{one.pk}"))
    assert not Typed.objects.exists()


def test_values_that_have_no_meaning_stay_with_what_is_wrong(cbs, signed):
    client, one = signed(), put(cbs)
    wrong = {
        "dctSpatial-0-dctLocation": "Nedrland",
        "dctIssued-0-value": "gisteren",
        "dcatSpatialResolutionInMeters-0-value": "fine",
        "dctTemporal-0-dcatEndDate-0-value": "soon",
    }
    answer = save(client, step(one, "coverage"), wrong)
    assert answer.status_code == 400
    said_here = text_of(answer)
    assert "Perhaps you mean: Netherlands" in said_here
    assert "“fine” is not a number." in said_here
    kept = fields_of(answer.content)
    assert {name: kept[name] for name in wrong} == wrong
    assert Delivery.objects.get().edition == 1
    again = client.get(step(one, "coverage"))
    assert "You typed this earlier, and it is not saved yet." in text_of(again)
    assert {name: fields_of(again.content)[name] for name in wrong} == wrong
    right = {"dctSpatial-0-dctLocation": "Netherlands", "dcatSpatialResolutionInMeters-0-value": "10"}
    answer = client.post(step(one, "coverage"), fields_of(again.content) | right)
    assert "This is not a date." in text_of(answer)  # what only the record says, at its field
    client.post(step(one, "coverage"), fields_of(answer.content) | {"do": "discard"})
    assert not Typed.objects.exists()
    assert "“gisteren”" not in text_of(client.get(step(one, "coverage")))


def test_buttons_add_remove_and_move_without_storing(cbs, signed):
    client, one = signed(), put(cbs)
    path = step(one, "about")
    sent = opened(client, path)
    more = fields_of(client.post(path, sent | {"do": "add:dctTitle"}).content)
    added = sorted(more.keys() - sent.keys())
    assert added
    assert all(name.startswith("dctTitle-") for name in added)
    less = fields_of(client.post(path, more | {"do": "remove:dctTitle-0"}).content)
    assert "Discharges" not in less.values()
    for hostile in (
        "remove:",
        "up:dctTitle-²",
        "add:uri-0-x",
        "fill:dctTitle-0",
        "add:" + "a-" * 5000,
        "nonsense",
        "up:-",
    ):
        assert client.post(path, sent | {"do": hostile}).status_code in (200, 302), hostile
    path = step(one, "coverage")
    sent = opened(client, path) | {"dctTemporal-0-dcatStartDate-0-value": "2001", "do": "add:dctTemporal"}
    two = fields_of(client.post(path, sent).content) | {
        "dctTemporal-1-dcatStartDate-0-value": "2002",
        "do": "up:dctTemporal-1",
    }
    moved = fields_of(client.post(path, two).content)
    assert [moved[f"dctTemporal-{n}-dcatStartDate-0-value"] for n in (0, 1)] == ["2002", "2001"]
    assert Delivery.objects.get().edition == 1


def test_the_address_book_has_what_was_delivered_last(cbs, signed):
    client, one = signed(), put(cbs)
    other = put(cbs, "other", without="publisher")
    page = client.get(step(other, "who"))
    assert "Statistics" in text_of(page)
    sent = fields_of(page.content) | {"book-dctPublisher-0": "Statistics", "do": "fill:dctPublisher-0"}
    filled = fields_of(client.post(step(other, "who"), sent).content)
    assert filled["dctPublisher-0-foafName-0-value"] == "Statistics"
    assert said(one)["dctPublisher"] == {"foafName": ["Statistics"]}


def test_a_copy_is_a_draft_with_names_of_its_own(cbs, signed):
    client, one = signed(), put(cbs)
    asked = client.get(address(one, "copy/"))
    assert (asked.status_code, Delivery.objects.count()) == (200, 1)
    assert "You can choose it only now" in text_of(asked)
    assert not html.fromstring(asked.content.decode()).xpath("//main//input[@id='title-']/@value")[0]
    title = {"title-": "Discharges, later"}
    answer = client.post(address(one, "copy/"), title | {"dctIdentifier": "discharges"})
    assert (answer.status_code, Delivery.objects.count()) == (409, 1)
    assert "Discharges" in html.fromstring(answer.content.decode()).xpath("//main//q/text()")
    answer = client.post(address(one, "copy/"), title)
    copy = Delivery.objects.exclude(pk=one.pk).get()
    assert answer["Location"] == step(copy, "about")
    first, second = said(one), said(copy)
    assert (copy.state, second["dctTitle"]) == ("draft", ["Discharges, later"])
    for name in ("dctIdentifier", "uri"):
        assert first.get(name) != second.get(name)
    assert first["dcatDistribution"][0]["uri"] != second["dcatDistribution"][0]["uri"]


def test_two_who_edit_keep_both_what_they_wrote(cbs, signed):
    one, mine, theirs = put(cbs), signed(), signed("admin")
    path = step(one, "about")
    sent = opened(mine, path)
    save(theirs, path, {"dctDescription-0-value": "Theirs."})
    # Another field: both are kept.
    answer = mine.post(path, sent | {"dctTitle-0-value": "Mine"})
    assert answer.status_code == 302
    now = said(one)
    assert (now["dctTitle"], now["dctDescription"]) == (["Mine"], ["Theirs."])
    # The same field: the second sees both, and decides.
    sent = opened(mine, path)
    save(theirs, path, {"dctTitle-0-value": "Theirs"})
    answer = mine.post(path, sent | {"dctTitle-0-value": "Mine again"})
    assert answer.status_code == 409
    shown = text_of(answer)
    assert "Somebody else has changed this meanwhile." in shown
    assert "Theirs, savedTheirsYours, not savedMine again" in shown
    fields = fields_of(answer.content)
    assert fields["dctTitle-0-value"] == "Mine again"
    assert Typed.objects.get().content["dctTitle-0-value"] == "Mine again"
    mine.post(path, fields)
    assert said(one)["dctTitle"] == ["Mine again"]


def test_distributions_are_moved_and_removed(cbs, signed):
    client, one = signed(), put(cbs)
    save(client, step(one, "distributions/new"), FILE)
    path = step(one, "distributions")
    first, second = (each["uri"] for each in said(one)["dcatDistribution"])
    page = client.get(path)
    (form,) = html.fromstring(page.content.decode()).xpath("//main//form[//input[@name='ticket']]")[-1:]
    sent = dict(form.fields)
    assert client.post(path, sent | {"do": "remove:7"}).status_code == 404
    assert client.post(path, sent | {"edition": "1", "do": "remove:0"}).status_code == 409
    client.post(path, sent | {"do": "remove:0"})
    assert [each["uri"] for each in said(one)["dcatDistribution"]] == [second]
    assert client.get(step(one, "distributions/2")).status_code == 404
    # Whoever edits one while another goes finds it by its name.
    sent = opened(client, step(one, "distributions/1"))
    assert sent["dcatDistribution-0-uri"] == second != first


def test_a_session_that_has_ended_loses_nothing(cbs, signed):
    client, one = signed(), put(cbs)
    path = step(one, "about")
    sent = opened(client, path) | {"dctTitle-0-value": "Typed for an hour"}
    del client.cookies["sessionid"]
    answer = client.post(path, sent)
    assert (answer.status_code, answer["Location"]) == (302, f"/account/login/?next={path}")
    assert Delivery.objects.get().title == "Discharges"
    said_once = "You were signed out. What you typed is kept; sign in to go on."
    assert said_once in text_of(client.get(answer["Location"]))
    assert said_once not in text_of(client.get(answer["Location"]))
    assert text_of(signed("admin").get(path)).count("You typed this earlier") == 0  # theirs alone
    client = signed()
    page = client.get(path)
    assert fields_of(page.content)["dctTitle-0-value"] == "Typed for an hour"
    client.post(path, fields_of(page.content))
    assert Delivery.objects.get().title == "Typed for an hour"
    assert not Typed.objects.exists()


def test_nobody_stores_anything_without_a_ticket_of_their_own(cbs, signed):
    client, one = signed(), put(cbs)
    path = step(one, "about")
    sent = opened(client, path) | {"dctTitle-0-value": "Forged"}
    theirs = opened(signed("admin"), path)["ticket"]
    elsewhere = opened(client, step(one, "who"))["ticket"]
    editor = cbs.people["editor"]
    old = signing.TimestampSigner(salt="erpd.submit.form")
    for ticket in (
        "",
        "x",
        sent["ticket"] + "x",
        elsewhere,
        signing.dumps([editor.pk, path]),
        old.sign("[]"),
    ):
        for who in (client, Client()):
            answer = who.post(path, sent | {"ticket": ticket})
            assert answer.status_code in (302, 403), ticket
            assert "login" in answer.get("Location", "login")
    assert not Typed.objects.exists()
    assert client.post(path, sent | {"ticket": theirs}).status_code == 403
    assert (
        Typed.objects.get().person == cbs.people["admin"]
    )  # their own page, sent from a browser of somebody else
    Typed.objects.all().delete()
    editor.is_active = False
    editor.save()
    Client().post(path, sent)
    assert not Typed.objects.exists()
    assert Delivery.objects.get().edition == 1


def test_what_was_typed_is_bounded_and_forgotten(cbs, signed):
    client, one = signed(), put(cbs)
    for number in range(60):
        Typed.objects.create(
            person=cbs.people["editor"], path=f"/{number}", at=timezone.now() - timedelta(hours=1)
        )
    Typed.objects.create(person=cbs.people["admin"], path="/old", at=timezone.now() - timedelta(days=8))
    save(client, step(one, "coverage"), {"dctIssued-0-value": "NUL \0 here"})
    assert Typed.objects.filter(person=cbs.people["editor"]).count() == 50
    assert not Typed.objects.filter(path="/old").exists()
    assert json.dumps(Typed.objects.get(path=step(one, "coverage")).content)


HOSTILE = """'"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}{% now %}</textarea></option>"""


def test_hostile_texts_are_texts_in_every_field(cbs, signed):
    client, one = signed(), put(cbs, title=HOSTILE.replace('"', "'").replace("\\", ""))
    for each in STEPS:
        path = step(one, "distributions/1" if each.name == "distributions" else each.name)
        sent = opened(client, path)
        hostile = dict.fromkeys(sent, HOSTILE) | {"ticket": sent["ticket"], "marks": sent["marks"]}
        for do in ("add:dctTitle", "save"):
            answer = client.post(path, hostile | {"do": do})
            assert answer.status_code in (200, 302, 400), path
            assert b"<script>alert" not in answer.content
            assert b"<img src=x" not in answer.content
        client.post(path, sent | {"do": "discard"})
        assert client.post(path, dict.fromkeys(sent, HOSTILE)).status_code == 403  # its ticket, too
    assert b"<script>alert" not in client.get(step(one, "review")).content


def test_a_page_with_more_fields_than_can_be_sent_says_so(cbs, signed):
    client, many = signed(), record()
    for year in range(400):
        period = BlankNode()
        many.graph.add(many.dataset, DCT.temporal, period)
        many.graph.add(period, DCAT.startDate, Literal(str(1600 + year)))
    one = deliver(who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=many)
    answer = client.get(step(one, "coverage"))
    assert "This page has more fields than can be saved at once." in text_of(answer)
    assert b"the-form" not in answer.content
    assert opened(client, step(one, "about"))


@pytest.mark.parametrize("role", ["reader"])
def test_a_reader_gets_no_form(cbs, signed, role):
    one, client = put(cbs), signed(role)
    for path in (
        root(cbs) + "new/",
        *(step(one, each.name) for each in STEPS),
        step(one, "review"),
        step(one, "distributions/1"),
    ):
        assert client.get(path).status_code == 403, path
    assert "/edit/" not in client.get(address(one)).content.decode()


def test_what_a_page_may_not_be_is_not_there(cbs, signed):
    client, one = signed(), put(cbs)
    for name in ("nonsense", "distributions/0/x", "distributions/99"):
        assert client.get(step(one, name)).status_code == 404
    assert client.get(address(one, "edit/"))["Location"] == step(one, "about")
    for marks in ("", "[]", "x" * 30_000, '{"dctTitle": 1}'):
        assert (
            client.post(step(one, "about"), opened(client, step(one, "about")) | {"marks": marks}).status_code
            == 302
        )
    assert Delivery.objects.get().edition == 1


def test_whoever_lacks_a_second_factor_loses_nothing(cbs):
    one, client = put(cbs), Client()
    sign_in(client, cbs.actor("admin"), second_factor="totp")
    sent = opened(client, step(one, "about")) | {"dctTitle-0-value": "Kept"}
    cbs.people["admin"].authenticator_set.all().delete()
    client.post(step(one, "about"), sent)
    assert Typed.objects.get().content["dctTitle-0-value"] == "Kept"


def test_a_change_by_another_way_is_seen(cbs, signed):
    client, one = signed(), put(cbs)
    sent = opened(client, step(one, "about"))
    change(who=cbs.actor("admin"), delivery=one, record=record(title="By file"))
    assert client.post(step(one, "about"), sent | {"dctTitle-0-value": "By form"}).status_code == 409


def languages_on(page: bytes) -> list[list[str]]:
    """The languages of each field of a page, in the order of the page."""
    found = []
    for field in html.fromstring(page.decode()).xpath("//fieldset[.//select[@class='erpd-language']]"):
        if not field.xpath(".//fieldset"):
            found.append(field.xpath(".//select[@class='erpd-language']/option[@selected]/@value"))
    return found


def test_languages_come_in_one_order_on_every_page(cbs, signed, settings):
    settings.NODE = replace(settings.NODE, country="NL")
    client = signed()
    assert all(
        found == ["nl", "en"][: len(found)] for found in languages_on(client.get(root(cbs) + "new/").content)
    )
    texts = {"dctTitle-0-value": "Admissions", "dctTitle-0-lang": "en"}
    texts |= {"dctTitle-1-value": "Aufnahmen", "dctTitle-1-lang": "de"}
    texts |= {"dctTitle-2-value": "Opnamen", "dctTitle-2-lang": "nl"}
    save(client, root(cbs) + "new/", texts)
    one = Delivery.objects.get()
    for name in (*(each.name for each in STEPS if each.name != "distributions"), "distributions/new"):
        for found in languages_on(client.get(step(one, name)).content):
            assert found in (["nl", "en", "de"], ["nl"], [""]), name
    mine, other = opened(client, step(one, "about")), signed("admin")
    save(other, step(one, "about"), {"dctTitle-0-value": "Theirs"})
    mine |= {name: "Mine" for name, text in mine.items() if text == "Opnamen"}
    answer = client.post(step(one, "about"), mine)
    shown = html.fromstring(answer.content.decode()).xpath("//*[@class='erpd-difference']//p")
    languages = [[line.partition(":")[0] for line in each.text.split("\n")] for each in shown]
    assert languages == [["Dutch", "English", "German"]] * 2


def test_a_step_is_saved_before_another_is_opened(cbs, signed):
    client, one = signed(), put(cbs)
    path = step(one, "about")
    sent = opened(client, path)
    assert client.post(path, sent | {"do": "go:review"})["Location"] == step(one, "review")
    assert Delivery.objects.get().edition == 1
    answer = client.post(path, sent | {"dctTitle-0-value": "Typed", "do": "go:coverage"})
    assert answer["Location"] == step(one, "coverage")
    assert Delivery.objects.get().title == "Typed"
    path = step(one, "coverage")
    answer = save(client, path, {"dctIssued-0-value": "gisteren"}, do="go:about")
    assert answer.status_code == 400
    page = html.fromstring(answer.content.decode())
    buttons = page.xpath("//button[not(@form) and ancestor::form[@id='the-form'] or @form='the-form']/@value")
    assert buttons[0] == "save"  # what Enter does
    assert "go:more" in buttons
    # The address goes to what is wrong, not to the field that a button was about.
    assert page.xpath("//form[@id='the-form']/@action") == ["#form-errors"]
    assert page.xpath("//*[@id='form-errors']//*[@role='alert']")


def test_all_that_is_wrong_with_a_page_is_said_at_once(cbs, signed):
    client, one = signed(), put(cbs)
    sides = {"west": "3", "south": "54", "east": "7", "north": "50"}
    coverage = {
        "dctTemporal-0-dcatStartDate-0-value": "2019",
        "dctTemporal-0-dcatEndDate-0-value": "2018-12-31",
        "dctIssued-0-value": "gisteren",
        "dcatSpatialResolutionInMeters-0-value": "5 GB",
        **{f"dctSpatial-0-dcatBbox-0-{side}": degrees for side, degrees in sides.items()},
    }
    who = {"dcatContactPoint-0-vcardHasEmail-0-value": "info at monitor"}
    titles = {f"dctTitle-{place}-value": f"Title {place}" for place in range(2)}
    titles |= dict.fromkeys(("dctTitle-0-lang", "dctTitle-1-lang"), "nl")
    wrong = {
        "coverage": (
            coverage,
            {
                "dctTemporal-0-dcatEndDate-0-value": "The end is before the start.",
                "dctSpatial-0-dcatBbox-0-value": "South must be less than north.",
                "dcatSpatialResolutionInMeters-0-value": "“5 GB” is not a number. Write digits only",
                "dctIssued-0-value": "This is not a date.",
            },
        ),
        "who": (who, {"dcatContactPoint-0-vcardHasEmail-0-value": "This is not an e-mail address."}),
        "about": (titles, {"dctTitle-1-value": "There is another text in this language: Dutch."}),
        "access": (
            {"conditions-0-usualDays-0-value": "six weeks"},
            {"conditions-0-usualDays-0-value": "Write digits only, such as 12500"},
        ),
    }
    for name, (typed, faults) in wrong.items():
        answer = save(client, step(one, name), typed)
        assert answer.status_code == 400, name
        links = html.fromstring(answer.content.decode()).xpath("//*[@id='form-errors']//li/a")
        said_there = {link.get("href")[1:]: link.text for link in links}
        assert said_there.keys() == faults.keys()
        for field, text in faults.items():
            assert text in said_there[field]
    answer = save(client, root(cbs) + "new/")
    assert (answer.status_code, Delivery.objects.count()) == (400, 1)
    assert "Give it a title first." in text_of(answer)


def test_what_conditions_lack_is_named_and_linked(cbs, signed):
    client, one = signed(), put(cbs)
    page = html.fromstring(client.get(step(one, "access")).content.decode())
    for name in ("mayAskUnderCondition", "tariff", "transferCondition"):
        assert page.xpath(f"//*[@id='conditions-0-{name}'][not(ancestor::details)]")
    under_condition = page.xpath("//*[@id='conditions-0-mayAskUnderCondition']//input")[0]
    save(client, step(one, "access"), {under_condition.get("name"): under_condition.get("value")})
    for path in (step(one, "review"), address(one)):
        link = step(one, "access") + "?check=1#conditions-0-askingCondition"
        assert link in client.get(path).content.decode()
    assert "odrl:hasPolicy" not in text_of(client.get(step(one, "review")))


def test_a_published_data_set_stays_complete(cbs, signed):
    agree(cbs)
    client, one = signed(), put(cbs, publish=True)
    answer = save(client, step(one, "about"), {"dctTitle-0-value": ""})
    assert answer.status_code == 409
    assert "Nothing is saved: a published data set must stay complete." in text_of(answer)
    links = html.fromstring(answer.content.decode()).xpath("//*[@id='form-errors']//a/@href")
    assert links == ["#dctTitle"]


def test_two_windows_of_one_person_are_told_apart_from_two_people(cbs, signed):
    client, one = signed(), put(cbs)
    path = step(one, "about")
    sent = opened(client, path)
    save(client, path, {"dctTitle-0-value": "First window"})
    answer = client.post(path, sent | {"dctTitle-0-value": "Second window"})
    assert "You changed this in another window meanwhile." in text_of(answer)


def test_a_copy_has_the_title_and_identifier_that_were_asked_for(cbs, signed):
    client, one = signed(), put(cbs)
    client.post(address(one, "copy/"), {"title-": "Discharges 2025", "dctIdentifier": "discharges-2025"})
    copy = Delivery.objects.exclude(pk=one.pk).get()
    assert (copy.title, copy.identifier) == ("Discharges 2025", "discharges-2025")


def test_a_copy_has_the_title_of_another_only_if_somebody_saw_that(cbs, signed):
    client, one = signed(), put(cbs)
    none = client.post(address(one, "copy/"), {"title-": " "})
    assert (none.status_code, Delivery.objects.count()) == (400, 1)
    assert "Give the new data set a title." in text_of(none)
    answer = client.post(address(one, "copy/"), {"title-": "disCHARGES"})
    assert (answer.status_code, Delivery.objects.count()) == (409, 1)
    page = html.fromstring(answer.content.decode())
    assert address(one) in page.xpath("//main//*[@role='alert']//a/@href")
    (anyway,) = page.xpath("//button[@name='anyway']/@value")
    client.post(address(one, "copy/"), {"title-": "Discharges\0", "anyway": "another"})
    assert Delivery.objects.count() == 1
    client.post(address(one, "copy/"), {"title-": "disCHARGES", "anyway": anyway})
    assert Delivery.objects.count() == 2
    again = client.post(address(one, "copy/"), {"title-": "disCHARGES", "anyway": anyway})
    assert again.status_code == 409, "there is one more by now"


def test_publishing_is_offered_once_nothing_needed_is_missing(cbs, signed):
    agree(cbs)
    client, whole, poor = signed(), put(cbs), put(cbs, "poor", without="publisher")
    assert address(whole, "publish/") in client.get(address(whole)).content.decode()
    page = client.get(address(poor))
    assert address(poor, "publish/") not in page.content.decode()
    assert "Correct them, then publish." in text_of(page)


def test_health_data_are_asked_about_where_their_act_applies(cbs, signed):
    client, one = signed(), put(cbs)
    assert "Health data" not in text_of(client.get(step(one, "access")))
    laws = {"dcatapApplicableLegislation-0-value": "http://data.europa.eu/eli/reg/2025/327/oj"}
    answer = save(client, step(one, "access"), laws)
    assert (answer.status_code, answer["Location"]) == (302, step(one, "health"))
    assert "The health data access body decides" in text_of(client.get(step(one, "health")))
    typed = {
        "healthdcatapHdab-0-foafName-0-value": "Health data access body",
        "healthdcatapHdab-0-cvContactPoint-0-cvEmail-0-value": "permits@hdab.example.eu",
        "healthdcatapHasStructuredData-0-value": "false",
        "healthdcatapNumberOfRecords-0-value": "1 800",
    }
    assert save(client, step(one, "health"), typed).status_code == 302
    stored = said(one)
    assert stored["healthdcatapHdab"]["cvContactPoint"] == {"cvEmail": "permits@hdab.example.eu"}
    assert stored["healthdcatapHasStructuredData"] is False
    assert stored["healthdcatapNumberOfRecords"] == 1800
    assert save(client, step(one, "health")).status_code == 302
    assert said(one) == stored
