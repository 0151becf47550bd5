"""The query language of ``q`` and ``fq``: that of Lucene, as far as harvesters use it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import unquote

from erpd.publish.ckan_api.errors import BadSearch
from erpd.publish.ckan_api.fields import by_value, by_words, is_known, time_field
from erpd.register.search.fielded import EVERYTHING, All, Any, Between, Condition, Not, Titled, Words

LONGEST = 20_000  # characters: Solr takes 8,000 in an address
MOST_CLAUSES = 1_024  # maxBooleanClauses of Solr
DEEPEST = 30
_STAR = "*"

_TOKEN = re.compile(
    r"""(?P<blank>\s+)
    |"(?P<phrase>(?:[^"\\]|\\.)*)"(?:~\d*)?
    |(?P<range>[\[{][^\[\]{}]*[\]}])
    |(?P<open>\()|(?P<close>\))
    |(?P<both>&&)|(?P<either>\|\|)
    |(?P<sign>[-+!](?=[^\s)]))
    |(?P<field>(?:\\.|[\w.*-])+):(?=\S)(?!//)
    |(?P<word>(?:\\.|[^\s()\[\]{}"\\])+)""",
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r"(?:\\.|[^\s()\[\]{}\"\\])+", re.DOTALL)
_BOOST = re.compile(r"[\^~]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ENDS = re.compile(r"([\[{])\s*(\S+)\s+TO\s+(\S+?)\s*([\]}])", re.IGNORECASE)
_PLUS = re.compile(r"(?<=[^\s(:])\+(?!\d{2}:?\d{2}\b)")
_PLAIN = re.compile(r"[^:\"()\[\]{}\\+!&|-]*")
_OPERATORS = {"AND": "both", "OR": "either", "NOT": "not"}


class Token(NamedTuple):
    kind: str
    text: str
    place: int


def condition(text: str, *, forgiving: bool = False) -> Condition:
    """The condition that a text expresses. Raises BadSearch.

    A ``forgiving`` one takes what cannot be read as the words of a question, if it names no field.
    """
    text = _decoded(text).strip()
    if text in ("", "*:*", _STAR):
        return EVERYTHING
    if "{!" in text:
        raise BadSearch("Local parameters ({!…}) are not supported.")
    if len(text) > LONGEST:
        raise BadSearch(f"The query is longer than {LONGEST:,} characters. Ask in several requests.")
    if forgiving and _PLAIN.fullmatch(text) and not _OPERATORS.keys() & set(text.split()):
        return Words(text)
    try:
        return _Reader(_tokens(text)).whole()
    except BadSearch:
        if forgiving and ":" not in text and text.count("(") < DEEPEST:
            return Words(text)
        raise


def _decoded(text: str) -> str:
    """Some clients encode twice, so that a blank comes as ``%20`` or ``+``. A sign before a clause stays."""
    return _PLUS.sub(" ", unquote(text) if "%20" in text else text)


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    place = 0
    while place < len(text):
        # A value may have a colon too, such as a time.
        value = _WORD.match(text, place) if found and found[-1].kind == "field" else None
        match = value or _TOKEN.match(text, place)
        if match is None:
            raise BadSearch(f"Cannot read the query at character {place + 1}: {text[place : place + 20]!r}.")
        kind = match.lastgroup or "word"
        said = match[kind] if match.lastgroup else match[0]
        if kind == "word" and not value and said in _OPERATORS:
            kind = _OPERATORS[said]
        if kind != "blank":
            found.append(Token(kind, said, place))
        place = match.end()
        if len(found) > 4 * MOST_CLAUSES:
            raise BadSearch(f"The query has more than {MOST_CLAUSES:,} clauses. Ask in several requests.")
    return found


@dataclass(slots=True)
class _Reader:
    """Reads a list of tokens: ``a OR b c`` is ``a OR (b AND c)``."""

    tokens: list[Token]
    at: int = 0
    depth: int = 0
    clauses: int = 0

    def whole(self) -> Condition:
        found = self.either("")
        if self.at < len(self.tokens):
            raise self.wrong("There is a bracket too many")
        return found

    def peek(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def next(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def wrong(self, what: str) -> BadSearch:
        where = f"at character {self.tokens[self.at].place + 1}" if self.peek() else "at its end"
        return BadSearch(f"Cannot read the query {where}: {what}.")

    def either(self, field: str) -> Condition:
        found = [self.both(field)]
        while self.peek() == "either":
            self.next()
            found.append(self.both(field))
        return found[0] if len(found) == 1 else Any(tuple(found))

    def both(self, field: str) -> Condition:
        found: list[Condition] = []
        while self.peek() not in ("", "close", "either"):
            if self.peek() == "both":
                self.next()
                if not found or self.peek() in ("", "close", "either", "both"):
                    raise self.wrong("AND needs a clause before and after it")
            found.append(self.clause(field))
        if not found:
            raise self.wrong("a clause is missing")
        return found[0] if len(found) == 1 else All(tuple(found))

    def clause(self, field: str) -> Condition:
        self.clauses += 1
        if self.clauses > MOST_CLAUSES:
            raise BadSearch(f"The query has more than {MOST_CLAUSES:,} clauses. Ask in several requests.")
        negative = False
        while self.peek() in ("sign", "not"):
            negative ^= self.next().text != "+"
        found = self.primary(field)
        return Not(found) if negative else found

    def primary(self, field: str) -> Condition:
        match self.peek():
            case "field":
                if field:
                    raise self.wrong("a field within a field")
                return self.primary(_plain(self.next().text))
            case "open":
                return self.group(field)
            case "range":
                return _between(field, self.next().text)
            case "phrase":
                return _value(field, _plain(self.next().text), phrase=True)
            case "word" if field:
                return _value(field, _plain(_unweighted(self.next().text)))
            case "word":
                return self.words()
            case _:
                raise self.wrong("a value is missing")

    def words(self) -> Condition:
        """Words that follow each other are one question."""
        said = []
        while self.peek() == "word":
            if self.tokens[self.at].text.endswith(":"):
                raise self.wrong("a value is missing after the colon")
            said.append(_plain(_unweighted(self.next().text)))
        if not any(map(str.isalnum, "".join(said))) and said != [_STAR]:
            raise self.wrong("a word is missing")
        return EVERYTHING if said == [_STAR] else Words(" ".join(said).replace(_STAR, " "))

    def group(self, field: str) -> Condition:
        self.next()
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadSearch(f"The query has brackets within brackets, more than {DEEPEST} deep.")
        found = self.either(field)
        if self.peek() != "close":
            raise self.wrong("a closing bracket is missing")
        self.next()
        self.depth -= 1
        return found


def _unweighted(word: str) -> str:
    """The word without the boosts and fuzziness at its end (``health^2``, ``health~0.8``)."""
    end = word.rstrip("^~.0123456789")
    weight = _BOOST.search(word, len(end))
    return word[: weight.start()] if weight else word


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _value(field: str, value: str, *, phrase: bool = False) -> Condition:
    if not field:
        return Words(f'"{value}"' if phrase else value)
    if field == _STAR:
        return EVERYTHING if value == _STAR else Words(value)
    if (words := by_words(field)) is not None:
        if value == _STAR:
            return EVERYTHING
        return Titled(value, phrase) if words == "title" else Words(f'"{value}"' if phrase else value)
    if time := time_field(field):
        return EVERYTHING if value == _STAR else Between(time, *_second(value, value))
    return by_value(field, value, phrase=phrase)


def _between(field: str, text: str) -> Condition:
    ends = _ENDS.fullmatch(text)
    if ends is None:
        raise BadSearch(f"Cannot read the range {text[:100]!r}. Write [2026-01-01T00:00:00Z TO *].")
    opening, first, last, closing = ends.groups()
    time = time_field(field)
    if time is None:
        if (first, last) == (_STAR, _STAR) and field:
            return _value(field, _STAR)
        if is_known(field):
            raise BadSearch(f"{field} has no ranges here; metadata_modified and metadata_created have.")
        return Any()
    lower, _ = _second(first, first) if first != _STAR else (None, None)
    _, upper = _second(last, last) if last != _STAR else (None, None)
    if lower is not None and opening == "{":
        lower += 1
    if upper is not None and closing == "}":
        upper -= 1
    return Between(time, lower, upper)


def _second(first: str, last: str) -> tuple[int, int]:
    """The first and the last second of a day, hour, minute or second."""
    return _at(first, lambda at, _: at), _at(last, lambda at, length: at + length - timedelta(seconds=1))


def _at(text: str, end: Callable[[datetime, timedelta], datetime]) -> int:
    if "NOW" in text.upper():
        raise BadSearch("NOW and reckoning with dates are not supported. Write a time: 2026-01-01T00:00:00Z.")
    text = text.strip('"')
    try:
        at = datetime.fromisoformat(text)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        length = timedelta(days=1) if len(text) == len("2026-01-01") else timedelta(seconds=1)
        return int(end(at, length).timestamp())
    except (ValueError, OverflowError) as error:
        raise BadSearch(f"{text[:40]!r} is not a time. Write 2026-01-01T00:00:00Z, or * for any.") from error
