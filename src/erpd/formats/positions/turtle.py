"""Marks in Turtle, TriG, N-Triples and N-Quads. No parser tells where a statement stands, so we look for it.

It accepts more than the syntaxes do: what is wrong, the parser says. After a fault, it goes on at the next
statement.
"""

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from erpd.formats.positions.mark import LONGEST_VALUE, TEXT, UNNAMED, Mark, Position
from erpd.formats.positions.names import Names
from erpd.formats.positions.text import Tokens, text_of
from erpd.metadata.terms import RDF

# A long string ends at its quotes, or before a line that begins a resource of some class: then the quotes
# were forgotten.
_NO_RESOURCE = r"\n(?!(?:<[^<>\s]*+>|[\w-]*+:[^\s\"']++)\s++a\s)"
_LOCAL = r"(?:[\w-]|[^\x00-\x7f]|%[0-9A-Fa-f]{2}|\\.|:|\.++(?=[\w:%\\-]|[^\x00-\x7f]))*+"
_CUT = r"(?:>|\Z)"  # a token that the end of a chunk cuts is matched, too, and then waits for the next one
# Few dots: otherwise each part of a long word with dots and without a colon would be a start to look from.
_PREFIX = r"(?:(?:[\w-]|[^\x00-\x7f])++(?:\.++(?:[\w-]|[^\x00-\x7f])++){0,50}+)?+:"
_TOKEN = re.compile(
    r"\s*+(?:(?P<iri><[^<>\n]*+" + _CUT + r")"
    r'|(?P<long>"""(?:[^"\\\n]|\\.|"(?!"")|' + _NO_RESOURCE + r')*+(?:"""|)'
    r"|'''(?:[^'\\\n]|\\.|'(?!'')|" + _NO_RESOURCE + r")*+(?:'''|))"
    r'|(?P<text>"(?:[^"\\\n]++|\\.)*+"?|' + r"'(?:[^'\\\n]++|\\.)*+'?)"
    r"|(?P<blank>_:" + _LOCAL + r")"
    r"|(?P<comment>\#[^\n]*+)"
    r"|(?P<directive>@?\b(?i:prefix\s++(?P<prefix>[^\s:<>]*+):|base)\s*+<(?P<space>[^<>\n]*+)>[ \t]*+\.?"
    r"|@?\b(?i:prefix(?:\s++[^\s:<>]*+(?::\s*+(?:<[^<>\n]*+)?)?)?|base\s*+(?:<[^<>\n]*+)?)\Z)"
    r"|(?P<kind>\^\^(?:<[^<>\n]*+" + _CUT + r"|" + _PREFIX + _LOCAL + r"|\Z)|\^\Z|@(?:[A-Za-z][\w-]*+|\Z))"
    r"|(?P<name>" + _PREFIX + _LOCAL + r")"
    r"|(?P<number>[+-]?(?:\d++(?:\.\d++)?|\.\d++)(?:[eE][+-]?\d++)?)(?![\w-]|[^\x00-\x7f])"
    r"|(?P<sign>[.;,\[\](){}])"
    r"|(?P<word>(?:[\w-]|[^\x00-\x7f])++)|.|\Z)",  # as long as what a prefix may begin with
    re.DOTALL,
)
_BRACKETS = ("[", "(")
_DEEPEST = 1_000
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SIGNS = {"t": "\t", "b": "\b", "n": "\n", "r": "\n", "f": "\f"}


def marks(opened: Callable[[], BinaryIO], base: str = "") -> Iterator[Mark]:
    """Yield the marks of a document, in its order."""
    tokens = Tokens(text_of(opened()), _TOKEN)
    terms, state = _Terms(base), _State()
    for token in tokens:
        kind = token.lastgroup
        if kind is None:
            continue
        written = token[kind]
        if kind == "sign" and written not in "[(":
            state.sign(written)
        elif kind == "directive":
            terms.declare(token["prefix"], token["space"])
            state.sign(".")
        elif value := terms.value(kind, written):
            yield from state.term(
                value, tokens.at(token.start(kind)), written if kind in ("sign", "word") else ""
            )
            if len(state.around) > _DEEPEST:
                return


class _Terms:
    """What the terms of a document mean."""

    def __init__(self, base: str) -> None:
        self._names = Names(base)
        self._spaces: dict[str, str] = {}
        self._blank = 0

    def declare(self, prefix: str | None, space: str) -> None:
        iri = self._names.iri(_unescaped(space))
        if prefix is None:
            self._names.base = iri
        else:
            self._spaces[prefix] = iri

    def value(self, kind: str, written: str) -> str:
        """Return the name of a node, or a text with a quote before it; "" for what is no term."""
        if kind == "iri":
            return self._names.iri(_unescaped(written[1:-1]))
        if kind == "name":
            prefix, _, local = written.partition(":")
            return self._names.iri(self._spaces.get(prefix, f"{prefix}:") + _unescaped(local))
        if kind == "text":
            return TEXT + _unescaped(written[1:-1])
        if kind == "long":
            return TEXT + _unescaped(written[3:-3])
        if kind == "sign":
            self._blank += 1
            return f"{UNNAMED}{self._blank}"
        if kind == "number" or written in ("true", "false"):
            return TEXT + written
        if kind == "word":
            return RDF.type.value if written == "a" else ""
        return written if kind == "blank" else ""


class _State:
    """How far the current statement has come."""

    def __init__(self) -> None:
        self.around: list[tuple[str, str, Position | None, bool]] = []
        """The statements in which the current brackets stand."""
        self._subject = self._predicate = ""
        self._said: Position | None = None  # where the predicate stands, until its first value
        self._whole = self._in_list = False
        self._line = 0  # of the last term

    def sign(self, sign: str) -> None:
        if sign == ",":
            self._whole = False
        elif sign == ";":
            self._predicate, self._whole = "", False
        elif sign in "])":
            if self.around:
                self._subject, self._predicate, self._said, self._in_list = self.around.pop()
                self._whole = bool(self._predicate) and not self._in_list
        else:
            self._subject = self._predicate = ""
            self._whole = self._in_list = False
            self.around.clear()

    def term(self, value: str, at: Position, written: str) -> Iterator[Mark]:
        """Take a term. ``written`` is the bracket with which it begins, or its word; "" for any other."""
        if self._whole:
            if at.line == self._line:
                return  # the name of a graph, in N-Quads
            self.sign(".")  # the end of the statement is missing
        if written == "a" and self._predicate and self._said and not self.around:
            # ``a`` is no value: a statement that ends with ";" lacks its end, and this is the next one
            self._subject, self._predicate, begin = self._predicate, "", self._said
            yield Mark(self._subject, "", "", *begin)
        self._line = at.line
        if not self._subject:
            self._subject = value
            yield Mark(value, "", "", *at)
        elif not self._predicate:
            self._predicate, self._said = value, at
        else:
            yield Mark(self._subject, self._predicate, value[: LONGEST_VALUE + 1], *(self._said or at))
            self._said, self._whole = None, not self._in_list
            if written in _BRACKETS:
                yield Mark(value, "", "", *at)
        if written in _BRACKETS:
            self.around.append((self._subject, self._predicate, self._said, self._in_list))
            self._in_list = written == "("
            self._subject, self._predicate = value, RDF.first.value if self._in_list else ""
            self._said, self._whole = None, False


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_sign, text) if "\\" in text else text


def _sign(escape: re.Match[str]) -> str:
    if escape[3]:
        return _SIGNS.get(escape[3], escape[3])
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number <= 0x10FFFF else "\ufffd"
