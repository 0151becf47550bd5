"""Which addresses of a record are tried, as what, and how they are written."""

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from erpd.metadata.quality.measuring import Link
from erpd.metadata.storable import storable
from erpd.register.identity import LONGEST_NAME

MOST = 100  # links of a data set
DOWNLOAD = "downloadUrlStatusCode"
KINDS = {"accessUrlStatusCode": 1, DOWNLOAD: 2, "requestAddressStatusCode": 4}
"""Metric -> its bit in ``LinkOf.kinds``."""
_HOST = re.compile(r"[^\s%\[\]@/\\]{1,255}|\[[0-9a-f:.]+\]")


class Address(NamedTuple):
    """An address as it is tried."""

    key: UUID
    text: str
    host: str


@lru_cache(10_000)
def address_of(iri: str) -> Address | None:
    """The address that is tried for an IRI of a record; None if none is.

    Without a user name and password: they are those of somebody, and not for us to use.
    """
    if len(iri) > LONGEST_NAME or not iri.lower().startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(iri)
        host = parts.hostname or ""
    except ValueError:
        return None
    place = parts.netloc.rpartition("@")[2]
    text = urlunsplit((parts.scheme, place, parts.path, parts.query, ""))
    if not _HOST.fullmatch(host if ":" not in host else f"[{host}]") or storable(text) != text:
        return None
    return Address(UUID(bytes=blake2b(text.encode(), digest_size=16).digest()), text, host)


def addresses_in(links: Iterable[Link], *, is_open: bool) -> dict[Address, int]:
    """The addresses to try, each with its kinds: MOST at most. Protected data are never downloaded."""
    found: dict[Address, int] = {}
    for one in links:
        address = address_of(one.address)
        if address is None or (one.metric == DOWNLOAD and not is_open):
            continue
        if address in found or len(found) < MOST:
            found[address] = found.get(address, 0) | KINDS[one.metric]
    return found
