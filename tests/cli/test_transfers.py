"""`erpd transfer`: the operator moves catalogues and data sets between owners; both are told."""

import json

import pytest

from erpd.accounts.models import Mail
from erpd.submit.actions import deliver
from tests.cli.test_owners import erpd
from tests.submit.owners import office, record

pytestmark = pytest.mark.django_db


def test_the_operator_transfers_for_both_sides():
    cbs = office("cbs")
    office("knmi")
    mine = deliver(who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=record())
    told = erpd("transfer", "dataset", mine.pk, "--to", "knmi", "--comment", "Measured by you now.")
    number = told.split()[0]
    assert told == f"{number} data set Discharges ({mine.pk}) from cbs to knmi pending"
    assert "cannot go into “knmi-open”" in erpd(
        "transfer", "accept", number, "--catalogue", "knmi-open", status=1
    )
    facts = json.loads(erpd("transfer", "accept", number, "--json"))
    assert (facts["state"], facts["catalogue"], facts["to"]) == ("accepted", "knmi", "knmi")
    assert [mail.to for mail in Mail.objects.order_by("pk")] == ["admin@knmi.example", "admin@cbs.example"]

    number = json.loads(erpd("transfer", "catalogue", "cbs-open", "--to", "knmi", "--json"))["transfer"]
    erpd("transfer", "refuse", number, "--reason", "Keep it.")
    number = json.loads(erpd("transfer", "catalogue", "cbs-open", "--to", "knmi", "--json"))["transfer"]
    erpd("transfer", "cancel", number)
    listed = erpd("transfer", "list")
    assert [listed.count(state) for state in ("cancelled", "refused", "accepted")] == [1, 1, 1]
    assert "already been decided: cancelled" in erpd("transfer", "accept", number, status=1)
    assert "There is no transfer 0" in erpd("transfer", "cancel", 0, status=1)
    assert "the id 'nothing'" in erpd("transfer", "dataset", "nothing", "--to", "knmi", status=1)
