"""Links between the pages of a list, and where they lead."""

from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

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
