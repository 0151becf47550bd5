"""Look after the search index of a node."""

import os
import sys
from select import select

import click

from erpd.cli.output import progress_bar
from erpd.cli.starting import start

# Seconds. A sign that comes so soon is waited for before what was written is committed.
_SOON = 2.0


@click.group()
def index() -> None:
    """The search index, derived from the database."""


@index.command()
def rebuild() -> None:
    """Make the index anew; visitors go on with the old one meanwhile."""
    start()
    from erpd.register.search import rebuild as rebuild_index

    with progress_bar("Indexing") as progress:
        amount = rebuild_index(progress)
    click.echo(f"{amount or 0} data sets indexed.")


@index.command()
def follow() -> None:
    """Follow the changes of the register until the standard input ends, each line of it a sign to look."""
    start()
    from erpd.register.search import follow as follow_changes

    follow_changes(more=_sign_soon)
    while _sign():
        follow_changes(more=_sign_soon)
    follow_changes()


def _sign_soon() -> bool:
    return bool(select([sys.stdin], [], [], _SOON)[0]) and _sign()


def _sign() -> bool:
    """Wait for a sign, or for several at once; False at the end of the standard input."""
    return bool(os.read(sys.stdin.fileno(), 4096))
