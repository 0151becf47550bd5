"""When a decision is due: dates worked out by hand, and the law that a request keeps."""

import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from erpd.access.law import read_law
from erpd.access.requests import moving, sending, starting
from erpd.access.requests.due import frozen, is_legal, law_of, recount, thawed
from erpd.access.requests.refusals import Code, Refused
from erpd.accounts.may import Actor
from erpd.accounts.models import Mail
from tests.access.requests.desks import Desk, at, desk, handled, sent

pytestmark = pytest.mark.django_db


def test_the_law_of_the_data_set_sets_the_date_else_the_aim_of_the_body_else_nothing(ada: Actor) -> None:
    plain = desk("plain")
    aims = desk("aims", aim=30)
    with at("2026-03-02"):
        legal, aimed, silent = (
            sent(ada, one.put(name, more))
            for one, name, more in (
                (aims, "law", "dcatap:applicableLegislation <http://data.europa.eu/eli/reg/2022/868/oj>"),
                (aims, "aim", ""),
                (plain, "nothing", ""),
            )
        )
    assert str(legal.due) == "2026-05-04"  # 2 May is a Saturday
    assert is_legal(legal)
    assert legal.regimes == [["dga-2022", 1]]
    assert (legal.why_due["section"], legal.why_due["amount"], legal.why_due["unit"]) == (
        "Article 9(1)",
        2,
        "months",
    )
    assert str(aimed.due) == "2026-04-01"
    assert not is_legal(aimed)
    assert aimed.line.due is None
    assert (silent.due, silent.why_due, silent.regimes) == (None, {}, [])


def test_an_extension_is_given_once_before_the_date_and_told_with_its_reasons(cbs: Desk, ada: Actor) -> None:
    with at("2026-03-02"):
        part = handled(cbs, ada, cbs.put("a"))
    with at("2026-05-04", "21:59"):  # in Amsterdam, two minutes later the day is over
        for ground, reasons in (("dga-2022", " "), ("weather", "Many tables")):
            with pytest.raises(Refused):
                moving.extend(who=cbs.handler, part=part, ground=ground, reasons=reasons)
        part = moving.extend(who=cbs.handler, part=part, ground="dga-2022", reasons="Many tables")
        assert str(part.due) == "2026-06-01"  # 1 June: 30 days after 2 May
        told = Mail.objects.get(template="request-extended").context
        assert (told["due"], told["reasons"]) == ("1 June 2026", "Many tables")
        with pytest.raises(Refused) as refused:
            moving.extend(who=cbs.handler, part=part, ground="dga-2022", reasons="More")
        assert refused.value.code == Code.EXTENDED_ALREADY
        assert "Article 9(1)" in str(refused.value)


def test_at_midnight_of_the_place_an_extension_comes_too_late(cbs: Desk, ada: Actor) -> None:
    with at("2026-03-02"):
        part = handled(cbs, ada, cbs.put("a"))
    with at("2026-05-04", "22:00"), pytest.raises(Refused) as refused:
        moving.extend(who=cbs.handler, part=part, ground="dga-2022", reasons="Many tables")
    assert refused.value.code == Code.EXTENDED_LATE
    assert not Mail.objects.filter(template="request-extended").exists()


def test_a_return_does_not_stop_a_clock_that_the_act_lets_run(cbs: Desk, ada: Actor) -> None:
    with at("2026-03-02"):
        part = handled(cbs, ada, cbs.put("a"))
        part = moving.send_back(who=cbs.handler, part=part, text="Which?")
    assert str(part.due) == "2026-05-04"
    with at("2026-03-20"):
        starting.save(who=ada, request=part.request, own={part.pk: {"use": "Another"}})
        [part] = sending.submit(who=ada, part=part)
    assert str(part.due) == "2026-05-04"
    assert "stopped" not in part.why_due


# Country, received (UTC), due by the Data Governance Act (two months), and if extended by 30 days.
BY_HAND = [
    ("NL", "2026-03-02 10:00", "2026-05-04", "2026-06-01"),  # 2 May is a Saturday; 1 June a Monday
    ("NL", "2025-12-31 10:00", "2026-03-02", "2026-03-30"),  # the last day of February is a Saturday
    ("NL", "2025-12-31 23:30", "2026-03-02", "2026-03-31"),  # in Amsterdam it is New Year
    ("IE", "2025-12-31 23:30", "2026-03-02", "2026-03-30"),  # in Dublin it is not
    ("NL", "2027-12-31 10:00", "2028-02-29", "2028-03-30"),  # a leap day
    ("NL", "2026-06-30 10:00", "2026-08-31", "2026-09-29"),  # 30 August is a Sunday
    ("DE", "2026-03-01 10:00", "2026-05-04", "2026-06-01"),  # a Sunday; 1 May is a holiday, then a weekend
    ("SE", "2026-03-30 21:30", "2026-06-01", "2026-06-29"),  # summer time: 23:30; 30 May is a Saturday
    ("FI", "2026-03-30 21:30", "2026-06-01", "2026-06-30"),  # there it is the 31st: 31 May is a Sunday
]


@pytest.mark.parametrize(("country", "received", "due", "extended"), BY_HAND)
def test_dates_are_those_worked_out_by_hand(
    ada: Actor, country: str, received: str, due: str, extended: str
) -> None:
    body = desk("cbs", country=country)
    with at(*received.split()):
        part = handled(body, ada, body.put("a"))
        assert str(part.due) == due
        part = moving.extend(who=body.handler, part=part, ground="dga-2022", reasons="Many tables")
    assert str(part.due) == extended


