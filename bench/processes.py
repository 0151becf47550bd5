"""Each thing measured is a process of its own: `python -m bench.MODULE`, which prints its figures as JSON."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from typing import Any

from erpd.node.home import Node, make_home

_WAIT = 60.0


def figures_of(module: str, *arguments: object, home: Path | None = None, database: str = "") -> Any:
    """What the module printed last; raises CalledProcessError where it failed."""
    environment = {**os.environ, **({"ERPD_HOME": str(home)} if home else {})}
    environment |= {"DATABASE_URL": database} if database else {}
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def running(command: list[str], address: str = "", stderr: int | None = None) -> Iterator[str]:
    """A server, until the end of the block: the address that it prints, or ``address`` once it answers."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True) as process:  # noqa: S603
        try:
            if address:
                _wait_for(address, process)
            elif process.stdout:
                address = process.stdout.readline().strip()
            yield address
        finally:
            process.terminate()


def _wait_for(address: str, process: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + _WAIT
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer")


def new_home(folder: Path, port: int = 8000) -> Path:
    """The home of a European node that may harvest this machine."""
    title = "European Register for Protected Data held by the Public Sector"
    address = f"http://127.0.0.1:{port}"
    make_home(folder, Node("european", title, "", address, (), ("127.0.0.0/8",), link_days=0))
    return folder


def free_port() -> int:
    with socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])
