"""What is proved at night: once, by one worker; what failed or is too old is named at the desk."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from erpd.operate.models import Proof
from erpd.operate.proofs import BACKUP, DOORS, INDEX, RESTORED, keep, take, wrong

pytestmark = pytest.mark.django_db


def test_they_are_due_once_a_night() -> None:
    told = [
        take(datetime(2026, 3, day, hour, 30, tzinfo=UTC))
        for day, hour in ((1, 0), (1, 1), (1, 2), (1, 12), (2, 1), (2, 4), (2, 5), (4, 4))
    ]
    assert told == [False, True, False, False, True, False, False, True]


def test_what_failed_or_is_too_old_is_named_at_the_desk(desk: Client) -> None:
    assert wrong() == [], "nothing has ever been proved here"
    take(datetime(2026, 3, 1, 1, tzinfo=UTC))
    keep(INDEX, passed=True, said="fine")
    keep(DOORS, passed=False, said="SPARQL lacks it.")
    keep(RESTORED, passed=None, said="not proved: there is none.")
    assert wrong() == [DOORS], "nobody misses a backup where there never was one"
    keep(BACKUP, passed=True, said="/saved")
    assert wrong() == [DOORS, RESTORED]
    keep(RESTORED, passed=True, said="fine")
    Proof.objects.update(at=timezone.now() - timedelta(days=4))
    assert wrong() == [DOORS, INDEX, RESTORED]
    Proof.objects.update(passed=None, at=timezone.now() - timedelta(days=9))
    assert wrong() == [BACKUP, DOORS, INDEX, RESTORED], "begun, and never ended"
    page = desk.get("/desk/").content.decode()
    assert "Proofs that failed, could not be made, or are too old (backup, doors, index, restored): 4" in page
