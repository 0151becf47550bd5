"""Which scopes a server outside answers for, and how far it has got, noted in the home: quick to read."""

import json
from pathlib import Path

from django.conf import settings

from erpd.publish.triples.place import place
from erpd.register.derived_files import write_whole
from erpd.register.models import WHOLE
from erpd.register.scope import Scope, scope


def outside() -> list[Scope]:
    """The scopes of a server outside: all, protected and open if it has a data set for each; or only all."""
    return [scope(name) for name in _names()]


def is_outside(within: Scope) -> bool:
    """Whether a server outside answers for this scope. Those of single catalogues are always our own."""
    return within.name in _names()


def _names() -> tuple[str, ...]:
    server = settings.SPARQL_SERVER
    if not server.query:
        return ()
    return WHOLE if server.separates_scopes else WHOLE[:1]


def _file() -> Path:
    return place() / "outside.json"


def _read() -> dict[str, int]:
    try:
        found = json.loads(_file().read_text("utf-8"))
        return {str(name): int(change) for name, change in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def note(within: Scope, change: int) -> None:
    """The last change that the server holds; 0 while it is not whole. Raises OSError."""
    found = _read()
    if found.get(within.name) != change:
        place().mkdir(exist_ok=True)
        write_whole(_file(), {**found, within.name: change})


def reached() -> int:
    """The last change that the server holds in every scope."""
    found = _read()
    return min((found.get(within.name, 0) for within in outside()), default=0)
