"""A node on PostgreSQL: restarts, poolers, few connections, read-only copies, first starts at once."""

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import psycopg
import pytest

from erpd.node import restored
from erpd.node.backup import NotSaved
from erpd.node.restored import NotProved, prove_restored
from tests import postgresql
from tests.journeys.nodes import DEMO, PATIENCE, environment, harvesting, program, turtle, wait_for
from tests.postgresql import Cluster
from tests.proofs import length
from tests.servers import free_port

ADDRESSES = (
    "/oai?verb=Identify",
    "/oai?verb=ListRecords&metadataPrefix=dcat_ap",
    "/",
    "/catalogues",
    "/open/oai?verb=ListSets",
)


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """So few connections that two of each, `serve` and `worker`, just fit."""
    bin_ = postgresql.programs()
    if bin_ is None:
        pytest.skip(postgresql.MISSING)
    with postgresql.cluster(bin_, "max_connections=14", "superuser_reserved_connections=0") as made:
        made.sql("CREATE DATABASE erpd")
        yield made


@pytest.fixture(scope="module")
def home(server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node with data sets."""
    folder = tmp_path_factory.mktemp("node") / "home"
    told = ("--role", "national", "--country", "NL", "--title", "Point")
    run("init", str(folder), *told, DATABASE_URL=server.address())
    harvest = harvesting("dump", DEMO / "open.ttl", "--policy", "lenient", "--open")
    run("--home", str(folder), *harvest, DATABASE_URL=server.address())
    return folder


def started(*arguments: str, **variables: str) -> "subprocess.Popen[str]":
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(program(*arguments), env={**environment(), **variables}, text=True, **pipes)  # type: ignore[call-overload,no-any-return]


def run(*arguments: str, code: int = 0, **variables: str) -> str:
    """What it says on standard error."""
    with started(*arguments, **variables) as process:
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, said
    assert "Traceback" not in said
    return said


@contextmanager
def serving(home: Path, **variables: str) -> Iterator[str]:
    port = free_port()
    command = program("--home", str(home), "serve", "--port", str(port))
    with subprocess.Popen(command, env={**environment(), **variables}, stderr=subprocess.PIPE) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/oai?verb=Identify", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE)


def asked(address: str, accept: str = "*/*") -> tuple[int, str, str]:
    """Status, Retry-After and body."""
    request = urllib.request.Request(address, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, "", answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Retry-After", ""), error.read().decode()


UPGRADED = "The database is being upgraded to this version of erpd; nothing in it is lost.\n"


def all_at_once(address: str, times: int = 12) -> list[int]:
    with ThreadPoolExecutor(times) as pool:
        return [status for status, _, _ in pool.map(asked, [f"{address}/oai?verb=Identify"] * times)]


def test_what_one_node_harvests_the_search_of_others_shows(server: Cluster, tmp_path: Path) -> None:
    """Each has its own index, which follows the one database."""
    server.sql("CREATE DATABASE many")
    variables, home, other = {"DATABASE_URL": server.address("many")}, tmp_path / "one", tmp_path / "other"
    for folder in (home, other):
        run("init", str(folder), "--role", "national", "--country", "NL", "--title", "Point", **variables)
    with serving(other, **variables) as address:
        until(lambda: json.loads(asked(f"{address}/readyz")[2])["status"] == "ok")
        assert "/datasets/" not in asked(f"{address}/?q=zeldzaam", "text/html")[2]
        (tmp_path / "more.ttl").write_text(turtle({"rare": "Zeldzaam register"}), "utf-8")
        harvest = harvesting("dump", tmp_path / "more.ttl")
        run("--home", str(home), *harvest, **variables)
        until(lambda: "/datasets/" in asked(f"{address}/?q=zeldzaam", "text/html")[2])
        until(lambda: all_follow(json.loads(asked(f"{address}/readyz")[2])))


def all_follow(told: dict[str, Any]) -> bool:
    return {one["change"] for one in told["derived"].values()} == {told["change"]}


def until(done: Callable[[], bool]) -> None:
    for _ in range(300):
        if done():
            return
        Event().wait(0.1)
    raise AssertionError


def test_two_of_each_have_connections_enough_and_outlive_a_restart(server: Cluster, home: Path) -> None:
    variables = {"DATABASE_URL": server.address()}
    with serving(home, **variables) as one, serving(home, **variables) as other:
        workers = [started("--home", str(home), "worker", **variables) for _ in "ab"]
        try:
            assert all_at_once(one) + all_at_once(other) == [200] * 24
            ((connections,),) = server.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'erpd'"
            )
            assert connections <= 8
            server.kill()
            Event().wait(0.5)  # its children notice
            for address in ADDRESSES:
                status, back, said = asked(one + address)
                assert (status, back) == (503, "30"), address
                assert said.startswith("Service unavailable: this node cannot reach its database")
            status, _, said = asked(one, "text/html")
            assert (status, "We cannot reach our database" in said) == (503, True)
            server.start()
            assert all_at_once(other) == [200] * 12  # no thread still has a broken connection
            for _ in range(100):
                if asked(f"{one}/catalogues")[0] == 200:
                    break
                Event().wait(0.1)
            assert [asked(one + address)[0] for address in ADDRESSES] == [200] * len(ADDRESSES)
            assert [worker.poll() for worker in workers] == [None, None]
        finally:
            for worker in workers:
                worker.terminate()
            told = [worker.communicate(timeout=PATIENCE)[1] for worker in workers]
    assert all("Traceback" not in said for said in told)


def test_a_copy_that_is_only_read_is_served_by_every_page_and_door(server: Cluster, home: Path) -> None:
    read_only = server.address(options="-c default_transaction_read_only=on")
    with serving(home, DATABASE_URL=read_only) as address:
        assert [asked(address + one)[0] for one in ADDRESSES] == [200] * len(ADDRESSES)
    told = run("--home", str(home), *harvesting("dump", DEMO / "open.ttl"), code=1, DATABASE_URL=read_only)
    assert told.startswith("Error: The database is read-only")


@pytest.mark.proof
def test_of_those_that_start_at_once_one_makes_or_upgrades_the_tables(server: Cluster, home: Path) -> None:
    for name in ("empty", "older"):
        server.sql(f"CREATE DATABASE {name}")
    assert "set DATABASE_URL" in run("--home", str(home), "source", "list", code=1)
    older = f"sqlite:///{home / 'older.sqlite3'}"
    sample = [(server.address("older"), True)]
    rest = [(server.address("empty"), False), (older, True), ("", False)]
    for address, is_older in length(sample, [*sample, *rest]):
        if is_older:
            run("--home", str(home), "manage", "migrate", "harvest", "0005", DATABASE_URL=address)
        shutil.rmtree(home / "index", ignore_errors=True)
        listed = run("--home", str(home), "source", "list", code=1, DATABASE_URL=address)
        assert ("of an older version" if is_older else "is empty") in listed
        assert "erpd migrate" in listed
        commands = (["migrate"], ["worker", "--once"]) * 2
        begun = [started("--home", str(home), *command, DATABASE_URL=address) for command in commands]
        ended = [(one.communicate(timeout=2 * PATIENCE)[1], one.returncode) for one in begun]
        assert sorted(ended) == [("", 0)] * (4 - is_older) + [(UPGRADED, 0)] * is_older
        assert run("--home", str(home), "source", "list", DATABASE_URL=address) == ""


def test_a_backup_is_restored_into_an_empty_database(server: Cluster, home: Path, tmp_path: Path) -> None:
    saved, target = tmp_path / "saved", tmp_path / "new"
    with psycopg.connect(server.address()) as other:  # what is temporary is in no dump
        other.execute("CREATE TEMPORARY TABLE passing (one int)")
        other.commit()
        run("--home", str(home), "backup", str(saved), DATABASE_URL=server.address())
    assert "passing" not in (saved / "backup.json").read_text()
    assert sorted(path.name for path in saved.iterdir()) == [
        "backup.json",
        "erpd.dump",
        "node.toml",
        "secret",
        "vocabularies",
    ]
    assert [path for path in (saved, *saved.rglob("*")) if path.stat().st_mode & 0o077] == []
    assert "has no erpd.sqlite3" in run("restore", str(saved), str(target), code=2)
    full = run("restore", str(saved), str(target), code=1, DATABASE_URL=server.address())
    assert "pg_restore failed; nothing was changed. The database must be empty." in full
    server.sql("CREATE DATABASE restored")
    run("restore", str(saved), str(target), DATABASE_URL=server.address("restored"))
    counted = "SELECT COUNT(*), SUM(change) FROM register_version"
    assert server.sql(counted, "restored") == server.sql(counted, "erpd")
    run("--home", str(target), "index", "rebuild", DATABASE_URL=server.address("restored"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "saved"]
    gone = run(
        "--home", str(home), "backup", str(tmp_path / "none"), code=1, DATABASE_URL=server.address("gone")
    )
    assert 'database "gone" does not exist' in gone
    assert not (tmp_path / "none").exists()


def test_a_backup_is_tried_in_a_database_that_is_gone_afterwards(
    server: Cluster, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved, scratch = tmp_path / "saved", tmp_path / "home"
    scratch.mkdir()
    run("--home", str(home), "backup", str(saved), DATABASE_URL=server.address())
    server.sql("CREATE DATABASE erpd_restoring_1000000000")  # left by one that was killed
    server.sql("CREATE DATABASE erpd_restoring_of_others")
    before = server.sql("SELECT COUNT(*) FROM register_version", "erpd")
    said = prove_restored(scratch, saved, server.address(), PATIENCE)
    assert "was restored" in said
    rows = json.loads((saved / "backup.json").read_text())["rows"]
    assert (rows["public.register_version"],) == before[0]
    (saved / "backup.json").write_text(json.dumps({"made": "2026-01-01T00:00:00Z", "rows": {"public.x": 1}}))
    with pytest.raises(NotSaved, match="is not what it says"):
        prove_restored(scratch, saved, server.address(), PATIENCE)
    left = "SELECT datname FROM pg_database WHERE datname LIKE 'erpd_restoring%'"
    assert server.sql(left) == [("erpd_restoring_of_others",)]

    server.sql("CREATE ROLE poor LOGIN")
    poor = server.address().replace("erpd@", "poor@")
    with pytest.raises(NotProved, match="may not create a database"):
        prove_restored(scratch, saved, poor, PATIENCE)
    monkeypatch.setattr(restored, "_LARGEST", 1)
    with pytest.raises(NotProved, match="on another machine"):
        prove_restored(scratch, saved, server.address(), PATIENCE)
    (saved / "erpd.dump").write_bytes(b"PGDMP garbage")
    monkeypatch.undo()
    with pytest.raises(NotSaved, match="pg_restore failed"):
        prove_restored(scratch, saved, server.address(), PATIENCE)
    assert server.sql(left) == [("erpd_restoring_of_others",)]
    assert list(scratch.iterdir()) == []


def test_another_encoding_is_refused(server: Cluster, tmp_path: Path) -> None:
    server.sql("CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0")
    told = ("--role", "european", "--title", "Register")
    said = run("init", str(tmp_path / "n"), *told, code=1, DATABASE_URL=server.address("ascii"))
    assert "has the encoding SQL_ASCII" in said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("oracle://u@h/d", "erpd works with PostgreSQL"),
        ("nonsense", "is not the address of a database"),
        ("postgresql://u@h:port/d", "is not the address of a database"),
    ],
)
def test_a_wrong_address_is_wrong_use(home: Path, address: str, said: str) -> None:
    assert said in run("--home", str(home), "source", "list", code=2, DATABASE_URL=address)


BOUNCER = """[databases]
erpd = host={folder} dbname=erpd user=erpd
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
listen_port = 6432
auth_type = any
pool_mode = transaction
default_pool_size = 3
server_reset_query_always = 1
ignore_startup_parameters = extra_float_digits
"""


@contextmanager
def bouncer(server: Cluster) -> Iterator[str]:
    """A real PgBouncer in transaction mode before the server; the address of the database through it."""
    if not Path("/usr/sbin/pgbouncer").exists():
        pytest.skip("PgBouncer is not installed here")
    file = server.folder / "pgbouncer.ini"
    file.write_text(BOUNCER.format(folder=server.folder))
    file.chmod(0o644)  # for the user of PostgreSQL, whatever the umask is: commands run here change it
    with subprocess.Popen(
        ["/usr/sbin/pgbouncer", "-q", file], user=server.user, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(200):
                if (server.folder / ".s.PGSQL.6432").exists():
                    break
                Event().wait(0.05)
            yield server.address(port="6432")
        finally:
            process.terminate()


def test_behind_pgbouncer_in_transaction_mode(server: Cluster, home: Path, tmp_path: Path) -> None:
    with bouncer(server) as address:
        harvest = harvesting("dump", DEMO / "protected.ttl", "--policy", "lenient")
        with ThreadPoolExecutor(2) as pool:  # others use the same connections meanwhile
            again = harvesting("dump", DEMO / "open.ttl", "--policy", "lenient", "--open")
            runs = [
                pool.submit(run, "--home", str(home), *one, DATABASE_URL=address) for one in (harvest, again)
            ]
        assert [one.result() for one in runs] == ["", ""]
        run("--home", str(home), *harvest, "--dry-run", DATABASE_URL=address)
        run("--home", str(home), "source", "list", DATABASE_URL=address)
        with serving(home, DATABASE_URL=address) as served:
            assert [asked(served + one)[0] for one in ADDRESSES] == [200] * len(ADDRESSES)
            assert all_at_once(served) == [200] * 12
