"""The outbox: nothing is lost, nothing is sent twice, nobody writes headers into it."""

import email
import os
import re
import signal
import socket
import sqlite3
import ssl
import stat
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.db import connection, transaction
from django.urls import resolve
from django.utils import timezone

from erpd.accounts.mails import tell
from erpd.accounts.models import Mail
from erpd.accounts.outbox import sending
from erpd.accounts.outbox.letters import LETTERS, write
from erpd.accounts.outbox.sending import LEASE, PAUSES, Round, send_again, send_due
from erpd.node.home import HomeError
from erpd.node.smtp import smtp
from tests.mail_server import Server
from tests.proofs import length

ASKED = {"token": "t0ken", "owner": "cbs", "title": "Statistics"}


def due_now() -> None:
    Mail.objects.update(next_try=timezone.now())


def test_what_is_told_is_written_with_what_it_tells(server):
    with transaction.atomic():
        tell("a@office.example", "contact", **ASKED)
        transaction.set_rollback(True)
    assert send_due() == Round()
    tell("a@office.example", "contact", **ASKED)
    assert send_due() == Round(sent=1)
    assert send_due() == Round()
    assert server.to == ["a@office.example"]
    (mail,) = server.got
    assert mail["Subject"] == "Confirm the contact address of Statistics"
    link = "http://testserver/owners/contact/t0ken/"
    text, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert link in text
    assert f'<a href="{link}">' in page
    kept = Mail.objects.get()
    assert (kept.state, kept.context) == ("sent", {"title": "Statistics"})  # the link is forgotten
    assert mail["Message-ID"] == kept.message_id


def test_no_link_leads_to_a_page_that_is_not_there(db):
    for name, letter in LETTERS.items():
        facts = dict.fromkeys(re.findall(r"%\((\w+)\)s", f"{letter} %({letter.link})s"), "x")
        for path in re.findall(
            r"http://testserver(/\S+)", write(name, "en", {**facts, "role": "admin"}).text
        ):
            resolve(path)
    offer = {"title": "A", "kind": "ownership", "name": "b", "comment": "", "transfer": 7}
    assert "http://testserver/owners/transfers/7/\n" in write("transfer-offered", "en", offer).text


def test_every_letter_can_be_written_in_every_language(db):
    facts = {
        name: "x"
        for letter in LETTERS.values()
        for text in (letter.subject, *letter.paragraphs, letter.link, letter.leave, f"%({letter.link})s")
        for name in re.findall(r"%\((\w+)\)s", str(text))
    }
    for name in LETTERS:
        for language in ("en", "nl", "fr", "de"):
            written = write(name, language, {**facts, "kind": "data set", "role": "admin"})
            assert "%(" not in written.subject + written.text + written.html
    with pytest.raises(KeyError):
        tell("a@office.example", "invited", title="x")


def test_nobody_writes_headers_or_links_into_a_mail(server):
    evil = 'x\r\nBcc: b@evil.example\r\n\r\n<a href="//evil">https://evil.example</a>\0\u202e'
    tell("a@office.example", "contact", **{**ASKED, "title": evil})
    tell("a@office.example\r\nBcc: b@evil.example", "removed", title="x")
    tell("a@office.example>,<b@evil.example", "removed", title="x")
    assert send_due().sent == 1
    (mail,) = server.got
    assert not mail["Bcc"]
    assert server.to == ["a@office.example"]
    page = mail.get_body(("html",)).get_content()
    assert page.count("<a ") == 1
    assert "&lt;a href" in page


def test_what_people_write_keeps_its_lines_and_passes_for_none_of_ours():
    said = "  One.\r\n\n\n\nTwo:\u202e\n-- \nhttp://testserver/evil/ " + "x" * 3000
    facts = {"title": "A", "part": "p", "due": "1 May", "ground": "g", "section": "s", "reasons": said}
    written = write("request-extended", "en", facts)
    assert "“One.\n  \n  Two:\n  --\n  http://testserver/evil/ xxx" in written.text
    assert written.text.count("x") < 2_100
    assert written.text.splitlines().count("-- ") == 1
    assert "“One.<br>  <br>  Two:<br>" in written.html