STOPS = """
id = "stops"
version = %s
name = { en = "An act that waits" }
act = "reg/2020/1"
recognised_by = ["reg/2022/868"]
replaces = ["dga-2022"]
since = 2020-01-01
[limits.ordinary]
amount = 20
unit = "working-days"
section = "Article 5"
[limits.complex]
amount = 2
unit = "months"
section = "Article 6"
[clock]
starts = "%s"
stops = %s
"""
SHORTER = """
overrides = "stops"
source = "Access Act, section 4"
country = "NL"
[limits.ordinary]
amount = 10
unit = "working-days"
%s
"""


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A folder of the operator's law, which replaces ours."""
    settings.LAW = lambda: read_law(tmp_path)
    return tmp_path


def write(home: Path, starts: str = "receipt", stops: str = "[]", version: int = 1) -> None:
    home.joinpath("stops.toml").write_text(STOPS % (version, starts, stops))


def test_a_request_keeps_the_law_with_which_it_began(cbs: Desk, ada: Actor, home: Path) -> None:
    write(home)
    home.joinpath("nl.toml").write_text(SHORTER % "")
    with at("2026-03-02"):  # a Monday: ten working days later is the 16th
        part = handled(cbs, ada, cbs.put("a"))
    assert part.regimes == [["stops", 1]]
    assert (str(part.due), part.why_due["section"]) == ("2026-03-16", "Access Act, section 4")
    [kept] = law_of(part)
    [now] = read_law(home).applying({"reg/2022/868"}, date(2026, 3, 2), country="NL")
    assert asdict(kept) == asdict(now)
    for change in (
        lambda: write(home, version=2),
        home.joinpath("nl.toml").unlink,
        home.joinpath("stops.toml").unlink,
    ):
        change()
        recount(part)
        assert (str(part.due), part.why_due["name"]) == ("2026-03-16", {"en": "An act that waits"})
    with at("2026-03-02"):
        assert sent(ada, cbs.put("b")).regimes == [["dga-2022", 1]]


def test_what_a_file_leaves_out_and_what_it_takes_away_are_not_the_same(home: Path) -> None:
    write(home)
    for more, extensions in (("", 1), ('[extension]\namount = 0\nunit = "days"', 0)):
        text = home.joinpath("stops.toml").read_text()
        if "[extension]" not in text:
            home.joinpath("stops.toml").write_text(text + '[extension]\namount = 30\nunit = "days"\n')
        home.joinpath("nl.toml").write_text(SHORTER % more)
        [now] = read_law(home).applying({"reg/2022/868"}, date(2026, 3, 2), country="NL")
        kept = thawed(json.loads(json.dumps(frozen(now))))
        assert asdict(kept) == asdict(now)
        assert bool(kept.extensions()) == bool(now.extensions()) == bool(extensions)


@pytest.mark.parametrize(
    ("starts", "stops", "while_it_waits", "then"),
    [
        # Received on Monday 2 March, returned on the 4th, sent again on the 11th; 20 working days.
        ("receipt", "[]", "2026-03-30", "2026-03-30"),
        ("receipt", '["returned"]', "None", "2026-04-08"),  # without Good Friday and Easter Monday
        ("receipt", '["estimate"]', "2026-03-30", "2026-03-30"),
        ("completion", "[]", "None", "2026-04-10"),  # from the 11th
    ],
)
def test_the_regime_says_what_starts_and_stops_its_clock(
    cbs: Desk, ada: Actor, home: Path, starts: str, stops: str, while_it_waits: str, then: str
) -> None:
    write(home, starts, stops)
    with at("2026-03-02"):
        part = handled(cbs, ada, cbs.put("a"))
    assert str(part.due) == "2026-03-30"
    with at("2026-03-04"):
        part = moving.send_back(who=cbs.handler, part=part, text="Which?")
    assert str(part.due) == while_it_waits
    with at("2026-03-11"):
        [part] = sending.submit(who=ada, part=part)
    assert str(part.due) == then


def test_a_handler_can_say_that_a_request_is_complex_before_it_is_late(
    cbs: Desk, ada: Actor, home: Path
) -> None:
    write(home)
    with at("2026-03-02"):
        first, second = (handled(cbs, ada, cbs.put(name)) for name in "ab")
    with at("2026-03-30"):
        with pytest.raises(Refused):
            moving.set_kind(who=cbs.handler, part=first, kind="complex", reasons="")
        first = moving.set_kind(who=cbs.handler, part=first, kind="complex", reasons="Many tables")
    assert (str(first.due), first.why_due["section"]) == ("2026-05-04", "Article 6")
    assert Mail.objects.get(template="request-classified").context["due"] == "4 May 2026"
    with at("2026-03-31"), pytest.raises(Refused) as refused:
        moving.set_kind(who=cbs.handler, part=second, kind="complex", reasons="Many tables")
    assert refused.value.code == Code.KIND_LATE
    with at("2026-03-30"), pytest.raises(Refused) as refused:  # this act knows no extension
        moving.extend(who=cbs.handler, part=first, ground="stops", reasons="Many tables")
    assert refused.value.code == Code.NO_EXTENSION


def test_a_body_of_nowhere_counts_as_the_node_does(ada: Actor, settings: Any) -> None:
    body = desk("nowhere", country="")
    with at("2026-03-02"):
        assert str(sent(ada, body.put("a")).due) == "2026-05-04"
        settings.NODE = replace(settings.NODE, country="")
        assert str(sent(ada, body.put("b")).due) == "2026-05-04"
