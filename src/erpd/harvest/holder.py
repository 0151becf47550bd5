"""A process that works on a run. While it lives, it holds a lock on a file in the home.

The system releases the lock at once, however the process ends; whoever has the same home sees it.
"""

import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings as django_settings
from django.utils import timezone

_LET_GO = b"let go"
_LONGEST_OUTAGE = timedelta(days=1)  # after which what fails is given up
# Holder -> the descriptor of the file that this process has locked for it.
_locked: dict[str, int] = {}


def new() -> str:
    """Return a holder in this process: host, process, machine, a random token of its own."""
    return f"{socket.gethostname()} {os.getpid()} {machine()} {secrets.token_hex(8)}"


@contextmanager
def working() -> Iterator[str]:
    """A holder of this process that lives as long as the block.

    If the block fails, as it does where the database stops answering, its file stays, unlocked: so
    everybody sees at once that nobody works any more, and that it ``let_go``. Whoever takes over removes it.
    """
    mine = new()
    lock(mine)
    try:
        yield mine
    except BaseException:
        with suppress(OSError):
            os.pwrite(_locked[mine], _LET_GO, 0)
        unlock(mine)
        raise
    unlock(mine)
    remove(mine)


def let_go(holder: str) -> bool:
    """Whether it stopped working but did not die, as far as can be seen from here."""
    try:
        return file_of(holder).read_bytes() == _LET_GO
    except OSError:
        return False


def lives(holder: str, begun: datetime | None, longest: timedelta) -> bool:
    """Whether it works on something that it has begun; ``longest``: that takes no longer.

    Where nobody can see that from here, it is dead after so long.
    """
    seen = is_locked(holder)
    return bool(begun and begun > timezone.now() - longest) if seen is None else seen


def has_died(holder: str, asked: datetime) -> bool:
    """Whether one that does not live has died at something that was asked for then.

    An outage of the database is no death, unless there is no end of them.
    """
    return not let_go(holder) or asked < timezone.now() - _LONGEST_OUTAGE


def is_this_process(holder: str) -> bool:
    """Whether it was, or is, this process."""
    return holder.split(" ")[1:3] == [str(os.getpid()), machine()]


@cache
def machine() -> str:
    """Equal for processes under one running system: containers on it, too, see each other's locks."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return socket.gethostname()


def file_of(holder: str) -> Path:
    """The file that it locks."""
    return Path(django_settings.HOME) / "running" / holder.rsplit(" ", maxsplit=1)[-1]


def lock(holder: str) -> None:
    """Lock its file. Raises OSError."""
    path = file_of(holder)
    path.parent.mkdir(exist_ok=True)
    file = _locked[holder] = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)


def unlock(holder: str) -> None:
    """Release the lock, if this process has it."""
    descriptor = _locked.pop(holder, None)
    if descriptor is not None:
        os.close(descriptor)


def remove(holder: str) -> None:
    """Remove its file, because nobody will ask for it any more."""
    file_of(holder).unlink(missing_ok=True)


def is_locked(holder: str) -> bool | None:
    """Whether it lives: a process holds its lock. None if that cannot be seen from here."""
    if machine() not in holder.split(" "):
        return None
    try:
        with file_of(holder).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:  # a home of its own, on the same machine
        return None
    except BlockingIOError:
        return True
    return False
