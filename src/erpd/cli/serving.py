"""Serve a node."""

import errno
import os
import socket
from typing import Any

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from erpd.cli.starting import prepare, start

_PATIENCE = 10  # seconds in which a worker finishes what it is answering


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes.")
@click.option("--threads", default=4, show_default=True, help="Concurrent requests per process.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the node until you press Ctrl-C."""
    start()
    check_port(host, port)
    prepare()
    from erpd.register.search import follow

    follow()
    click.echo(f"http://{host}:{port}/", err=True)
    Granian(
        f"{__name__}:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        workers_kill_timeout=_PATIENCE,
        log_level=LogLevels.error,
    ).serve()


def application() -> Any:
    """The application, made once in each worker.

    Ctrl-C then reaches the parent alone, which stops its workers: one that gets both signals never ends.
    """
    os.setpgid(0, 0)
    from erpd.node.wsgi import application as made

    return made


def check_port(host: str, port: int) -> None:
    """Raises ClickException if another program listens there: Granian would share the port with it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = "is already in use. Choose another one."
            else:
                reason = f"cannot be used: {error.strerror}."
            raise click.ClickException(f"Port {port} of {host} {reason}") from error
