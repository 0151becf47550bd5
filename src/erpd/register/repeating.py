"""Work that a process does beside its own, in a thread, for as long as it lives."""

import logging
import threading
from collections.abc import Callable

from django.db import connection

from erpd.register.outage import explain_outage, is_outage

logger = logging.getLogger(__name__)

_TICK = 2.0  # seconds between two looks
_REST = 30.0  # seconds after a fault


def repeat(name: str, work: Callable[[], int], ending: threading.Event) -> None:
    """Call ``work``, which returns how much it did, again and again: after a moment if that was nothing.

    A fault is logged, once however long it lasts, and the work goes on until ``ending`` is set.
    """
    told = ""
    while not ending.is_set():
        pause = _TICK
        try:
            pause = 0.0 if work() else _TICK
            told = ""
        except Exception as error:
            pause, known = _REST, is_outage(error)
            said = explain_outage(error) if known else repr(error)
            if said != told:
                logger.error("%s: %s", name, said, exc_info=None if known else error)
            told = said
        if pause:
            connection.close()  # nobody else waits for one that is only looked with now and then
            ending.wait(pause)
