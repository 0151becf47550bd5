"""`erpd prove`: what has to hold always. The worker has it done once a night, in a process of its own."""

import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import NoReturn

import click

from erpd.cli.exits import Exit
from erpd.cli.output import answer, answers, in_json
from erpd.cli.starting import prepare, start
from erpd.metadata.masking import masked
from erpd.metadata.text import counted

logger = logging.getLogger(__name__)

MOST = 20_000  # data sets: of more, a part is compared
LONGEST = 7_200.0  # seconds for each proof
_TENTH = 10
_NAMED = 3  # differences
_TICK = 2.0


@dataclass(frozen=True, slots=True)
class Proved:
    """How a proof ended."""

    passed: bool | None
    """None if it could be neither proved nor refuted."""
    said: str


class _TooLong(Exception):
    """A proof has not ended in its time."""


def _in_time() -> Callable[..., None]:
    until = time.monotonic() + LONGEST

    def check(*_: object) -> None:
        if time.monotonic() > until:
            raise _TooLong

    return check


def _index() -> Proved:
    """What is derived is as the database has it, in each scope."""
    from erpd.publish.derived import DERIVED
    from erpd.register.catalogues import numbers
    from erpd.register.derived import DerivedFailed

    step = 1 if sum(numbers().values()) <= MOST else _TENTH
    check, amount, examples = _in_time(), 0, list[str]()
    for derived in DERIVED:
        try:
            for one in derived.differences(check, step):
                amount += 1
                examples += [f"{derived.title}: {one.key} {one.said}"] if len(examples) < _NAMED else []
        except DerivedFailed as failure:
            return Proved(False, str(failure))
    if amount:
        return Proved(False, f"{counted(amount, 'difference')}: {'; '.join(examples)}")
    part = (
        "" if step == 1 else (f"; the content of one data set in {_TENTH} was compared, each night of others")
    )
    return Proved(True, f"{', '.join(one.name for one in DERIVED)}: as the database has them{part}")


def _doors() -> Proved:
    """Every door shows the same, and none shows protected data among open data, or the reverse."""
    from erpd.agreement.check import Check
    from erpd.agreement.differences import What
    from erpd.agreement.node import Node
    from erpd.cli.doors import THIS_MACHINE, Elsewhere, refuse_another
    from erpd.node.home import home, read_node
    from erpd.sources.children.child import CannotStart, Child
    from erpd.sources.errors import SourceError

    own, (scopes, part) = read_node(home()), _scopes()
    if scopes is None:
        return Proved(True, part)
    try:
        with Child(Node(own.base_url, (*own.allow_networks, *THIS_MACHINE)), own.base_url) as child:
            node = Elsewhere(child)
            refuse_another(node, own.base_url)
            report = Check(node, _in_time()).run(scopes)
    except (SourceError, CannotStart) as error:
        return Proved(False, str(error))
    if not report.agree:
        amount = len(report.differences) + report.more
        leaks = (What.SCOPE, What.EXTRA)
        first = sorted(report.differences, key=lambda one: one.what not in leaks)[:_NAMED]
        named = "; ".join(str(one).rstrip(".") for one in first)
        return Proved(False, f"{counted(amount, 'difference')}: {named}")
    return Proved(True, f"{counted(len(report.doors), 'door')} show the same{part}")


def _scopes() -> tuple[tuple[str, ...] | None, str]:
    """The scopes to compare tonight, and what to say of them: of a large register, one catalogue a night.

    () is for all, None for none.
    """
    from django.utils import timezone

    from erpd.register import catalogues
    from erpd.register.scope import VISIBLE

    numbers = catalogues.numbers()
    seen = [one for _, one in sorted(catalogues.every().items()) if one.kind in VISIBLE]
    if sum(numbers.get(one.pk, 0) for one in seen) <= MOST:
        return (), ""
    small = [one.slug for one in seen if 0 < numbers.get(one.pk, 0) <= MOST]
    large = [one.slug for one in seen if numbers.get(one.pk, 0) > MOST]
    never = f"catalogues with more than {MOST:,} data sets are never compared: {', '.join(large)}"
    if not small:
        return None, f"nothing was compared; {never}"
    tonight = small[timezone.now().toordinal() % len(small)]
    others = "the others have their turn" if len(small) > 1 else ""
    said = [f" in the catalogue {tonight}", others, never if large else ""]
    return (tonight,), "; ".join(filter(None, said))


