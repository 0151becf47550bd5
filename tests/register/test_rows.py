"""Rows of any length are read one by one; where PostgreSQL dies meanwhile, that is an outage and no more."""

import gc
import sys
from typing import Any

import pytest
from django.db import Error, connection, connections

from erpd.accounts.models import Organisation
from erpd.register.outage import is_outage
from erpd.register.rows import streamed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_left", [False, True], ids=["read on", "left"])
def test_a_database_that_dies_under_an_open_cursor(is_left: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        return
    unraisable: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    Organisation.objects.bulk_create(Organisation(iri=f"https://x.example/{n}") for n in range(9))
    rows = streamed(Organisation.objects.values_list("iri", flat=True), 2)
    next(rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    if is_left:
        rows.close()
    else:
        with pytest.raises(Error) as failed:
            list(rows)
        assert is_outage(failed.value), repr(failed.value)
        del failed
    del rows
    gc.collect()
    assert unraisable == []
