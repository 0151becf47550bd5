"""What Ctrl-C and a service manager bring about: what is harvested ends at its next page, with status 0."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

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
def told(nothing: str) -> Iterator[None]:
    """A block that ends the process with 0 if it was told to end, and says how far the run has got.

    ``nothing``: what is said if there is no run that somebody could go on with.
    """
    try:
        yield
    except Stopped as stopped:
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        say(f"Stopped. {_how_far(*stopped.args) or nothing}")
        sys.stdout.flush()
        os._exit(0)  # a thread that waits for the network, or its child, would keep us


def _how_far(stopped: Any = None) -> str:
    """How far the run has got; "" if there is none, or none that stays."""
    if stopped is None:
        return ""
    from erpd.harvest.models import Run

    run = Run.objects.filter(pk=stopped.pk, started=stopped.started, state=Run.State.RUNNING).first()
    if run is None:
        return ""
    slug = run.settings.source.slug
    received = run.entries.filter(attempt=run.attempt).count()
    return (
        f"Run {run.pk} of {slug} has stored {counted(received, 'record')} in {counted(run.pages, 'page')}. "
        f"The worker goes on from there, and so does: {typed(f'harvest --source {slug}')}"
    )
