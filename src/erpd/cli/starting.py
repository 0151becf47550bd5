"""Start Django on the home of the node."""

import os

import click
import django
from django.core.management import call_command

from erpd.node.home import HomeError, home, read_node


def start() -> None:
    """Start Django, so that its floors can be imported. Exits with 2 if the home is missing or wrong.

    What this process and its children write from now on, only the owner may read: the home holds secrets.
    """
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erpd.node.settings")
    try:
        read_node(home())
    except HomeError as error:
        raise click.UsageError(str(error)) from error
    django.setup()


def prepare() -> None:
    """Migrate the database of a started node. Says so if its clock was ahead at the last change."""
    call_command("migrate", verbosity=0, interactive=False)
    from erpd.register import changes

    if at := changes.ahead():
        click.echo(
            f"Warning: the last change is dated {at:%Y-%m-%d %H:%M} UTC, in the future: the clock was wrong, "
            "or is now. Until then every change gets this date, because dates of changes cannot go back "
            "(OAI-PMH). Set the clock; nothing else needs to be done.",
            err=True,
        )
