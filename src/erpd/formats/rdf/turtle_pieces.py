"""Cuts broken Turtle and TriG at the ends of statements, in one pass over strings, IRIs and comments."""

import re
from collections.abc import Iterator

from erpd.formats.rdf.damaged import decoded

# A namespace is repeated for each statement that uses it.
LONGEST_NAMESPACE = 2_000
_TOKEN = re.compile(
    rb'("""|\'\'\')|"(?:[^"\\\n\r]|\\[^\n\r])*+"|\'(?:[^\'\\\n\r]|\\[^\n\r])*+\'|["\'][^\n\r]*+'
    rb"|<[^<>\n\r]*+>|#[^\n\r]*+|\{\||\|\}"
    rb"|(?<![^\s.>}])(@?(?:prefix[ \t]+([^\s:<>]*+):|base)[ \t]*<([^<>\s]*+)>)[ \t]*\.?"
    rb"|(\.(?=[\s#<\[(@}]|\Z))|([{}])",
    re.IGNORECASE,
)
# A long string ends at its quotes, or before a line that begins a resource of some class: then the quotes
# were forgotten.
_RESOURCE = rb"(?:<[^<>\s]*+>|[\w-]*+:[^\s\"']++)\s++a\s"
_LONG = {
    b'"""': re.compile(rb'(?:[^"\\\n]|\\.|"(?!"")|\n(?!' + _RESOURCE + rb"))*+", re.DOTALL),
    b"'''": re.compile(rb"(?:[^'\\\n]|\\.|'(?!'')|\n(?!" + _RESOURCE + rb"))*+", re.DOTALL),
}
# The start of a name, up to its colon.
_PREFIX = re.compile(rb"(?<![^\s:<>\"'(),;\[\]^])([^\s:<>\"'(),;\[\]^]*+):")
# Where a person would see the next statement begin, although the one before has no end: at the start of a
# line, after a dot, an empty line or a comment.
_LINE_END = re.compile(
    rb"(?<=\.)[ \t]*+\r?\n(?:[ \t]*+(?:#[^\n]*+)?\r?\n)*+|\n(?:[ \t]*+(?:#[^\n]*+)?\r?\n)++"
)
_BEGINNING = re.compile(rb"<\S|_:|[\w-]*+:\S")
_IN_IRI = re.compile(rb"<[^\s<>\"{}|^`]*+")
_NAME = re.compile(rb"[^\s>\"'()\[\]{}]")
_SUBJECT = re.compile(rb"(?:\s|#[^\n]*+\n)*+<([^<>\s]++)>\s")
_DATA_SET = re.compile(rb"[\s;](?:[\w-]*:Dataset\b|<http://www\.w3\.org/ns/dcat#Dataset>)")


def cut(document: bytes, graphs: bool) -> Iterator[tuple[bytes, bytes, bytes, int]]:
    """Yield each statement as (the prefixes that it uses, the statement, what ends it, where it begins).

    With ``graphs`` (TriG), the names of graphs and the braces around their statements are left out.
    """
    base = b""
    prefixes: dict[bytes, bytes] = {}
    start = 0

    def piece(end: int, foot: bytes = b"") -> Iterator[tuple[bytes, bytes, bytes, int]]:
        statement = document[start:end]
        if statement.strip():
            used = {*_PREFIX.findall(statement)} & prefixes.keys()
            head = base + b"".join(sorted(prefixes[name] for name in used))
            yield head, statement, foot, start

    for token, _ in _tokens(document):
        position = token.end()
        _, directive, name, iri, dot, brace = token.groups()
        if directive:
            yield from piece(token.start())
            start = position
            if len(iri) <= LONGEST_NAMESPACE and name is None:
                base = b"@base <%s> .\n" % iri
            elif len(iri) <= LONGEST_NAMESPACE:
                prefixes[name] = b"@prefix %s: <%s> .\n" % (name, iri)
        elif dot:
            yield from piece(position)
            start = position
        elif brace and graphs:
            if brace == b"}":
                yield from piece(token.start(), b" .")
            start = position
    yield from piece(len(document))


def _tokens(document: bytes) -> Iterator[tuple[re.Match[bytes], int]]:
    """The tokens, and where each ends. Of a long string that has no end, only the quotes are passed over."""
    no_end_before = dict.fromkeys(_LONG, 0)
    position = 0
    while token := _TOKEN.search(document, position):
        position = end = token.end()
        if (quote := token[1]) and position >= no_end_before[quote]:
            end = _LONG[quote].match(document, position).end()  # type: ignore[union-attr]
            if document.startswith(quote, end):
                position = end = end + len(quote)
            else:
                no_end_before[quote] = end
        yield token, end


def cut_again(statement: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the statements within one that cannot be read, because it may have swallowed the next ones.

    With each comes where it begins.
    """
    ends = [end.end() for end in _LINE_END.finditer(statement)]
    ends = [end for end in ends if _BEGINNING.match(statement, end)]
    for start, end in zip([0, *ends], [*ends, len(statement)], strict=True):
        for _, part, _, begin in cut(statement[start:end], graphs=False):
            yield part, start + begin


def subject(piece: bytes) -> str:
    """Return the IRI of what the statement is about, or "" if it is not known."""
    found = _SUBJECT.match(piece)
    return decoded(found[1]) if found else ""


def is_data_set(piece: bytes) -> bool:
    return _DATA_SET.search(piece) is not None


def ends(rest: bytes) -> bool:
    """Whether a document whose last statements, from ``rest`` on, are broken ends with the end of one.

    A stop in a text or an IRI is no end, nor is one after a name, which may go on after it. But no document
    can be cut in a short string with a line's end in it: its quotes were forgotten.
    """
    if _IN_IRI.fullmatch(rest, rest.rfind(b"<")):
        return False
    ended, after = False, 0
    for token, end in _tokens(rest):
        quote, directive, _, _, dot, brace = token.groups()
        sign = token[0]
        if quote:
            if end == len(rest):
                return False
            ended = False
        elif sign.startswith(b"#"):
            ended = ended and not rest[after : token.start()].strip()
        elif sign[:1] in (b'"', b"'"):
            ended = end < len(rest) and sign.rstrip().endswith(b".")
        else:
            named = end == len(rest) and _NAME.search(rest[max(after, token.start() - 1) : token.start()])
            ended = bool(directive or brace == b"}" or (dot and not named))
        after = end
    return ended and not rest[after:].strip()


def ends_in_graph(document: bytes) -> bool:
    """Whether the last brace of a document in TriG opens a graph."""
    last = b""
    for token, _ in _tokens(document):
        last = token[6] or last
    return last == b"{"
