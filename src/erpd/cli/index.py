"""Look after the search index of a node."""

import sys

import click

from erpd.cli.output import progress_bar
from erpd.cli.starting import start


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

    follow_changes()
    for _ in sys.stdin:
        follow_changes()
    follow_changes()
