"""What the children of a harvest do, done in this process: faster, and tests can change how."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Any

from erpd.formats.reading import Reading
from erpd.harvest.preparation import Begun, Preparation


class HereChild(nullcontext["HereChild"]):
    """In place of ``Child``."""

    def __init__(self, thing: object, *_: object) -> None:
        super().__init__(self)
        self._thing = thing

    def each(self, method: str, *arguments: object) -> Iterator[Any]:
        yield from getattr(self._thing, method)(*arguments)

    def one(self, method: str, *arguments: object) -> Any:
        return getattr(self._thing, method)(*arguments)


class HerePreparer(nullcontext["HerePreparer"]):
    """In place of ``Preparer``."""

    def __init__(self, preparation: Preparation, *_: object) -> None:
        super().__init__(self)
        self.preparation = preparation

    def begin(self, readings: Sequence[Reading]) -> Begun:
        ready = [self.preparation.prepare(reading) for reading in readings]
        return lambda: ready
