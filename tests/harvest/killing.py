"""A process that dies in the middle of a harvest."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from erpd.harvest import holder as holders


class Killed(BaseException):
    """What no code of ours can catch."""


@contextmanager
def killed_at(statement: int) -> Iterator[list[str]]:
    """The process dies before it sends its statement of that number to the database."""
    sent: list[str] = []

    def execute(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if len(sent) == statement:
            context["cursor"].close()  # Django closes it for an Exception only; the dead leave none open
            raise Killed
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield sent


def dead_holder() -> str:
    """The holder of a lease whose process has ended: the file in the home is there, but not locked."""
    with living_holder() as holder:
        return holder


@contextmanager
def living_holder() -> Iterator[str]:
    """The holder of a lease that lives as long as the block: another process of this machine and home."""
    holder = f"{os.uname().nodename} 4711 {holders.machine()} {secrets.token_hex(8)}"
    holders.lock(holder)
    try:
        yield holder
    finally:
        holders.unlock(holder)


ELSEWHERE = "elsewhere.example 1 another-machine 0123abcd"


def cannot_start(child: Any) -> Any:
    """Takes the place of ``Child._attempt``: each process dies before it is ready."""
    raise EOFError
