"""Whether a text is an IRI (RFC 3987), and if not, which IRI was meant."""

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from pyoxigraph import NamedNode

from erpd.metadata.telephone import telephone_link

# Characters: longer texts are not cached, and texts too long for any server's request line are not repaired.
_REMEMBERED = 300
LONGEST = 8000

# A broken text is only an IRI if it has one of these schemes: "See: annex" is not one.
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
# Two addresses in one text: read as one, they would lead nowhere.
_TWO = re.compile(r"(?:\s|[,;|]\s*)[\"'<(]?(?:https?://|ftps?://|www\.)", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_LINE_BREAKS = frozenset("\t\r\n\v\f\x85\u2028\u2029")
_AFTER_SCHEME = re.compile(r"^([A-Za-z]{3,6}:) *(?=//)|(?<=://) +")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:- ?[0-9A-Fa-f]{4}){3}- ?[0-9A-Fa-f]{12}(?![0-9A-Fa-f])")
_AUTHORITY = "://publications.europa.eu/resource/authority/"
_ADDRESS = re.compile(r"[^\s<>@,;:\"()?#&%/=]+@[^\s<>@,;:\"()?#&%/=]+")
_NAMED = re.compile(r"[^<>@]*<\s*([^\s<>@,;:\"()?#&%/=]+@[^\s<>@,;:\"()?#&%/=]+)\s*+(?:>\s*+)?+")
_BETWEEN = re.compile(r"\s*[,;]\s*|\s+")
_HOST = re.compile(r"(?<=://)[^/?#]*")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# What RFC 3987 allows nowhere; private-use characters too, although it allows them in queries.
_ILLEGAL = re.compile(
    r"[^!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    r"\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd\U000e1000-\U000efffd]"
)
_AROUND = " \t\r\n\v\f\x85\u00a0\u2028\u2029\u200b\ufeff"
_SIGNS = "<>\"'`"
_PAIRS = {"<": ">", ">": "<"}
# Signs that no host may have (RFC 3987, 2.2; WHATWG URL, 3.5): encoded, they lead nowhere.
_is_no_host = re.compile(r"[\s<>\"'`^|{}\\\[\]]|%(?![89A-Fa-f])").search


def runs(text: str) -> bool:
    """Whether following this as a link would run it, or show it as a page of ours."""
    return text.partition(":")[0].strip().lower() in ("javascript", "vbscript", "data")


def is_iri(text: str) -> bool:
    """Whether ``text`` is an absolute IRI. pyoxigraph, which writes and stores it, decides.

    >>> is_iri("https://data.example/1"), is_iri("data.example/1")
    (True, False)
    """
    return _remembered(text) if len(text) <= _REMEMBERED else _accepted(text)


def repair_iri(text: str, base: str = "") -> str:
    """Return the IRI that ``text`` was meant to be, resolved against ``base`` if it is relative.

    Returns "" if the IRI cannot be determined. A text that is an IRI already is returned unchanged.

    >>> repair_iri("https://data.example/a file.csv")
    'https://data.example/a%20file.csv'
    >>> repair_iri("see the website")
    ''
    """
    if is_iri(text):
        return text
    text = _stripped(text)
    if not text or len(text) > LONGEST:
        return ""
    if _TWO.search(text):
        return ""
    text = _joined(text)
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


def _stripped(text: str) -> str:
    """Remove blanks and quotation marks around an address; a mark whose partner is in the address stays."""
    text = text.strip(_AROUND)
    if len(text) > LONGEST:
        return text
    bare = text.strip(_AROUND + _SIGNS)
    begin = text.find(bare)
    before, after = text[:begin], text[begin + len(bare) :]
    for sign in _SIGNS:
        partner = _PAIRS.get(sign, sign)
        if partner in bare and sign in after:  # http://a.eu/<id>, <http://a.eu/<id>>
            return text[begin : len(text) - before.count(partner)]
    return bare


def _joined(text: str) -> str:
    """Remove line breaks and blanks that are not part of the address.

    These are tabs and line breaks with the indentation around them, which every browser removes (WHATWG URL,
    4.4), and blanks next to a scheme. An XML parser turns a line break in an attribute into a blank (XML 1.0,
    3.3.3). Such a blank is only recognisable in names that contain none: UUIDs, and the "access- right" in
    the example of G5.1.3. Anywhere else, a blank is part of the name.
    """
    text = _BLANKS.sub(lambda blanks: blanks[0] if _LINE_BREAKS.isdisjoint(blanks[0]) else "", text)
    text = _AFTER_SCHEME.sub(r"\1", text, count=2)
    if " " in text:
        text = _UUID.sub(lambda uuid: uuid[0].replace(" ", ""), text)
        if _AUTHORITY in text:
            text = text.replace(" ", "")
    return text


def _repair_mailto(text: str) -> str:
    """Keep only the addresses, if every one is recognisable, separated by commas (RFC 6068, 2)."""
    named = _NAMED.fullmatch(text, len("mailto:"))
    if named:
        return "mailto:" + named[1]
    addresses = _BETWEEN.split(text[len("mailto:") :].strip())
    if all(map(_ADDRESS.fullmatch, addresses)):
        return "mailto:" + ",".join(addresses)
    return text


def _repair_telephone(text: str) -> str:
    return telephone_link(text[len("tel:") :], local=True)


def _repair_address(text: str) -> str:
    scheme, colon, rest = text.partition(":")
    if rest.startswith("\\\\"):
        rest = rest.replace("\\", "/")
    text = _HOST.sub(lambda host: host[0].strip(), scheme + colon + rest, count=1)
    host = _HOST.search(text)
    return "" if host and _is_no_host(host[0].rpartition("@")[2]) else text


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
