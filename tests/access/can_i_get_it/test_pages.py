"""The page, the card and the JSON: what they say, to whom, and what they do with what is wrong."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jsonschema_rs
import pytest
from django.conf import LazySettings
from django.test import Client
from lxml import html

from erpd.access.can_i_get_it import words
from erpd.access.can_i_get_it.asking import place_to_ask
from erpd.access.can_i_get_it.limits import as_property, limits
from erpd.access.can_i_get_it.openapi import document
from erpd.access.can_i_get_it.rule import ANSWERS, QUESTIONS
from erpd.access.law import read_law
from erpd.access.models import Body
from erpd.register.models import DataSet
from tests.metadata.conditions.records import EXAMPLE, with_conditions
from tests.portal import shelf
from tests.portal.conftest import demo, translations  # noqa: F401  # fixtures
from tests.portal.test_pages import Demo

HOSTILE = "<script>alert(1)</script>\"' onload=alert(2) {{ 7|add:7 }}" + "x" * 5_000
ASKED = {"who": "research", "purpose": "ScientificResearch", "where": "eu"}


@pytest.fixture
def nl(db: None) -> Any:
    return shelf.catalogue("nl", country="NL")


@pytest.fixture
def example(nl: Any) -> DataSet:
    triples = with_conditions(EXAMPLE).graph.triples()
    return shelf.put_turtle(
        nl, "\n".join(f"{each.subject} {each.predicate} {each.object} ." for each in triples)
    )


def page(client: Client, data_set: DataSet, status: int = 200, **asked: str) -> html.HtmlElement:
    response = client.get(f"/datasets/{data_set.key}/access", asked)
    assert response.status_code == status
    return html.fromstring(response.content)


def text(element: html.HtmlElement) -> str:
    return " ".join(element.xpath("string(//main)").split())


def as_json(client: Client, status: int = 200, **asked: Any) -> Any:
    response = client.get(f"/api/can-i-get-it?{urlencode(asked, doseq=True)}")
    assert response.status_code == status
    kind = "Answer" if status == 200 else "Problem"
    found = response.json()
    jsonschema_rs.validate({**document(), "$ref": f"#/components/schemas/{kind}"}, found)
    return found


def test_the_page_asks_three_questions_and_answers_by_rule(client: Client, example: DataSet) -> None:
    asking = page(client, example)
    assert "Likely" not in text(asking)
    for question in QUESTIONS:
        [select] = asking.xpath(f"//select[@name='{question}']")
        assert [option.get("value") for option in select] == ["", *ANSWERS[question]]
        assert asking.xpath(f"//label[@for='{select.get('id')}']")
    assert set(asking.xpath("//main//form/@method")) == {"get"}
    told = page(client, example, **ASKED)
    assert told.xpath("string(//*[@id='answer'])") == "Under conditions"
    for said in (
        "You may ask.",
        "research organisations",
        "There is a condition for asking.",
        "The result is published.",
        "accreditation of the institution",
        "Ask me",
    ):
        assert said in text(told)
    assert told.xpath("//select[@name='who']/option[@selected]/@value") == ["research"]
    excluded = page(client, example, **{**ASKED, "purpose": "Marketing"})
    assert "The record excludes this purpose." in text(excluded)
    assert "advertising and marketing" in text(excluded)


def test_nothing_is_stored(client: Client, example: DataSet, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(6) as done:
        response = client.get(f"/datasets/{example.key}/access", ASKED)
    assert all(query["sql"].startswith("SELECT") for query in done.captured_queries)
    assert not response.cookies
    assert response["X-Robots-Tag"] == "noindex"


def test_what_is_wrong_is_told_at_its_place_and_bounded(client: Client, example: DataSet) -> None:
    found = page(client, example, who=HOSTILE, purpose="ScientificResearch")
    assert not found.xpath("//script[not(@src)]")
    assert "is not one of the answers" in found.xpath("string(//*[@id='ask-who-wrong'])")
    assert "Choose an answer." in found.xpath("string(//*[@id='ask-where-wrong'])")
    assert "x" * 100 not in text(found)
    told = as_json(
        client, 400, id=example.key, who=[HOSTILE, "sme"], where="moon", more="1", **{"a" * 99: ""}
    )
    assert [error["parameter"][:9] for error in told["errors"]] == [
        "who",
        "purpose",
        "where",
        "more",
        "a" * 9,
    ]
    assert told["errors"][1]["answers"] == [*ANSWERS["purpose"]]
    assert max(len(error["detail"]) for error in told["errors"]) < 200


def test_only_what_visitors_may_see(client: Client, nl: Any, example: DataSet) -> None:
    hidden = shelf.put_turtle(shelf.catalogue("test", "test"), ":t a dcat:Dataset ; dct:title 'T'@en .")
    shelf.take_away(gone := shelf.put_turtle(nl, ":g a dcat:Dataset ; dct:title 'G'@en ."))
    for data_set in (hidden, gone):
        page(client, data_set, 404, **ASKED)
        for name in (data_set.key, data_set.iri):
            as_json(client, 404, id=name, **ASKED)
    for name in ("https://nowhere.example/", HOSTILE, "0", "a" * 3_000, "https://a.example/\0"):
        as_json(client, 404, id=name, **ASKED)
    assert client.post(f"/datasets/{example.key}/access").status_code == 405
    assert client.post("/api/can-i-get-it").status_code == 405


def test_programs_get_the_same_answer(client: Client, example: DataSet) -> None:
    found = as_json(client, id=example.iri, **ASKED)
    assert found == as_json(client, id=example.key, **ASKED)
    assert found == as_json(client, id=found["page"], **ASKED)
    assert (found["answer"], found["asked"]) == ("under-conditions", ASKED)
    condition = next(each for each in found["reasons"] if each["rule"] == "asking-condition")
    assert condition["field"] == "askingCondition"
    assert condition["values"] == [{"value": "The result is published.", "lang": "en"}]
    explained = client.get(found["explanation"].removeprefix("http://testserver"))
    assert "Under conditions" in explained.content.decode()
    iri = "https://w3id.org/erpd/conditions/audience/individual"
    assert as_json(client, id=example.key, **{**ASKED, "who": iri})["answer"] == "no"
    assert client.get("/api/openapi.json").json() == document()


def test_an_iri_that_is_a_uuid_is_no_key(client: Client, nl: Any) -> None:
    iri = "urn:uuid:0b9f1c3e-5d0a-4c57-9a55-0123456789ab"
    named = shelf.put_turtle(nl, f"<{iri}> a dcat:Dataset ; dct:title 'U'@en .")
    assert as_json(client, id=iri, **ASKED) == as_json(client, id=named.key, **ASKED)


def test_the_page_of_a_record_that_contradicts_itself_does_not_call_it_open(client: Client, nl: Any) -> None:
    both = shelf.put_turtle(nl, ":b a dcat:Dataset ; dct:accessRights access:PUBLIC, access:RESTRICTED .")
    assert "The data is protected." in text(html.fromstring(client.get(f"/datasets/{both.key}").content))


def test_open_data_says_so_simply(client: Client, db: None) -> None:
    opened = shelf.put_turtle(shelf.catalogue("it", "open"), ":x a dcat:Dataset ; dct:title 'Alberi'@it .")
    assert "Anyone can get this data without asking." in text(page(client, opened))
    found = as_json(client, id=opened.key, who="other", purpose="other", where="other")
    assert (found["answer"], [each["rule"] for each in found["reasons"]]) == ("likely", ["open"])


def test_the_card_says_plainly_what_the_record_does_not(client: Client, nl: Any, example: DataSet) -> None:
    silent = shelf.put_turtle(nl, ':s a dcat:Dataset ; dct:title "S"@en ; dct:rights "Ask"@en .')
    for data_set, said in ((silent, "does not say as data who may ask"), (example, "research organisations")):
        [card] = html.fromstring(client.get(f"/datasets/{data_set.key}").content).xpath("//*[@id='access']")
        assert said in " ".join(card.xpath("string()").split())
        [form] = card.xpath(".//form")
        assert form.get("action") == f"/datasets/{data_set.key}/access"
    part = with_conditions(replace(EXAMPLE, fees=(), tariff=(), transfer=())).graph.triples()
    lines = "\n".join(f"{each.subject} {each.predicate} {each.object} ." for each in part)
    partly = shelf.put_turtle(nl, lines.replace("https://a.example/set", "https://a.example/part"))
    [card] = html.fromstring(client.get(f"/datasets/{partly.key}").content).xpath("//*[@id='access']")
    rows = zip(card.xpath(".//dt/text()"), card.xpath(".//dd"), strict=True)
    unknown = [label for label, value in rows if "does not say" in value.xpath("string()")]
    assert unknown == ["Fees", "Transfer outside the European Union"]


def test_a_limit_of_the_law_is_shown_only_where_its_act_applies(client: Client, nl: Any) -> None:
    law = "dcatap:applicableLegislation <http://data.europa.eu/eli/reg/2022/868/oj>"
    names = "@prefix dcatap: <http://data.europa.eu/r5r/> ."
    under = shelf.put_turtle(nl, f"{names} :u a dcat:Dataset ; dct:title 'U'@en ; {law} .")
    free = shelf.put_turtle(nl, ":f a dcat:Dataset ; dct:title 'F'@en .")
    cards = [
        html.fromstring(client.get(f"/datasets/{each.key}").content).xpath("string(//*[@id='access'])")
        for each in (under, free)
    ]
    said = "2 months after your request (Data Governance Act, Article 9(1))"
    assert [said in card for card in cards] == [True, False]
    assert "Time limit" not in cards[1]


def test_of_several_limits_and_extensions_the_shortest_is_shown(
    db: None, settings: LazySettings, tmp_path: Path
) -> None:
    for name, limit, extension in (
        ("a", '10\nunit = "days"', '20\nunit = "days"'),
        ("b", '1\nunit = "months"', '14\nunit = "working-days"'),
    ):
        (tmp_path / f"{name}.toml").write_text(
            f'overrides = "dga-2022"\nsource = "Act {name}"\ncountry = "NL"\n'
            f"[limits.ordinary]\namount = {limit}\n[extension]\namount = {extension}\n"
        )
    law = read_law(tmp_path)
    settings.LAW = lambda: law
    [shown] = as_property(limits(frozenset({"reg/2022/868"}), date(2026, 4, 20), "NL"))
    [value] = shown.values
    assert value.text.startswith("10 days after your request (Data Governance Act, Act a)")
    assert "20 days longer" in value.text


def test_health_data_names_who_gives_the_permit(client: Client, nl: Any) -> None:
    health = shelf.put_turtle(
        nl,
        """:h a dcat:Dataset ; dct:title "H"@en ;
          <http://healthdataportal.eu/ns/health#hdab> [ foaf:name "Health Data Authority"@en ] .""",
    )
    card = html.fromstring(client.get(f"/datasets/{health.key}").content).xpath("string(//*[@id='access'])")
    assert "The permit is given by the health data access body: Health Data Authority" in " ".join(
        card.split()
    )
    found = as_json(client, id=health.key, **ASKED)
    [permit] = [each for each in found["reasons"] if each["rule"] == "health-permit"]
    assert permit["said"] == [{"value": "Health Data Authority", "lang": "en"}]


