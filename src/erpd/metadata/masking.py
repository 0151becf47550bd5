"""Secrets in addresses, recognised and masked in whatever is shown: messages, reports, logs, JSON.

Not with the sources: every process needs it, and those take a third of a second to import.
"""

import json
import re
from urllib.parse import quote, quote_plus, unquote

from erpd.metadata.storable import storable

# Up to the last @ of the authority, as clients read it: in `//me:p@ss@host` the password is `p@ss`. What
# follows a colon and is not a port is a password too: `//me:pa/ss@host`.
_USER_INFO = re.compile(
    r"(?<=//)(?:[^/?#\s\"'<>]*@|[^/?#\s:@\[\]\"'<>]+:(?!\d{0,5}(?:[/?#\s]|$))[^\s\"'<>]{0,200}@)"
)
# A parameter, also of an address that is the value of another one (`?next=https%3A%2F%2Fhost%3Fkey%3D…`).
_PARAMETER = re.compile(
    r"(?:[?&;#]|%3[fFbB]|%2[36])((?:[\w.$*+~:\[\]-]|%(?!3[dDfFbB]|2[36])[0-9a-fA-F]{2}){1,80}?)(?:=|%3[dD])"
)
_VALUE = re.compile(r"(?:(?!%26|%23)[^&;#\s\"'<>])*")
_TOKEN_OF_A_PAGE = ("resumptiontoken", "continuationtoken", "pagetoken", "skiptoken", "nexttoken")
_SECRET = re.compile(
    r"(?:.*[-_.:])?(?:access|api|app|auth|account|client|consumer|license|master|private|secret|security|service"
    r"|shared|signing|subscription|user)?(?:key|token)|.*(?:password|passwd|passphrase|secret|signature"
    r"|credentials?|authorization)|pass|pwd|auth|sig|hmac|jwt|[a-z]*sessionid|phpsessid"
)
_SHORTEST = 5  # characters of a credential that is masked wherever it occurs; shorter ones are parts of words

_UNPRINTABLE = re.compile(r"[^\S ]+|[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

_credentials: set[str] = set()
_WWW = re.compile(r"\b(www)\.", re.IGNORECASE)


def masked(text: str) -> str:
    """Return a text with "…" for the secrets in its addresses and for every credential in use.

    >>> masked("https://me:pw@data.example/oai?api_key=123&set=a failed")
    'https://data.example/oai?api_key=…&set=a failed'
    """
    text = _USER_INFO.sub("", text)
    pieces: list[str] = []
    at = 0
    for found in _PARAMETER.finditer(text):
        if found.start() >= at and _is_secret(found[1]):
            pieces += text[at : found.end()], "…"
            at = _end_of_value(text, found.end())
    text = "".join(pieces) + text[at:]
    if _credentials:
        own = "|".join(map(re.escape, sorted(_credentials, key=len, reverse=True)))
        text = re.sub(own, "…", text, flags=re.IGNORECASE)
    return text


def secrets_in(url: str) -> list[str]:
    """Return the parameters of an address that hold a secret, as they are written there: ``["key=123"]``."""
    found = (match for match in _PARAMETER.finditer(url) if _is_secret(match[1]))
    return [url[match.start(1) : _end_of_value(url, match.end())] for match in found]


def has_user_info(url: str) -> bool:
    """Whether an address has a user name or a password."""
    return bool(_USER_INFO.search(url))


def mask_always(credential: str) -> None:
    """Mask a credential from now on wherever it occurs: servers repeat it in their messages."""
    if len(credential) >= _SHORTEST:
        coded = quote(credential), quote(credential, safe=""), quote_plus(credential)
        _credentials.update((credential, json.dumps(credential)[1:-1], *coded))


def _is_secret(name: str) -> bool:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", unquote(name)).lower()
    return bool(_SECRET.fullmatch(name)) and re.sub("[^a-z]", "", name) not in _TOKEN_OF_A_PAGE


def _end_of_value(text: str, start: int) -> int:
    found = _VALUE.match(text, start)
    return found.end() if found else start


def plain(text: str, most: int = 500) -> str:
    """Return untrusted text, safe for terminals and logs: one line, bounded, without control characters."""
    text = storable(" ".join(_UNPRINTABLE.sub(" ", text[: most * 4]).split()))
    return text if len(text) <= most else text[:most] + "…"


def shown(text: str, most: int = 500) -> str:
    """Return untrusted text for people, such as an address: plain, without user name, password and keys."""
    return plain(masked(text), most)


def unlinked(text: str) -> str:
    """Return text of a stranger for a mail of ours: programs make no link of an address in it.

    >>> unlinked("see https://a.example/ or www.a.example")
    'see https[:]//a.example/ or www[.]a.example'
    """
    return _WWW.sub(r"\1[.]", text.replace("://", "[:]//"))
