"""What a link answers, asked so that it costs its server as little as can be."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from erpd.sources.errors import PassingError, Reason, SourceError
from erpd.sources.http.client import Client, Limits, Response, asked_pause

LIMITS = Limits(connect=10.0, read=20.0, total=30.0, retries=0)
"""Of a client that tries links."""
PAUSE = 1.0
"""Seconds between two requests to a host."""
_FAILS = 400
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try."""

    said: str
    """The status, or the reason why there is none: "404", "timeout"."""
    status: int | None = None
    pause: float = 0.0
    """Seconds for which the server asked to be left alone."""
    of_server: bool = False
    """Whether no request reached the server of the link: all its links would say the same."""

    @property
    def works(self) -> bool | None:
        """Whether the link leads somewhere; None if that was not found out.

        By the MQA, a status from 200 to 399. Nothing is found out where the server says that we ask too
        often, or has an address that is not public.
        """
        if self.status == HTTPStatus.TOO_MANY_REQUESTS or self.said == Reason.FORBIDDEN_ADDRESS:
            return None
        return self.status is not None and self.status < _FAILS


def try_link(client: Client, address: str) -> Answer:
    """Ask for the headers only; after a pause for the page, whose body is not read, where that fails.

    Many servers answer HEAD otherwise than the GET of a browser, or not at all (RFC 9110, 9.3.2).
    """
    try:
        answer = client.headers("HEAD", address)
    except PassingError as error:
        if error.rule is Reason.TIMEOUT:  # GET would not be quicker
            return Answer(error.rule)
    except SourceError as error:
        return _failed(error, address)
    else:
        if answer.status < _FAILS or answer.status in _BUSY:
            return _answered(answer)
    client.wait(PAUSE)
    try:
        return _answered(client.headers("GET", address))
    except SourceError as error:
        return _failed(error, address)


def _answered(answer: Response) -> Answer:
    pause = asked_pause(answer.headers) if answer.status in _BUSY else 0.0
    return Answer(str(answer.status), answer.status, pause)


def _failed(error: SourceError, address: str) -> Answer:
    is_same = urlsplit(error.url).hostname == urlsplit(address).hostname  # otherwise it is that of a redirect
    of_server = error.rule in (Reason.UNREACHABLE, Reason.CERTIFICATE) and is_same
    return Answer(error.rule, of_server=of_server)
