"""What pages say of the time that a request has."""

from datetime import date
from typing import Any

from erpd.access.clock_words import clock_of
from erpd.access.models import Part

LAW: dict[str, Any] = {
    "regime": "dga-2022",
    "name": {"en": "Data Governance Act"},
    "section": "Article 9(1)",
    "amount": 2,
    "unit": "months",
    "received": "2026-01-15",
}


def test_the_date_is_told_with_what_it_follows_from() -> None:
    whole = {
        **LAW,
        "extension": {"amount": 30, "unit": "days", "section": "Article 9(1)"},
        "stopped": [
            {"why": "returned", "since": "2026-01-20", "until": "2026-01-25"},
            {"why": "estimate", "since": "2026-02-01", "until": None},
        ],
    }
    clock = clock_of(Part(due=None, why_due=whole, extension_reasons="Much to look at."))
    assert clock.is_legal
    assert clock.reasons == [
        "Received on 15 January 2026.",
        "The law gives 2 months: Data Governance Act, Article 9(1).",
        "It was extended by 30 days (Article 9(1)).",
        "Why it was extended: Much to look at.",
        "From 20 January 2026 to 25 January 2026 the clock was stopped: "
        "the request was returned for changes.",
        "The clock has been stopped since 1 February 2026: the requester has an estimate to answer.",
        "The clock is stopped until the requester answers.",
    ]


def test_the_aim_of_a_body_is_no_limit_of_the_law_and_nothing_is_made_up() -> None:
    aim = clock_of(Part(due=date(2026, 2, 14), why_due={"aim": 30, "received": "2026-01-15"}))
    assert not aim.is_legal
    assert aim.reasons[1] == "The body aims to decide within 30 days. That is not the limit of the law."
    assert clock_of(Part()) == (None, False, [])