def _restored() -> Proved:
    """The newest backup can be restored, and is whole."""
    from django.conf import settings

    from erpd.node.backup import NotSaved
    from erpd.node.environment import variable
    from erpd.node.home import HomeError
    from erpd.node.restored import NotProved, prove_restored
    from erpd.operate.proofs import newest_backup

    try:
        return Proved(True, prove_restored(settings.HOME, newest_backup(), variable("DATABASE_URL"), LONGEST))
    except NotProved as reason:
        return Proved(None, f"not proved: {reason}")
    except (NotSaved, HomeError) as failure:
        return Proved(False, str(failure))


PROOFS: dict[str, Callable[[], Proved]] = {"index": _index, "doors": _doors, "restored": _restored}
_MARKS = {True: "ok", False: "WRONG", None: "-"}


@click.command()
@click.argument("names", metavar="[PROOF]...", nargs=-1, type=click.Choice(tuple(PROOFS)))
@answers("proved", "proofs")
def prove(names: tuple[str, ...]) -> None:
    """Prove what has to hold always, and keep the result for the desk; the worker does so once a night.

    PROOF is index, doors or restored; without one, all are made.

    The search index and all else that is derived is as the database has it; every door of the served node
    shows the same, and none shows protected data among open data; the newest backup that was taken with
    `erpd backup` can be restored, which is tried beside the node and removed. Of a register with more than
    20,000 data sets a part is compared, each night another one; it says which, and what is never compared.
    Ends with 1 if a proof fails, or if there is a backup and it could not be tried.
    """
    start()
    prepare()
    from erpd.operate.proofs import keep, wrong

    signal.signal(signal.SIGTERM, _end)  # so that what was restored is removed
    found = {}
    for name in names or PROOFS:
        begun = time.monotonic()
        try:
            found[name] = PROOFS[name]()
        except _TooLong:
            found[name] = Proved(False, f"it took longer than {LONGEST / 3600:.0f} hours")
        except Exception as error:  # the others are proved all the same
            logger.exception("The proof %s failed", name)
            found[name] = Proved(False, f"failed: {type(error).__name__}: {masked(str(error))}")
        seconds = time.monotonic() - begun
        keep(name, passed=found[name].passed, said=found[name].said, seconds=seconds)
        if not in_json():
            click.echo(f"{_MARKS[found[name].passed]:6}{name}: {found[name].said.rstrip('.')}.")
    fine = not set(wrong()) & set(found)
    answer(proved=fine, proofs={name: asdict(one) for name, one in found.items()})
    sys.exit(Exit.FINE if fine else Exit.FAILED)


def _end(*_: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)


def prove_due(ending: threading.Event, *, only_asked: bool = False) -> int:
    """Have proved what is due at night, or was asked for, by a process that ends with this one.

    For the worker. Returns how many were begun.
    """
    from django.db import connection
    from django.utils import timezone

    from erpd.harvest import holder
    from erpd.operate.proofs import held, keep, leave, take

    with holder.working() as mine:
        names = take(timezone.now(), mine, only_asked=only_asked)
        if not names:
            return 0
        connection.close()
        command = [sys.executable, "-P", "-m", "erpd", "prove", "--json", *names]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, process_group=0) as proving:  # noqa: S603
            while proving.poll() is None:
                if ending.wait(_TICK):
                    proving.terminate()
                    break
        if ending.is_set():
            leave(mine)
        for name in held(mine):  # killed, because memory was short, say
            keep(name, passed=False, said=f"its process ended with {proving.returncode} and no result")
    return len(names)
