"""Every text and number of a table of CBS stands in the record, or in a finding that names it."""

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.formats import Unreadable
from erpd.formats.cbs import read
from erpd.formats.cbs.table import alignments
from erpd.metadata.licences import licence_in
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.terms import DCT
from tests.formats.test_cbs import TABLES, V3, V4
from tests.nothing_lost import damaged_json, leaves, lost
from tests.proofs import length

RULES = load_profile("erpd")
NAMES = [
    *{**V3, **V4},
    "Source",
    "License",
    "Publisher",
    "ContactPoint",
    "Updated",
    "TemporalCoverage",
    "Odd",
]
# Its place in today's list, and how it is asked for: neither says anything about the table.
NO_FACTS = {"ID"}


@cache
def tables():
    recorded = json.loads(TABLES.read_text("utf-8"))["value"] if TABLES.exists() else []
    return [V3, V4, *recorded]


def nowhere(table):
    try:
        record = read(json.dumps(table).encode(), "x")
    except Unreadable as error:
        return set() if error.rule == "no-data-set" else {str(error)}
    catalogue = table.get("@catalog")
    own = ("Publisher", "License", "ContactPoint")
    about = [catalogue.get(name) for name in own] if isinstance(catalogue, dict) else []
    meant = [each for name, each in table.items() if name not in NO_FACTS and name != "@catalog"]
    known = {word for word in alignments().frequency if record.values(DCT.accrualPeriodicity)}
    texts = (text for text in leaves([*meant, *about]) if "".join(text.split()).lower() not in {"", *known})
    return lost((text for text in texts if not licence_in(text)), record, mend(record, RULES))


def test_of_all_recorded_tables():
    for table in tables():
        assert nowhere(table) == set(), table


@pytest.mark.proof
@settings(deadline=None, max_examples=length(300, 10_000))
@given(st.data())
def test_of_random_damages(data):
    table = damaged_json(data.draw, data.draw(st.sampled_from(tables())), NAMES)
    assert nowhere(table) == set(), table
