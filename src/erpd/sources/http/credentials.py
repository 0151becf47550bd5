"""What a source requires to let us in. Credentials are never shown: see ``masking``."""

import re
from base64 import b64encode
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote_plus

import httpx2

from erpd.metadata.masking import secrets_in


@dataclass(frozen=True, slots=True)
class Basic:
    """User name and password (RFC 7617)."""

    user: str
    password: str = field(repr=False)

    def header(self) -> tuple[str, str]:
        return "Authorization", "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode()

    def secrets(self) -> list[str]:
        """What must not be shown, in every form in which it is sent."""
        return [self.password, self.header()[1].partition(" ")[2]]


class Challenged(httpx2.Auth):
    """User name and password in the way that the server asks for: Digest (RFC 7616) or Basic (RFC 7617)."""

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password
        self._way: httpx2.Auth | None = None

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        if self._way is None:
            response = yield request
            if response.status_code != 401:
                return
            asked = response.headers.get("WWW-Authenticate", "").lower()
            way = httpx2.DigestAuth if asked.startswith("digest") else httpx2.BasicAuth
            self._way = way(self._user, self._password)
        yield from self._way.auth_flow(request)

    def secrets(self) -> list[str]:
        return Basic(self._user, self._password).secrets()


@dataclass(frozen=True, slots=True)
class Header:
    """A key in a header of its own: ``Header("X-API-Key", "…")``."""

    name: str
    value: str = field(repr=False)

    def __post_init__(self) -> None:
        if not (self.name + self.value).isascii() or not (self.name + self.value).isprintable():
            raise ValueError("The name and value of a header must be plain ASCII without line breaks.")

    def header(self) -> tuple[str, str]:
        return self.name, self.value

    def secrets(self) -> list[str]:
        return [self.value, self.value.rpartition(" ")[2]]


@dataclass(frozen=True, slots=True)
class Parameters:
    """Keys in the query of each address, written as they are there: ``Parameters("apikey=…&sig=…")``."""

    text: str = field(repr=False)

    def __post_init__(self) -> None:
        printable = self.text.isascii() and self.text.isprintable() and " " not in self.text
        if (
            not printable
            or "#" in self.text
            or not all(
                name and value for name, _, value in (one.partition("=") for one in self.text.split("&"))
            )
        ):
            raise ValueError(
                "Parameters need names and values, written as in an address, such as apikey=… (RFC 3986)."
            )

    def secrets(self) -> list[str]:
        values = [one.partition("=")[2] for one in self.text.split("&")]
        return [*values, *map(unquote_plus, values)]

    def added(self, url: str) -> str:
        """Return the address with the parameters, for the request only."""
        address, mark, fragment = url.partition("#")
        return f"{address}{'&' if '?' in address else '?'}{self.text}{mark}{fragment}"

    def removed(self, url: str) -> str:
        """Return an address of the server without the parameters, which it may have repeated in a link."""
        address, mark, fragment = url.partition("#")
        path, _, query = address.partition("?")
        own = {unquote_plus(one) for one in self.text.split("&")}
        kept = "&".join(one for one in query.split("&") if unquote_plus(one) not in own)
        return f"{path}{'?' * bool(kept)}{kept}{mark}{fragment}" if kept != query else url

    def scrubbed(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield a body without the parameters: a server that repeats them would have us publish them."""
        names = self.text.split("&")
        texts = dict.fromkeys(form for one in names for form in (one, unquote_plus(one)))
        joint, one = rb"(?:&amp;|&|\\u0026)", b"|".join(re.escape(text.encode()) for text in texts)
        own = rb"(?:%s)(?:%s(?:%s)){0,%d}+" % (one, joint, one, len(names) - 1)
        pattern = re.compile(rb"(\?)%s%s|(?:\?|%s)%s" % (own, joint, joint, own), re.IGNORECASE)
        most = (16 + max(len(text.encode()) for text in texts)) * len(names)  # no match is longer
        rest = b""
        for piece in pieces:
            rest += piece
            sure, at = len(rest) - most, 0  # whatever begins before `sure` has come to its end
            for found in pattern.finditer(rest):
                if found.start() >= sure:
                    break
                yield rest[at : found.start()] + (found[1] or b"")
                at = found.end()
            end = max(at, sure)
            yield rest[at:end]
            rest = rest[end:]
        yield pattern.sub(rb"\1", rest)


Auth: TypeAlias = Basic | Header | Parameters


def auth_from(
    *, user: str = "", password: str = "", header: str = "", bearer: str = "", parameters: str = ""
) -> Auth | None:
    """Return credentials as people write them; None if there are none. Raises ValueError."""
    if bearer:
        return Header("Authorization", f"Bearer {bearer}")
    if header:
        name, _, value = header.partition(":")
        if not (name.strip() and value.strip()):
            raise ValueError("A header takes a name and a value: 'X-API-Key: …'.")
        return Header(name.strip(), value.strip())
    if parameters:
        return Parameters(parameters.lstrip("?&"))
    if ":" in user:
        raise ValueError("A user name must not contain a colon (RFC 7617).")
    return Basic(user, password) if user else None


def parted(url: str) -> tuple[str, Parameters | None]:
    """Return an address without the secrets in its query, and those.

    >>> parted("https://data.example/oai?set=a&apikey=123")[0]
    'https://data.example/oai?set=a'
    """
    query = url.partition("#")[0].partition("?")[2].split("&")
    found = [secret for secret in secrets_in(url) if secret in query and secret.partition("=")[2]]
    if not found:
        return url, None
    auth = Parameters("&".join(found))
    return auth.removed(url), auth