def test_the_european_node_leads_to_the_national_place(
    client: Client, example: DataSet, settings: LazySettings
) -> None:
    ask = as_json(client, id=example.key, lang="nl", **ASKED)["ask"]
    assert ask.startswith("https://a.example/ask?")
    assert parse_qs(urlsplit(ask).query) == {
        "dataset": [example.iri],
        "lang": ["nl"],
        "return": [f"http://testserver/datasets/{example.key}"],
    }
    assert ask in client.get(
        f"/datasets/{example.key}", headers={"accept-language": "nl"}
    ).content.decode().replace("&amp;", "&")
    point = Body.objects.create(slug="point", title={"en": "Point"}, ask="https://point.example/requests/new")
    point.catalogues.add(example.catalogue)
    ask = as_json(client, id=example.key, **ASKED)["ask"]
    assert ask.startswith("https://point.example/requests/new?dataset=https%3A%2F%2F")
    page = client.get(f"/datasets/{example.key}").content.decode()
    assert ask in page.replace("&amp;", "&")
    answered = client.get(f"/datasets/{example.key}/access", ASKED).content.decode()
    [link] = html.fromstring(answered).xpath("//main//a[contains(@href, 'point.example')]/@href")
    assert link == f"{ask}&{urlencode(ASKED)}", "the answers go along, and the page says so"
    said = client.get(f"/datasets/{example.key}/access", {**ASKED, "lang": "en"}).content.decode()
    assert "takes your answers along" in said
    assert html.fromstring(page).xpath("//*[@id='access']//a[contains(., 'point.example')]"), (
        "as it leads there"
    )
    settings.NODE = replace(settings.NODE, role="national", country="NL")
    assert as_json(client, id=example.key, **ASKED)["ask"] == "https://a.example/ask"


def test_what_the_address_of_a_procedure_says_stays() -> None:
    told = place_to_ask("https://a.example/ask?form=3&lang=xx#top", "urn:x", "nl", "https://b.example/")
    assert (
        told == "https://a.example/ask?form=3&lang=xx&dataset=urn%3Ax&return=https%3A%2F%2Fb.example%2F#top"
    )
    assert place_to_ask("https://a.example/", "urn:" + "x" * 2_000, "nl", "") == "https://a.example/"


def test_each_rule_and_answer_has_words(translations: None) -> None:  # noqa: F811
    for question, codes in ANSWERS.items():
        named = [words.choice(question, code) for code in codes]
        assert len(set(named)) == len(codes)
        assert not set(named) & set(codes)


def test_data_sets_of_the_demo_answer_differently(client: Client, demo: Demo) -> None:  # noqa: F811
    answers = {as_json(client, id=each.key, **ASKED)["answer"] for each in demo.values()}
    assert answers >= {"likely", "under-conditions", "not-said"}
