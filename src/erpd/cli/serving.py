"""Serve a node."""

import errno
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from multiprocessing import connection
from urllib.parse import urlsplit

import click

from erpd.cli.exits import Exit
from erpd.cli.mails import warn_of_sender
from erpd.cli.numbers import Whole
from erpd.cli.saying import say
from erpd.cli.starting import check_home, prepare_and_upgrade, start
from erpd.cli.supervising import AGAIN, Kind, keep_running
from erpd.node.home import home, read_node
from erpd.sources.children.process import ENDING, end_with, outside_the_current_folder

_MOST = 64  # workers, or threads of one: the more, the slower each
_PATIENCE = 0.9  # seconds in which a worker ends before it is killed


class Refused(click.ClickException):
    """One sentence, and exit status 2."""

    exit_code = Exit.WRONG_USE


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=Whole(1, 65535), default=8000, show_default=True, help="The port to listen at.")
@click.option("--workers", type=Whole(1, _MOST), default=1, show_default=True, help="Processes.")
@click.option(
    "--threads",
    type=Whole(1, _MOST),
    default=2,
    show_default=True,
    help="Concurrent requests per process.",
)
@click.option("--access-log", is_flag=True, help="Log a line for each request [ERPD_ACCESS_LOG=yes].")
@click.option("--attended", is_flag=True, hidden=True, help="End when standard input closes.")
def serve(*, host: str, port: int, workers: int, threads: int, access_log: bool, attended: bool) -> None:
    """Serve the node until you press Ctrl-C."""
    if access_log:
        os.environ["ERPD_ACCESS_LOG"] = "yes"  # for our children, too
    _end_by(_at_once)
    check_home()
    listener = listen(host, port)
    start()
    prepare_and_upgrade()
    from django.db import connections

    connections.close_all()  # each process below has its own
    if keep_running(Kind.SERVER, Kind.FOLLOWER) is Kind.FOLLOWER:
        listener.close()
        from erpd.cli.following import follow_all
        from erpd.publish.derived import DERIVED

        follow_all(DERIVED)
    if attended:
        end_with(sys.stdin.fileno())
    say(f"http://{f'[{host}]' if ':' in host else host}:{port}/ (Ctrl-C stops it)")
    _tell_where_links_lead(port)
    warn_of_sender()
    if workers == 1:
        _run(listener, threads)
    else:
        _run_workers(listener, workers, threads)


def _tell_where_links_lead(port: int) -> None:
    """Warn if all links lead to another port of this machine, where nothing may answer."""
    base = read_node(home()).base_url
    address = urlsplit(base)
    usual = 443 if address.scheme == "https" else 80
    if address.hostname in ("127.0.0.1", "localhost", "::1") and (address.port or usual) != port:
        say(f"Warning: links lead to {base}, not to port {port}: see base_url in {home() / 'node.toml'}.")


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there, and no other program beside it. Raises Refused if there can be none."""
    where = f"Port {port} of {host}"
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except (socket.gaierror, UnicodeError):
        raise Refused(f"{host!r} is not the name or address of a host.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refused(f"{where} is already in use. Choose another one, see `--help`.") from error
        if error.errno == errno.EADDRNOTAVAIL:
            raise Refused(f"{host} is not an address of this machine.") from error
        raise Refused(f"{where} cannot be used: {error.strerror}.") from error


def _run(listener: socket.socket, threads: int) -> None:
    """Serve in this process until a signal comes."""
    from django.db import DEFAULT_DB_ALIAS, connections

    from erpd.node.serving.server import Server
    from erpd.node.wsgi import application

    one_writer = connections[DEFAULT_DB_ALIAS].vendor == "sqlite"
    proxies = read_node(home()).proxies
    server = Server(listener, application, threads, proxies=proxies, one_writer=one_writer)
    _end_by(server.stop)
    server.run()
    _at_once()


def _run_workers(listener: socket.socket, workers: int, threads: int) -> None:
    """Serve in several processes. If one ends by itself, all end, and all are started again."""
    from erpd.node.metrics.sharing import share

    share(home() / "running" / "metrics" / str(listener.getsockname()[1]))
    # Only this process is told to end: it then ends its workers, which were started with these blocked.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_work, args=(listener, threads)) for _ in range(workers)]
    with outside_the_current_folder():
        for process in processes:
            process.start()
    told, tell = socket.socketpair()
    _end_by(lambda *_: tell.send(b"."))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    connection.wait([told, *(process.sentinel for process in processes)])
    until = time.monotonic() + _PATIENCE
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        process.kill()
    if not connection.wait([told], 0):
        os._exit(AGAIN)
    _at_once()


def _work(listener: socket.socket, threads: int) -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    end_with(parent.sentinel)
    start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    _run(listener, threads)


def _end_by(handler: Callable[..., object]) -> None:
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup and shells have it
            signal.signal(number, handler)


def _at_once(*_: object) -> None:
    """End without waiting for anything, not even for Python to tidy up: a busy machine takes seconds for it.

    What was being written is undone by the database.
    """
    os._exit(0)
