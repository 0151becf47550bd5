"""Suggestions while somebody types: from the scope only, bounded, whatever is typed."""

from typing import Any

import pytest
from django.test import Client

from erpd.register.search import rebuild
from tests.portal import shelf
from tests.portal.test_pages import Demo


def suggested(client: Client, address: str, **headers: str) -> list[dict[str, Any]]:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    options: list[dict[str, Any]] = answer.json()["options"]
    return options


def texts(options: list[dict[str, Any]]) -> list[str]:
    return [option["text"] for option in options]


def test_data_sets_publishers_and_themes_are_suggested(client: Client, demo: Demo) -> None:
    (first, *_) = suggested(client, "/suggestions?q=income of p")
    assert first["text"] == "Income of persons (INPATAB)"
    assert client.get(first["url"]).status_code == 200
    (agency,) = [one for one in suggested(client, "/suggestions?q=stat") if "Publisher" in one["note"]]
    assert agency["text"] == "Statistics Netherlands (CBS)"
    assert agency["note"].split(", ")[1].encode() in client.get(agency["url"]).content
    (theme,) = [one for one in suggested(client, "/protected/suggestions?q=HEAL") if "Theme" in one["note"]]
    assert theme["url"] == "/protected?theme=HEAL"
    in_german = suggested(client, "/suggestions?q=gesund", **{"accept-language": "de"})
    assert "Gesundheit" in texts(in_german)
    assert "Gesundheit" not in texts(suggested(client, "/suggestions?q=gesund"))
    assert texts(suggested(client, "/suggestions?q=personen", **{"accept-language": "nl"}))


def test_nothing_comes_from_another_scope(client: Client, demo: Demo) -> None:
    test = shelf.catalogue("try", "test")
    shelf.put_turtle(test, ':t a dcat:Dataset ; dct:title "Quixotic" ; dct:publisher [ foaf:name "Quix" ] .')
    rebuild()
    for scope in ("", "/protected", "/open", "/catalogues/nl"):
        assert suggested(client, f"{scope}/suggestions?q=qui") == []
    assert client.get("/catalogues/try/suggestions?q=qui").status_code == 404
    assert suggested(client, "/suggestions?q=top10")
    assert suggested(client, "/open/suggestions?q=top10")
    assert suggested(client, "/protected/suggestions?q=top10") == []


@pytest.mark.parametrize(
    "typed",
    ["", "a", "%00", "%FF%FE", ".*", "((((", "a" * 9_999, "%22" * 500, "a+" * 4_000, "<script>", "[a-", "\\"],
)
def test_whatever_is_typed_is_answered(client: Client, demo: Demo, typed: str) -> None:
    assert len(suggested(client, f"/suggestions?q={typed}")) <= 11


def test_titles_that_begin_so_come_before_those_that_contain_it(client: Client, db: None) -> None:
    nl = shelf.catalogue("nl")
    for number, title in enumerate(("A map of schools", "Schools", "Écoles", "<b>Schools & more</b>")):
        shelf.put_turtle(nl, f':d{number} a dcat:Dataset ; dct:title "{title}"@en .')
    rebuild()
    assert texts(suggested(client, "/suggestions?q=sch"))[0] == "Schools"
    assert len(suggested(client, "/suggestions?q=schools")) == 3
    assert texts(suggested(client, "/suggestions?q=ecol")) == ["Écoles"]
