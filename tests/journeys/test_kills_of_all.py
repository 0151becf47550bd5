"""kill -9 of the web server's processes, the worker's and PostgreSQL at random, under load, for ten minutes.

Two sources are harvested and edited meanwhile, data sets are delivered with a key, pages are read. At the end
nothing is lost or twice, all runs have ended, each delivery that was acknowledged is there; and while nothing
works on a run, the first page of the desk says so.
"""

import json
import os
import random
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, TextIO

import pytest

from bench.write import data_set
from tests import postgresql
from tests.harvest.test_worker import ALWAYS
from tests.journeys.nodes import PATIENCE, Node, environment, program, wait_for
from tests.journeys.test_killed import record
from tests.journeys.test_kills import descendants
from tests.postgresql import Cluster
from tests.proofs import ONLY_AT_LENGTH, length
from tests.servers import Serving
from tests.sources.oai_pmh import oai

SECONDS = length(25, 600)
RECORDS, PER_PAGE = 300, 20
# Of the program: that the database is gone is said, too.
FAULT = re.compile(r"^ *(?!Error:|django\.db|psycopg)[\w.]+Error: .*", re.MULTILINE)
_DELIVER = "/api/v1/datasets?publicationStatus=PUBLISHED"
_PREPARE = """
from django.test import Client
from django.utils import timezone
from erpd.accounts.keys import make
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Holding, Membership, Owner, Person
from erpd.register.models import Catalogue, Source
from tests.accounts.people import operator, sign_in
facts = {"contact": "a@b.example", "state": "approved", "confirmed": timezone.now()}
owner = Owner.objects.create(slug="office", title={"en": "Office"}, **facts)
catalogue = Catalogue.objects.create(slug="office", kind="protected", title={"en": "Office"})
Source.objects.create(slug="office", catalogue=catalogue)
Holding.objects.create(catalogue=catalogue, owner=owner)
person = Person.objects.create_user("editor@b.example")
Membership.objects.create(owner=owner, person=person, role="editor")
client = Client()
sign_in(client, operator(), second_factor="totp")
[cookie] = [one for one in client.cookies.values() if "session" in one.key]
print(make(who=COMMAND_LINE, catalogue=catalogue, person=person)[1], f"{cookie.key}={cookie.value}")
"""


class Edited:
    """A source whose records change; each list shows those of its beginning, as a snapshot does."""

    def __init__(self, prefix: str) -> None:
        self._prefix, self._lock = prefix, Lock()
        self.pause = 0.1  # seconds for each page, so that a run takes some time
        self._titles = dict.fromkeys(range(RECORDS), 0)
        self._shown = self._now()

    def __call__(self, path: str, query: dict[str, str], headers: Any) -> Any:
        with self._lock:
            if query["verb"] == "ListRecords" and "resumptionToken" not in query:
                self._shown = self._now()
        Event().wait(self.pause)
        return self._shown(path, query, headers)

    def edit(self, chance: random.Random) -> None:
        with self._lock:
            for number in chance.sample(sorted(self._titles), 20):
                self._titles[number] += 1
            self._titles[max(self._titles) + 1] = 0

    def expected(self) -> dict[str, str]:
        """IRI -> title."""
        return {self._iri(number): self._title(number) for number in self._titles if number % 9}

    def _iri(self, number: int) -> str:
        return f"https://data.example/set-{self._prefix}{number}"

    def _title(self, number: int) -> str:
        return f"Discharges {number}.{self._titles[number]}"

    def _now(self) -> oai.Repository:
        found = []
        for number in self._titles:
            one = record(number, self._title(number)).replace("/set-", f"/set-{self._prefix}")
            found.append(one)
        return oai.Repository(found, PER_PAGE)


class Service:
    """A program that is started again whenever it ends, as a service manager does."""

    def __init__(self, name: str, folder: Path, command: list[str], address: str) -> None:
        self._command, self._environment = command, {**environment(), "DATABASE_URL": address}
        self.log = folder / f"{name}.log"
        self._file: TextIO = self.log.open("a")
        self._wanted = True
        self.starts = 0
        self.process = self._start()
        self._thread = Thread(target=self._keep, daemon=True)
        self._thread.start()

    def _start(self) -> "subprocess.Popen[str]":
        self.starts += 1
        return subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._file,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def _keep(self) -> None:
        while self._wanted:
            self.process.wait()
            Event().wait(0.5)
            if self._wanted:
                self.process = self._start()

    def end(self, how: signal.Signals) -> None:
        """For good."""
        self._wanted = False
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, how)
        self.process.wait(timeout=PATIENCE)
        self._thread.join(timeout=PATIENCE)
        self._file.close()


