"""Hostile requests to every address of a node, from seeded random numbers: the bytes of each."""

import re
from collections.abc import Iterator
from random import Random
from urllib.parse import quote

from django.urls import URLResolver, get_resolver
from django.urls.converters import IntConverter

LONG = "a" * 5_000
VALUES = (
    "",
    "\0",
    "a\0b",
    "x",
    "0",
    "-1",
    "9" * 30,
    "1e999",
    "NaN",
    "'\"><script>alert(1)</script>",
    "{{7*7}}${7*7}",
    "\r\nSet-Cookie: a=b",
    "../../../../etc/passwd",
    "()[]{}*?+^~:\\/!-",
    'title:"a',
    "((((((((((((a",
    "a AND OR NOT b",
    "*",
    "a* " * 300,
    "\u202e\u0000\uffff\U0001f600",
    "\ud800",
    r"\ud800",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2024-02-30T25:61:61Z",
    LONG,
)
ENCODED = (
    "%",
    "%zz",
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "%c0%af",
    "%u0041",
    "+",
    "&",
    ";",
    "=",
    "#",
    "%0d%0aX: y",
    "é",
)
HEADERS = (
    (
        "Host",
        ("", "evil.example", "localhost:0", "localhost:99999999", "[::1", "a" * 300, "é", "a b", "@", ".."),
    ),
    (
        "Accept",
        ("", "*", "text/turtle;q=9", "text/html;q=0", ",;=,;", "a/b;" * 2_000, "*/*;q=1e9", "é", "text/*"),
    ),
    (
        "Accept-Language",
        ("", "xx", "de;q=2,*", "-,-;", "nl-" * 600, ",".join(["nl"] * 2_000), "é", "../../de"),
    ),
    ("Accept-Encoding", ("gzip;q=9", "identity;q=0", "*;q=0", "gzip," * 1_000, "br, gzip")),
    (
        "Cookie",
        (
            "=",
            ";;;",
            "django_language=\0",
            "a=" + LONG,
            "csrftoken=x; " * 300,
            "django_language=../xx",
            "é=é",
        ),
    ),
    (
        "Range",
        ("bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-0," * 300, "lines=1", "bytes=" + "9" * 40 + "-"),
    ),
    ("If-None-Match", ("*", '"', 'W/"', '"a", ' * 900, "é", 'W/"\\"')),
    ("If-Match", ("*", '"', '"nothing"', "é")),
    (
        "If-Modified-Since",
        ("", "0", "Thu, 01 Jan 0000 00:00:00 GMT", "Fri, 31 Dec 99999 23:59:59 GMT", "a" * 900),
    ),
    ("If-Unmodified-Since", ("Mon, 31 Feb 2020 99:99:99 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "é")),
    ("Origin", ("null", "http://evil.example", "é")),
    ("Referer", ("http://[", "javascript:1", LONG)),
    ("X-Forwarded-For", ("é", "127.0.0.1, " * 500)),
    ("X-Forwarded-Host", ("evil.example", "a\tb")),
    ("X-Forwarded-Proto", ("https", "gopher")),
    ("Forwarded", ("for=_;proto=https;host=evil.example",)),
    ("X-HTTP-Method-Override", ("DELETE",)),
    ("X-CSRFToken", ("a" * 32, "é")),
    ("HX-Request", ("true",)),
    ("Expect", ("100-continue", "nothing")),
    ("Upgrade", ("websocket", "h2c")),
    ("Transfer-Encoding", ("chunked", "gzip", "chunked, chunked", "identity")),
    ("Content-Length", ("-1", "+1", "1_0", "99999999999999999999", "0x10", "1, 2", "é")),
    ("Authorization", ("Basic ", "Basic !!!", "Bearer " + LONG)),
    ("bad header", ("x",)),
    ("X_Under", ("x",)),
    ("", ("x",)),
)
CHARSETS = (
    "zlib",
    "undefined",
    "idna",
    "rot13",
    "hex",
    "base64",
    "punycode",
    "utf-7",
    "utf-16",
    "é",
    "'\"",
    "a\tb",
    "mbcs",
    "unicode_escape",
    "raw-unicode-escape",
    "x; charset*=utf-8''unicode_escape",
    "x; charset*=zlib''x",
    "x; charset*=nothing''x",
)
TYPES = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "b" * 500,
    "multipart/form-data",
    "application/json",
    "text/xml",
    ";;;=",
    "é",
)
METHODS = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "get",
    "G\0T",
    "A" * 500,
)
BODIES = (
    b"",
    b"verb=Identify",
    b"verb=ListRecords&metadataPrefix=dcat_ap",
    b"verb=Identify&verb=" + b"%ff" * 500,
    b"a=1&" * 1_500,
    b"\x78\x9c\x03\x00\x00\x00\x00\x01",
    b"\0" * 300,
    b"[" * 5_000,
    b'--x\r\nContent-Disposition: form-data; name="verb"\r\n\r\nIdentify',
    b'--x\r\nContent-Disposition: form-data; name="a"; filename="../b"\r\n\r\n1\r\n--x--\r\n',
    b"--x\r\n" * 1_200,
    b"--x\r\nContent-Disposition: form-data; name*=unicode_escape''%5cud800\r\n\r\n\\ud800\r\n--x--\r\n",
    b"--x\r\nContent-Disposition: form-data; name*=zlib''a; filename*=nothing''x\r\n\r\n1\r\n--x--\r\n",
    b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--',
)
FIELDS = ("verb", "metadataPrefix", "resumptionToken", "from", "until", "set", "identifier")
VERBS = (
    "Identify",
    "ListRecords",
    "ListIdentifiers",
    "ListSets",
    "ListMetadataFormats",
    "GetRecord",
    "Nothing",
)


