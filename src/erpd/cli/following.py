"""The process beside `erpd serve` in which everything derived follows the register."""

import logging
import os
import threading
import time
from typing import NoReturn

from django.db import connections

from erpd.accounts.outbox.sending import send_due
from erpd.register.derived import Derived, DerivedFailed
from erpd.register.news import news
from erpd.register.outage import explain_outage, is_outage
from erpd.register.repeating import repeat
from erpd.submit.bulk.working import work_one

logger = logging.getLogger(__name__)

_NICE = 5  # visitors come first
_SOON = 0.5  # seconds to wait for another change before what was written is committed
_PATIENCE = 10.0  # seconds after which it is committed though there are further changes
# Seconds between two looks for changes. The first is taken up at once; those that follow it closely are taken
# together: to take each by itself costs several times as much.
_TOGETHER = 1.0
_TICK = 10.0  # seconds after which each is called though nothing has changed
_LONGEST = 300.0  # seconds between two tries of one that fails, and two lines of the log
_REST = 2.0  # seconds until the database is asked again after an outage


def follow_all(table: tuple[Derived, ...]) -> NoReturn:
    """Keep all in the table up to date, each in a thread: one that takes long keeps no other waiting."""
    os.nice(_NICE)
    ending = threading.Event()
    followers = [_Follower(derived) for derived in table]
    for follower in followers:
        follower.start()
    for name, work in (("mail", lambda: send_due().sent), ("uploads", work_one)):
        threading.Thread(target=repeat, args=(name, work, ending), daemon=True).start()
    log = _Log()
    while True:
        try:
            for _ in news():
                for follower in followers:
                    follower.changed.set()
        except Exception as error:
            log.error(error)
        connections.close_all()
        time.sleep(_REST)


class _Follower(threading.Thread):
    """Keeps one of them up to date."""

    def __init__(self, derived: Derived) -> None:
        super().__init__(name=derived.name, daemon=True)
        self.changed = threading.Event()
        self._derived = derived
        self._log = _Log()
        self._until = 0.0

    def run(self) -> None:
        pause = _TICK
        while True:
            began = time.monotonic()
            self._until = began + _PATIENCE
            self.changed.clear()
            try:
                self._derived.follow(None, self._more)
                pause = _TICK
            except BaseException as error:  # a panic of Rust is not even an Exception
                self._log.error(error)
                pause = min(2 * pause, _LONGEST)
                self.changed.clear()  # to try again at each change would not help
            connections.close_all()
            self.changed.wait(pause)
            time.sleep(max(0.0, began + _TOGETHER - time.monotonic()))

    def _more(self) -> bool:
        """See ``Derived.follow``. It says so for _PATIENCE at most, then begins to count anew."""
        now = time.monotonic()
        came = now < self._until and self.changed.wait(_SOON)
        if came:
            time.sleep(max(0.0, now + _SOON - time.monotonic()))
            self.changed.clear()
        else:
            self._until = time.monotonic() + _PATIENCE
        return came


class _Log:
    """Logs why something failed: once, and again now and then if it goes on."""

    def __init__(self) -> None:
        self._last, self._until = "", 0.0

    def error(self, error: BaseException) -> None:
        if is_outage(error):
            said = explain_outage(error)
        else:
            said = str(error) if isinstance(error, DerivedFailed) else repr(error)
        now = time.monotonic()
        if said == self._last and now < self._until:
            return
        self._last, self._until = said, now + _LONGEST
        unknown = not (is_outage(error) or isinstance(error, DerivedFailed))
        logger.error("%s", said, exc_info=error if unknown else None)
