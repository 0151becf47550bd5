"""A process that dies in the middle of a harvest."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


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
    """The holder of a lease whose process has ended."""
    process = subprocess.Popen([sys.executable, "-S", "-c", ""])
    process.wait()
    return f"{os.uname().nodename} {process.pid} 0123abcd"
