"""What of a query may go to a server outside: SPARQL 1.1, and nothing that reaches further than its data.

Such a server may follow SERVICE to any address, call functions that read files or other servers (Virtuoso:
``bif:http_get``), or load classes (Jena: ``java:``). So it is never given the text of a client. We cut that
into the tokens of SPARQL 1.1, of which each is allowed, and write these one a line: what we took for one
string, IRI or name begins a line of its own, so it is one to the server too.
"""

import re
from collections.abc import Iterator

# The words of SPARQL 1.1 Query (W3C, 2013), without SERVICE.
_WORD = re.compile(
    r"""
    BASE | PREFIX | SELECT | DISTINCT | REDUCED | CONSTRUCT | DESCRIBE | ASK | WHERE | FROM | NAMED |
    GROUP | BY | HAVING | ORDER | ASC | DESC | LIMIT | OFFSET | VALUES | UNDEF | OPTIONAL | GRAPH |
    UNION | MINUS | FILTER | BIND | AS | A | EXISTS | NOT | IN | TRUE | FALSE | COUNT | SUM | MIN | MAX
    | AVG | SAMPLE | GROUP_CONCAT | SEPARATOR | STR | LANG | LANGMATCHES | DATATYPE | BOUND | IRI | URI
    | BNODE | RAND | ABS | CEIL | FLOOR | ROUND | CONCAT | STRLEN | [UL]CASE | ENCODE_FOR_URI | CONTAINS
    | STR(?:STARTS|ENDS|BEFORE|AFTER) | YEAR | MONTH | DAY | HOURS | MINUTES | SECONDS | TIMEZONE | TZ |
    NOW | UUID | STRUUID | MD5 | SHA(?:1|256|384|512) | COALESCE | IF | STRLANG | STRDT | SAMETERM |
    IS(?:IRI|URI|BLANK|LITERAL|NUMERIC) | REGEX | SUBSTR | REPLACE
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_TOKEN = re.compile(
    rf"""
    (?P<nothing> \s+ | \#[^\n\r]* )
    | (?P<iri> <[^<>"{{}}|^`\\\x00-\x20]*> )
    | (?P<text> \"\"\"(?:[^"\\]|\\.|"{{1,2}}(?!"))*\"\"\" | '''(?:[^'\\]|\\.|'{{1,2}}(?!'))*'''
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
    | (?P<variable> [?$]\w+ )
    | (?P<language> @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<blank> _:\w(?:[\w.\-]*[\w\-])? )
    | (?P<name> (?:[^\W\d_](?:[\w.\-]{{0,60}}[\w\-])?)?:
        (?:(?:[\w:]|{_ESCAPED})(?:(?:[\w.:\-]|{_ESCAPED})*(?:[\w:\-]|{_ESCAPED}))?)? )
    | (?P<number> [+-]?(?:\d+\.\d*[eE][+-]?\d+|\.?\d+[eE][+-]?\d+|\d*\.\d+|\d+) )
    | (?P<word> [A-Za-z_]\w* )
    | (?P<sign> \^\^ | \|\| | && | != | <= | >= | [{{}}()\[\].;,|/^?*+!=<>\-] )
    """,
    re.VERBOSE | re.DOTALL,
)
_XSD = "http://www.w3.org/2001/XMLSchema#"
_CODE = re.compile(r"(?:java|bif|sql)\w*:", re.IGNORECASE)

Token = tuple[str, str]


class NotStandard(Exception):
    """The query goes beyond SPARQL 1.1 or the data of the endpoint: a sentence."""


def restated(query: str, graphs: str) -> str:
    """The same query, one token a line. ``graphs``: how the names of all graphs begin.

    Raises NotStandard.
    """
    tokens = list(_tokens(query))
    prefixes = _prefixes(tokens)
    for at, (kind, text) in enumerate(tokens):
        if kind in ("iri", "name"):
            iri = _resolved(kind, text, prefixes)
            _check_iri(iri, tokens[at - 1] if at else ("", ""), tokens[at + 1 : at + 2], graphs)
    return "\n".join(text for _, text in tokens)


def iris_after_from(query: str) -> Iterator[tuple[str, bool]]:
    """Yield the IRI after each FROM, "" if it is unclear, and whether it is NAMED. Raises NotStandard."""
    tokens = list(_tokens(query))
    prefixes = _prefixes(tokens)
    has_base = any(_is(token, "base") for token in tokens)
    for before, at, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        named = _is(before, "from") and _is(at, "named")
        if named or _is(before, "from"):
            yield "" if has_base else _resolved(*(after if named else at), prefixes), named


def _is(token: Token, word: str) -> bool:
    return token[0] == "word" and token[1].lower() == word


def _tokens(query: str) -> Iterator[Token]:
    at = 0
    while at < len(query):
        found = _TOKEN.match(query, at)
        if found is None:
            raise NotStandard(f"{query[at : at + 20]!r} is not SPARQL 1.1.")
        kind = str(found.lastgroup)
        if kind == "word" and not _WORD.fullmatch(found[0]):
            raise NotStandard(f"{found[0][:40]} is not a word of SPARQL 1.1 that this endpoint allows.")
        if kind != "nothing":
            yield kind, found[0]
        at = found.end()


def _prefixes(tokens: list[Token]) -> dict[str, str]:
    """Prefix -> IRI; "" where it is declared in two ways."""
    found: dict[str, str] = {}
    for at, (kind, text) in enumerate(tokens[:-2]):
        (named, name), (iri, value) = tokens[at + 1], tokens[at + 2]
        if kind == "word" and text.lower() == "prefix" and named == "name" and iri == "iri":
            found[name] = value[1:-1] if found.get(name, value[1:-1]) == value[1:-1] else ""
    return found


def _resolved(kind: str, text: str, prefixes: dict[str, str]) -> str:
    """The IRI of a token; "" if its prefix is unknown."""
    if kind == "iri":
        return text[1:-1]
    prefix, _, local = text.partition(":")
    start = prefixes.get(f"{prefix}:", "")
    return start and start + local.replace("\\", "")


def _check_iri(iri: str, before: Token, after: list[Token], graphs: str) -> None:
    if _CODE.match(iri):
        raise NotStandard(f"<{iri[:100]}> is refused: it may name a program of the server.")
    if after == [("sign", "(")] and not iri.startswith(_XSD):
        raise NotStandard(
            f"<{iri[:100]}> stands before a parenthesis: functions beyond SPARQL 1.1 are refused, and "
            "collections, too. Write a collection with rdf:first and rdf:rest."
        )
    if before[0] == "word" and before[1].lower() in ("from", "named") and not iri.startswith(graphs):
        raise not_a_graph(iri, graphs)


def not_a_graph(iri: str, graphs: str) -> NotStandard:
    return NotStandard(f"<{iri[:100]}> is not a graph of this endpoint: their names begin with {graphs}.")