def test_what_a_subject_says_is_kept_and_opens_nothing():
    shown = {"result", "title", "part", "due", "day", "days", "key", "open", "site", "source"}
    for name, letter in LETTERS.items():
        names = set(re.findall(r"%\((\w+)\)s", str(letter.subject)))
        assert names <= shown, f"{name}: what a subject says can be read at the desk"


def test_what_is_refused_has_failed_and_can_be_sent_again(server):
    server.answers["no@office.example"] = ["550 no such user"]
    for to in ("no@office.example", "yes@office.example"):
        tell(to, "removed", title="x")
    assert send_due() == Round(sent=1, failed=1)
    mail = Mail.objects.get(state="failed")
    assert mail.error == "550 no such user"
    send_again(Mail.objects.get(state="sent"))
    server.answers = {}
    send_again(mail)
    assert send_due() == Round(sent=1)
    assert server.to == ["yes@office.example", "no@office.example"]


def test_pauses_grow_and_a_later_try_succeeds(server):
    server.answers["a@office.example"] = ["451 greylisted", "421 busy", "250 OK"]
    tell("a@office.example", "removed", title="x")
    for number in (1, 2):
        assert send_due() == Round(retried=1)
        mail = Mail.objects.get()
        pause = timedelta(minutes=PAUSES[number - 1])
        assert pause * 0.9 < mail.next_try - timezone.now() <= pause
        assert send_due() == Round()
        due_now()
    assert send_due() == Round(sent=1)
    assert server.got[0]["Message-ID"] == mail.message_id


def test_a_connection_that_is_cut_in_a_mail_costs_one_try(server):
    server.cut = 1
    for number in range(3):
        tell(f"{number}@office.example", "removed", title="x")
    assert send_due() == Round(sent=2, retried=1)
    due_now()
    assert send_due() == Round(sent=1)
    assert sorted(server.to) == [f"{number}@office.example" for number in range(3)]


def test_a_server_that_is_away_is_asked_once_a_round_and_given_up_at_last(server, settings, caplog):
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.EMAIL_PORT = free.getsockname()[1]
    for number in range(3):
        tell(f"{number}@office.example", "removed", title="x")
    assert send_due() == Round(retried=1)
    Mail.objects.filter(tries=0).delete()
    for _ in PAUSES:
        due_now()
        last = send_due()
    assert last == Round(failed=1)
    assert "refused" in Mail.objects.get().error
    assert "could not be sent" in caplog.text


def test_two_workers_never_send_one_mail_twice(running, settings, transactional_db):
    handler, port = running
    handler.__init__()  # type: ignore[misc]
    for name, value in smtp(f"smtp://127.0.0.1:{port}").items():
        setattr(settings, name, value)
    for number in range(30):
        tell(f"{number}@office.example", "removed", title="x")

    def work(_: int) -> int:
        try:
            return send_due().sent
        finally:
            connection.close()

    # SQLite in memory does not wait for another thread; the processes below share a file.
    with ThreadPoolExecutor(1 if connection.vendor == "sqlite" else 4) as workers:
        assert sum(workers.map(work, range(4))) == 30
    assert set(Counter(handler.to).values()) == {1}
    assert len(handler.to) == 30


def test_a_worker_that_is_killed_loses_nothing(server, monkeypatch):
    """After the server's answer, before it is noted: the one way in which a mail arrives twice."""
    tell("a@office.example", "removed", title="x")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_note", die)
        with pytest.raises(KeyboardInterrupt):
            send_due()
    assert send_due() == Round()  # it may still be alive
    assert Mail.objects.get().next_try - timezone.now() > LEASE * 0.9
    due_now()
    assert send_due() == Round(sent=1)
    first, second = server.got
    assert first["Message-ID"] == second["Message-ID"]


def test_without_a_server_mails_are_files_that_only_the_owner_reads(db, settings, tmp_path):
    settings.HOME = tmp_path
    tell("ä@office.example", "owner-refused", owner="x", title="Ämt", reason="no")
    assert send_due() == Round(sent=1)
    (file,) = (tmp_path / "mail").iterdir()
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    mail = email.message_from_bytes(file.read_bytes(), policy=default)
    assert "Ämt" in mail["Subject"]


