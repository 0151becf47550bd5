"""Writing many rows at once. Django would make an object per row and prepare each value: most of the work."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BinaryField,
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    QuerySet,
)

from erpd.register import rows_of_postgresql
from erpd.register.statements import do_for_each

M = TypeVar("M", bound=Model)
R = TypeVar("R")

# Field name -> value; a foreign key has the name of its column. ``vars`` of a model object is such a row.
Row: TypeAlias = Mapping[str, Any]

# Every driver accepts these unchanged.
_PLAIN = (BinaryField, BooleanField, CharField, IntegerField)


def streamed(rows: "QuerySet[M, R]", size: int = 2_000) -> Iterator[R]:
    """The results of a query of any length, ``size`` at a time.

    PostgreSQL reads them with a cursor, which lives in a transaction of its own: behind PgBouncer in
    transaction mode nothing else has the same connection twice.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    alone = connection.vendor == "postgresql" and not connection.in_atomic_block
    with transaction.atomic() if alone else nullcontext():
        found = rows.iterator(size)
        try:
            for row in found:  # noqa: UP028  # ``yield from`` would close it first
                yield row
        except GeneratorExit:  # whoever reads has left, perhaps because the database died
            if connection.vendor == "postgresql":
                connection.is_usable()  # then the driver knows, and does not try to close the cursor
            raise


def insert(model: type[Model], rows: Sequence[Row]) -> None:
    """Insert rows of one model. Keys that the database assigns are not read back.

    Raises IntegrityError, like ``bulk_create``.
    """
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    fields, table, names = _columns(model, connection.vendor)
    values = zip(*map(itemgetter(*(field.attname for field in fields)), rows), strict=True)
    columns = [_prepared(field, column, connection) for field, column in zip(fields, values, strict=True)]
    made = list(zip(*columns, strict=True))
    if connection.vendor == "postgresql":
        rows_of_postgresql.insert(connection, table, fields, made)
        return
    places = ", ".join(["%s"] * len(fields))
    do_for_each(connection, f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", made)  # noqa: S608


@cache
def _columns(model: type[Model], vendor: str) -> "tuple[list[Field[Any, Any]], str, list[str]]":
    """The fields of a model that we write, and as the database of this vendor quotes them: table, columns."""
    fields = [field for field in model._meta.concrete_fields if field.db_returning is False]  # type: ignore[attr-defined]
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    return fields, quoted(model._meta.db_table), [quoted(field.column) for field in fields]


def update(objects: Sequence[Model], *names: str) -> None:
    """Update the fields ``names`` of objects of one model. Raises IntegrityError, like ``bulk_update``."""
    if not objects:
        return
    model = objects[0]._meta
    connection = connections[DEFAULT_DB_ALIAS]
    by_name = {field.name: field for field in model.concrete_fields}
    fields = [*(by_name[name] for name in names), model.pk]
    columns = [
        _prepared(field, [getattr(one, field.attname) for one in objects], connection) for field in fields
    ]
    table, *quoted = map(connection.ops.quote_name, (model.db_table, *(field.column for field in fields)))
    if connection.vendor == "postgresql":
        rows_of_postgresql.update(connection, table, fields, columns)
        return
    *places, key = (f"{name} = %s" for name in quoted)
    statement = f"UPDATE {table} SET {', '.join(places)} WHERE {key}"  # noqa: S608
    do_for_each(connection, statement, list(zip(*columns, strict=True)))


def _prepared(
    field: "Field[Any, Any]", values: Sequence[Any], connection: BaseDatabaseWrapper
) -> Iterable[Any]:
    """The values in the form that the driver expects."""
    if isinstance(field, ForeignKey):
        return _prepared(field.target_field, values, connection)
    if isinstance(field, _PLAIN):
        return values
    if isinstance(field, DateTimeField):  # few distinct values
        known = {value: field.get_db_prep_save(value, connection) for value in set(values)}
        return [known[value] for value in values]
    if isinstance(field, JSONField):  # most are empty
        nothing = field.get_db_prep_save([], connection)
        return [field.get_db_prep_save(value, connection) if value != [] else nothing for value in values]
    return [field.get_db_prep_save(value, connection) for value in values]
