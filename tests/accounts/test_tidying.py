"""The worker removes what has ended, and nothing else."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from erpd.accounts import checked
from erpd.accounts.actions import people
from erpd.accounts.mails import tell
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import CheckedFile, Mail, Person
from erpd.accounts.tidying import tidy
from tests.accounts.people import person, sign_in

pytestmark = pytest.mark.django_db


def test_what_has_ended_goes_and_the_rest_stays(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    past = timezone.now() - timedelta(days=31)
    browsers = [Client(), Client()]
    for browser in browsers:
        sign_in(browser, person("ann@office.example"))
        UserSession.objects.create(
            user=Person.objects.get(), ip="::1", created_at=past, session_key=browser.session.session_key
        )
    Session.objects.filter(pk=browsers[0].session.session_key).update(expire_date=past)
    for number, facts in enumerate(
        ({"sent": past}, {"sent": timezone.now()}, {"state": "failed", "sent": past})
    ):
        tell(f"{number}@office.example", "removed", title="x")
        Mail.objects.filter(to=f"{number}@office.example").update(**{"state": "sent", **facts})
    (tmp_path / "mail").mkdir()
    for name, age in (("old.eml", 31), ("new.eml", 29), ("old.txt", 31)):
        (tmp_path / "mail" / name).touch()
        os.utime(tmp_path / "mail" / name, (time.time() - age * 86_400,) * 2)
    stranger = Person.objects.create_user("stranger@office.example")
    EmailAddress.objects.create(user=stranger, email=stranger.email, primary=True)
    Person.objects.create_user("made.otherwise@office.example")
    people.add(who=COMMAND_LINE, email="made@office.example")
    Person.objects.update(created=past)
    for one in Person.objects.all():
        checked.keep(one, "list", "list.csv", b"x")
    CheckedFile.objects.exclude(person=stranger).update(at=timezone.now() - checked.KEPT)
    CheckedFile.objects.filter(person__email="made@office.example").update(at=timezone.now())
    for _ in range(2):
        tidy()
        assert Session.objects.get().pk == UserSession.objects.get().session_key
        assert set(Mail.objects.values_list("to", flat=True)) == {"1@office.example", "2@office.example"}
        assert {file.name for file in (tmp_path / "mail").iterdir()} == {"new.eml", "old.txt"}
        assert not Person.objects.filter(pk=stranger.pk).exists()
        assert Person.objects.count() == 3
        assert CheckedFile.objects.get().person.email == "made@office.example"