@pytest.mark.parametrize(
    "address",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://:25",
        "smtp://mail.example.org:x",
        "smtp://mail.example.org/inbox",
        "smtp://me:geheim1@mail.example.org?tls=1",
        "smtp://me:geheim1@mail.example.org?starttls=maybe",
    ],
)
def test_a_wrong_address_of_the_server_is_told_without_its_password(address):
    with pytest.raises(HomeError, match="ERPD_SMTP_URL") as told:
        smtp(address)
    assert "geheim1" not in str(told.value)


def test_what_the_address_of_the_server_means():
    def facts(address: str) -> tuple[Any, ...]:
        found = smtp(address)
        return tuple(found[f"EMAIL_{name}"] for name in ("PORT", "USE_SSL", "USE_TLS"))

    assert facts("smtps://me:p%40ss@mail.example.org") == (465, True, False)
    assert facts("smtp://me:p@mail.example.org") == (587, False, True)
    assert facts("smtp://mail.example.org?starttls=no") == (25, False, False)
    assert facts("smtp://localhost:1025") == (1025, False, False)
    assert smtp("smtps://me:p%40ss@mail.example.org")["EMAIL_HOST_PASSWORD"] == "p@ss"
    assert smtp("") == {"EMAIL_HOST": ""}


def test_starttls_and_a_password(settings, db, tmp_path, monkeypatch):
    """Over TLS with a certificate that we trust; a wrong password is told without it."""
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")

    def check(_s: Any, _session: Any, _e: Any, _m: Any, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"geheim-7531", handled=data.password == b"geheim-7531")

    handler = Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=check,
    )
    controller.start()
    try:
        tell("a@office.example", "removed", title="x")
        for password, ended in (("falsch-7531", Round(retried=1)), ("geheim-7531", Round(sent=1))):
            found = smtp(f"smtp://me:{password}@localhost:{port}?starttls=yes")
            for name, value in found.items():
                setattr(settings, name, value)
            due_now()
            assert send_due() == Round(retried=1)  # nobody vouches for its certificate
            assert "certificate" in Mail.objects.get().error
            with monkeypatch.context() as patch:
                patch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
                due_now()
                assert send_due() == ended
            assert password not in Mail.objects.get().error
    finally:
        controller.stop()
    assert handler.to == ["a@office.example"]


@pytest.mark.proof
def test_processes_that_are_killed_while_they_send_lose_nothing(running, tmp_path):
    """Real processes on a home of their own: each mail arrives, and a kill doubles one at most."""
    handler, port = running
    handler.__init__()  # type: ignore[misc]
    home, kills, mails = tmp_path / "home", length(1, 30), 60
    erpd = [str(Path(sys.executable).parent / "erpd"), "--home", str(home)]
    variables = {**os.environ, "ERPD_SMTP_URL": f"smtp://127.0.0.1:{port}"}
    variables.pop("DATABASE_URL", None)
    init = ["init", str(home), "--role", "national", "--country", "NL", "--title", "x"]
    subprocess.run([erpd[0], *init], check=True, capture_output=True, env=variables)
    script = (
        "from erpd.accounts.mails import tell\n"
        f"for n in range({mails}): tell(f'{{n}}@office.example', 'removed', title='x')\n"
    )
    subprocess.run([*erpd, "manage", "shell", "-v", "0", "-c", script], check=True, env=variables)
    for _ in range(kills):
        before = len(handler.to)
        process = subprocess.Popen([*erpd, "mail", "send"], env=variables, stdout=subprocess.DEVNULL)
        while len(handler.to) < min(before + 7, mails) and process.poll() is None:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        with closing(sqlite3.connect(home / "erpd.sqlite3", timeout=60)) as database, database:
            database.execute("UPDATE accounts_mail SET next_try = created WHERE state = 'waiting'")
    both = [subprocess.Popen([*erpd, "mail", "send"], env=variables) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert set(handler.to) == {f"{n}@office.example" for n in range(mails)}
    assert len(handler.to) - mails <= kills
