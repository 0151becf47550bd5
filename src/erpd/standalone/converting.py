"""What was found -> one document, written piece by piece, so that one of any size needs little memory."""

from collections.abc import Callable, Iterable
from hashlib import blake2b

from pyoxigraph import Quad

from erpd.formats.rdf.framed import FRAMES, Frame

_FRAMES = {**FRAMES, "trig": Frame("trig", FRAMES["ttl"].head), "nq": Frame("nq")}
# How many descriptions are remembered, so that an agent that many data sets share is written once.
_REMEMBERED = 50_000


class Converted:
    """One document in a syntax of SYNTAXES. ``write`` gets its bytes, in order.

    The same triples in the same order give the same bytes. Blank nodes need names of their own in each file.
    """

    def __init__(self, syntax: str, write: Callable[[bytes], object]) -> None:
        self._frame, self._write = _FRAMES[syntax], write
        self._remembered: dict[bytes, None] = {}
        self.empty = True

    def add(self, triples: Iterable[Quad]) -> None:
        """Write triples, unless all that is said about a node has been written just so."""
        by_subject: dict[object, list[Quad]] = {}
        for triple in triples:
            by_subject.setdefault(triple.subject, []).append(triple)
        new = [one for said in by_subject.values() if self._is_new(said) for one in dict.fromkeys(said)]
        piece = self._frame.piece(new) if new else b""
        if piece.strip():
            self._write(self._frame.head if self.empty else self._frame.between)
            self._write(piece)
            self.empty = False

    def end(self) -> None:
        """Write what comes last. If there were no triples, nothing is written at all."""
        if not self.empty:
            self._write(self._frame.foot)

    def _is_new(self, said: list[Quad]) -> bool:
        key = blake2b("\n".join(map(str, said)).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if key in self._remembered:
            return False
        self._remembered[key] = None
        if len(self._remembered) > _REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        return True
