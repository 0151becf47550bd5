"""`/law`: which duties held on a day."""

import re
from dataclasses import replace

import pytest

from erpd.access.law import Law, read_law


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def part(response, begin: str, end: str) -> str:
    return text_of(response).partition(begin)[2].partition(end)[0]


def test_the_page_says_what_held_on_a_day(client):
    response = client.get("/law?on=2025-12-31")
    held = part(response, "On 31 December 2025", "Not in force")
    for said in (
        "Data Governance Act",
        "from 24 September 2023",
        "2 months (Article 9(1))",
        "up to 30 days more, once",
        "Article 9(2)",
        "Format, Size in bytes, Rights (Article 8(2))",
    ):
        assert said in held
    pending = part(response, "Not in force, or not yet known in detail", "How days are counted")
    assert "20 working days (Article 32la)" in pending
    assert "not yet: this is a proposal" in pending
    assert "We do not know from which day on." in pending
    assert "We know of no limit." in pending


def test_before_its_first_day_a_law_is_among_the_others(client):
    response = client.get("/law?on=2023-09-23")
    assert "None of the laws that we know applied on this day." in text_of(response)
    assert "Data Governance Act" in part(response, "On other days", "How days are counted")


def test_a_national_node_says_when_a_decision_is_due(client, settings):
    settings.NODE = replace(settings.NODE, role="national", country="NL")
    held = part(client.get("/law?on=2025-12-31"), "On 31 December 2025", "Not in force")
    assert "a decision by 2 March 2026 ; if extended, by 30 March 2026" in held.replace("2026;", "2026 ;")


def test_what_operators_write_is_only_text(client, settings, tmp_path):
    (tmp_path / "mine.toml").write_text(
        'id = "mine"\nversion = 1\nact = "reg/2030/1"\nsince = 2020-01-01\n'
        'name = { nl = "<script>alert(1)</script>" }\n'
    )
    (tmp_path / "nl.toml").write_text(
        'overrides = "dga-2022"\ncountry = "NL"\nsource = "<b>Access Act"\n'
        '[limits.ordinary]\namount = 20\nunit = "working-days"\n'
    )
    settings.NODE = replace(settings.NODE, role="national", country="NL")
    law: Law = read_law(tmp_path)
    settings.LAW = lambda: law
    page = client.get("/law").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "20 working days (&lt;b&gt;Access Act)" in page


@pytest.mark.parametrize("asked", ["x", "2026-02-30", "<script>", "%00", "9" * 5000])
def test_what_is_no_date_is_told(client, asked):
    response = client.get(f"/law?on={asked}")
    assert response.status_code == 400
    assert "This is not a date." in text_of(response)


@pytest.mark.parametrize("asked", ["0001-01-01", "9999-12-31", "20260101", "2026-W01-1"])
def test_any_date_is_answered(client, asked):
    assert client.get(f"/law?on={asked}").status_code == 200
