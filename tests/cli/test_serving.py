"""`erpd serve` in a terminal: Ctrl-C ends it, and a port in use is refused."""

import subprocess
import sys
from pathlib import Path

from tests.journeys.nodes import environment, erpd, program, wait_for
from tests.servers import Serving, free_port

CTRL_C = b"\x03"
# What is written to its standard input is typed at the terminal of the program that it runs.
TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


def node(folder: Path) -> str:
    erpd("init", str(folder), "--role", "european", "--title", "Register")
    return str(folder)


def test_ctrl_c_in_a_terminal_ends_it_each_time(tmp_path: Path) -> None:
    """The terminal sends the signal to all processes of the program at once, not to the first alone."""
    home = node(tmp_path / "node")
    for _ in range(3):
        port = free_port()
        command = program("--home", home, "serve", "--port", str(port))
        with subprocess.Popen(
            [sys.executable, "-c", TERMINAL, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        ) as terminal:
            wait_for(f"http://127.0.0.1:{port}/oai?verb=Identify", terminal)
            assert terminal.stdin
            terminal.stdin.write(CTRL_C)
            terminal.stdin.flush()
            assert terminal.wait(timeout=9) == 0  # before a worker would be killed


def test_a_port_at_which_another_program_listens_is_refused(tmp_path: Path) -> None:
    home = node(tmp_path / "node")
    with Serving(lambda *_: (200, {}, b"")) as other:
        port = other.url("").rsplit(":", 1)[1].strip("/")
        told = erpd("--home", home, "serve", "--port", port, code=1, errors=True)
        assert f"Port {port} of 127.0.0.1 is already in use." in told
        ports = ("--national-port", port, "--european-port", str(free_port()))
        assert "already in use" in erpd(
            "demo", "--once", "--folder", str(tmp_path / "demo"), *ports, code=1, errors=True
        )
        assert not (tmp_path / "demo").exists()
