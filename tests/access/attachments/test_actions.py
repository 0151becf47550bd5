"""Who may attach, see and download a file; how many; what the scanner and a full disk do."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, connection
from django.http import Http404
from django.test import Client
from django.utils import timezone

from erpd.access.attachments import actions, scanning
from erpd.access.attachments.actions import attach, check, reachable, remove, seen
from erpd.access.attachments.refusals import Refused
from erpd.access.models import AccessRequest, Attachment, Body, Event, Part, Review
from erpd.access.requests.roles import WrongState
from erpd.accounts.may import VISITOR
from erpd.register.outage import is_outage
from tests.access.attachments.files import GOOD_PDF, PDF
from tests.access.parts import desk, part_of
from tests.accounts.people import person, sign_in
from tests.submit.owners import Office

pytestmark = pytest.mark.django_db

FILE = {"name": "plan.pdf", "content": GOOD_PDF}


@pytest.fixture
def made() -> tuple[Office, Body]:
    return desk()


def sent_again(part: Part) -> None:
    part.submissions.update(at=timezone.now())


def test_who_sees_which_file(made: tuple[Office, Body]) -> None:
    """Every role, every kind of file; for everybody else there is none."""
    cbs, body = made
    part = part_of(body, "returned")
    handler, reviewer, requester = cbs.actor("editor"), cbs.actor("reader"), part.request.pk
    assert reviewer.person
    Review.objects.create(part=part, person=reviewer.person)
    of = {"who": VISITOR, "part": part, "opened": {requester}}
    plan, secret = (attach(**of, **FILE, field=field) for field in ("plan", "secret"))
    sent_again(part)
    unsent = attach(**of, **FILE, field="plan")
    spoken = Event.objects.create(part=part, action="message", role="requester")
    noted = Event.objects.create(part=part, action="note", role="handler", audience="body")
    message = attach(**of, **FILE, event=spoken)
    note = attach(who=handler, part=part, **FILE, event=noted)
    everything = {plan, secret, unsent, message, note}
    other, foreign = desk("bes")
    mine = part_of(foreign, request=part.request)  # another part of the same request
    own = attach(who=VISITOR, part=mine, opened={requester}, **FILE)
    for who, opened, visible in (
        (VISITOR, {requester}, {plan, secret, unsent, message, own}),
        (handler, set(), {plan, secret, message, note}),
        (reviewer, set(), {plan, message, note}),
        (cbs.actor("admin"), set(), set()),
        (other.actor("editor"), set(), set()),
        (person("operator@portal.example", office="operator"), set(), set()),
        (VISITOR, {AccessRequest.objects.create().pk}, set()),
        (VISITOR, set(), set()),
    ):
        found = set()
        for one in (*everything, own):
            with suppress(Http404):
                found.add(reachable(who=who, key=one.pk, opened=opened))
        assert found == visible, who
    Review.objects.update(ended=timezone.now())
    with pytest.raises(Http404):
        reachable(who=reviewer, key=plan.pk)
    with pytest.raises(Http404):
        attach(**of, **FILE, event=noted)
    with pytest.raises(Http404):
        attach(who=VISITOR, part=mine, opened={requester}, **FILE, event=spoken)
    assert "content" in seen(who=handler, part=part)[0].get_deferred_fields()


def test_what_was_sent_stays_and_what_was_not_goes(made: tuple[Office, Body]) -> None:
    cbs, body = made
    part = part_of(body)
    of = {"who": VISITOR, "opened": {part.request.pk}}
    gone, kept = (attach(**of, part=part, **FILE, field="plan") for _ in range(2))
    remove(**of, attachment=gone)
    for state in ("received", "review", "estimate", "decided", "withdrawn", "closed"):
        Part.objects.update(state=state)
        with pytest.raises(WrongState):
            attach(**of, part=Part.objects.get(), **FILE)
        with pytest.raises(WrongState):
            remove(**of, attachment=kept)
        with pytest.raises(PermissionDenied):
            attach(who=cbs.actor("editor"), part=Part.objects.get(), **FILE)
    Part.objects.update(state="returned")
    part.submissions.create(form=[])
    remove(**of, attachment=kept)
    assert Attachment.objects.get().removed
    assert reachable(who=cbs.actor("editor"), key=kept.pk).removed


@pytest.mark.parametrize(("meanwhile", "told"), [("received", WrongState), ("", Http404)])
def test_what_happens_while_a_file_is_scanned_counts(
    made: tuple[Office, Body], monkeypatch: pytest.MonkeyPatch, meanwhile: str, told: type[Exception]
) -> None:
    """The part is sent, or erased: then the file is not kept."""
    part = part_of(made[1])

    def scanned(**file: Any) -> actions.Checked:
        found = check(**file)
        if meanwhile:
            Part.objects.update(state=meanwhile)
        else:
            Part.objects.all().delete()
        return found

    monkeypatch.setattr(actions, "check", scanned)
    with pytest.raises(told):
        attach(who=VISITOR, part=part, opened={part.request.pk}, **FILE)
    assert not Attachment.objects.exists()


def test_it_is_saved_and_never_shown(made: tuple[Office, Body]) -> None:
    cbs, body = made
    part = part_of(body, "returned")
    name = 'pla"n\r\nX: y ☃.exe'
    one = attach(who=VISITOR, part=part, opened={part.request.pk}, name=name, content=GOOD_PDF)
    sent_again(part)
    address = f"/requests/attachments/{one.pk}/"
    for client in (Client(), other := Client()):
        assert client.get(address).status_code == 404
    sign_in(other, cbs.actor("reader"))
    assert other.get(address).status_code == 404
    handler = Client()
    sign_in(handler, cbs.actor("editor"), second_factor="totp")
    answer = handler.get(address)
    assert answer.content == GOOD_PDF
    said = answer["Content-Disposition"]
    assert said.startswith("attachment; filename*=utf-8''pla_n")
    assert said.endswith(".exe.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert "no-store" in answer["Cache-Control"]
    assert handler.post(address).status_code == 405


def test_how_much_is_taken(made: tuple[Office, Body], monkeypatch: pytest.MonkeyPatch) -> None:
    part = part_of(made[1])
    of = {"who": VISITOR, "part": part, "opened": {part.request.pk}}

    def refused(status: int, words: str, **facts: Any) -> None:
        with pytest.raises(Refused, match=words) as told:
            attach(**{**of, **FILE, **facts})
        assert told.value.status == status

    attach(**of, **FILE)
    refused(422, "10 MB", content=GOOD_PDF + b"\0" * actions.MOST_BYTES)
    refused(422, "macros", content=PDF % b"/S /JavaScript")
    monkeypatch.setattr(actions, "MOST_BYTES_OF_PART", 2 * len(GOOD_PDF) - 1)
    refused(409, "100 MB|0 MB")
    monkeypatch.undo()
    monkeypatch.setattr(actions, "MOST_OF_PART", 1)
    refused(409, "1 files")
    monkeypatch.undo()
    other = part_of(made[1], request=AccessRequest.objects.create(email=part.request.email))
    for name in ("MOST_OF_REQUESTER", "MOST_BYTES_OF_REQUESTER"):
        monkeypatch.setattr(actions, name, 1)
        refused(409, "of one person", part=other, opened={other.request.pk})
        monkeypatch.undo()
    for name in ("MOST_A_DAY", "MOST_BYTES_A_DAY"):
        monkeypatch.setattr(actions, name, 1)
        refused(503, "tomorrow")
        monkeypatch.undo()
    Attachment.objects.update(at=timezone.now() - timedelta(days=1, seconds=1))
    monkeypatch.setattr(actions, "MOST_A_DAY", 1)
    attach(**of, **FILE)


def scanner(folder: Path, lines: str) -> tuple[str, ...]:
    file = folder / "scan"
    file.write_text(f"#!/bin/sh\n{lines}\n")
    file.chmod(stat.S_IRWXU)
    return (str(file), "-")


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ("grep -q EICAR && exit 1; exit 0", 0),
        ("yes | head -c 3000000; cat > /dev/null; yes | head -c 3000000 >&2; exit 0", 0),  # noise
        ("exit 0", 0),  # it does not read
        ("cat >/dev/null; exit 1", 422),
        ('[ -z "$ERPD_HOME$DATABASE_URL" ] && exit 2', 422),
        ("kill -9 $$", 503),
        ("sleep 300 & sleep 300", 503),
        (None, 503),
    ],
)
def test_the_scanner_of_the_operator(
    made: tuple[Office, Body],
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lines: str | None,
    status: int,
) -> None:
    monkeypatch.setattr(scanning, "SECONDS", 0.5 if status == 503 else 60)
    command = scanner(tmp_path, lines) if lines else ("/nowhere/clamdscan", "-")
    settings.NODE = replace(settings.NODE, attachment_scan=command)
    part = part_of(made[1])
    of = {"who": VISITOR, "part": part, "opened": {part.request.pk}}
    if not status:
        attach(**of, **FILE)
        return
    with pytest.raises(Refused) as told:
        attach(**of, **FILE)
    assert told.value.status == status
    assert "/nowhere" not in str(told.value)
    assert not Attachment.objects.exists()


def test_an_infected_file_is_known(settings: Any, tmp_path: Path) -> None:
    command = scanner(tmp_path, "grep -q EICAR && exit 1; exit 0")
    settings.NODE = replace(settings.NODE, attachment_scan=command)
    with pytest.raises(Refused, match="did not accept"):
        check(name="x.txt", content=b"a EICAR b")
    assert check(name="x.txt", content=b"a b").name == "x.txt"


@contextmanager
def full_disk() -> Iterator[None]:
    """The database cannot grow."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
            cursor.execute("PRAGMA max_page_count")
            most = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count={pages}")
            undo = f"PRAGMA max_page_count={most}"
        else:
            cursor.execute(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
                "'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$; "
                "CREATE TRIGGER full_disk BEFORE INSERT ON access_attachment "
                "FOR EACH STATEMENT EXECUTE FUNCTION full_disk()"
            )
            undo = "DROP FUNCTION full_disk CASCADE"
        yield
        cursor.execute(undo)


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_keeps_nothing_half(made: tuple[Office, Body]) -> None:
    part = part_of(made[1])
    of = {"who": VISITOR, "part": part, "opened": {part.request.pk}}
    first = attach(**of, **FILE)
    large = GOOD_PDF + b"%" + b"a" * 2**21 + b"\n%%EOF"
    with full_disk(), pytest.raises(Error) as told:
        attach(**of, name="large.pdf", content=large)
    assert is_outage(told.value)  # 503 on every page
    assert Attachment.objects.get() == first
    second = attach(**of, name="large.pdf", content=large)
    assert bytes(Attachment.objects.get(pk=second.pk).content) == large
