"""One check at a time, in a child with limits: what strangers send costs this node little."""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import BoundedSemaphore
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest

from erpd.accounts.rates import Buckets, Rest
from erpd.accounts.visitors import network
from erpd.metadata.profile import load_profile
from erpd.sources.children.child import Bounds, CannotStart, Child
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Limits
from erpd.standalone.asked import Asked, Place
from erpd.standalone.examining import Examiner

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

BOUNDS = Bounds(memory=2**30, processor=30, wall=45, total=45)
MOST = 20 * 2**20  # bytes, downloaded or unpacked
LIMITS = Limits(
    connect=5, read=10, total=20, max_bytes=MOST, download_total=20, max_download=MOST, redirects=3, retries=0
)
NETWORKS: tuple[str, ...] = ()  # public addresses only, whatever the node may harvest
OF_NETWORKS = Buckets(30, 1 / 10)
"""Checks that a network asks for: thirty at once, then six a minute. Of a long one, each second is one."""
COME_BACK = 30  # seconds
_LONGEST_NAME = 100  # characters
_NO_NAME = re.compile(r"[^\w.() -]+")
# How a text says which encoding it had as a file: it comes to us in UTF-8.
_DECLARED = re.compile(r"(\A\s*<\?xml\b[^<>?]{0,200}?)\s+encoding\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*')")
_HEAD = 300  # characters, in which it is said

_one = BoundedSemaphore(1)  # for each process that serves; the other thread for slow work stays free


class Busy(Exception):
    """Others are being served."""


class Why(Enum):
    """Why there is no result, with the status of the answer."""

    USED_UP = 429
    BUSY = 503
    UNREADABLE = 422
    BROKEN = 500


class Refused(Exception):
    """There is no result.

    ``wait``: seconds until one may ask again; ``error``: what is wrong with what came.
    """

    def __init__(self, why: Why, *, wait: int = 0, error: SourceError | None = None) -> None:
        super().__init__(why.name)
        self.why, self.wait, self.error = why, wait, error
        self.headers = {"Retry-After": str(wait)} if wait else {}


def checked(
    request: HttpRequest, given: str | bytes, name: str, profiles: str, ask: Callable[[Child, Place], Answer]
) -> Answer:
    """What is asked of a child about an address, or a document that is called ``name``. Raises Refused."""
    if wait := allowance(request).wait:
        raise Refused(Why.USED_UP, wait=wait)
    try:
        with placed(given, name) as place, examiner(profiles, place.location) as child, charged(request):
            return ask(child, place)
    except Busy:
        raise Refused(Why.BUSY, wait=COME_BACK) from None
    except SourceError as error:
        raise Refused(Why.UNREADABLE, error=error) from None
    except Exception as error:
        # No more of it: its text and its notes have what somebody sent.
        logger.error("A check failed: %s", type(error).__name__)
        raise Refused(Why.BROKEN) from None


def allowance(request: HttpRequest) -> Rest:
    """What the network of a client may still ask for, after this request."""
    return OF_NETWORKS.take(network(request.META.get("REMOTE_ADDR", "")))


@contextmanager
def charged(request: HttpRequest) -> Iterator[None]:
    """Each second of a check after its first costs its network as much as a check: others get their turn."""
    begun = time.monotonic()
    try:
        yield
    finally:
        if (more := time.monotonic() - begun - 1) > 0:
            OF_NETWORKS.charge(network(request.META.get("REMOTE_ADDR", "")), more)


@contextmanager
def examiner(profiles: str, location: str) -> Iterator[Child]:
    """A child that owns an Examiner. Raises Busy if there is no place for one."""
    asked = Asked(
        load_profile(profiles),
        keep=False,
        allow_network=NETWORKS,
        limits=LIMITS,
        vocabularies=settings.HOME / "vocabularies",
    )
    if not _one.acquire(blocking=False):
        raise Busy
    try:
        with Child(Examiner(asked), location, BOUNDS) as child:
            yield child
    except CannotStart as error:
        raise Busy from error
    finally:
        _one.release()


@contextmanager
def placed(given: str | bytes, name: str) -> Iterator[Place]:
    """The place of an address, or of a document that somebody sent, called ``name``."""
    if isinstance(given, str):
        yield Place(given)
        return
    with NamedTemporaryFile() as file:
        file.write(given)
        file.flush()
        yield Place(file_name(name), Path(file.name))


def file_name(name: str) -> str:
    """A name of a file as we repeat it: never an address, nor a path."""
    return _NO_NAME.sub("_", name)[-_LONGEST_NAME:].strip(". ") or "document"


def bytes_of(text: str) -> bytes:
    """A text that was typed or pasted, as a document."""
    text = text.replace("\r\n", "\n")
    return (_DECLARED.sub(r"\1", text[:_HEAD], count=1) + text[_HEAD:]).encode("utf-8", "replace")
