"""What the competent body and the law say on the card and to programs, beside the record."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.test import Client
from lxml import html

from erpd.access.bodies import actions
from erpd.access.bodies.actions import DecidesFor, Facts
from erpd.access.law import read_law
from erpd.access.models import Body
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Holding
from erpd.cli import demonstrating_owner
from erpd.register.models import Catalogue, DataSet
from tests.access.bodies.test_bodies import EVIL, FACTS
from tests.access.can_i_get_it.test_pages import ASKED, as_json, example, nl  # noqa: F401  # fixtures
from tests.portal import shelf
from tests.portal.conftest import demo  # noqa: F401  # fixture
from tests.portal.test_pages import Demo
from tests.submit.owners import office

LAW = "dcatap:applicableLegislation <http://data.europa.eu/eli/reg/2022/868/oj>"
NAMES = "@prefix dcatap: <http://data.europa.eu/r5r/> ."


@pytest.fixture
def silent(nl: Catalogue) -> DataSet:  # noqa: F811
    return shelf.put_turtle(nl, ":s a dcat:Dataset ; dct:title 'S'@en .")


@pytest.fixture
def under(nl: Catalogue) -> DataSet:  # noqa: F811
    return shelf.put_turtle(nl, f"{NAMES} :u a dcat:Dataset ; dct:title 'U'@en ; {LAW} .")


@pytest.fixture
def body(nl: Catalogue) -> Body:  # noqa: F811
    return actions.create(who=COMMAND_LINE, facts=FACTS, decides=DecidesFor(catalogues=[nl]))


def card(client: Client, data_set: DataSet) -> html.HtmlElement:
    [found] = html.fromstring(client.get(f"/datasets/{data_set.key}").content).xpath("//*[@id='access']")
    return found


def words(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def rows(found: html.HtmlElement) -> dict[str, str]:
    [listed] = found.xpath(".//h3[.='Competent body']/following-sibling::dl")
    pairs = zip(listed.xpath("./dt"), listed.xpath("./dd"), strict=True)
    return {words(label): words(value) for label, value in pairs}


def test_the_card_says_what_the_body_says_as_its_own(
    client: Client,
    body: Body,
    silent: DataSet,
    under: DataSet,
    example: DataSet,  # noqa: F811
) -> None:
    found = card(client, silent)
    assert found.xpath(f".//a[@href='/bodies/{body.slug}/']/text()") == ["Data access committee"]
    assert "It decides for this catalogue. This is what the body says, not the record:" in words(found)
    assert "Ask the competent body." in words(found)
    said = rows(found)
    assert "Extract up to 1 GB: 250 EUR" in said.pop("Fees")
    assert said == {
        "Where to ask": "data.example committee@data.example",
        "Time to decide": "It aims to decide within 30 days. That is not the limit of the law.",
        "If it refuses": "Administrative court within six weeks",
    }
    assert found.xpath(f".//a[@href='/bodies/{body.slug}/#fees']")
    assert found.xpath(".//a[starts-with(@href, 'https://data.example/ask?dataset=')]")
    # The law comes before the aim of the body, and the record before both.
    assert "Time to decide" not in rows(card(client, under))
    found = card(client, example)
    hosts = [urlsplit(link.get("href")).hostname for link in found.xpath(".//a[starts-with(@href, 'http')]")]
    assert hosts.index("a.example") < hosts.index("data.example")


def test_the_address_of_mail_on_the_card_holds_no_header(client: Client, body: Body, silent: DataSet) -> None:
    actions.change(
        who=COMMAND_LINE,
        body=body,
        facts=replace(FACTS, contact="ask?bcc=x@data.example"),
        decides=DecidesFor(catalogues=[silent.catalogue]),
    )
    assert card(client, silent).xpath(".//a[@href='mailto:ask%3Fbcc%3Dx@data.example']")


def test_open_data_has_no_body(client: Client, body: Body) -> None:
    catalogue = shelf.catalogue("it", "open")
    actions.change(who=COMMAND_LINE, body=body, facts=FACTS, decides=DecidesFor(catalogues=[catalogue]))
    opened = shelf.put_turtle(catalogue, ":x a dcat:Dataset ; dct:title 'Alberi'@it .")
    assert b"Data access committee" not in client.get(f"/datasets/{opened.key}").content
    told = as_json(client, id=opened.key, **ASKED)
    assert (told["body"], told["limits"], told["ask"]) == (None, [], None)


def test_programs_get_the_body_and_the_limit(
    client: Client,
    body: Body,
    silent: DataSet,
    under: DataSet,
    example: DataSet,  # noqa: F811
    settings: LazySettings,
) -> None:
    settings.NODE = replace(settings.NODE, role="national", country="NL")
    told = as_json(client, id=silent.key, **ASKED)
    assert told["ask"] == "https://data.example/ask"
    assert told["body"] == {
        "name": {"value": "Data access committee", "lang": "en"},
        "page": f"http://testserver/bodies/{body.slug}/",
        "why": "It decides for this catalogue.",
        "ask": "https://data.example/ask",
        "contact": "committee@data.example",
        "aimDays": 30,
        "tariff": [
            {"for": "Extract up to 1 GB", "fee": "250 EUR"},
            {"for": "Secure room, a day", "fee": "100 EUR"},
        ],
        "payOnline": True,
        "redress": "Administrative court",
        "lang": "en",
    }
    assert as_json(client, id=example.key, **ASKED)["ask"] == "https://a.example/ask"
    told = as_json(client, id=under.key, **ASKED)
    assert told["body"]["aimDays"] is None
    [limit] = told["limits"]
    assert (limit["regime"], limit["amount"], limit["unit"]) == ("dga-2022", 2, "months")
    page = client.get(f"/datasets/{silent.key}/access", ASKED).content
    assert b'href="https://data.example/ask"' in page
    actions.remove(who=COMMAND_LINE, body=body)
    told = as_json(client, id=silent.key, **ASKED)
    assert (told["body"], told["ask"]) == (None, None)


def test_what_a_body_writes_is_only_text(client: Client, body: Body, silent: DataSet) -> None:
    evil = replace(FACTS, title=EVIL, tariff=[(EVIL, EVIL)], redress=EVIL, redress_within=EVIL)
    actions.change(who=COMMAND_LINE, body=body, facts=evil)
    page = client.get(f"/datasets/{silent.key}").content.decode()
    assert EVIL not in page
    assert "&lt;script&gt;" in page


def test_a_page_that_was_kept_never_shows_an_earlier_body(
    client: Client,
    silent: DataSet,
    nl: Catalogue,  # noqa: F811
) -> None:
    etag = ""

    def shows(told: str, *, not_told: str = "-") -> None:
        nonlocal etag
        address = f"/datasets/{silent.key}"
        answer = client.get(address, headers={"if-none-match": etag})
        assert answer.status_code == 200
        assert told in answer.content.decode()
        assert not_told == "-" or not_told not in answer.content.decode()
        etag = answer["ETag"]
        assert client.get(address, headers={"if-none-match": etag}).status_code == 304

    shows("Its holder decides", not_told="Data access committee")
    body = actions.create(who=COMMAND_LINE, facts=FACTS, decides=DecidesFor(catalogues=[nl]))
    shows("Data access committee")
    actions.change(who=COMMAND_LINE, body=body, facts=replace(FACTS, title="Board"))
    shows("Board", not_told="Data access committee")
    owned = office("other")
    owners = DecidesFor(owners=[owned.owner])
    actions.create(who=COMMAND_LINE, facts=replace(FACTS, title="Chamber"), decides=owners)
    shows("Board")
    Holding.objects.create(catalogue=nl, owner=owned.owner)
    shows("Chamber", not_told="Board")
    Body.objects.all().delete()
    shows("Its holder decides", not_told="Chamber")


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ('country = "NL"\n[limits.ordinary]\namount = 20\nunit = "working-days"', "20 working days"),
        ('body = "{body}"\n[limits.ordinary]\namount = 3\nunit = "days"', "3 days"),
        ('body = "https://elsewhere.example/"\n[limits.ordinary]\namount = 3\nunit = "days"', "2 months"),
        ('country = "DE"\n[limits.ordinary]\namount = 3\nunit = "days"', "2 months"),
    ],
)
def test_of_the_law_and_its_overrides_the_limit_that_ends_first_is_shown(
    client: Client,
    body: Body,
    under: DataSet,
    settings: LazySettings,
    tmp_path: Path,
    override: str,
    said: str,
) -> None:
    lines = override.replace("{body}", f"http://testserver/bodies/{body.slug}/")
    (tmp_path / "x.toml").write_text(f'overrides = "dga-2022"\nsource = "Access Act"\n{lines}\n')
    longer = lines.replace(lines[lines.index("amount") :], 'amount = 50\nunit = "days"')
    if said != "2 months":  # the last is not the one that ends first
        (tmp_path / "y.toml").write_text(f'overrides = "dga-2022"\nsource = "B"\n{longer}\n')
    law = read_law(tmp_path)
    settings.LAW = lambda: law
    found = card(client, under)
    assert f"{said} after your request" in words(found)
    assert "). It can be 30 days longer" in words(found)
    assert found.xpath(".//a[@href='/law']")


def test_the_demo_shows_health_data_and_a_body(client: Client, demo: Demo) -> None:  # noqa: F811
    health = demo["nederlandse-kankerregistratie"]
    assert "by the health data access body: Health data access body of the Netherlands" in words(
        card(client, health)
    )
    asked_for = [each for each in health.findings if "HealthDCAT-AP 8" in each["section"]]
    assert asked_for
    assert {each["severity"] for each in asked_for} == {"warning"}
    decides = DecidesFor(publishers=[demonstrating_owner._PUBLISHER])
    for facts in (demonstrating_owner._ITS_BODY, demonstrating_owner._BODY):
        actions.create(who=COMMAND_LINE, facts=Facts(**facts), decides=decides)
        decides = DecidesFor()
    found = rows(card(client, demo["inkomen-van-personen"]))
    assert "Start van een project: 1.250 EUR" in found["Fees"]
    assert "Time to decide" not in found
    assert not card(client, health).xpath(".//h3[.='Competent body']")
