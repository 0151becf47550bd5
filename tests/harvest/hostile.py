"""Documents that attack whoever reads them: ways to spoil a real one, each with chance from a seed."""

import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from random import Random

from tests.proofs import length

DCAT = "http://www.w3.org/ns/dcat#"
MUCH = length(10_000, 100_000)

# Between two elements, between two members, at the end of a line.
_PLACES = {
    b"<": re.compile(rb">\s*(?=<)"),
    b"{": re.compile(rb",\s*(?=\")|\{(?=\")"),
    b"": re.compile(rb"\n"),
}
# The content of an element, of a text in JSON, of a literal.
_TEXTS = {
    b"<": re.compile(rb">([^<>]+)<"),
    b"{": re.compile(rb'"([^"\\]+)"'),
    b"": re.compile(rb'"([^"\\]+)"'),
}

Attack = Callable[[bytes, Random], bytes]


def chain(terms: int = 100_000) -> str:
    """JSON-LD whose context defines each term by the next: resolving a term overflows the stack.

    They are resolved in no particular order, so of 10,000 terms none may be far enough from the end.
    """
    context = {f"t{number}": f"t{number + 1}" for number in range(terms)}
    context[f"t{terms}"] = "http://x.example/p"
    return json.dumps(
        {"@context": context, "@id": "http://data.example/1", "@type": f"{DCAT}Dataset", "t0": "value"}
    )


def overflowing(body: bytes, title: str, protocol: str) -> tuple[bytes, str]:
    """The answer with a document in place of the title that overflows the stack of whoever follows it.

    And its media type; "" for that of the answer.
    """
    if protocol == "sparql":
        return (chain(10_000).encode(), "application/ld+json") if title.encode() in body else (body, "")
    if body.lstrip().startswith(b"{"):
        depth = b'{"a":[' * 100_000 + b"1" + b"]}" * 100_000
        written = [json.dumps(title, ensure_ascii=ascii).encode() for ascii in (True, False)]
        return body.replace(written[0], depth).replace(written[1], depth), ""
    deep = "<a>" * 100_000 + "</a>" * 100_000
    return body.replace(title.encode(), deep.encode()), ""


def _kind(content: bytes) -> bytes:
    start = content.lstrip()[:1]
    return b"{" if start == b"[" else start if start in (b"<", b"{") and b"<http" not in content[:6] else b""


def _somewhere(content: bytes, pattern: re.Pattern[bytes], chance: Random) -> tuple[int, int]:
    found = [match.span(match.re.groups) for match in pattern.finditer(content)]
    return chance.choice(found) if found else (len(content), len(content))


def _put(content: bytes, chance: Random, xml: bytes, member: bytes, lines: bytes) -> bytes:
    """Put one of these between two parts."""
    kind = _kind(content)
    piece = {b"<": xml, b"{": member + b",", b"": lines}[kind]
    _, at = _somewhere(content, _PLACES[kind], chance)
    return content[:at] + piece + content[at:]


def _said(content: bytes, chance: Random, *values: bytes) -> bytes:
    """Let a text say one of these instead."""
    start, end = _somewhere(content, _TEXTS[_kind(content)], chance)
    return content[:start] + chance.choice(values) + content[end:]


def _deep(content: bytes, chance: Random) -> bytes:
    deep = b"[" * MUCH + b"]" * MUCH
    return _put(
        content, chance, b"<a>" * MUCH + b"</a>" * MUCH, b'"x":' + deep, b"<x:a> <x:b> " + deep + b" .\n"
    )


def _many_attributes(content: bytes, chance: Random) -> bytes:
    xml = b"<a " + b" ".join(b'a%d="b"' % number for number in range(MUCH)) + b"/>"
    member = b",".join(b'"k%d":"v"' % number for number in range(MUCH))
    lines = b"".join(b"<x:a> <x:p%d> <x:b> .\n" % number for number in range(MUCH))
    return _put(content, chance, xml, member, lines)


def _same_attribute(content: bytes, chance: Random) -> bytes:
    return _put(
        content,
        chance,
        b"<a " + b'b="c" ' * 5000 + b"/>",
        b'"a":1,' * 5000 + b'"a":2',
        b"@base <x:> .\n" * 5000,
    )


def _long_text(content: bytes, chance: Random) -> bytes:
    return _said(content, chance, b"x" * 3_000_000, b"<a href=" * MUCH, b"&#38;" * MUCH, b" " * 2_000_000)