class Load:
    """Who delivers and who reads, each until it is told to end."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self._key = url, key
        self.acknowledged: list[str] = []
        self.codes: Counter[tuple[str, int]] = Counter()
        self.unexpected: list[str] = []
        self.ended = Event()
        self._threads = [Thread(target=self._deliver, args=(place,)) for place in range(2)]
        self._threads += [Thread(target=self._read) for _ in range(2)]

    @contextmanager
    def going_on(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self.ended.set()
            for thread in self._threads:
                thread.join(timeout=PATIENCE)

    def _deliver(self, place: int) -> None:
        number = 0
        while not self.ended.wait(0.05):
            name = f"set-{place}-{number}"
            body = json.dumps(data_set(name)).encode()
            code = self._ask("deliver", _DELIVER, body)
            if code in (200, 201):
                self.acknowledged.append(name)
            if code in (200, 201, 409):  # it was there already: the answer before did not reach us
                number += 1

    def _read(self) -> None:
        pages = ("/", "/catalogues/nl", "/status.json", "/quality", "/healthz")
        place = 0
        while not self.ended.wait(0.05):
            place += 1
            self._ask("read", f"{pages[place % len(pages)]}")

    def _ask(self, what: str, path: str, body: bytes | None = None) -> int:
        headers = {"Content-Type": "application/json", "Authorization": self._key} if body else {}
        request = urllib.request.Request(self.url + path, body, headers)
        code, said = 0, ""
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                answer.read()
                code = answer.status
        except urllib.error.HTTPError as error:
            code, said = error.code, error.read().decode("utf-8", "replace")[:300]
        except (OSError, ValueError):  # it was killed
            pass
        except Exception as error:  # half of an answer
            said = repr(error)
        self.codes[what, code] += 1
        if code not in (0, 200, 201, 409, 503):
            self.unexpected.append(f"{path}: {code} {said}")
        return code


@ONLY_AT_LENGTH
def test_nothing_is_lost_or_twice_and_the_first_page_names_what_happened(tmp_path: Path) -> None:
    bin_ = postgresql.programs()
    if bin_ is None:
        pytest.skip(postgresql.MISSING)
    with postgresql.cluster(bin_) as server:
        server.sql("CREATE DATABASE erpd")
        _prove(tmp_path, server, random.Random(20261128))


def _prove(folder: Path, server: Cluster, chance: random.Random) -> None:
    node, address = Node(folder / "home", "national", "NL", new=True), server.address()

    def erpd(*arguments: str) -> str:
        command = program("--home", str(node.home), *arguments)
        added = {"DATABASE_URL": address, "PYTHONPATH": str(Path(__file__).parents[2])}
        given = {"env": {**environment(), **added}, "capture_output": True, "text": True}
        done = subprocess.run(command, check=False, **given)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    erpd("migrate")
    key, cookie = erpd("manage", "shell", "-v0", "-c", _PREPARE).split()
    (rules := node.home / "always.toml").write_text(ALWAYS)
    first, second = Edited("a"), Edited("b")
    with Serving(first) as one, Serving(second) as two:
        for place in (one, two):
            given = ("--url", place.url("/oai"), "--country", "NL", "--rules", str(rules))
            erpd("source", "add", "--protocol", "oai-pmh", *given)
        home = ("--home", str(node.home))
        web = Service(
            "web", folder, program(*home, "serve", "--port", str(node.port), "--workers", "2"), address
        )
        worker = Service("worker", folder, program(*home, "worker"), address)
        load, kills = Load(node.url, key), Counter[str]()
        try:
            wait_for(f"{node.url}/healthz", web.process)  # type: ignore[arg-type]
            until = monotonic() + SECONDS
            with load.going_on():
                while monotonic() < until:
                    Event().wait(chance.uniform(1, length(5, 12)))
                    kills[_kill(chance, web, worker, server)] += 1
                    first.edit(chance)
                    second.edit(chance)
                    _ask_for_runs(server)
                Event().wait(5)
            wait_for(f"{node.url}/healthz", web.process)  # type: ignore[arg-type]
            first.pause = second.pause = 2
            _first_page_names_it(node.url, cookie, server, worker)
        finally:
            first.pause = second.pause = 0
            worker.end(signal.SIGTERM)
            web.end(signal.SIGTERM)
        for (slug,) in server.sql(
            "SELECT s.slug FROM register_source s JOIN harvest_sourcesettings t ON t.source_id = s.id", "erpd"
        ):
            erpd("harvest", "--source", slug)
            erpd("harvest", "--source", slug)
    print(dict(kills), dict(load.codes), f"{len(load.acknowledged)} acknowledged")  # shown by -s
    said = web.log.read_text() + worker.log.read_text()
    states = server.sql("SELECT state, error ->> 'rule', count(*) FROM harvest_run GROUP BY 1, 2", "erpd")
    print(states, f"web started {web.starts} times, worker {worker.starts}")
    assert not load.unexpected, load.unexpected[:5]
    assert {state for state, *_ in states} <= {"done", "failed"}
    # A page at which a run's process dies again and again is set aside, though here the page is not to blame.
    # A process that reads for the worker may be killed, too, which ends its run.
    assert {rule for state, rule, _ in states if state == "failed"} <= {"set-aside", "killed"}
    _all_is_there(server, {**first.expected(), **second.expected()}, load)
    assert not FAULT.findall(said)


def _kill(chance: random.Random, web: Service, worker: Service, server: Cluster) -> str:
    """kill -9 of one of them. What was killed."""
    what = chance.choice(["web", "web's child", "worker", "worker's child", "PostgreSQL"])
    if what == "PostgreSQL":
        server.kill()
        Event().wait(chance.uniform(0, 2))
        server.start()
        return what
    process = (web if what.startswith("web") else worker).process.pid
    below = list(descendants(process)) if what.endswith("child") else []
    with suppress(ProcessLookupError):
        os.kill(chance.choice(below or [process]), signal.SIGKILL)
    return what


def _ask_for_runs(server: Cluster) -> None:
    server.sql("UPDATE harvest_sourcesettings SET asked = now()", "erpd")


def _first_page_names_it(url: str, cookie: str, server: Cluster, worker: Service) -> None:
    """A worker is killed in the middle of a run, and none takes its place."""
    for _ in range(100):
        _ask_for_runs(server)
        if server.sql("SELECT 1 FROM harvest_run WHERE state = 'running' AND pages > 0", "erpd"):
            break
        Event().wait(0.2)
    worker.end(signal.SIGKILL)
    assert server.sql("SELECT 1 FROM harvest_run WHERE state = 'running'", "erpd")
    request = urllib.request.Request(f"{url}/desk/", headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        page = answer.read().decode()
    assert "Workers that do not run" in page
    assert "Runs without a sign of life" in page


def _all_is_there(server: Cluster, expected: dict[str, str], load: Load) -> None:
    held = server.sql(
        "SELECT d.iri, d.identifier, d.digest, s.slug, d.deleted,"
        " (SELECT count(*) FROM register_version v WHERE v.data_set_id = d.key),"
        " (SELECT count(DISTINCT v.digest) FROM register_version v WHERE v.data_set_id = d.key)"
        " FROM register_dataset d JOIN register_source s ON s.id = d.source_id",
        "erpd",
    )
    assert not [row for row in held if row[4]], "something was withdrawn"
    twice = [iri for iri, times in Counter(row[0] for row in held).items() if times > 1]
    assert not twice
    assert not [row for row in held if row[5] != row[6]], "the same change twice"
    assert set(expected) == {row[0] for row in held if row[3] != "office"}
    delivered = {row[0].rpartition("/")[2] for row in held if row[3] == "office"}
    names = {name for _, name, *_ in held} | delivered
    assert not [
        one for one in load.acknowledged if not any(one in name for name in names if name.endswith(one))
    ]
    assert len(load.acknowledged) == len(set(load.acknowledged))
