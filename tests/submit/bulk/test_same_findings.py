"""A row has the findings that the same data set has through the delivery API."""

import re

import pytest

from erpd.formats.delivery.reading import read_shape
from erpd.formats.delivery.shapes import convert
from erpd.formats.spreadsheet.bodies import said
from erpd.formats.spreadsheet.book import read
from erpd.metadata.findings import Severity
from erpd.register.content import facts_of
from erpd.submit import actions
from erpd.submit.bulk.items import SPREADSHEET, contents
from erpd.submit.bulk.storing import Result, Task
from erpd.submit.refusals import NotPublishable
from tests.formats.spreadsheet.files import text
from tests.submit.owners import agree, office

pytestmark = pytest.mark.django_db
RIGHT = {
    "Identifier": "https://data.example/1",
    "Title (en)": "Discharges",
    "Description (en)": "Every discharge.",
    "Publisher: Name": "Statistics",
    "Access rights": "RESTRICTED",
    "Theme": "ENVI",
    "Release date": "2024-05-31",
    "Temporal coverage: Start date": "2020-01-01",
    "Temporal coverage: End date": "2024-01-01",
    "Distribution: Access URL": "https://data.example/apply",
    "Distribution: Format": "CSV",
    "Distribution: Size in bytes": "1000",
    "Distribution: Conditions for re-use (en)": "On request.",
}
FAULTS = [
    *({heading: ""} for heading in RIGHT if heading != "Identifier"),
    {"Access rights": "PUBLIC"},
    {"Distribution: Format": "https://data.example/format"},
    {"Temporal coverage: End date": "2010-01-01"},
    {"Distribution: Conditions for re-use (en)": "https://creativecommons.org/licenses/by/4.0/"},
]


def test_the_same_rules_find_the_same():
    owner = office("cbs")
    agree(owner)
    who, catalogue = owner.actor(), owner.catalogues["protected"]
    refused = 0
    for fault in FAULTS:
        row = RIGHT | fault
        content = text([list(row), list(row.values())]).encode()
        (outcome,) = Task(who, catalogue, True).each(
            contents(content, SPREADSHEET, "en", str).items, dry=True
        )
        body = said(read(content).entries[0], None).body
        with actions.dry_run():
            try:
                one = actions.deliver(
                    who=who, catalogue=catalogue, record=read_shape(convert(body)), publish=True
                )
                found = one.findings
            except NotPublishable as error:
                found = facts_of(error.findings)
        errors = [one for one in found if one["severity"] == Severity.ERROR]
        assert (outcome.result is Result.REFUSED) == bool(errors), fault
        refused += bool(errors)
        assert len(outcome.notes) == len(found), fault
        names = {re.split(r"[/\]]", one["path"])[-1] for one in found if one.get("path")}
        assert all(any(name in note.text for note in outcome.notes) for name in names), (fault, names)
        cells = [note.cell for note in outcome.notes if note.severity == "error"]
        column = list(RIGHT).index(next(iter(fault)))
        assert not errors or f"CSV!{chr(65 + column)}2" in cells, (fault, cells)
    assert refused >= 7
