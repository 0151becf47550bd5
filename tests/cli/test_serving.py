"""`erpd serve` as a process: how it ends, and what it refuses."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from erpd.cli.serving import listen, serve
from tests.journeys.nodes import environment, erpd, program, wait_for
from tests.journeys.test_kills import descendants
from tests.proofs import AT_LENGTH, length
from tests.servers import Serving, free_port

CTRL_C = b"\x03"
SOON = 2.0  # seconds
IN_THE_END = 30.0  # seconds; children that still import see later that their parent is gone
# What is written to its standard input is typed at the terminal of the program that it runs.
TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
BUSY = "while True: pass"

Process = subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("serving") / "node"
    erpd("init", str(folder), "--role", "european", "--title", "Register")
    return str(folder)


@contextmanager
def started(home: str, *options: str, terminal: bool = False) -> Iterator[tuple[Process, int]]:
    port = free_port()
    command = program("--home", home, "serve", "--port", str(port), *options)
    if terminal:
        command = [sys.executable, "-c", TERMINAL, *command]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment()) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/oai?verb=Identify", process)
            yield process, port
        finally:
            process.kill()


@contextmanager
def busy() -> Iterator[None]:
    """Every processor has more to do than it can."""
    loops = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def running(home: str) -> list[int]:
    """The processes of this node: one has the home in its arguments, its workers in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if home.encode() in (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:  # it has just ended
            continue
    return found


def gone(home: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while left := running(home):
        assert time.monotonic() < until, left
        time.sleep(0.02)


def typed(keys: bytes) -> Callable[[Process], None]:
    def act(process: Process) -> None:
        assert process.stdin
        process.stdin.write(keys)
        process.stdin.flush()

    return act


def sent(*numbers: int) -> Callable[[Process], None]:
    def act(process: Process) -> None:
        for number in numbers:
            process.send_signal(number)

    return act


WAYS = {
    "Ctrl-C": (True, typed(CTRL_C)),
    "Ctrl-C twice": (True, typed(CTRL_C * 2)),
    "SIGTERM": (False, sent(signal.SIGTERM)),
    "SIGTERM twice": (False, sent(signal.SIGTERM, signal.SIGTERM)),
    "SIGHUP": (False, sent(signal.SIGHUP)),
    "SIGINT": (False, sent(signal.SIGINT)),
}


@pytest.mark.proof
@pytest.mark.parametrize("workers", ["1", "2"] if AT_LENGTH else ["1"])
@pytest.mark.parametrize("way", list(WAYS) if AT_LENGTH else ["Ctrl-C", "SIGTERM twice"])
def test_it_ends_quietly_within_two_seconds_however_busy_the_machine_is(
    home: str, way: str, workers: str
) -> None:
    """Also while clients are connected that send nothing. A terminal signals every process at once."""
    terminal, act = WAYS[way]
    for _ in range(length(1, 5)):
        with (
            started(home, "--workers", workers, terminal=terminal) as (process, port),
            busy(),
            ExitStack() as all_,
        ):
            idle = [all_.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(3)]
            idle[1].sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
            idle[2].sendall(b"POST /oai HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nverb=")
            act(process)
            start = time.monotonic()
            told, errors = process.communicate(timeout=30)
            gone(home, SOON)
            assert time.monotonic() - start < SOON
        address = f"http://127.0.0.1:{port}/"
        first, warning = (told + errors).decode().replace("^C", "").strip().splitlines()
        assert first.strip() == f"{address} (Ctrl-C stops it)"
        assert warning.startswith("Warning: links lead to ")
        assert process.returncode == 0


def test_with_its_terminal_or_its_parent_every_process_goes(home: str) -> None:
    with started(home, "--workers", "2", terminal=True) as (process, _):
        assert len(running(home)) >= 4  # the terminal, the parent, and two workers
        process.kill()
        gone(home, IN_THE_END)
    with started(home, "--workers", "2") as (process, port):
        process.kill()
        gone(home, IN_THE_END)
        socket.create_server(("127.0.0.1", port)).close()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_one_that_is_killed_is_followed_by_another(home: str, workers: str) -> None:
    """As where a file of the index is cut while a search reads it (SIGBUS)."""
    with started(home, "--workers", workers) as (process, port):
        time.sleep(2.0)  # one that ends at once is not followed
        follower, *_, one = descendants(process.pid)
        os.kill(follower, signal.SIGKILL)
        assert process.stderr
        told = b"".join(process.stderr.readline() for _ in range(3))
        os.kill(one, signal.SIGBUS)
        told += process.stderr.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/oai?verb=Identify", timeout=60) as answer:
            assert answer.status == 200
        assert len([child for child in descendants(process.pid) if child != follower]) >= 2
        process.terminate()
        process.wait(timeout=30)
        gone(home, IN_THE_END)
    assert "search index up to date ended unexpectedly (SIGKILL). Another one is starting." in told.decode()
    assert f"Warning: links lead to http://127.0.0.1:8000, not to port {port}" in told.decode()
    why = "SIGBUS" if workers == "1" else "a worker ended"
    assert f"Warning: the server ended unexpectedly ({why}). Another one is starting." in told.decode()
    assert process.returncode == 0


def only_child(process: Process) -> int:
    until = time.monotonic() + 30
    while not (children := list(descendants(process.pid))):
        assert time.monotonic() < until
    return children[0]


def test_a_worker_that_is_killed_is_followed_by_another(home: str) -> None:
    command = program("--home", home, "worker")
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment()) as process:
        one = only_child(process)
        time.sleep(2.1)  # one that ends at once is not followed
        os.kill(one, signal.SIGBUS)
        assert process.stderr
        told = process.stderr.readline()
        assert only_child(process) != one
        process.terminate()
        process.wait(timeout=30)
        gone(home, IN_THE_END)
    assert told == b"Warning: the worker ended unexpectedly (SIGBUS). Another one is starting.\n"
    assert process.returncode == 0


def test_a_port_at_which_another_program_listens_is_refused(home: str, tmp_path: Path) -> None:
    with Serving(lambda *_: (200, {}, b"")) as other:
        port = str(other.port)
        told = erpd("--home", home, "serve", "--port", port, code=2, errors=True)
        in_use = f"Port {port} of 127.0.0.1 is already in use. Choose another one, see `--help`."
        assert told == f"Error: {in_use}\n"
        ports = ("--national-port", port, "--european-port", str(free_port()))
        folder = tmp_path / "demo"
        told = erpd("demo", "--once", "--folder", str(folder), *ports, code=2, errors=True)
        assert "already in use" in told
        assert not folder.exists()


def test_of_two_that_start_at_once_at_one_port_one_serves(home: str) -> None:
    port = free_port()
    command = program("--home", home, "serve", "--port", str(port))
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, env=environment()) for _ in range(2)]
    try:
        until = time.monotonic() + 30
        while all(one.poll() is None for one in both):
            assert time.monotonic() < until
            time.sleep(0.05)
        ended = [one.returncode for one in both]
        assert sorted(ended, key=str) == [2, None]
    finally:
        for one in both:
            one.kill()
        told = [one.communicate()[1] for one in both]
    assert b"already in use" in told[ended.index(2)]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--port", "70000"], "70000 is not in the range"),
        (["--port", "0"], "0 is not in the range"),
        (["--workers", "0"], "0 is not in the range"),
        (["--threads", "0"], "0 is not in the range"),
        (["--threads", "9" * 40], "is not in the range"),
        (["--host", "a" * 300], "is not the name or address of a host"),
        (["--host", ""], "'' is not the name or address of a host"),
        (["--host", "203.0.113.1"], "203.0.113.1 is not an address of this machine"),
    ],
)
def test_what_cannot_be_served_is_refused(options: list[str], reason: str) -> None:
    """The options, before anything is started; the host and the port, when they are listened at."""
    if options[0] == "--host":
        with pytest.raises(click.ClickException, match=reason) as refused:
            listen(options[1], free_port())
        assert refused.value.exit_code == 2
    else:
        told = CliRunner().invoke(serve, options)
        assert told.exit_code == 2
        assert reason in told.output
