"""The tables of the database: those of this version, made or upgraded by one process at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.management import call_command

from erpd.cli.exits import Failed
from erpd.cli.saying import say
from erpd.node.home import home

if TYPE_CHECKING:
    from django.db.migrations.executor import MigrationExecutor

# PostgreSQL's advisory lock of who migrates ("erpm").
_MIGRATING = 0x6572706D


def unfit() -> tuple[str, str] | None:
    """Why the database cannot be used with this version, and what to do; None if it can."""
    executor = _executor()
    if newer := _newer(executor):
        return newer
    if not _is_behind(executor):
        return None
    if executor.loader.applied_migrations:
        return (
            "The database is that of an older version of erpd.",
            "Upgrade it with `erpd migrate`; `erpd serve` and `erpd worker` do so when they start. Save it "
            "before: erpd backup FOLDER",
        )
    return "The database is empty.", "Make its tables with `erpd migrate`."


def upgrade() -> bool:
    """Make the tables or bring them up to date, alone; returns whether there was anything to do.

    Raises Failed if a newer version has made them.
    """
    executor = _executor()
    if newer := _newer(executor):
        raise Failed(*newer)
    if not _is_behind(executor):
        return False
    with _alone():
        executor = _executor()  # another process may have done it meanwhile
        if not _is_behind(executor):
            return False
        if executor.connection.introspection.table_names():
            if executor.loader.applied_migrations:
                say("The database is being upgraded to this version of erpd; nothing in it is lost.")
            call_command("migrate", verbosity=0, interactive=False)
        else:
            _make(executor)
    return True


def _make(executor: "MigrationExecutor") -> None:
    """Make the tables as they are now, in one transaction: all migrations take five times as long."""
    from django.apps import apps
    from django.core.management.sql import emit_post_migrate_signal

    with executor.connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
        executor.recorder.ensure_schema()
        for label, name in executor.loader.disk_migrations:
            executor.recorder.record_applied(label, name)
        emit_post_migrate_signal(verbosity=0, interactive=False, db=executor.connection.alias)


def _executor() -> "MigrationExecutor":
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    return MigrationExecutor(connection)


def _is_behind(executor: "MigrationExecutor") -> bool:
    """Whether there is something to migrate. A copy that is only read never has."""
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _newer(executor: "MigrationExecutor") -> tuple[str, str] | None:
    """Why a newer version has made the tables: a migration of ours with a number that we do not have."""
    from django.apps import apps

    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("erpd.")}
    last: dict[str, str] = {}
    for label, name in executor.loader.disk_migrations:
        last[label] = max(last.get(label, ""), name)
    for label, name in executor.loader.applied_migrations:
        if label in ours and name[:4] > last.get(label, "")[:4]:
            return (
                f"The database is that of a newer version of erpd (it has {label} {name}).",
                "Install that version, or restore the backup from before the upgrade.",
            )
    return None


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other process migrates this database, and keep them waiting."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with (home() / "migrating").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    # A connection of its own: each migration has its own transaction, and a lock of the session would not do
    # behind PgBouncer.
    beside = connection.copy()
    try:
        with beside.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MIGRATING])
        yield
    finally:
        beside.close()
