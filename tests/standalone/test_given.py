"""What a user may give, and what becomes of an output that fails."""

import errno
import io
import os
from pathlib import Path

import pytest

from erpd.cli.replacing import replacing
from erpd.sources.dump.archive import documents
from erpd.sources.dump.came import on_disk
from erpd.sources.errors import SourceError
from erpd.standalone.asked import STANDARD_INPUT
from erpd.standalone.given import Given


def test_each_place_has_a_number_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").touch()
    (tmp_path / "b.JSON.gz").touch()
    with Given(io.BytesIO(b"said")) as given:
        found = [place for one in (str(tmp_path), "-", "http://a.example/x") for place in given.places(one)]
        assert [place.number for place in found] == [0, 1, 2, 3]
        assert [place.location for place in found[2:]] == [STANDARD_INPUT, "http://a.example/x"]
        copy = found[2].path
        assert copy
        assert copy.read_bytes() == b"said"
    assert not copy.exists()


def test_what_is_no_file_says_why(tmp_path: Path) -> None:
    """A loop of links, a pipe in a folder, a device that fails."""
    (tmp_path / "loop.ttl").symlink_to("loop.ttl")
    os.mkfifo(tmp_path / "pipe.ttl")
    for place, why in (
        (str(tmp_path / "loop.ttl"), "Too many levels of symbolic links"),
        (str(tmp_path / "pipe.ttl"), "it is a pipe or a device"),
    ):
        with pytest.raises(SourceError, match=why), on_disk(place):
            pass
    for fault, rule in ((errno.EIO, "unreachable"), (errno.ENOSPC, "disk-full")):
        broken = _Broken(fault)
        with Given(broken) as given, pytest.raises(SourceError) as caught:
            list(given.places("-"))
        assert (caught.value.rule, caught.value.url) == (rule, STANDARD_INPUT)
    with pytest.raises(SourceError, match="The file cannot be read: Input/output error"):
        list(documents(_Broken(errno.EIO), "a.ttl", 1))


class _Broken(io.BytesIO):
    def __init__(self, fault: int) -> None:
        self.fault = fault

    def read(self, size: int | None = -1) -> bytes:
        raise OSError(self.fault, os.strerror(self.fault))


def test_a_file_is_replaced_only_when_all_is_written(tmp_path: Path) -> None:
    file = tmp_path / "out"
    file.write_bytes(b"before")

    def write() -> None:
        with replacing(file) as stream:
            stream.write(b"half")
            assert file.read_bytes() == b"before"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    assert (file.read_bytes(), list(tmp_path.iterdir())) == (b"before", [file])
    with replacing(file) as stream:
        stream.write(b"all")
    assert (file.read_bytes(), list(tmp_path.iterdir())) == (b"all", [file])
