"""Whether a node is well, in a line: for probes, and for whoever watches over it."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import click

from erpd.cli.exits import Exit
from erpd.cli.migrating import unfit
from erpd.cli.output import json_of
from erpd.cli.starting import start

NO_WORKER = "none runs with this home. Start one: erpd worker"


@dataclass(frozen=True, slots=True)
class Said:
    """What was found about one part."""

    ok: bool
    said: str


def database() -> Said:
    from django.db import connection

    connection.ensure_connection()
    return Said(True, "answers")


def tables() -> Said:
    why = unfit()
    return Said(why is None, " ".join(why) if why else "those of this version")


def derived() -> Said:
    from erpd.publish.health import readiness

    found = readiness()
    if found.missing:
        return Said(False, f"still being made: {', '.join(found.missing)}")
    if found.late:
        return Said(False, f"too far behind: {', '.join(found.late)}; `erpd serve` brings it up to date")
    name, behind = max(((one.name, lag.seconds) for one, lag in found.lags.items()), key=lambda one: one[1])
    return Said(True, f"{name} {behind:,.0f} s behind, which is in time" if behind else "up to date")


def worker() -> Said:
    """Also well where the database is a server and no worker has run with this home: it may have its own."""
    from erpd.harvest.heartbeat import State, look

    found = look()
    at = f"{datetime.now(UTC) - timedelta(seconds=found.seconds):%Y-%m-%d %H:%M} UTC"
    words = {
        State.RUNS: f"runs, last round {found.seconds:,.0f} s ago",
        State.HANGS: f"has done nothing for {found.seconds:,.0f} s. Restart it.",
        State.RESTS: f"`erpd worker --once` began its last round at {at}; nothing is overdue",
        State.OVERDUE: f"`erpd worker --once` began its last round at {at}, and the source {found.waits} is "
        "overdue. See why it is not started again.",
        State.ELSEWHERE: "none has run with this home; one may run with a home of its own",
        State.NONE: NO_WORKER,
    }
    return Said(found.is_well, words[found.state])


def own_worker() -> Said:
    """In the home of a worker."""
    from erpd.harvest.heartbeat import State, look

    return Said(False, NO_WORKER) if look().state is State.ELSEWHERE else worker()


def disk() -> Said:
    from erpd.publish.health import rooms

    found = rooms()
    short = [
        f"{_amount(one.free)} left for {one.folder}, of at least {_amount(one.least)}"
        for one in found
        if not one.is_enough
    ]
    return Said(not short, "; ".join(short) or f"{_amount(found[0].free)} left for {found[0].folder}")


def _amount(size: int) -> str:
    return f"{size / 2**30:,.1f} GB" if size >= 2**30 else f"{size / 2**20:,.0f} MB"


_PARTS = ("node", "serve", "worker")
# Name -> part of the node -> how it is looked at. In this order; without a database, those that need it say
# nothing.
_CHECKS: dict[str, dict[str, Callable[[], Said]]] = {
    "disk": dict.fromkeys(_PARTS, disk),
    "database": dict.fromkeys(_PARTS, database),
    "tables": dict.fromkeys(_PARTS, tables),
    "derived": dict.fromkeys(("node", "serve"), derived),
    "worker": {"node": worker, "worker": own_worker},
}


@click.command()
@click.option(
    "--of",
    type=click.Choice(_PARTS),
    default="node",
    show_default=True,
    help="The whole node, or only what `erpd serve` or `erpd worker` needs, where each has its own home.",
)
@json_of("status", *_CHECKS)
def health(of: str, as_json: bool) -> None:
    """Say in a line whether the node is well: it changes nothing, and ends with 1 if something is wrong.

    It looks at the disk, the database and its tables, what is derived (the search index), and the worker.
    """
    start()
    from django.db import Error

    from erpd.register.outage import explain_outage

    found: dict[str, Said] = {}
    for name, checks in _CHECKS.items():
        if of in checks:
            try:
                found[name] = checks[of]()
            except Error as error:
                found[name] = Said(False, explain_outage(error))
                break
    wrong = {name: one for name, one in found.items() if not one.ok}
    if as_json:
        facts = {name: {"ok": one.ok, "said": one.said} for name, one in found.items()}
        click.echo(json.dumps({"status": "failing" if wrong else "ok", **facts}, ensure_ascii=False))
    else:
        told = "; ".join(f"{name}: {one.said}" for name, one in (wrong or found).items())
        click.echo(f"{'failing' if wrong else 'ok'}: {told}")
    sys.exit(Exit.FAILED if wrong else Exit.FINE)
