"""Save a node and restore it."""

from contextlib import suppress
from pathlib import Path

import click

from erpd.cli.output import answer, answers
from erpd.cli.starting import start
from erpd.node.backup import NotSaved, back_up
from erpd.node.backup import restore as restore_home
from erpd.node.environment import variable
from erpd.node.home import HomeError, home

_FOLDER = click.Path(path_type=Path)


@click.command()
@click.argument("target", metavar="FOLDER", type=_FOLDER)
@answers("backup")
def backup(target: Path) -> None:
    """Save the node to a new folder: its settings, secret, vocabularies, law and database, as of one moment.

    The node can go on meanwhile. The folder is whole as soon as it is there.
    """
    try:
        back_up(home(), target, variable("DATABASE_URL"))
    except HomeError as error:
        raise click.UsageError(str(error)) from error
    except NotSaved as error:
        raise click.ClickException(str(error)) from error
    _note(target)
    answer(
        f"Backup written to {target}. It contains the secret, so keep it where only you can read it. "
        f"To restore it: erpd restore {target} FOLDER",
        backup=str(target),
    )


def _note(target: Path) -> None:
    """Note in the database that there is one, so that the desk misses the next."""
    from django.db import Error, connection

    # Its tables may be of another version, its secret elsewhere: that keeps nobody from saving it.
    with suppress(Error, HomeError, click.ClickException):
        start()
        from erpd.operate.proofs import BACKUP, keep

        if connection.vendor == "sqlite":  # who writes for long keeps no backup waiting
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 1000")
        keep(BACKUP, passed=True, said=str(target.resolve()))


@click.command()
@click.argument("saved", metavar="BACKUP", type=_FOLDER)
@click.argument("target", metavar="FOLDER", type=_FOLDER)
@answers("home")
def restore(saved: Path, target: Path) -> None:
    """Make the home of a node from a backup: a new folder, and, with DATABASE_URL, an empty database."""
    try:
        restore_home(saved, target, variable("DATABASE_URL"))
    except HomeError as error:
        raise click.UsageError(str(error)) from error
    except NotSaved as error:
        raise click.ClickException(str(error)) from error
    answer(
        f"{target} is restored. Next: erpd --home {target} serve, which rebuilds the search index.",
        home=str(target),
    )
