import gzip
import io
import zipfile

import pytest

from erpd.sources.dump.archive import documents
from erpd.sources.errors import SourceError

MOST = 10_000


def zipped(*entries: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def unpacked(content: bytes, name: str = "all.rdf") -> dict[str, bytes]:
    found = {}
    for document in documents(io.BytesIO(content), name, MOST):
        found[document.name] = document.open().read()
        assert document.open().read(3) == found[document.name][:3]  # from the beginning, again
    return found


def refused(content: bytes) -> SourceError:
    with pytest.raises(SourceError) as caught:
        unpacked(content)
    return caught.value


def test_plain_gzipped_and_zipped():
    assert unpacked(b"<rdf/>") == {"all.rdf": b"<rdf/>"}
    assert unpacked(b"") == {"all.rdf": b""}
    twice = gzip.compress(b"<r") + gzip.compress(b"df/>")
    assert unpacked(twice, "all.ttl.gz") == {"all.ttl": b"<rdf/>"}
    for how in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert unpacked(zipped(("a.ttl", b"a"), ("b/c.rdf", b"b"), how=how)) == {
            "a.ttl": b"a",
            "b/c.rdf": b"b",
        }
    assert unpacked(zipped()) == {}


def test_entries_are_named_by_strangers():
    """No name is a path: nothing is written. What systems put in for themselves is not the publisher's."""
    names = ("../../etc/passwd.rdf", "/etc/x.ttl", "C:\\x.rdf", "a\n\x1b[2J.rdf", "x" * 60_000)
    assert list(unpacked(zipped(*((name, b"x") for name in names))))[:3] == list(names[:3])
    hidden = zipped(("__MACOSX/._all.rdf", b"x"), (".DS_Store", b"x"), ("folder/", b""), ("./all.rdf", b"x"))
    assert list(unpacked(hidden)) == ["./all.rdf"]


def test_bombs_are_refused():
    assert refused(gzip.compress(b"x" * (MOST + 1))).rule == "too-large"
    assert unpacked(b"x" * (MOST + 1))[
        "all.rdf"
    ]  # what is not compressed is no bomb: only a download is limited
    assert refused(zipped(("a", b"x" * MOST), ("b", b"x"))).rule == "too-large"
    lying = zipped(("a", b"x" * (MOST * 100)))
    size = (MOST * 100).to_bytes(4, "little")
    assert lying.count(size) == 2
    assert refused(lying.replace(size, (100).to_bytes(4, "little"))).rule == "cut"


def test_an_archive_of_millions_of_names_is_refused_before_they_are_in_memory(monkeypatch):
    content = zipped(*((f"{number}.ttl", b"") for number in range(100)))
    assert len(unpacked(content)) == 100
    monkeypatch.setattr("erpd.sources.dump.archive.LARGEST_DIRECTORY", 5_000)
    error = refused(content)
    assert (error.rule, "too many files" in str(error)) == ("too-large", True)


def test_an_archive_in_an_archive_is_not_unpacked():
    inner = zipped(("a.rdf", b"x" * MOST))
    assert unpacked(zipped(("inner.zip", inner), ("b.rdf.gz", gzip.compress(b"b")))) == {
        "inner.zip": inner, "b.rdf.gz": gzip.compress(b"b")
    }  # fmt: skip


def test_damage_is_told_wherever_it_is():
    packed = {"gzip": gzip.compress(bytes(range(256)) * 30), "zip": zipped(("a.rdf", bytes(range(256)) * 30))}
    whole = {name: unpacked(content) for name, content in packed.items()}
    for name, content in packed.items():
        for end in range(4, len(content) - 1, 7):
            assert refused(content[:end]).rule == "cut"
        for place in range(4, len(content), 3):
            broken = content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
            try:
                found = unpacked(broken)
            except SourceError as error:
                found = {}
                known = error.rule in ("cut", "too-large", "encrypted")
            else:
                known = list(found.values()) == list(whole[name].values()) or found == {}
            assert known, (name, place, found)


def test_a_password_is_asked_for():
    content = bytearray(zipped(("a.rdf", b"x")))
    for place, offset in ((content.index(b"PK\x03\x04"), 6), (content.index(b"PK\x01\x02"), 8)):
        content[place + offset] |= 1
    error = refused(bytes(content))
    assert (error.rule, "password" in str(error)) == ("encrypted", True)
