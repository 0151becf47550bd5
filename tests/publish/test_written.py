"""Records that are written once are sent as if they were written for each answer."""

import fcntl
import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import unquote

import pytest
from django.test import Client
from pyoxigraph import Literal, NamedNode, Quad

from erpd.metadata.terms import DCAT
from erpd.publish import written as of_all_doors
from erpd.publish.oai_pmh import lists, records
from erpd.publish.oai_pmh.formats import METADATA_FORMATS
from erpd.publish.oai_pmh.written import WRITTEN as written
from erpd.register.content import VersionBroken
from erpd.register.models import Catalogue, ChangeCounter, DataSet, Version
from tests.proofs import length

from .conftest import Register, valid

TOKEN = re.compile(rb"<resumptionToken[^>]*>([^<]+)</")
DATE = re.compile(rb"<responseDate>[^<]*")


@pytest.fixture(autouse=True)
def no_file() -> Iterator[None]:
    yield
    written._remove()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one for each record that is written for an answer."""
    found: list[int] = []
    parsed = records.parsed
    monkeypatch.setattr(records, "parsed", lambda *what: found.append(1) or parsed(*what))
    return found


def follow() -> int:
    return written.follow(None, lambda: False)


def fill(register: Register, amount: int = 12) -> Catalogue:
    nl = register.catalogue("nl")
    for number in range(amount):
        register.put(nl, str(number), f"Title {number}", *noted(number))
    register.delete(register.put(nl, "gone", "Gone"))
    register.put(register.catalogue("try", "test"), "draft", "Not to be seen")
    register.put(register.catalogue("nl-open", "open"), "open", "Open data")
    return nl


def noted(number: int) -> list[Quad]:
    me = NamedNode(f"http://nl.example/{number}")
    return [Quad(me, DCAT.keyword, Literal(f"word {number}.{many}", language="en")) for many in range(number)]


def bodies(client: Client, prefix: str, address: str = "/oai") -> list[bytes]:
    asked, found = {"verb": "ListRecords", "metadataPrefix": prefix}, []
    while True:
        body = client.get(address, asked).content
        valid(body)
        found.append(DATE.sub(b"", body))
        token = TOKEN.search(body)
        if not token:
            return found
        asked = {"verb": "ListRecords", "resumptionToken": unquote(token[1].decode())}


def everything(client: Client) -> dict[tuple[str, str], list[bytes]]:
    return {
        (prefix, address): bodies(client, prefix, address)
        for prefix in METADATA_FORMATS
        for address in ("/oai", "/open/oai", "/catalogues/nl/oai")
    }


def held() -> dict[str, list[int]]:
    with closing(sqlite3.connect(written.place())) as file:
        return {
            name: [number for (number,) in file.execute(f"SELECT change FROM {name} ORDER BY change")]
            for name in METADATA_FORMATS
        }


def current() -> dict[str, list[int]]:
    shown = DataSet.objects.filter(deleted=False).exclude(catalogue__kind="test").order_by("change")
    return {name: [*shown.values_list("change", flat=True)] for name in METADATA_FORMATS}


def test_answers_are_the_same_to_the_byte_and_nothing_is_written_twice(
    register: Register, client: Client, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 5)
    nl = fill(register)
    anew = everything(client)
    assert counted
    assert follow() == 15
    counted.clear()
    assert everything(client) == anew
    assert not counted
    assert held() == current()
    register.put(nl, "3", "Edited")
    register.delete(DataSet.objects.get(identifier="4"))
    register.put(nl, "gone", "Back again")
    half = everything(client)
    assert len(counted) == 12  # two records, three formats, two addresses
    assert follow() == 3
    counted.clear()
    assert everything(client) == half
    assert not counted
    assert held() == current()
    assert written.rebuild(None) == 15
    assert everything(client) == half


def test_what_changes_in_quick_succession_is_written_together(register: Register) -> None:
    nl = fill(register)
    coming = iter(("first", "second"))

    def more() -> bool:
        assert written.reached() == 0, "it waits before it writes"
        for name in coming:
            register.put(nl, name, name)
            return True
        return False

    assert written.follow(None, more) == 17


def test_numbers_that_a_restored_database_gives_again_bring_no_old_records(
    register: Register, client: Client
) -> None:
    nl = fill(register)
    follow()
    last = DataSet.objects.get(identifier="open")
    backup = last.change - 1
    Version.objects.filter(change__gt=backup).delete()
    last.delete()
    ChangeCounter.objects.update(last=backup)
    anew = register.put(nl, "another", "Another")
    assert anew.change == backup + 1
    body = client.get("/oai", {"verb": "ListRecords", "metadataPrefix": "dcat_ap"}).content
    assert b"Another" in body
    assert b"Open data" not in body
    assert follow() == 15
    assert written.reached() == anew.change


@pytest.mark.proof
def test_a_damaged_file_changes_no_answer_and_is_made_again(register: Register, client: Client) -> None:
    fill(register, 6)
    anew = everything(client)
    chance = random.Random(20261126)
    for _ in range(length(5, 500)):
        written.rebuild(None)
        with closing(sqlite3.connect(written.place())) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        content = bytearray(written.place().read_bytes())
        if chance.random() < 0.3:
            del content[chance.randrange(len(content)) :]
        else:
            for _ in range(chance.choice([1, 100, 3000])):
                content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
        draft = written.place().with_suffix(".draft")
        draft.write_bytes(content)
        draft.replace(written.place())
        assert everything(client) == anew
        written.follow(None, lambda: False)
        assert everything(client) == anew


def test_what_another_program_wrote_is_not_sent(
    register: Register, client: Client, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(register)
    follow()
    monkeypatch.setattr(written, "_program", lambda: "another")
    assert written.reached() == 0
    bodies(client, "oai_dc")
    assert len(counted) == 13
    assert follow() == 15


def test_a_record_that_cannot_be_written_costs_only_itself_and_the_list_still_fails(
    register: Register, client: Client
) -> None:
    fill(register)
    broken = Version.objects.get(data_set__identifier="5")
    broken.content = b"damaged"
    broken.save()
    assert follow() == 15
    assert len(held()["dcat_ap"]) == 12
    with pytest.raises(VersionBroken, match=str(broken.data_set_id)):
        client.get("/oai", {"verb": "ListRecords", "metadataPrefix": "dcat_ap"})


def test_large_records_make_short_pages_and_what_does_not_fit_is_not_loaded(
    register: Register, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE_BYTES", 1)
    fill(register, 4)
    follow()
    inflated: list[bytes] = []
    inflate = of_all_doors._inflated
    monkeypatch.setattr(
        of_all_doors, "_inflated", lambda content: inflated.append(content) or inflate(content)
    )
    pages = bodies(client, "dcat_ap")
    assert [page.count(b"<record>") for page in pages] == [1] * 6
    assert len(inflated) == 5  # the sixth is a tombstone


def test_while_another_process_writes_it_is_left_alone(register: Register) -> None:
    fill(register)
    with written.place().with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert follow() == 0
    assert follow() == 15
