"""Start Django on the home of the node, and get its database ready."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import click
import django

from erpd.cli.exits import Failed
from erpd.cli.migrating import unfit, upgrade
from erpd.cli.saying import say
from erpd.metadata.text import counted
from erpd.node.environment import variable
from erpd.node.home import FILE, HomeError, home, read_node


def start() -> None:
    """Start Django, so that its floors can be imported. Exits with 2 if the home is missing or wrong.

    What this process and its children write from now on, only the owner may read: the home holds secrets.
    """
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erpd.node.settings")
    check_home()
    try:
        django.setup()
    except HomeError as error:
        raise click.UsageError(str(error)) from error


def check_home() -> None:
    """Exit with 2 if the home is missing or wrong."""
    try:
        read_node(home())
    except HomeError as error:
        raise click.UsageError(str(error)) from error


def prepare() -> None:
    """Check that the database of a started node can be used. Says so if its clock was ahead.

    Exits with 1 if its tables are those of another version, or if its encoding is not UTF-8.
    """
    _refuse_unfit()
    if (why := unfit()) is not None:
        raise Failed(*why)
    _tell_what_is_odd()


def prepare_and_upgrade() -> bool:
    """The same for a process that may change the tables: it makes or upgrades them, unless another does.

    Returns whether it did.
    """
    _refuse_unfit()
    changed = upgrade()
    _tell_what_is_odd()
    return changed


def _refuse_unfit() -> None:
    _refuse_a_lost_file()
    _refuse_other_encodings()


def _tell_what_is_odd() -> None:
    _tell_what_is_left_behind()
    from erpd.register import changes

    if at := changes.ahead():
        say(
            f"Warning: the last change is dated {at:%Y-%m-%d %H:%M} UTC, in the future: the clock was wrong, "
            "or is now. Until then every change gets this date, because dates of changes cannot go back "
            "(OAI-PMH). Set the clock; nothing else needs to be done."
        )


def _refuse_a_lost_file() -> None:
    """Exit with 1 if the file in the home is gone: an empty one would be served as if it were all."""
    from django.conf import settings

    file, index = home() / FILE, home() / "index"
    named = Path(settings.DATABASES["default"]["NAME"])
    if named == file and not file.exists() and index.is_dir() and any(index.iterdir()):
        raise click.ClickException(
            f"{file} is missing, although this node has had data sets. If its database is in PostgreSQL, "
            f"set DATABASE_URL; otherwise put the file back from a backup. To start over, delete {index}."
        )


def _refuse_other_encodings() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        question = "PRAGMA encoding" if connection.vendor == "sqlite" else "SHOW server_encoding"
        encoding = cursor.execute(question).fetchone()[0]
    if encoding.replace("-", "") != "UTF8":
        raise click.ClickException(
            f"The database has the encoding {encoding}, which cannot store every text. Create one with UTF-8 "
            "(createdb --encoding=UTF8 --template=template0 NAME) and name it in DATABASE_URL."
        )


def _tell_what_is_left_behind() -> None:
    """Warn if another database is in use, which is empty, while the file in the home has data sets."""
    from django.db import connection

    from erpd.register.models import DataSet

    file = home() / FILE
    if not variable("DATABASE_URL") or not file.exists() or DataSet.objects.exists():
        return
    if connection.vendor == "sqlite" and Path(connection.settings_dict["NAME"]).resolve() == file.resolve():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as left:
        question = f"SELECT COUNT(*) FROM {DataSet._meta.db_table} WHERE NOT deleted"  # noqa: S608
        amount = left.execute(question).fetchone()[0]
        if amount:
            say(
                f"Warning: the database that DATABASE_URL names is empty, but {file} has "
                f"{counted(amount, 'data set')}, which nothing moves there. To use that file, unset "
                "DATABASE_URL; to start anew, harvest your sources again."
            )
