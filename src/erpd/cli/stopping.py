"""What Ctrl-C and a service manager bring about: what is harvested ends at its next page, with status 0."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from erpd.cli.output import typed
from erpd.cli.saying import say
from erpd.harvest import stopping
from erpd.harvest.stopping import Stopped
from erpd.metadata.text import counted
from erpd.sources.children.process import ENDING

_SAME = 1.0  # seconds in which it is the same wish: a terminal tells all processes, and their parent us again
_asked: list[float] = []


def heed() -> None:
    """From now on, this process ends so when it is told to. What is ignored (nohup) stays ignored."""
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _ask)


def _ask(number: int, _: FrameType | None) -> None:
    now = time.monotonic()
    _asked.append(now)
    if now - _asked[0] > _SAME:
        os._exit(128 + number)  # a second time: at once, as if killed, which loses nothing either
    first = len(_asked) == 1
    try:
        stopping.ask()
    finally:
        if first and stopping.is_finishing():
            os.write(2, b"Stopping at the end of this page. To stop at once, do it again.\n")


@contextmanager
def told(nothing: str, *, as_json: bool) -> Iterator[None]:
    """A block that ends the process with 0 if it was told to end, and says how far the run has got.

    ``nothing``: what is said if there is no run that somebody could go on with. With ``as_json``, programs
    read the same from the standard output.
    """
    try:
        yield
    except Stopped as stopped:
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        facts, words = _how_far(*stopped.args)
        say(f"Stopped. {words or nothing}")
        if as_json:
            click.echo(json.dumps({"stopped": {"message": words or nothing} | facts}, ensure_ascii=False))
        sys.stdout.flush()
        os._exit(0)  # a thread that waits for the network, or its child, would keep us


def _how_far(stopped: Any = None) -> tuple[dict[str, Any], str]:
    """How far the run has got, as facts and in words; ``""`` if there is none, or none that stays."""
    facts: dict[str, Any] = dict.fromkeys(("source", "run", "received", "pages"))
    if stopped is None:
        return facts, ""
    from erpd.harvest.models import Run

    run = Run.objects.filter(pk=stopped.pk, started=stopped.started, state=Run.State.RUNNING).first()
    if run is None:
        return facts, ""
    slug = run.settings.source.slug
    received = run.entries.filter(attempt=run.attempt).count()
    words = (
        f"Run {run.pk} of {slug} has stored {counted(received, 'record')} in {counted(run.pages, 'page')}. "
        f"The worker goes on from there, and so does: {typed(f'harvest --source {slug}')}"
    )
    return {"source": slug, "run": run.pk, "received": received, "pages": run.pages}, words
