"""A disk that is really full: one sentence, nothing lost, and all goes on once there is space again."""

import os
import shutil
import sqlite3
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest

from tests.journeys.nodes import PATIENCE, environment, harvesting, program, wait_for
from tests.journeys.test_kills import HELD, Edited, Victim, completed, held, indexed
from tests.proofs import AT_LENGTH, ONLY_AT_LENGTH, length
from tests.servers import Serving

SHARED_MEMORY = Path("/dev/shm")  # of a container: small, and there without any privilege
KILOBYTE = 1024
PLENTY = 200 * KILOBYTE
DERIVED = ("search", "dumps", "oai-pmh", "ckan", "triples")


class Disk:
    """A small disk: a tmpfs of our own, or the shared memory of a container, filled up by a file."""

    def __init__(self, folder: Path, filler: Path | None) -> None:
        self.folder = folder
        self._filler = filler

    def leave(self, kilobytes: int) -> None:
        """Leave so much room."""
        if self._filler:
            self._filler.unlink(missing_ok=True)
            free = shutil.disk_usage(self.folder).free - kilobytes * KILOBYTE
            with self._filler.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, max(free, 1))
        else:
            size = shutil.disk_usage(self.folder).used // KILOBYTE + kilobytes
            subprocess.run(["mount", "-o", f"remount,size={size}k", self.folder], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={PLENTY}k", "tmpfs", folder]
    if shutil.which("mount") and not subprocess.run(mount, capture_output=True, check=False).returncode:
        try:
            yield Disk(folder, None)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
        return
    if not SHARED_MEMORY.is_dir() or shutil.disk_usage(SHARED_MEMORY).total > PLENTY * KILOBYTE:
        pytest.xfail("there is no small disk here, and we may not mount one")  # nobody could install one
    folder = SHARED_MEMORY / tmp_path.name
    filler = folder.with_suffix(".filler")
    folder.mkdir()
    try:
        yield Disk(folder, filler)
    finally:
        shutil.rmtree(folder)
        filler.unlink(missing_ok=True)


def one_sentence(*arguments: str) -> tuple[int, str]:
    """The exit code, and what it prints. What it says on standard error are sentences, one for each thing."""
    command = program(*arguments)
    done = subprocess.run(
        command, env=environment(), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    beside = ("Harvesting", "Usage: ", "Try '")
    lines = [line for line in done.stderr.splitlines() if line and not line.startswith(beside)]
    assert len(lines) <= 2, done.stderr
    assert not done.returncode or all(len(line) < 300 for line in lines), done.stderr
    return done.returncode, done.stdout + done.stderr


@ONLY_AT_LENGTH
def test_where_there_is_no_room_for_a_new_home_it_is_made_later(disk: Disk) -> None:
    home = str(disk.folder / "home")
    made = ("init", home, "--role", "european", "--title", "Register")
    disk.leave(4)  # not even for node.toml
    status, said = one_sentence(*made)
    assert (status, "No space left on device" in said) == (2, True), said
    disk.leave(100)
    status, said = one_sentence(*made)
    assert (status, f"{home} is made, but not its database" in said) == (1, True), said
    assert "There is no space left for the database" in said
    disk.leave(PLENTY)
    assert one_sentence("--home", home, "migrate")[0] == 0
    assert one_sentence("--home", home, "source", "list")[0] == 0


@pytest.mark.proof
def test_a_harvest_goes_on_where_it_stopped(disk: Disk, tmp_path: Path) -> None:
    chance = Random(20261126)
    source = Edited(chance)
    victim, twin = Victim(disk.folder / "victim", None), Victim(tmp_path / "twin", None, new=False)
    home = ("--home", str(victim.node.home))
    with Serving(source) as server:
        harvest = harvesting("oai-pmh", server.url("/oai"), "--approve-deletions")
        for _ in range(length(1, 20)):
            for _ in range(length(1, 3)):
                disk.leave(chance.randrange(4, length(1_200, 12_000)))
                status, said = one_sentence(*home, *harvest)
                if status:
                    assert "There is no space left on the disk" in said or "Error: " in said
                assert one_sentence(*home, "index", "follow")[0] in (0, 1)
            disk.leave(PLENTY)
            completed(victim, *harvest)
            completed(twin, *harvest)
            assert held(victim) == held(twin)
            indexed(victim)
            source.edit()


@pytest.mark.proof
def test_a_node_serves_what_needs_no_room(disk: Disk) -> None:
    victim, source = Victim(disk.folder / "victim", None), Edited(Random(20261126))
    with Serving(source) as server:
        completed(victim, *harvesting("oai-pmh", server.url("/oai")))
    shutil.rmtree(victim.node.home / "index")
    disk.leave(80)  # SQLite needs some, even to read
    command = program("--home", str(victim.node.home), "serve", "--port", str(victim.node.port))
    temporary = disk.folder / "tmp"  # where long answers lie until they are whole
    temporary.mkdir()
    own = {**environment(), "TMPDIR": str(temporary)}
    with subprocess.Popen(command, env=own, stderr=subprocess.PIPE) as process:
        try:
            wait_for(f"{victim.node.url}/oai?verb=Identify", process)
            for path in ("/catalogues", "/oai?verb=ListRecords&metadataPrefix=oai_dc"):
                assert asked(victim.node.url + path) == 200
            disk.leave(PLENTY)
            indexed(victim)
            assert asked(f"{victim.node.url}/?q=a") == 200
            completed(victim, "index", "rebuild", "triples")
            pairs = urlencode({"query": "SELECT ?a ?b { ?a a ?c . ?b a ?c } LIMIT 50000"})
            for kilobytes, status in ((400, 503), (PLENTY, 200)):
                disk.leave(kilobytes)
                assert asked(f"{victim.node.url}/sparql?{pairs}") == status
        finally:
            process.terminate()
            _, said = process.communicate(timeout=PATIENCE)
    assert b"cannot be written" in said  # the index or the dumps, whichever comes second
    assert b"Traceback" not in said


@ONLY_AT_LENGTH
def test_what_is_derived_or_saved_waits_for_room(disk: Disk) -> None:
    """What there was before stays in force; nothing that looks whole is not."""
    chance = Random(20261126)
    source = Edited(chance)
    victim = Victim(disk.folder / "victim", None)
    home = ("--home", str(victim.node.home))
    saved, restored = disk.folder / "saved", disk.folder / "restored"
    tasks = [
        *((*home, "index", "rebuild", name) for name in chance.sample(DERIVED, length(1, len(DERIVED)))),
        (*home, "backup", str(saved)),
        ("restore", str(victim.node.home), str(restored)),
    ]
    with Serving(source) as server:
        harvest = harvesting("oai-pmh", server.url("/oai"), "--approve-deletions")
        for number in range(length(1, 10)):
            completed(victim, *harvest)
            for task in tasks:
                disk.leave(chance.randrange(4, length(200, 12_000)))
                if one_sentence(*task)[0]:
                    assert not [*disk.folder.glob("saved*"), *disk.folder.glob("restored*")]
                disk.leave(PLENTY)
                if number % 2:
                    one_sentence(*task)
                for folder in filter(Path.exists, (saved, restored)):
                    with closing(sqlite3.connect(folder / "erpd.sqlite3")) as database:
                        assert database.execute(HELD).fetchall() == victim.rows(HELD)
                    shutil.rmtree(folder)
            source.edit()
        completed(victim, *harvest)
    if AT_LENGTH:
        completed(victim, "index", "rebuild")
        with victim.node.serving():
            completed(victim, "doors", "check")


def asked(address: str) -> int:
    """The status of the answer, once all of it has come."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
