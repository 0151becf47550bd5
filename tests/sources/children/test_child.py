"""What strangers send is parsed in a child: whatever becomes of it, we live on, and say what happened."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from erpd.sources.children.child import Bounds, CannotStart, Child
from erpd.sources.children.process import ENDING
from erpd.sources.errors import OURS, Reason, SourceError

SMALL = Bounds(memory=300 * 2**20, processor=0.3, wall=20)


class Stranger:
    """Does to its process what the documents of strangers do."""

    def __init__(self) -> None:
        self.calls = 0

    def numbers(self, amount: int) -> Iterator[int]:
        self.calls += 1
        yield from range(amount)

    def pid(self) -> int:
        return os.getpid()

    def parent(self) -> int:
        return os.getppid()

    def called(self) -> int:
        return self.calls

    def ends(self, number: int) -> Iterator[int]:
        """Yields once, then ends its process."""
        yield 1
        os.kill(os.getpid(), number)
        time.sleep(60)

    def exits(self) -> None:
        os._exit(3)

    def never_ends(self) -> None:
        while True:
            pass

    def sleeps(self) -> None:
        time.sleep(60)

    def eats(self) -> None:
        held = []
        while True:
            held.append(bytes(2**20))

    def refuses(self) -> None:
        raise SourceError(Reason.NOT_FOUND, "Nothing there", "Look elsewhere.", url="http://x.example")

    def breaks(self) -> None:
        raise Local("a fault of ours")


class Local(Exception):
    """Cannot be made again from its text alone."""

    def __init__(self, said: str, *, also: str = "") -> None:
        super().__init__()
        self.said = said

    def __reduce__(self) -> tuple[object, ...]:
        return Local, ()


def failing(method: str, *arguments: object, bounds: Bounds = SMALL) -> SourceError:
    with Child(Stranger(), "http://x.example/all.ttl", bounds) as child:
        with pytest.raises(SourceError) as caught:
            list(child.each(method, *arguments))
        assert child.one("called") == 0  # the next call has another child, with a fresh copy
    return caught.value


def test_what_it_yields_arrives_in_order_and_its_state_stays():
    with Child(Stranger(), "x") as child:
        assert list(child.each("numbers", 1000)) == list(range(1000))
        assert list(child.each("numbers", 0)) == []
        assert child.one("called") == 2
        assert child.one("pid") != os.getpid()


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS])
def test_a_child_that_dies_is_told_in_one_sentence(number):
    error = failing("ends", int(number))
    assert error.rule == "crashed"
    assert str(error).startswith(
        f"Reading it crashed our parser ({number.name}) (http://x.example/all.ttl, rule crashed). It may be "
    )


def test_a_child_that_somebody_kills_is_no_fault_of_the_source():
    error = failing("ends", int(signal.SIGKILL))
    assert (error.rule, error.rule in OURS) == ("killed", True)
    assert str(error).startswith("The process that was reading it was killed (SIGKILL)")


def test_what_came_before_it_died_counts():
    with Child(Stranger(), "x", SMALL) as child:
        came = child.each("ends", int(signal.SIGSEGV))
        assert next(came) == 1
        with pytest.raises(SourceError):
            next(came)


@pytest.mark.parametrize(
    ("method", "rule", "said"),
    [
        ("exits", "crashed", "exit status 3"),
        ("never_ends", "timeout", "of processor time"),
        ("eats", "too-large", "GB of memory"),
    ],
)
def test_limits_are_kept(method, rule, said):
    error = failing(method)
    assert error.rule == rule
    assert said in error.message
    assert error.url == "http://x.example/all.ttl"


def test_one_that_only_waits_is_not_waited_for_for_ever():
    error = failing("sleeps", bounds=Bounds(memory=2**30, processor=5, wall=1.5))
    assert error.rule == "timeout"


def test_a_list_without_end_ends():
    with Child(Stranger(), "x", Bounds(2**30, 5, 5, total=0.5)) as child:
        with pytest.raises(SourceError, match="seconds") as caught:
            list(child.each("numbers", 10**9))
        assert caught.value.rule == "timeout"
        with pytest.raises(SourceError, match="seconds"):
            child.one("pid")
    with (
        Child(Stranger(), "x", Bounds(2**30, 5, 5, total=1.0)) as child,
        pytest.raises(SourceError, match="seconds"),
    ):
        child.one("sleeps")


def test_errors_arrive_as_they_are_raised_and_faults_of_ours_with_their_place():
    assert str(failing("refuses")).startswith("Nothing there (http://x.example, rule not-found)")
    with Child(Stranger(), "x") as child:
        with pytest.raises(RuntimeError, match="Local") as caught:
            child.one("breaks")
        assert "in breaks" in "".join(caught.value.__notes__)
        assert child.one("pid")


COPIED = """
import os
from erpd.sources.children.process import forking
from tests.sources.children.test_child import *
with forking():
    with Child(Stranger(), "x") as child:
        assert child.one("parent") == os.getpid(), "it is a copy of this process"
    test_what_it_yields_arrives_in_order_and_its_state_stays()
    for number in (signal.SIGKILL, signal.SIGSEGV):
        assert failing("ends", number).rule in (Reason.KILLED, Reason.CRASHED)
    test_what_came_before_it_died_counts()
    assert failing("never_ends").rule is Reason.TIMEOUT
    assert failing("eats").rule is Reason.TOO_LARGE
    test_errors_arrive_as_they_are_raised_and_faults_of_ours_with_their_place()
    test_it_does_not_hear_what_ends_its_parent()
