"""The only HTTP client: limited in size, in time and to public addresses, and patient with busy servers."""

import io
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from ipaddress import ip_network
from types import MappingProxyType
from typing import BinaryIO, Self

import httpx2

from erpd.metadata.masking import mask_always
from erpd.sources.errors import PassingError, Reason, SourceError
from erpd.sources.http.credentials import Auth, Basic, Challenged, Parameters
from erpd.sources.http.failures import FAILURES, address_error, failure, scheme_error, status_error
from erpd.sources.http.guard import Guard, GuardedTransport

_HOST = re.compile(r"[^\s%\[\]@/\\]+")
_BUSY = frozenset({429, 502, 503, 504})  # worth another try; other 4xx and 5xx are not


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in seconds and bytes."""

    connect: float = 10.0
    """For a connection."""
    read: float = 60.0
    """Between two pieces of an answer."""
    total: float = 300.0
    """For one answer of ``get``."""
    max_bytes: int = 64 * 2**20
    """For one answer of ``get``, after decompression."""
    download_total: float = 3600.0
    """For one answer of ``stream``."""
    max_download: int = 4 * 2**30
    """For one answer of ``stream``, after decompression."""
    redirects: int = 5
    retries: int = 4
    back_off: float = 1.0
    """Before the first retry; it doubles with each."""
    longest_pause: float = 120.0
    """Before any retry, even if the server asks for a longer one."""


@dataclass(frozen=True, slots=True)
class Response:
    """A server's answer."""

    url: str
    """Where it came from, after redirects."""
    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    """Decompressed; b"" if it was written into a file."""


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    address: httpx2.URL
    headers: Mapping[str, str]
    content: bytes | None = None


