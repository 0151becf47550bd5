"""The worker: it harvests whatever is due, and sees to what else has to be done now and then."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any, NoReturn

import click

from erpd.cli.harvesting import LEDGER, code_of
from erpd.cli.index import Indexer
from erpd.cli.output import json_of, tell, typed
from erpd.cli.proving import prove_due
from erpd.cli.relief import Relief
from erpd.cli.saying import say
from erpd.cli.starting import prepare_and_upgrade, start
from erpd.cli.stopping import heed, told
from erpd.cli.supervising import Kind, keep_running
from erpd.harvest import stopping
from erpd.harvest.stopping import Stopped
from erpd.node.logs import is_json
from erpd.sources.children.process import end_with

# Seconds between two checks of what is due, and before another try where the database does not answer.
_PACE = 60
_SOON = 5
_LINKS = 2  # hosts that are asked at the same time
_PATIENCE = 5.0  # seconds for a mail that is being sent, before the worker ends


@click.command()
@click.option("--once", is_flag=True, help="Harvest what is due, then stop.")
@json_of("source", "run", *LEDGER, "harvested", "failed", each=True)
@click.option("--beside", default=0, hidden=True)
def worker(*, once: bool, as_json: bool, beside: int) -> None:
    """Harvest each source when it is due: weekly, at night, unless its rules say otherwise (G3.4.1).

    Ctrl-C or SIGTERM ends it at the next page with 0; the next worker goes on from there.
    """
    with told("No source was being harvested.", as_json=as_json):
        heed()  # inside: the signal may come at once
        if beside:
            end_with(sys.stdin.fileno())
        elif not once:
            keep_running(Kind.WORKER)
        relief, ending = Relief(beside, *(["--json"] if as_json else [])), _Ending()
        with ending.of(relief):
            start()
            from erpd.harvest.heartbeat import alive

            with alive(once=once) as beat:
                _work(once, relief, ending, beat, as_json=as_json)


class _Ending(threading.Event):
    """The end of the worker, for what it does in threads."""

    def __init__(self) -> None:
        super().__init__()
        self._threads: list[threading.Thread] = []

    def begin(self, name: str, work: Callable[[], int]) -> None:
        """Do this work again and again until the end, in a thread."""
        from erpd.register.repeating import repeat

        thread = threading.Thread(target=repeat, args=(name, work, self), daemon=True)
        self._threads.append(thread)
        thread.start()

    @contextmanager
    def of(self, relief: Relief) -> Iterator[None]:
        """A block: if it is stopped, what is done beside it is brought to its end, too."""
        try:
            yield
        except Stopped:
            self.set()
            relief.stop()
            until = time.monotonic() + _PATIENCE
            for thread in self._threads:
                thread.join(max(0.0, until - time.monotonic()))
            raise


def _work(
    once: bool, relief: Relief, ending: _Ending, beat: Callable[[], None], *, as_json: bool
) -> NoReturn:
    from django.db import Error, connection

    from erpd.accounts.outbox.sending import send_due
    from erpd.harvest.removing import withdraw_due
    from erpd.harvest.worker import work
    from erpd.operate.publishers.telling import tell_due
    from erpd.operate.rehearsing.actions import MOST_WAITING
    from erpd.operate.rehearsing.making import rehearse_due
    from erpd.operate.replays.working import replay_due
    from erpd.operate.trials.working import try_due
    from erpd.register.links.trying import try_due as try_links
    from erpd.register.outage import explain_outage, is_outage
    from erpd.submit.own_portal.previews import look_due

    def tell_and_index(report: Any) -> None:
        with Indexer():
            tell(report, as_json=as_json or is_json(), named=True)

    last, ready = "", False  # an outage is told once, however long it lasts
    while True:
        pause = _PACE
        beat()
        try:
            if not ready:
                prepare_and_upgrade()
                if not once:
                    for name, beside_it in (
                        ("mail", lambda: send_due().sent),
                        ("publishers", tell_due),
                        ("previews", look_due),
                        ("rehearsals", rehearse_due),
                        ("test harvests", try_due),
                        ("replays", replay_due),
                        ("withdrawals", withdraw_due),
                        ("proofs", lambda: prove_due(ending)),
                        *[("links", try_links)] * _LINKS,
                    ):
                        ending.begin(name, beside_it)
            ready = True
            _do(*_chores(), *((withdraw_due,) if once else ()))
            with Indexer() as indexer:  # also indexes what was stored before
                done = work(tell_and_index, around=relief.watch)
            last = ""
            if once:
                # Harvests do not wait for them.
                asked = partial(prove_due, ending, only_asked=True)
                tried: tuple[Callable[[], object], ...] = (tell_due, look_due, try_due, replay_due, asked)
                for task in (*tried, try_links, *[rehearse_due] * MOST_WAITING):
                    beat()
                    _do(task)
                send_due()
                relief.wait()
                failures = f", {done.failed} failed" if done.failed else ""
                if as_json:
                    click.echo(json.dumps(asdict(done)))
                else:
                    click.echo(f"{done.harvested} harvested{failures}.{'' if done.seen else _next_due()}")
                sys.exit(code_of(failed=bool(done.failed or indexer.failed), held=done.held))
        except Error as error:
            if once or not is_outage(error):
                raise
            if (reason := explain_outage(error)) != last:
                say(f"{reason} The worker goes on as soon as it can.")
            last, pause = reason, _SOON
        connection.close()  # it may be broken, and nobody needs it meanwhile
        time.sleep(pause)


def _do(*tasks: Callable[[], object]) -> None:
    for task in tasks:
        with stopping.finishing():
            task()
        stopping.check()


def _chores() -> tuple[Callable[[], object], ...]:
    """What is done in each round: reminding, tidying, forgetting."""
    from erpd.access.chores import CHORES
    from erpd.accounts.reminding import remind
    from erpd.accounts.tidying import tidy
    from erpd.operate.joining import actions as joining
    from erpd.operate.publishers import stopping as publishers
    from erpd.operate.rehearsing import making
    from erpd.operate.suppliers import subscribing
    from erpd.submit.form.keeping import forget_old
    from erpd.submit.questions.actions import forget

    return (
        remind,
        *CHORES,
        tidy,
        forget,
        forget_old,
        subscribing.forget,
        making.forget,
        joining.settle,
        joining.forget,
        publishers.forget,
    )


def _next_due() -> str:
    """Which source is due next, and when; to the hour, within a year."""
    from erpd.harvest.worker import next_due

    found = next_due()
    if found is None:
        return " No source is waiting: add one with `erpd source add`, or see `erpd source list`."
    name, at = found
    return f" Next: {name}, {at:%Y-%m-%d %H:%M} UTC. To harvest it now: {typed(f'harvest --source {name}')}"
