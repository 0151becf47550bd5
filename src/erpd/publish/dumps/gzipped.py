"""A gzip file made of pieces that were compressed once, for all files that hold them (RFC 1951, RFC 1952).

Blocks of DEFLATE that do not refer to what came before can follow each other in any stream. So the file is
one member, which every reader understands.
"""

import zlib
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST_BLOCK = b"\x03\x00"
_LEVEL = 6


class Piece(NamedTuple):
    """A piece of a file, as it is and as blocks of DEFLATE."""

    plain: bytes
    blocks: bytes


def piece(plain: bytes) -> Piece:
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Piece(plain, compressor.compress(plain) + compressor.flush(zlib.Z_SYNC_FLUSH))


class GzipFile:
    """One file. It is opened for each piece: there may be more files than a process may have open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._checksum, self._plain, self._digest = 0, 0, sha256()
        self._write(_HEAD)

    def add(self, one: Piece) -> None:
        """Append a piece. Raises OSError."""
        self._checksum = zlib.crc32(one.plain, self._checksum)
        self._plain += len(one.plain)
        self._write(one.blocks)

    def finish(self) -> str:
        """Complete the file; returns its SHA-256 in hexadecimal. Raises OSError."""
        length = (self._plain & 0xFFFFFFFF).to_bytes(4, "little")
        self._write(_LAST_BLOCK + self._checksum.to_bytes(4, "little") + length)
        return self._digest.hexdigest()

    def _write(self, content: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(content)
        self._digest.update(content)
        self.size += len(content)
