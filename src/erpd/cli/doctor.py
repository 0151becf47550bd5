"""What is wrong with a home, and how to put it right: also where it is half there, or the database down."""

import json
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from erpd.accounts.desk.waiting import GUIDE
from erpd.cli import health
from erpd.cli.exits import Exit
from erpd.cli.output import json_of
from erpd.cli.starting import start
from erpd.metadata.masking import masked
from erpd.node.environment import secret_of
from erpd.node.home import HomeError, home, read_node

_PATIENCE = 5  # seconds for another process that writes


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is looked at."""

    look: Callable[[], health.Said]
    after: str = ""
    """Only if this one is fine: otherwise its fault would be told twice."""
    mend: str = ""
    """What to do, where what was found does not say it."""


def _home() -> health.Said:
    found = home()
    lacking = [
        word for word, right in (("read", os.R_OK), ("written", os.W_OK)) if not os.access(found, right)
    ]
    if lacking:
        return health.Said(False, f"{found} cannot be {' or '.join(lacking)} by this user")
    return health.Said(True, str(found))


def _settings() -> health.Said:
    read_node(home())
    start()
    return health.Said(True, "understood")


def _secret() -> health.Said:
    secret_of(home())
    file = home() / "secret"
    if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        return health.Said(False, f"others than its owner may read {file}")
    return health.Said(True, "there, and only its owner may read it")


def _writing() -> health.Said:
    """Whether one can write to SQLite, and readers need not wait meanwhile. Nothing is written."""
    from django.db import OperationalError, connection

    from erpd.register.outage import is_locked

    if connection.vendor != "sqlite":
        return health.Said(True, "the database is a server")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        if (mode := cursor.fetchone()[0]) != "wal":
            return health.Said(False, f"the database is in mode {mode}: readers wait for writers")
        cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")
        try:
            cursor.execute("BEGIN IMMEDIATE")
        except OperationalError as error:
            if not is_locked(error):
                raise
            return health.Said(False, f"another process has been writing for more than {_PATIENCE} s")
        cursor.execute("ROLLBACK")
    return health.Said(True, "nobody has to wait for long")


def _clock() -> health.Said:
    from erpd.register import changes

    if at := changes.ahead():
        return health.Said(False, f"the last change is dated {at:%Y-%m-%d %H:%M} UTC, in the future")
    return health.Said(True, "right, as far as the last change tells")


def _sources() -> health.Said:
    from erpd.operate.sources.standing import of_all
    from erpd.operate.waiting import wrong

    found = [f"{one.label}: {one.number}" for one in wrong(of_all()) if one.number]
    return health.Said(not found, "; ".join(found) or "none needs a person")


def _words() -> health.Said:
    from erpd.register.words.age import State, age

    said = {
        State.FINE: "there, and of this version",
        State.MISSING: "missing: search knows no forms of words",
        State.OLD: "those of another version",
    }
    found = age()
    return health.Said(found is State.FINE, said[found])


def _assets() -> health.Said:
    from erpd.pages.brought import lacking

    found = lacking()
    return health.Said(not found, found or "there")


def _proofs() -> health.Said:
    from erpd.operate.proofs import NIGHTLY, RESTORED, wrong

    failed = [name for name in wrong() if name in NIGHTLY and name != RESTORED]
    return health.Said(
        not failed, f"failed, or too old: {', '.join(failed)}" if failed else "none has failed"
    )


def _backups() -> health.Said:
    from erpd.operate.models import Proof
    from erpd.operate.proofs import BACKUP, RESTORED, wrong

    last = Proof.objects.filter(name=BACKUP).first()
    if last is None:
        return health.Said(False, "none has been taken here")
    taken, failed = f"the last was taken on {last.at:%Y-%m-%d}", wrong()
    if BACKUP in failed:
        return health.Said(False, f"{taken}: too long ago")
    if RESTORED in failed:
        said = Proof.objects.values_list("said", flat=True).get(name=RESTORED)
        return health.Said(False, f"{taken}; the last proof of it: {said or 'too long ago'}")
    return health.Said(True, taken)


def _mail() -> health.Said:
    from django.conf import settings
    from django.core.mail.backends.smtp import EmailBackend

    from erpd.accounts.models import Mail

    if settings.EMAIL_HOST:
        with EmailBackend(timeout=5):  # connects and signs in; nothing is sent
            pass
    if failed := Mail.objects.filter(state=Mail.State.FAILED).count():
        return health.Said(False, f"{failed} could not be sent")
    return health.Said(
        True,
        "the server answers" if settings.EMAIL_HOST else "no server is named, so mails are written to files",
    )


# In this order. The guide "Operate the register" has a section for each.
ROWS: dict[str, Row] = {
    "home": Row(_home, mend="Run this as the user of the node, or give the folder to that user with chown."),
    "secret": Row(_secret, "home", "Let only its owner read it: chmod 600."),
    "settings": Row(_settings, "home"),
    "assets": Row(_assets, mend="Run `python -m erpd.pages.assets`, or install a wheel."),
    "words": Row(_words, mend="Run `python -m erpd.register.words`, or install a wheel."),
    "disk": Row(health.disk, "settings", "Make room; `recordings` in the home may be deleted."),
    "database": Row(health.database, "settings", "Start the database, or correct DATABASE_URL."),
    "tables": Row(health.tables, "database"),
    "writing": Row(_writing, "tables", "Wait; if it does not end, stop the process that writes."),
    "clock": Row(_clock, "tables", "Set the clock of the machine."),
    "derived": Row(health.derived, "tables", "Run `erpd serve`, or `erpd index rebuild`."),
    "worker": Row(health.worker, "tables"),
    "proofs": Row(_proofs, "tables", "`erpd prove` says what is wrong."),
    "backups": Row(_backups, "tables", "Take one with `erpd backup`, then try it: `erpd prove restored`."),
    "sources": Row(_sources, "tables", "`erpd source list` names them; the desk shows each."),
    "mail": Row(_mail, "tables", "Correct ERPD_SMTP_URL, then `erpd mail send --again`."),
}


def _looked(row: Row) -> health.Said:
    try:
        return row.look()
    except (HomeError, click.ClickException) as error:
        return health.Said(False, str(error) if isinstance(error, HomeError) else error.format_message())
    except Exception as error:  # people call this when anything may be broken
        return health.Said(False, masked(f"{type(error).__name__}: {error}".splitlines()[0]))


@click.command()
@json_of("status", *ROWS)
def doctor(as_json: bool) -> None:
    """Say what is wrong with this home and how to put it right; it changes nothing, and ends with 1 if so.

    It also works where the database is down or the home is half there, and tries to reach the mail server.
    """
    found: dict[str, health.Said | None] = {}
    for name, row in ROWS.items():
        before = found.get(row.after)
        found[name] = _looked(row) if not row.after or (before and before.ok) else None
    facts = {name: _fact(name, said) for name, said in found.items()}
    is_wrong = any(fact["ok"] is False for fact in facts.values())
    if as_json:
        click.echo(json.dumps({"status": "failing" if is_wrong else "ok", **facts}, ensure_ascii=False))
    else:
        for name, fact in facts.items():
            mark = {True: "ok", False: "WRONG", None: "-"}[fact["ok"]]
            see = f"See {fact['guide']}" if fact["guide"] else ""
            said = f"{mark:6}{name}: {fact['said'].rstrip('.')}."
            click.echo(" ".join(filter(None, (said, fact["mend"], see))))
    sys.exit(Exit.FAILED if is_wrong else Exit.FINE)


def _fact(name: str, said: health.Said | None) -> dict[str, Any]:
    """What is printed of a row; ``ok`` is None if it was not looked at."""
    row = ROWS[name]
    if said is None:
        return {"ok": None, "said": f"not looked at, because of {row.after}", "mend": "", "guide": ""}
    if said.ok:
        return {"ok": True, "said": said.said, "mend": "", "guide": ""}
    return {"ok": False, "said": said.said, "mend": row.mend, "guide": f"{GUIDE}#{name}"}
