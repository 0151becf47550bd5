"""The tables of a new database."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections

from erpd.cli.migrating import upgrade


@contextmanager
def another(folder: Path) -> Iterator[None]:
    """A block in which the database is a new one, without tables."""
    usual, name = connections["default"], str(folder / "new.sqlite3")
    if usual.vendor == "postgresql":
        name = "new"
        with usual.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    new = usual.copy()
    new.settings_dict = {**usual.settings_dict, "NAME": name}
    connections["default"] = new
    try:
        yield
    finally:
        new.close()
        connections["default"] = usual
        if usual.vendor == "postgresql":
            with usual.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name}")


def described() -> dict[str, Any]:
    """Of each table the columns, however ordered, constraints and indexes; and what the first rows are."""
    found: dict[str, Any] = {}
    models = apps.get_models(include_auto_created=True)
    links = {
        model._meta.db_table for model in models if model._meta.auto_created
    }  # older ones count in 32 bits
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = connection.introspection.get_table_description(cursor, table)
            columns = [one for one in columns if one.name != "id" or table not in links]
            constraints = connection.introspection.get_constraints(cursor, table)
            named = {
                name for name, one in constraints.items() if not one["foreign_key"]
            }  # the others are numbered
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            rows = cursor.fetchone()[0]
            found[table] = sorted(map(repr, columns)), named, sorted(map(repr, constraints.values())), rows
        for rows in (
            "app, name FROM django_migrations",
            "app_label, model FROM django_content_type",
            "codename FROM auth_permission",
        ):
            cursor.execute(f"SELECT {rows}")
            found[rows] = sorted(cursor.fetchall())
    return found


@pytest.mark.django_db(transaction=True)
def test_made_at_once_tables_are_as_all_migrations_leave_them(tmp_path: Path) -> None:
    migrated = described()
    with another(tmp_path):
        assert upgrade()
        made = described()
        assert not upgrade()
    assert len(made) > 60
    assert {name for name in made if made[name] != migrated[name]} == set()
    assert made.keys() == migrated.keys()


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_copies_no_table_that_has_a_row_for_each_record_of_each_run() -> None:
    """It has millions of rows; SQLite copies a table for a column that is not null."""
    said = StringIO()
    call_command("sqlmigrate", "harvest", "0017", stdout=said)
    assert "contact" in said.getvalue()
    assert "new__harvest_entry" not in said.getvalue()