with Child(Stranger(), "x") as child:
    assert child.one("parent") != os.getpid()
"""


def test_all_that_holds_for_copies_of_a_command():
    subprocess.run([sys.executable, "-W", "error", "-c", COPIED], check=True)


def test_it_does_not_hear_what_ends_its_parent():
    with Child(Stranger(), "x") as child:
        for number in ENDING:
            os.kill(child.one("pid"), number)
        assert child.one("called") == 0


@pytest.mark.parametrize("forked", [False, True])
def test_it_ends_with_its_parent(forked: bool):
    code = (
        "from contextlib import nullcontext\n"
        "from erpd.sources.children.child import Child\n"
        "from erpd.sources.children.process import forking\n"
        "from tests.sources.children.test_child import Stranger\n"
        f"with {'forking' if forked else 'nullcontext'}():\n"
        "  child = Child(Stranger(), 'x'); print(child.one('pid'), flush=True); child.one('sleeps')"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
        assert not parent.stdout.read()  # which the child held open as well
    for _ in range(500):
        if not os.path.exists(f"/proc/{pid}"):
            break
        time.sleep(0.01)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


class Stillborn:
    """Ends every process that is told of it, as a machine without memory would."""

    def __setstate__(self, state: object) -> None:
        os._exit(137)

    def __getstate__(self) -> object:
        return {"some": "state"}


class Weak:
    """Ends the first two processes that are told of it, as a machine does where memory is short."""

    def __init__(self, tallies: Path) -> None:
        self.tallies = tallies

    def __setstate__(self, state: dict[str, Path]) -> None:
        vars(self).update(state)
        tally = len(list(self.tallies.iterdir()))
        (self.tallies / str(tally)).touch()
        if tally < 2:
            os.kill(os.getpid(), signal.SIGKILL)

    def lives(self) -> bool:
        return True


def test_one_that_is_killed_while_it_starts_is_started_again(tmp_path: Path):
    with Child(Weak(tmp_path), "x") as child:
        assert child.one("lives")


def test_where_no_process_can_run_no_source_is_blamed():
    with Child(Stillborn(), "x") as child, pytest.raises(CannotStart, match="This machine"):
        child.one("anything")
