"""Is this text an IRI (RFC 3987), and if not: what was it meant to be?"""

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from pyoxigraph import NamedNode

# Longer texts are not remembered, and none is repaired that is longer than any server takes in a request.
_REMEMBERED = 300
LONGEST = 8000

# Only these are believed of a broken text: "See: annex" is not an IRI of the scheme "see".
_SCHEMES = frozenset(
    (
        "http",
        "https",
        "ftp",
        "ftps",
        "sftp",
        "file",
        "mailto",
        "tel",
        "urn",
        "doi",
        "hdl",
        "info",
        "data",
        "ark",
    )
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BLANKS = re.compile(r"\s+")
_LINE_BREAKS = frozenset("\r\n\v\f\x85\u2028\u2029")
_ADDRESS = re.compile(r"[^\s<>@,;:\"()]+@[^\s<>@,;:\"()]+")
_HOST = re.compile(r"(?<=://)[^/?#]*")
_BAD_PORT = re.compile(r":(?!\d*$)[^\]:@]*$")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# What RFC 3987 allows nowhere (private characters are allowed in queries only, so they count as well).
_ILLEGAL = re.compile(
    r"[^!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    r"\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd\U000e1000-\U000efffd]"
)
_AROUND = " \t\r\n\v\f\x85\u00a0\u2028\u2029\u200b\ufeff<>\"'`"


def is_iri(text: str) -> bool:
    """Whether ``text`` is an absolute IRI; pyoxigraph, which writes and stores it, is the arbiter."""
    return _remembered(text) if len(text) <= _REMEMBERED else _accepted(text)


def repair_iri(text: str, base: str = "") -> str:
    """The IRI that ``text`` was meant to be, resolved against ``base`` where it is relative.

    "" where it cannot be told; else ``is_iri`` of it holds. What is an IRI already comes back as it is.
    """
    if is_iri(text):
        return text
    text = text.strip(_AROUND)
    if not text or len(text) > LONGEST:
        return ""
    text = _BLANKS.sub(_joined, text)
    scheme = _SCHEME.match(text)
    if not scheme:
        if text[:4].lower() == "www.":
            return repair_iri("http://" + text)
        return repair_iri(_resolved(base, text)) if is_iri(base) else ""
    name = scheme[1].lower()
    if name not in _SCHEMES:
        return text if is_iri(text) else ""
    text = _percent_encode(_REPAIRS.get(name, _repair_address)(text))
    return text if is_iri(text) else ""


def _joined(blanks: re.Match[str]) -> str:
    """Nothing for a broken line, else the blanks.

    An XML parser makes a blank of a line break in an attribute (XML 1.0, 3.3.3): the "access- right" of
    the example in G5.1.3. Lines break beside a slash or at one side of a hyphen; " - " is a dash.
    """
    text, start, end = blanks.string, blanks.start(), blanks.end()
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    if not _LINE_BREAKS.isdisjoint(blanks[0]) or before[-1:] == "/" or after[:1] == "/":
        return ""
    if before[-1:] == "-":
        return blanks[0] if before[:1].isspace() else ""
    if after[:1] == "-":
        return blanks[0] if after[1:].isspace() else ""
    return blanks[0]


def _repair_mailto(text: str) -> str:
    address = _ADDRESS.search(text, len("mailto:"))
    return "mailto:" + address[0] if address and _BLANKS.search(text) else text


def _repair_telephone(text: str) -> str:
    return _BLANKS.sub("", text)


def _repair_address(text: str) -> str:
    scheme, colon, rest = text.partition(":")
    if rest.startswith("\\\\"):
        rest = rest.replace("\\", "/")
    return _HOST.sub(lambda host: _BAD_PORT.sub("", host[0].strip()), scheme + colon + rest, count=1)


_REPAIRS = {"mailto": _repair_mailto, "tel": _repair_telephone}


def _percent_encode(text: str) -> str:
    text, sign, fragment = _BAD_PERCENT.sub("%25", text).partition("#")
    text += sign + fragment.replace("#", "%23")
    return _ILLEGAL.sub(lambda character: "".join(f"%{byte:02X}" for byte in _bytes(character[0])), text)


def _bytes(character: str) -> bytes:
    return character.encode("utf-8", errors="replace")


def _resolved(base: str, text: str) -> str:
    try:
        resolved = urljoin(base, text)
        return resolved if urlsplit(resolved).scheme else ""
    except ValueError:
        return ""


def _accepted(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


_remembered = lru_cache(maxsize=8192)(_accepted)