_GROUP = re.compile(r"\(\?P<\w+>[^()]*\)")  # a parameter of what is included


def addresses(values: dict[str, list[str]]) -> list[str]:
    """Every address of the node, from its table of URLs. ``values``: parameter -> what to put there."""
    return sorted(set(_addresses(get_resolver(), "/", values)))


def _addresses(resolver: URLResolver, prefix: str, values: dict[str, list[str]]) -> Iterator[str]:
    found = (one for _, routes in resolver.reverse_dict.lists() for one in routes)
    forms = ((form, converters) for forms, _, _, converters in found for form in forms)
    for (template, parameters), converters in forms:
        numbers = {name for name, converter in converters.items() if isinstance(converter, IntConverter)}
        every = [values.get(name, ["1" if name in numbers else "x"]) for name in parameters]
        for number in range(max(map(len, every), default=1)):
            parts = {name: these[number % len(these)] for name, these in zip(parameters, every, strict=True)}
            yield prefix + template % parts
    for inner, within in resolver.namespace_dict.values():
        yield from _addresses(within, prefix + _GROUP.sub("x", inner), values)


def requests(random: Random, paths: list[str], fields: list[str]) -> Iterator[bytes]:
    """Requests without end: each takes an address and spoils some of its parts."""
    while True:
        method = "GET" if random.random() < 0.5 else random.choice(METHODS)
        target = _path(random, random.choice(paths)) + _query(random, fields)
        headers = [("Host", "localhost"), ("Connection", "close")]
        body = b""
        if method not in ("GET", "HEAD") or random.random() < 0.1:
            body = random.choice(BODIES)
            kind = random.choice(TYPES)
            if random.random() < 0.5:
                kind += f"; charset={random.choice(CHARSETS)}"
            headers += [("Content-Type", kind), ("Content-Length", str(len(body)))]
        for _ in range(random.choice((0, 0, 1, 1, 2, 5))):
            name, choices = random.choice(HEADERS)
            if name == "Host":
                headers = [header for header in headers if header[0] != name or random.random() < 0.2]
            headers.append((name, random.choice(choices)))
        if any(name == "Transfer-Encoding" for name, _ in headers):  # an end that waits for nothing
            body += b"\r\n0\r\n\r\n"
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        yield (
            f"{method} {target} HTTP/1.{random.choice('1110')}\r\n{head}\r\n".encode("utf-8", "replace")
            + body
        )


def _path(random: Random, path: str) -> str:
    spoil = random.random()
    if spoil < 0.6:
        return path
    cut = random.randint(0, len(path))
    piece = random.choice(
        (*ENCODED, "/", "//", "/../", ".", " ", LONG, quote(_value(random), safe="", errors="replace"))
    )
    return path[:cut] + piece + path[cut:] if spoil < 0.9 else piece


def _query(random: Random, fields: list[str]) -> str:
    most = random.choice((0, 1, 1, 2, 4, 8, 1_100))
    if not most:
        return random.choice(("", "?", "?&&&", "?=", "??"))
    pieces = []
    for _ in range(most if most > 8 else random.randint(1, most)):
        name = random.choice(fields)
        value = random.choice(VERBS) if name == "verb" else quote(_value(random), errors="surrogatepass")
        if random.random() < 0.1:
            value = random.choice(ENCODED)
        pieces.append(f"{name}={value if most <= 8 else value[:5]}")
    return "?" + "&".join(pieces)


def _value(random: Random) -> str:
    return random.choice(VALUES)
