"""The search index of a node: its commands, and indexing during a harvest."""

import os
import subprocess
import sys
from contextlib import suppress
from select import select
from typing import Self

import click

from erpd.cli.output import progress_bar
from erpd.cli.starting import prepare, start
from erpd.metadata.text import counted

# Seconds to wait for another signal before committing what was written.
_SOON = 2.0
# Changes of the register that are worth a process of their own.
MANY = 2_500


@click.group()
def index() -> None:
    """Manage the search index, which is derived from the database."""


@index.command()
def rebuild() -> None:
    """Rebuild the index; visitors keep using the old one meanwhile."""
    start()
    prepare()
    from erpd.register.search import IndexFailed
    from erpd.register.search import rebuild as rebuild_index

    try:
        with progress_bar("Indexing") as progress:
            amount = rebuild_index(progress)
    except IndexFailed as failure:
        raise click.ClickException(str(failure)) from failure
    click.echo(f"{counted(amount or 0, 'data set')} indexed.")


@index.command()
def follow() -> None:
    """Keep the index up to date until standard input closes; each line on it is a signal to check."""
    start()
    from erpd.register.search import IndexFailed
    from erpd.register.search import follow as follow_changes

    try:
        follow_changes(more=_sign_soon)
        while _sign():
            follow_changes(more=_sign_soon)
        follow_changes()
    except IndexFailed as failure:
        raise click.ClickException(str(failure)) from failure


def _sign_soon() -> bool:
    return bool(select([sys.stdin], [], [], _SOON)[0]) and _sign()


def _sign() -> bool:
    """Wait for a signal, or several at once. Returns False at the end of standard input."""
    return bool(os.read(sys.stdin.fileno(), 4096))


class Indexer:
    """A context manager around a harvest. Afterwards, the index contains everything that was stored.

    If the harvest turns out to be large, a separate process indexes while it continues.
    """

    failed = False
    """Whether the index could not be brought up to date; the reason has been told."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._announced = 0

    def __enter__(self) -> Self:
        # This needs a started node.
        from erpd.register import changes

        self._last = changes.last
        self._announced = self._last()
        return self

    def advance(self) -> None:
        """Call this when something may have changed."""
        last = self._last()
        if last - self._announced < (1 if self._process else MANY):
            return
        self._announced = last
        if self._process is None:
            command = [sys.executable, "-m", "erpd", "index", "follow"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603
        elif self._process.poll() is None and self._process.stdin:
            with suppress(BrokenPipeError):  # the end of the harvest indexes the rest
                self._process.stdin.write(b"\n")
                self._process.stdin.flush()

    def __exit__(self, *error: object) -> None:
        if self._process:
            self._process.communicate()
        # This also indexes what the process left undone if it was killed.
        from erpd.register.search import IndexFailed, follow

        try:
            with progress_bar("Indexing") as progress:
                follow(progress)
        except IndexFailed as failure:
            self.failed = True
            click.echo(f"Error: {failure}", err=True)