def _prefixes(content: bytes, chance: Random) -> bytes:
    name = b"http://x.example/" + b"y" * 200_000
    xml = b'<p:a xmlns:p="' + name + b'">' + b"<p:b/>" * 5000 + b"</p:a>"
    member = (
        b'"@context":{"p":"' + name + b'"},' + b",".join(b'"p:%d":"v"' % number for number in range(5000))
    )
    lines = (
        b"@prefix p: <" + name + b"> .\n" + b"".join(b"p:a p:b%d p:c .\n" % number for number in range(5000))
    )
    return _put(content, chance, xml, member, lines)


def _list(content: bytes, chance: Random) -> bytes:
    items = b"<x:i> " * MUCH
    member = b'"http://x.example/list":{"@list":[' + b",".join([b'"i"'] * MUCH) + b"]}"
    return _put(content, chance, b"<a>b</a>" * MUCH, member, b"<x:a> <x:b> (" + items + b") .\n")


def _entities(content: bytes, chance: Random) -> bytes:
    bomb = b'<!DOCTYPE a [<!ENTITY a "' + b"a" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">]>'
    return (
        bomb + _said(content, chance, b"&b;")
        if _kind(content) == b"<"
        else _put(content, chance, b"", b'"@type":"@id"', bomb)
    )


def _cut(content: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(1, len(content))]


def _nul(content: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + chance.choice([b"\0", b"\0" * MUCH, b"\x03", b"\xff\xfe\xff"]) + content[at:]


def _other_encoding(content: bytes, chance: Random) -> bytes:
    return content.decode("utf-8", "replace").encode(
        chance.choice(["utf-16", "utf-16-be", "utf-32", "utf-7", "cp037"])
    )


def _surrogates(content: bytes, chance: Random) -> bytes:
    return _said(content, chance, b"\\ud800", b"\xed\xa0\x80", b"&#xD800;", b"\\uDFFF\\uD800", b"\\U0000D800")


def _numbers(content: bytes, chance: Random) -> bytes:
    number = chance.choice([b"9" * 5000, b"1e999999999", b"-9223372036854775809", b"NaN", b"1E+400"])
    return _put(
        _said(content, chance, number),
        chance,
        b"<a>%s</a>" % number,
        b'"n":' + number,
        b"<x:a> <x:b> " + number + b" .\n",
    )


def _dates(content: bytes, chance: Random) -> bytes:
    ends = [
        b"0001-01-01T00:00:00+14:00",
        b"9999-12-31T23:59:59-14:00",
        b"-99999999999-01-01",
        b"2026-13-45T99:99:99Z",
    ]
    return _said(content, chance, *ends)


def _cycle(content: bytes, chance: Random) -> bytes:
    member = (
        b'"@context":{"a":{"@id":"b"},"b":"a","c":{"@context":{"c":{"@context":{}}}}},"a":1,"c":{"c":{"c":1}}'
    )
    triples = b"".join(b"_:c%d <x:next> _:c%d .\n" % (number, (number + 1) % 9) for number in range(9))
    return _put(content, chance, b'<a xml:base="../" xml:lang="en_US_x"/>' * 1000, member, triples)


def _chain(content: bytes, chance: Random) -> bytes:
    terms = chain(MUCH)[: -len(', "t0": "value"}')].removeprefix("{").encode()
    blanks = b"".join(b"_:c%d <x:next> _:c%d .\n" % (number, number + 1) for number in range(MUCH))
    return _put(content, chance, b"<a/>" * MUCH, terms + b',"t0":"v"', blanks)


def _nothing(content: bytes, chance: Random) -> bytes:
    return chance.choice([b"", b" " * MUCH, b"null", b"[]", b"<a/>", b"0", bytes(chance.randbytes(5000))])


ATTACKS: dict[str, Attack] = {
    function.__name__.lstrip("_"): function
    for function in (
        *(_deep, _many_attributes, _same_attribute, _long_text, _prefixes, _list, _entities, _cut, _nul),
        *(_other_encoding, _surrogates, _numbers, _dates, _cycle, _chain, _nothing),
    )
}


def packed(content: bytes, chance: Random, name: str) -> bytes:
    """In an archive, with a bomb beside it."""
    if chance.random() < 0.3:
        return gzip.compress(content + b" " * 50_000_000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../" * 50 + name, content)
        archive.writestr(name * 2, b" " * 50_000_000)
        archive.writestr(name, content)
    return file.getvalue()
