"""Outgoing connections: only to public addresses, checked when connecting, and limited in time."""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, TypeAlias

import httpcore2
import httpx2

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_TRANSLATED = IPv6Network("64:ff9b::/96")  # RFC 6052: IPv4 reached from an IPv6-only network
# Special-purpose addresses of the IANA registries that Python versions of `ipaddress` disagree about, and the
# tunnels 6to4 and Teredo, which hide an IPv4 address.
_SPECIAL: tuple[Network, ...] = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2001::/23"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
)


class ForbiddenAddressError(Exception):
    """A host name has no address that may be called. It has these."""

    def __init__(self, addresses: list[str]) -> None:
        super().__init__(", ".join(addresses))
        self.network = ip_network(addresses[0].partition("%")[0])
        """The smallest network that would allow the first."""


def permitted(address: Address, allowed: Iterable[Network] = ()) -> bool:
    """Whether an address is public or in an allowed network. IPv4 within IPv6 counts as IPv4."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return permitted(address.ipv4_mapped, allowed)
        if address in _TRANSLATED:
            return permitted(IPv4Address(int(address) & 0xFFFFFFFF), allowed)
    if any(address in network for network in allowed):
        return True
    if any(address in network for network in _SPECIAL):
        return False
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_public(host: str) -> bool:
    """Whether no address that a host has now is one of an inner network."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return True
    return all(permitted(ip_address(entry[4][0])) for entry in found)


class _TimedStream(httpcore2.NetworkStream):
    """A stream in which no wait lasts longer than the time left for the whole answer: stops a slow drip."""

    def __init__(self, stream: httpcore2.NetworkStream, allot: Callable[[float | None], float]) -> None:
        self._stream = stream
        self._allot = allot

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._allot(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._allot(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._allot(timeout))
        return _TimedStream(stream, self._allot)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class Guard(httpcore2.NetworkBackend):
    """Resolves a name once, keeps the permitted addresses, and connects to one of exactly these.

    So a name that changes its address between check and connection (DNS rebinding) gains nothing. The name
    remains in the Host header and the TLS handshake, which are made above this level.
    """

    def __init__(self, allowed: Iterable[Network]) -> None:
        self._allowed = tuple(allowed)
        self._backend = httpcore2.SyncBackend()
        self._deadline = 0.0

    def start_clock(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds

    @property
    def late(self) -> bool:
        return time.monotonic() >= self._deadline

    def _allot(self, timeout: float | None) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the time limit for one response has passed")
        return left if timeout is None else min(left, timeout)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception | None = None
        for address in self._addresses(host, port):
            try:
                stream = self._backend.connect_tcp(
                    address, port, self._allot(timeout), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._allot)
        raise failure or httpcore2.ConnectError(f"{host} has no address")

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"the name {host} is not known") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        good = [address for address in addresses if permitted(ip_address(address), self._allowed)]
        if addresses and not good:
            raise ForbiddenAddressError(addresses)
        return good


class _Body(httpx2.SyncByteStream):
    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class GuardedTransport(httpx2.BaseTransport):
    """httpx2 over the guard, without proxy or environment.

    Raises httpcore2's errors and ForbiddenAddressError.
    """

    def __init__(self, guard: Guard) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpcore2.default_ssl_context(),
            max_connections=4,
            keepalive_expiry=15.0,
            network_backend=guard,
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore2.Request(
                request.method,
                httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.content,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        self._pool.close()