class Client:
    """A client for one run of one source, not for several threads.

    Credentials only go to the host first called. ``interval`` is in seconds between two requests.
    ``allow_networks`` are networks such as ``10.1.0.0/16`` that may be called although they are not public;
    raises ValueError if one of them is not a network.
    """

    def __init__(
        self,
        limits: Limits = Limits(),
        allow_networks: Sequence[str] = (),
        auth: Auth | Challenged | None = None,
        user_agent: str = "erpd",
        pause: Callable[[float], None] = time.sleep,
        *,
        interval: float = 0.0,
    ) -> None:
        self.limits = limits
        self._guard = Guard(ip_network(network) for network in allow_networks)
        self._auths: list[Auth | Challenged] = []
        self._user_agent = user_agent
        self._pause = pause
        self._interval = interval
        self._last = -interval
        self._home: httpx2.URL | None = None
        self._opened: httpx2.Client | None = None
        if auth:
            self._use(auth)

    def __getstate__(self) -> dict[str, object]:
        """Its settings, for the process that reads the source: connections stay here."""
        return {**self.__dict__, "_opened": None}

    @property
    def anonymous(self) -> bool:
        """Whether the client sends no user name, key or token."""
        return not self._auths

    def without_keys(self, url: str) -> str:
        """Return an address from the server without our own keys, which it may have repeated in a link."""
        for auth in self._auths:
            url = auth.removed(url) if isinstance(auth, Parameters) else url
        return url

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        accept: str = "*/*",
        any_status: bool = False,
    ) -> Response:
        """Return the whole answer. Raises SourceError; with ``any_status``, not for 4xx and 5xx."""
        return self._whole(_Call("GET", self._address(url, params), {"Accept": accept}), any_status)

    def post(
        self, url: str, content: bytes, media_type: str, *, accept: str = "*/*", any_status: bool = False
    ) -> Response:
        """Return the whole answer to a request too long for an address. It may be sent more than once.

        Raises SourceError, as ``get`` does.
        """
        headers = {"Accept": accept, "Content-Type": media_type}
        return self._whole(_Call("POST", self._address(url, None), headers, content), any_status)

    def send(
        self,
        method: str,
        url: str,
        content: bytes,
        media_type: str,
        *,
        accept: str = "*/*",
        into: BinaryIO | None = None,
    ) -> Response:
        """Return the answer to a request that may be sent more than once, whatever its status.

        ``into`` is an empty seekable file for the answer; then the Response has no content. Raises
        SourceError.
        """
        headers = {"Accept": accept, "Content-Type": media_type} if media_type else {"Accept": accept}
        call = _Call(method, self._address(url, None), headers, content)
        if into is None:
            return self._whole(call, any_status=True)
        return self._load(call, into, self.limits.total, self.limits.max_bytes)

    def stream(self, url: str, into: BinaryIO, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
        """Write the answer into an empty seekable file. The Response has no content.

        ``headers`` may make the request conditional (RFC 9110, 13.1): then the status may be 304, and nothing
        is written. Raises SourceError.
        """
        call = _Call("GET", self._address(url, None), {"Accept": "*/*", **headers})
        answer = self._load(call, into, self.limits.download_total, self.limits.max_download)
        if answer.status != 200:
            into.seek(0)
            into.truncate()
            if answer.status != 304 or not any(name.lower().startswith("if-") for name in headers):
                raise status_error(answer.status, answer.url)
        return answer

    def headers(self, method: str, url: str) -> Response:
        """Return what comes before the body, which is not read, whatever the status. Asks once.

        Raises SourceError.
        """
        self._keep_pace()
        self._guard.start_clock(self.limits.total)
        call = _Call(method, self._address(url, None), {"Accept": "*/*"})
        return self._follow(call, None, self.limits.total)

    def wait(self, seconds: float) -> None:
        """Leave servers alone for so long."""
        self._pause(seconds)

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _whole(self, call: _Call, any_status: bool) -> Response:
        body = io.BytesIO()
        answer = self._load(call, body, self.limits.total, self.limits.max_bytes)
        if answer.status != 200 and not any_status:
            raise status_error(answer.status, answer.url)
        return Response(answer.url, answer.status, answer.headers, body.getvalue())

    def _load(self, call: _Call, into: BinaryIO, seconds: float, most: int) -> Response:
        """Try, and retry if that may help."""
        attempt = 0
        while True:
            into.seek(0)
            into.truncate()
            self._keep_pace()
            self._guard.start_clock(seconds)
            try:
                answer = self._follow(call, into, seconds, most)
            except PassingError:
                if attempt >= self.limits.retries:
                    raise
                wait = self.limits.back_off * 2**attempt
            else:
                if answer.status not in _BUSY or attempt >= self.limits.retries:
                    return answer
                wait = asked_pause(answer.headers) or self.limits.back_off * 2**attempt
            self._pause(min(wait, self.limits.longest_pause))
            attempt += 1

    def _keep_pace(self) -> None:
        """Wait as long between two requests as the source's operator wishes."""
        if self._interval:
            self._pause(max(0.0, self._last + self._interval - time.monotonic()))
            self._last = time.monotonic()

    def _use(self, auth: Auth | Challenged) -> None:
        self._auths.append(auth)
        for secret in auth.secrets():
            mask_always(secret)

    def _address(self, url: str, params: Mapping[str, str] | None) -> httpx2.URL:
        """The address without credentials: ``_request`` adds them where they belong."""
        try:
            address = httpx2.URL(self.without_keys(url))
            if params:
                address = address.copy_merge_params(dict(params))
        except (httpx2.InvalidURL, ValueError) as error:
            raise address_error(url, str(error)) from error
        if self._home is None:
            self._home = address.copy_with(userinfo=b"")
            if address.userinfo and self.anonymous:
                self._use(Basic(address.username, address.password))
        return address.copy_with(userinfo=b"")

    def _follow(self, call: _Call, into: BinaryIO | None, seconds: float, most: int = 0) -> Response:
        """Try once, following redirects. A POST is posted again: it is a query, so it changes nothing."""
        address = call.address
        for _ in range(self.limits.redirects + 1):
            try:
                _check(address)
                request = self._request(call, address)
                auth = self._challenged(address)
                sent = self._http().send(request, auth=auth, stream=True, follow_redirects=False)
                with closing(sent) as response:
                    if not response.has_redirect_location:
                        if into is not None:
                            self._write(response, into, most, str(address))
                        return Response(str(address), response.status_code, response.headers)
                    address = self._target(address, response.headers["Location"])
            except FAILURES as error:
                late = seconds if self._guard.late else None
                raise failure(error, str(address), late) from error
            except UnicodeError as error:  # an internationalised name that is none, here or in a redirect
                raise address_error(str(address), str(error)) from error
        raise SourceError(
            Reason.TOO_MANY_REDIRECTS,
            f"The server redirected more than {self.limits.redirects} times",
            "Enter the final URL.",
            url=str(address),
        )

    def _write(self, response: httpx2.Response, into: BinaryIO, most: int, url: str) -> None:
        """Copy the decompressed body. Pieces have at most 1 MiB, so a bomb is stopped at the limit."""
        size = 0
        pieces: Iterable[bytes] = response.iter_bytes()
        for auth in self._auths:
            pieces = auth.scrubbed(pieces) if isinstance(auth, Parameters) else pieces
        for piece in pieces:
            size += len(piece)
            if max(size, response.num_bytes_downloaded) > most:
                raise SourceError(
                    Reason.TOO_LARGE,
                    f"The response is larger than {most:,} bytes",
                    "Request smaller pages, or raise the size limit of the source.",
                    url=url,
                )
            into.write(piece)

    def _http(self) -> httpx2.Client:
        if self._opened is None:
            self._opened = httpx2.Client(
                transport=GuardedTransport(self._guard),
                timeout=httpx2.Timeout(self.limits.read, connect=self.limits.connect),
                trust_env=False,
            )
        return self._opened

    def _request(self, call: _Call, address: httpx2.URL) -> httpx2.Request:
        """The request, with our credentials if it goes to the host first called."""
        headers = {**call.headers, "User-Agent": self._user_agent, "Accept-Encoding": "gzip, deflate"}
        if self._home is not None and _same_host(self._home, address):
            for auth in self._auths:
                if isinstance(auth, Parameters):
                    address = httpx2.URL(auth.added(str(address)))
                elif not isinstance(auth, Challenged):
                    headers.update([auth.header()])
        return self._http().build_request(call.method, address, headers=headers, content=call.content)

    def _challenged(self, address: httpx2.URL) -> Challenged | None:
        """What answers the challenges of the host first called."""
        if self._home is None or not _same_host(self._home, address):
            return None
        return next((auth for auth in self._auths if isinstance(auth, Challenged)), None)

    def _target(self, address: httpx2.URL, location: str) -> httpx2.URL:
        try:
            target = address.join(location).copy_with(userinfo=b"")
            return httpx2.URL(self.without_keys(str(target)))
        except (httpx2.InvalidURL, ValueError) as error:
            raise address_error(location, str(error)) from error


def _check(address: httpx2.URL) -> None:
    if address.scheme not in ("http", "https"):
        raise scheme_error(address.scheme, str(address))
    if not _HOST.fullmatch(address.host) or not 0 < (address.port or 80) < 2**16:
        raise address_error(str(address), "its host or port is not valid")


def _same_host(home: httpx2.URL, address: httpx2.URL) -> bool:
    """Whether the origin is the same, or only changes from http to https on the usual ports."""
    if home.host != address.host:
        return False
    ports = {"http": 80, "https": 443}
    before = (home.scheme, home.port or ports.get(home.scheme))
    after = (address.scheme, address.port or ports.get(address.scheme))
    return before == after or (before, after) == (("http", 80), ("https", 443))


def asked_pause(headers: Mapping[str, str]) -> float:
    """Seconds of Retry-After: a number, or a date by the server's own clock; 0 if there is none."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    try:
        until = parsedate_to_datetime(asked).timestamp()
        now = parsedate_to_datetime(headers["Date"]).timestamp() if "Date" in headers else time.time()
    except (ValueError, OverflowError):
        return 0.0
    return max(0.0, until - now)
