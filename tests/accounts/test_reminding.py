"""Whoever has a key is told 30, 7 and 1 days before it expires, once each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from erpd.accounts.keys import make, make_for_desk, rotate
from erpd.accounts.models import Key, Mail
from erpd.accounts.outbox.letters import write
from erpd.accounts.reminding import remind, remind_of_keys
from tests.submit.owners import office

pytestmark = pytest.mark.django_db


def test_a_key_that_expires_is_told_three_times():
    cbs = office("cbs")
    key, text = make(who=cbs.actor(), catalogue=cbs.catalogues["protected"], name="nightly")
    other, _ = make(who=cbs.actor(), catalogue=cbs.catalogues["open"])
    Key.objects.filter(pk=other.pk).update(revoked=timezone.now())
    Key.objects.filter(pk=key.pk).update(used_from="192.0.2.7")
    told = []
    for left in (40, 30, 29, 8, 7, 5, 1, 0.2):
        ends = timezone.now() + timedelta(days=left)
        Key.objects.update(expires=ends)
        told += [left] * (remind_of_keys() + remind_of_keys())
    assert told == [30, 7, 1]
    mails = list(Mail.objects.order_by("pk"))
    assert [mail.context["days"] for mail in mails] == [30, 7, 1]
    assert {mail.to for mail in mails} == {"editor@cbs.example"}
    assert mails[0].context["address"] == "192.0.2.7"
    assert text not in str([mail.context for mail in mails])


def test_a_key_of_a_desk_is_told_as_one():
    cbs = office("cbs")
    cbs.owner.memberships.filter(person=cbs.people["reader"]).update(handles=True)
    make_for_desk(who=cbs.actor("reader"), owner=cbs.owner, name="cases")
    Key.objects.update(expires=timezone.now() + timedelta(days=3))
    assert remind_of_keys() == 1
    mail = Mail.objects.get()
    said = write(mail.template, "en", mail.context).text
    assert "for requests for access to data of cbs" in said
    assert "catalogue" not in said


def test_what_was_replaced_is_not_told():
    cbs = office("cbs")
    key, _ = make(who=cbs.actor(), catalogue=cbs.catalogues["protected"])
    rotate(who=cbs.actor(), key=key)
    assert remind() == 0
