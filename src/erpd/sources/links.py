"""Links between the pages of a list, and where they lead."""

from contextlib import suppress
from posixpath import normpath
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

from erpd.metadata.masking import plain
from erpd.sources.errors import Reason, SourceError

_USUAL_PORTS = {"http": 80, "https": 443}


def place_of(link: str, address: str, advice: str, section: str = "") -> str:
    """Return the target of a link on the page at ``address``.

    Behind a proxy, pages may name a host that only the proxy knows, so a link with the same path leads to the
    host that answered. The client refuses addresses that are not public, wherever a link leads.

    Raises SourceError, with ``advice``, if it is not a link.
    """
    try:
        target = urlsplit(urljoin(address, link))
        here = urlsplit(address)
        if origin(target) != origin(here) and target.path == here.path:
            target = target._replace(scheme=here.scheme, netloc=here.netloc)
    except ValueError as error:
        raise SourceError(
            Reason.BAD_ADDRESS,
            f"A link between the pages is not a URL: {plain(link, 200)}",
            advice,
            section,
            address,
        ) from error
    return urlunsplit(target._replace(fragment=""))


def is_local(location: str) -> bool:
    """Whether a location is the path of a file, or its ``file:`` address; the others are on the web."""
    scheme, mark, _ = location.partition("://")
    return not mark or scheme.lower() == "file"


def origin(address: SplitResult) -> tuple[str, str | None, int | None]:
    """Return the origin of an address; addresses with the same origin are on the same server (RFC 6454)."""
    return address.scheme, address.hostname, address.port or _USUAL_PORTS.get(address.scheme)


def is_on_the_web(address: str) -> bool:
    """Whether this is an address of http or https with a host, and a port that exists if it names one."""
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in _USUAL_PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
        )
    except ValueError:  # brackets of IPv6 that do not close, a port of too many digits
        return False


def in_one_form(address: str) -> str:
    """Return what is equal for addresses that differ in their spelling alone (RFC 3986, 6.2).

    http and https, with and without a slash at the end, count as one, too. What is not on the web stays.
    """
    if is_local(address) or not is_on_the_web(address):
        return address
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".")
    with suppress(UnicodeError):
        host = host.encode("idna").decode()
    port = "" if parts.port in (None, *_USUAL_PORTS.values()) else f":{parts.port}"
    path = normpath(f"/{unquote(parts.path)}").strip("/")
    query = "&".join(sorted(filter(None, unquote(parts.query).split("&"))))
    return f"{host.lower()}{port}/{path}?{query}"
