"""The law of the node: our regimes, and the operator's in ``<home>/law``."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from erpd.node.home import HomeError

if TYPE_CHECKING:
    from erpd.access.law import Law


def law_of(home: Path) -> Callable[[], "Law"]:
    """Return a function that returns the law, which stays the same until the node is started again.

    Files of the operator are read at once, so that a node with a mistake in them does not start: with a wrong
    law, it would tell people wrong dates. Raises HomeError, which lists the mistakes.
    """
    folder = home / "law"
    if not folder.is_dir():
        return lambda: _read(None)
    law = _read(folder)
    return lambda: law


def _read(folder: Path | None) -> "Law":
    from erpd.access.law import LawError, read_law  # noqa: PLC0415  # few commands need it

    try:
        return read_law(folder)
    except LawError as error:
        raise HomeError(f"The law of this node is wrong.\n{error}") from error
    except OSError as error:
        raise HomeError(f"{folder} cannot be read: {error.strerror}.") from error
