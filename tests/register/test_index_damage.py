"""An index damaged in place is found, told and rebuilt; nobody gets an error, and no wrong results."""

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from tantivy import Index, SchemaBuilder

from erpd.register.scope import scope
from erpd.register.search import IndexFailed, IndexNotReady, follow, reading, rebuild, search, writing
from erpd.register.search.place import place, position_file, read_position
from tests.portal import shelf
from tests.proofs import length

AMOUNT = 30


@pytest.fixture
def register(db: None) -> None:
    fill()


def fill() -> None:
    where = shelf.catalogue("nl", country="NL")
    for number in range(AMOUNT):
        shelf.put_turtle(where, f':x{number} a dcat:Dataset ; dct:title "Register {number}"@en .')
    rebuild()
    assert search(scope()).total == AMOUNT


def folder() -> Path:
    position = read_position()
    assert position
    return place() / position.folder


def files() -> list[Path]:
    return sorted(path for path in folder().iterdir() if path.stat().st_size > 100 and path.suffix != ".json")


def replace(path: Path, content: bytes) -> None:
    """Not in place: a thread of tantivy that still has the file in memory would end the process (SIGBUS)."""
    draft = path.with_name("draft")
    draft.write_bytes(content)
    draft.replace(path)


def cut(path: Path) -> None:
    replace(path, path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    replace(path, b"")


def overwrite(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[10 : len(content) // 2] = os.urandom(len(content) // 2 - 10)
    with path.open("r+b") as file:
        file.write(content)


def another_schema(_: Path) -> None:
    kept = folder()
    shutil.rmtree(kept)
    kept.mkdir()
    builder = SchemaBuilder()
    builder.add_text_field("colour")
    Index(builder.build(), str(kept))
    reading._opened.clear()


def one_file_gone(path: Path) -> None:
    path.unlink()
    reading._opened.clear()  # as in a process that starts


def all_gone(_: Path) -> None:
    shutil.rmtree(place())
    reading._opened.clear()


def a_file_in_its_place(_: Path) -> None:
    shutil.rmtree(place())
    place().write_text("not a folder")
    reading._opened.clear()
    with pytest.raises(IndexNotReady):
        search(scope())
    with pytest.raises(IndexFailed):
        follow()
    place().unlink()
    reading._not_before = 0.0


HARMS = [cut, empty, overwrite, another_schema, one_file_gone, all_gone, a_file_in_its_place]


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_a_damaged_index_is_rebuilt_and_serves_again(
    register: None, harm: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    for path in files() if harm in (cut, empty, overwrite, one_file_gone) else [folder()]:
        before = folder()
        caplog.clear()
        harm(before / files()[0].with_suffix(path.suffix).name if path.suffix else path)
        assert search(scope(), "register").total == AMOUNT
        assert folder() != before
        if harm in (cut, empty, overwrite):
            [line] = caplog.messages
            assert "was cut" in line or "was overwritten" in line
            assert "being rebuilt from the database" in line
    assert len([path for path in place().iterdir() if path.is_dir()]) == 1


@pytest.mark.parametrize("name", ["meta.json", "a segment"])
def test_a_writer_finds_the_damage_too(register: None, name: str) -> None:
    before = folder()
    if name == "meta.json":
        (before / name).write_text("{")
    else:
        for path in files():
            overwrite(path)
    shelf.put_turtle(scope_of(), ':new a dcat:Dataset ; dct:title "Register new"@en .')
    follow()
    assert search(scope(), "register").total == AMOUNT + 1
    assert search(scope(), "new").total == 1


def scope_of() -> object:
    from erpd.register.models import Catalogue

    return Catalogue.objects.get(slug="nl")


@pytest.mark.proof
def test_damage_anywhere_brings_no_error(register: None) -> None:
    chance = random.Random(10)
    for _ in range(length(20, 1_000)):
        path = chance.choice(files())
        content = path.read_bytes()
        at = chance.randrange(len(content))
        if chance.random() < 0.5:
            replace(path, content[:at])
        else:
            replace(path, content[:at] + chance.randbytes(200) + content[at + 200 :])
        if chance.random() < 0.3:
            reading._opened.clear()
        for _ in range(3):
            assert search(scope(), "register", sort=chance.choice(["relevance", "title"])).total == AMOUNT


def test_damage_that_only_a_search_finds(register: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a search fails at is looked into; if the files are sound, it is no damage and stays an error."""

    class Panic(BaseException):
        pass

    Panic.__name__ = "PanicException"

    def fail(*_: object) -> None:
        raise Panic("index out of bounds")

    from erpd.register.search import result

    monkeypatch.setattr(result, "facets", fail)
    before = folder()
    with pytest.raises(Panic):
        search(scope(), "register")
    assert folder() == before
    path = files()[0]
    times = path.stat()
    overwrite(path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(IndexNotReady):
        search(scope(), "register")
    monkeypatch.undo()
    assert search(scope()).total == AMOUNT
    assert folder() != before


def test_a_large_index_is_rebuilt_meanwhile(
    client: Client, shared: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()
    monkeypatch.setattr(reading, "FEW", 0)
    monkeypatch.setattr(reading, "_not_before", 0.0)
    cut(files()[0])
    response = client.get("/")
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "The search is being prepared" in response.content.decode()
    assert client.get("/catalogues").status_code == 200
    end = time.monotonic() + 30
    while client.get("/").status_code == 503 and time.monotonic() < end:
        time.sleep(0.05)
    assert client.get("/").status_code == 200
    assert search(scope()).total == AMOUNT


def test_a_full_disk_leaves_the_search_unready_until_there_is_room(
    client: Client, register: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full() -> Path:
        raise OSError(28, "No space left on device")

    position_file().unlink()
    with monkeypatch.context() as patch:
        patch.setattr(writing, "new_generation", full)
        patch.setattr(reading, "_not_before", 0.0)
        for _ in range(3):  # only the first tries
            assert client.get("/").status_code == 503
    [line] = [message for message in caplog.messages if "search index" in message]
    assert "No space left on device" in line
    monkeypatch.setattr(reading, "_not_before", 0.0)
    assert client.get("/").status_code == 200
