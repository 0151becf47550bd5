"""One child that owns an object of ours, such as a source, and calls its methods for us."""

import pickle
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Self

from erpd.sources.children.process import allow, begin, context, deaf
from erpd.sources.errors import Reason, SourceError


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of a child."""

    memory: int
    """Bytes, beyond the few that each child has in common with its parent."""
    processor: float
    """Seconds of processor time for one step: a page, a record. Waiting does not count."""
    wall: float
    """Seconds until we give up waiting for one step."""
    total: float = 3 * 24 * 3600
    """Seconds that all steps may take together: a list can be without end."""


# A dump is downloaded, unpacked and sorted by data set before its first page.
READING = Bounds(memory=2 * 2**30, processor=1800, wall=2 * 3600)


# A process can be killed while it starts, where memory is short.
_ATTEMPTS = 3

# Python starts processes from one thread at a time.
_starting = threading.Lock()


class CannotStart(RuntimeError):
    """This machine cannot start processes."""


class Child:
    """A context manager: a child that owns ``thing``, a copy of ours, and calls its methods for us.

    ``where`` is the address that the errors name. ``told`` is called with what a method tells on its way
    (``tell``). The child starts with the first call. If it has died, the
    next call starts another with a fresh copy. Calls raise CannotStart if this machine cannot start any.
    """

    def __init__(
        self,
        thing: object,
        where: str,
        bounds: Bounds | None = None,
        told: Callable[[Any], None] | None = None,
    ) -> None:
        self._told = told
        self._thing = thing
        self._where = where
        self._bounds = bounds or READING
        self._end = 0.0  # when all steps together have taken too long
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def each(self, method: str, *arguments: object) -> Iterator[Any]:
        """Yield what the method yields, one item ahead. Raises what it raises, and SourceError."""
        pipe = self._asked(method, arguments)
        while True:
            more, value = self._received(pipe)
            if not more:
                return
            yield value

    def one(self, method: str, *arguments: object) -> Any:
        """Return what the method returns. Raises what it raises, and SourceError."""
        return self._received(self._asked(method, arguments))[1]

    def close(self) -> None:
        """End the child, whatever it is doing."""
        if self._process and self._pipe:
            self._pipe.close()
            self._process.kill()
            self._process.join()
            self._process.close()
        self._process = self._pipe = None

    def _asked(self, method: str, arguments: tuple[object, ...]) -> Connection:
        pipe = self._pipe or self._started()
        with suppress(BrokenPipeError):  # it has died: the answer says so
            pipe.send((method, arguments))
        return pipe

    def _started(self) -> Connection:
        self._end = self._end or time.monotonic() + self._bounds.total
        for _ in range(_ATTEMPTS):
            # Killed before it was ready: the source is not to blame, for nothing was asked of it.
            with suppress(EOFError, OSError):
                return self._attempt()
            self.close()
        raise CannotStart(
            "This machine could not start a process to read records in. Free some memory, then try again."
        )

    def _attempt(self) -> Connection:
        forking = context()
        ours, theirs = forking.Pipe()
        with theirs:
            given = (theirs, self._thing, self._bounds)
            process = forking.Process(target=_serve, args=given, daemon=True, name="parser")
            with _starting, deaf():
                process.start()
        self._pipe, self._process = ours, process
        ours.recv()  # it is ready
        return ours

    def _received(self, pipe: Connection) -> tuple[bool, Any]:
        more, value = self._next(pipe)
        while more is None:
            if self._told:
                self._told(value)
            more, value = self._next(pipe)
        return more, value

    def _next(self, pipe: Connection) -> tuple[bool | None, Any]:
        left = self._end - time.monotonic()
        if left <= 0 or not pipe.poll(min(left, self._bounds.wall)):
            self.close()
            raise self._endless() if left <= self._bounds.wall else self._late(self._bounds.wall)
        try:
            more, value, error = pipe.recv()
        except (EOFError, OSError):
            raise self._died() from None
        if isinstance(error, MemoryError):
            raise self._too_large() from error
        if error is not None:
            raise error
        return more, value

    def _died(self) -> SourceError:
        """Why the child has ended."""
        process = self._process
        code = None
        if process:
            process.join(10)
            code = process.exitcode
        self.close()
        if code == -signal.SIGPROF:
            return self._late(self._bounds.processor, " of processor time")
        if code == -signal.SIGKILL:  # no fault of what it read ends it so
            return self._error(
                Reason.KILLED,
                "The process that was reading it was killed (SIGKILL)",
                "Most often the machine has no memory left: see its log. Then read it again.",
            )
        return self._error(
            Reason.CRASHED,
            f"Reading it crashed our parser ({_name(code)})",
            f"It may be nested too deeply, or need more than the {self._memory} of memory allowed. "
            "Fix it at the source, or report this with the file.",
        )

    def _too_large(self) -> SourceError:
        message = f"Reading one page or file takes more than {self._memory} of memory"
        return self._error(Reason.TOO_LARGE, message, "Publish it in smaller pages or files.")

    def _late(self, seconds: float, of: str = "") -> SourceError:
        message = f"Reading one page or file took more than {_how_long(seconds)}{of}"
        advice = "Publish it in smaller pages or files, or report this with the file."
        return self._error(Reason.TIMEOUT, message, advice)

    def _endless(self) -> SourceError:
        message = f"Reading the source took more than {_how_long(self._bounds.total)}"
        return self._error(Reason.TIMEOUT, message, "Check whether its list comes to an end.")

    def _error(self, rule: Reason, message: str, advice: str) -> SourceError:
        return SourceError(rule, message, advice, url=self._where)

    @property
    def _memory(self) -> str:
        return f"{self._bounds.memory / 2**30:,.0f} GB"


def _how_long(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:g} seconds"
    return f"{seconds / 60:,.0f} minutes" if seconds < 2 * 3600 else f"{seconds / 3600:,.0f} hours"


def _name(code: int | None) -> str:
    """How a process ended: the name of the signal, or its exit status."""
    if code is not None and code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit status {code}"


def tell(news: object) -> None:
    """In a child, tell the parent how far a step has come. Elsewhere nothing happens."""
    if _pipes:
        _pipes[0].send((None, news, None))


# In a child, its end of the pipe.
_pipes: list[Connection] = []


def _serve(pipe: Connection, thing: object, bounds: Bounds) -> None:
    """Runs in the child: call its methods until the parent has had enough."""
    begin(bounds.memory)
    _pipes.append(pipe)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the parent has ended
        pipe.send("ready")
        while True:
            method, arguments = pipe.recv()
            try:
                _answer(pipe, getattr(thing, method), arguments, bounds)
            except BrokenPipeError:
                return
            except Exception as error:
                pipe.send((False, None, _portable(error)))


def _answer(
    pipe: Connection, method: Callable[..., Any], arguments: tuple[object, ...], bounds: Bounds
) -> None:
    allow(bounds.processor)
    answer = method(*arguments)
    if not isinstance(answer, Iterator):
        pipe.send((False, answer, None))
        return
    for item in answer:
        pipe.send((True, item, None))
        allow(bounds.processor)
    pipe.send((False, None, None))


def _portable(error: Exception) -> Exception:
    """The error, in a form that reaches the parent, with a note of where it came from."""
    note = "".join(traceback.format_exception(error))
    try:
        error = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(f"In the process that reads the source:\n{note}")
    return error
