"""What tests need of the machine. Where it is missing they skip and say so; with ERPD_TESTS=all they fail.

``--database-only`` runs what uses the database, for a second run on another one; ``--no-database``, all else.
``--also`` and ``--but`` name folders whose tests without it run with the former, not with the latter, and
``--with`` those whose tests with it run with the latter.
"""

import gc
import os
import shutil
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

from tests.proofs import AT_LENGTH, length

# A machine that is busy makes an example slow, not wrong.
settings.register_profile(
    "any-machine",
    deadline=None,
    max_examples=length(40, 400),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("any-machine")

SHARED = Path(__file__).parents[2] / "shared" / "data"
# Above the register, pages and forms ask for rows by key through Django. What differs between databases there
# is what comes at once, and what is too long or no text; `make proofs` runs the rest on PostgreSQL, too.
_ABOVE = (
    *("access", "accounts", "agreement", "cli", "contract", "misbehave", "pages", "portal"),
    *("journeys/test_own_portal.py", "publish/outside", "submit"),
    # These decide on what is told by the same statements as the tests of runs beside them.
    *("harvest/as_files", "harvest/test_doubts.py", "harvest/test_threshold.py", "harvest/test_turnover.py"),
)
# Many of a kind, or rules that the database has no part in: one in five of these runs on PostgreSQL.
_SAMPLED = ("harvest", "journeys/test_catalogues.py", "operate", "publish/ckan_api")
# What they ask of a database is written differently for each, or they look at its plans.
_WHOLE = ("harvest/test_characters.py", "harvest/test_plans.py", "harvest/test_rehearsal.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only the tests that use the database")
    parser.addoption("--no-database", action="store_true", help="only the tests that do not use the database")
    parser.addoption(
        "--also", default="", help="and those of these folders that do not use it: FOLDER,FOLDER"
    )
    parser.addoption("--but", default="", help="and not of these folders")
    parser.addoption("--with", default="", help="and those of these folders that use it")


def pytest_collection() -> None:
    gc.disable()  # all that is made now stays


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept = items
    also, but, beside = (folders(config.getoption(name)) for name in ("--also", "--but", "--with"))
    if config.getoption("--database-only"):
        kept = [item for item in items if runs_again(item) or (is_in(item, also) and not uses_database(item))]
    elif config.getoption("--no-database"):
        kept = [
            item
            for item in items
            if is_in(item, beside if uses_database(item) else but) == uses_database(item)
        ]
    if _is_whole_suite(config) and not AT_LENGTH:
        kept = [item for item in kept if not any(one.kwargs for one in item.iter_markers("proof"))]
    if len(kept) < len(items):
        config.hook.pytest_deselected(items=list(set(items) - set(kept)))
        items[:] = kept


def runs_again(item: pytest.Item) -> bool:
    """On another database, because it uses the database.

    One with a browser looks at pages for minutes; tests without a browser ask for the same pages.
    """
    if not uses_database(item) or "browser" in getattr(item, "fixturenames", ()):
        return False
    short = _is_whole_suite(item.config) and not AT_LENGTH
    if not short or _commits(item) or "hostile" in item.path.name or is_in(item, _WHOLE):
        return True
    if is_in(item, _ABOVE):
        return False
    return not is_in(item, _SAMPLED) or crc32(item.nodeid.encode()) % 5 == 0


def _is_whole_suite(config: pytest.Config) -> bool:
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS


def folders(named: str) -> tuple[str, ...]:
    """What an option names."""
    return tuple(filter(None, named.split(",")))


def is_in(item: pytest.Item, folders: tuple[str, ...]) -> bool:
    """Whether a test is in one of these folders or files."""
    here = Path(__file__).parent
    return any(item.path.is_relative_to(here / folder) for folder in folders)


def _commits(item: pytest.Item) -> bool:
    """Whether it ends its transactions, as what happens at once needs."""
    marker = item.get_closest_marker("django_db")
    asked = marker and (marker.kwargs.get("transaction") or any(marker.args))
    return bool(asked or {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())))


def uses_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "live_server"}
    return bool(item.get_closest_marker("django_db") or fixtures & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _none_left_out(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _none_left_out(report)


def _none_left_out(report):
    if os.environ.get("ERPD_TESTS") == "all" and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        if SHARED.is_dir() or "shared/data" not in reason:
            report.outcome = "failed"
            report.longrepr = f"Here every test must run, but this one was left out: {reason}"
    return report


@pytest.fixture(scope="session", autouse=True)
def heard() -> Iterator[None]:
    """A shell that runs tests in the background, or nohup, has all processes below ignore these."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}
    for number, handler in before.items():
        if handler is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session", autouse=True)
def made_at_once() -> Iterator[None]:
    """The tables of the tests are made as those of a new node, not by all migrations: 1.5 s instead of 8."""
    from django.db.backends.base.creation import BaseDatabaseCreation
    from django.db.migrations.executor import MigrationExecutor

    usual = BaseDatabaseCreation.create_test_db

    def create_test_db(creation: BaseDatabaseCreation, *given: object, **named: object) -> str:
        creation.connection.settings_dict["TEST"]["MIGRATE"] = False
        name = usual(creation, *given, **named)
        executor = MigrationExecutor(creation.connection)
        executor.recorder.ensure_schema()
        for label, migration in executor.loader.disk_migrations:
            executor.recorder.record_applied(label, migration)
        return name

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseCreation, "create_test_db", create_test_db)
        yield


@pytest.fixture(scope="session", autouse=True)
def emptied() -> Iterator[None]:
    """After a test that commits, what it has filled is emptied: to truncate all takes PostgreSQL 0.5 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.test.testcases.TransactionTestCase._fixture_teardown", _empty)
        yield


def _empty(_: object) -> None:
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection, transaction

    made = {model._meta.db_table for model in (Permission, ContentType)}  # by the migrations
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - made
    quoted = {table: connection.ops.quote_name(table) for table in tables}
    filled = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name})" for table, name in quoted.items()]
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are checked at its end
        cursor.execute(" UNION ALL ".join(filled))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quoted[table]}")


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Change numbers begin anew in each test, so the pages kept by another would pass for this one's."""
    if freshness := sys.modules.get("erpd.pages.freshness"):
        freshness._kept.clear()


@pytest.fixture(autouse=True)
def here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read sources in this process, which saves 0.1 s, unless the test is marked ``in_children``."""
    if uses_database(request.node) and not request.node.get_closest_marker("in_children"):
        from tests.here import HereChild, HerePreparer

        monkeypatch.setattr("erpd.harvest.opening.Child", HereChild)
        monkeypatch.setattr("erpd.harvest.opening.Preparer", HerePreparer)


@pytest.fixture
def shared(
    transactional_db: None, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """A database that many connections share: SQLite's is a file, as in a node, not the tests' memory."""
    from django.db import connection, connections

    from erpd.cli.migrating import upgrade

    if connection.vendor != "sqlite":
        yield
        return
    memory, its_settings = connections["default"], connections.settings["default"]
    file, migrated = tmp_path / "erpd.sqlite3", tmp_path_factory.getbasetemp() / "migrated.sqlite3"
    connections.settings["default"] = {**its_settings, "NAME": str(file)}
    del connections["default"]
    if not migrated.exists():  # once, because it takes a second
        upgrade()
        connection.close()
        shutil.copyfile(file, migrated)
    shutil.copyfile(migrated, file)
    try:
        yield
    finally:
        connection.close()
        connections.settings["default"] = its_settings
        connections["default"] = memory
