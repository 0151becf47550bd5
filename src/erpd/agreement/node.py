"""A served node, as it is read from outside."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Self

from erpd.agreement.doors import DOORS, REFERENCE
from erpd.agreement.seen import Seen
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client, Limits
from erpd.sources.oai_pmh.source import OaiPmh

WHOLE = ("protected", "open", "all")
_AT_ONCE = 200  # data sets that are handed on together
# An operator waits: a door that does not answer is reported, not asked for half an hour.
_LIMITS = Limits(retries=2, longest_pause=5.0)


@dataclass(frozen=True, slots=True)
class Following:
    """How far something derived follows the register."""

    change: int
    """The last change that it holds."""
    since: str
    """When the first change was made that it does not hold: 2026-01-31T12:00:00Z; "" if it holds all."""
    late: bool
    """Whether that has been waiting for too long."""
    lacks: frozenset[str] = frozenset()
    """The scopes for which it has nothing yet, such as a new catalogue."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What ``/readyz`` says."""

    change: int
    """The last change of the register."""
    derived: Mapping[str, Following]

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Raises ValueError if it is not the answer of a node."""
        try:
            facts: dict[str, Any] = json.loads(content)
            return cls(
                facts["change"],
                {
                    name: Following(
                        one["change"] or 0, one["since"] or "", one["late"], frozenset(one.get("lacks", ()))
                    )
                    for name, one in facts["derived"].items()
                },
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError("this is not the answer of a node") from error


@dataclass
class Node:
    """A node at ``url``. It can be sent to another process, which parses what the node sends."""

    url: str
    allow_networks: tuple[str, ...] = ()
    base: str = ""
    """Its public address, once it is known."""
    _client: Client | None = field(default=None, init=False, repr=False)

    def ready(self) -> Ready:
        """Return how far everything is. Raises SourceError."""
        address = f"{self.url}/readyz"
        try:
            return Ready.read(self._http().get(address, any_status=True).content)
        except ValueError:
            raise SourceError(
                Reason.PROTOCOL_ERROR,
                "The server does not say how far its doors are",
                "Give the address of a node of erpd, of this version or a newer one.",
                url=address,
            ) from None

    def catalogues(self) -> dict[str, str]:
        """Return the slug of each catalogue and its kind, protected or open. Raises SourceError."""
        specs = OaiPmh(f"{self.url}{REFERENCE.path}", self._http()).sets()
        return {slug: kind for kind, _, slug in (spec.partition(":") for spec in specs) if slug}

    def read(self, name: str, scope: str) -> Iterator[list[Seen]]:
        """Yield what a door shows in a scope; "" is the reference. Raises SourceError."""
        door = DOORS[name] if name else REFERENCE
        address = f"{self.url}{prefix(scope)}{door.path}"
        found = door.read(self._base(), address if door.path else f"{address}/", self._http())
        while batch := list(islice(found, _AT_ONCE)):
            yield batch

    def close(self) -> None:
        """Close its connections."""
        if self._client:
            self._client.close()
        self._client = None

    def _base(self) -> str:
        self.base = self.base or OaiPmh(f"{self.url}{REFERENCE.path}", self._http()).identify().address
        return self.base.removesuffix(REFERENCE.path)

    def _http(self) -> Client:
        self._client = self._client or Client(_LIMITS, self.allow_networks)
        return self._client


def prefix(scope: str) -> str:
    """The beginning of the path of each door of a scope."""
    if scope == "all":
        return ""
    return f"/{scope}" if scope in WHOLE else f"/catalogues/{scope}"
