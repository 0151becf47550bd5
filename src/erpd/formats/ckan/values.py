"""JSON values as CKAN portals write them: lists in strings, texts by language, endless numbers.

Nothing here trusts its input: any JSON value may occur anywhere.
"""

import json
import re
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from erpd.formats.json_values import Json, loads, shallow
from erpd.metadata.iri import LONGEST, is_iri
from erpd.metadata.text import LOST
from erpd.metadata.vocabularies import language_tag, vocabulary

_NOTHING = frozenset({"none", "null", "n/a", "nan", "undefined"})
_LANGUAGE_NAMES = ("@language", "language", "lang", "locale")
_VALUE_NAMES = ("@value", "value", "text", "content")
_SURROGATES = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_NO_LANGUAGES = frozenset({"mis", "mul", "und", "zxx"})  # codes for no language, or for any
_ANY_LANGUAGE = _NO_LANGUAGES | {"default", "x-default"}  # names of a text for all languages
# Language codes that, if they occur alone, are names of fields.
_RATHER_FIELDS = frozenset({"geo", "id", "map", "min"})
_ADDRESS = re.compile(r"(?:https?|ftps?|urn|doi|mailto|tel|info|ark|hdl):\S", re.IGNORECASE)
_NOT_IN_N_TRIPLES = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
# Characters. Longer strings that look like JSON are text: no list of addresses or contacts is so long.
_LONGEST_NESTED = 1_000_000


def dumps(value: Json) -> bytes:
    """Write ``value`` as JSON; equal values give equal bytes. Raises RecursionError if nested too deeply."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def says_nothing(value: Json) -> bool:
    """Whether it is a word that programs write if they have no value, such as "None"."""
    return isinstance(value, str) and len(value) < 12 and value.strip().casefold() in _NOTHING


def is_empty(value: Json) -> bool:
    """Whether it is null, a blank string, or a list or object of nothing else."""
    if value is None or isinstance(value, str):
        return not (value and value.strip())
    waiting = [value] if isinstance(value, dict | list) else []
    for current in waiting:  # which grows meanwhile
        for each in current.values() if isinstance(current, dict) else current:
            if isinstance(each, dict | list):
                waiting.append(each)
            elif each is not None and not (isinstance(each, str) and not each.strip()):
                return False
    return bool(waiting)


def nested(value: Json) -> Json:
    """Return the list or object inside a string: ckanext-dcat and ckanext-scheming write ``"[\\"a\\"]"``."""
    if isinstance(value, str) and ("]" in value or "}" in value) and len(value) <= _LONGEST_NESTED:
        text = value.strip()
        if (text[:1], text[-1:]) in (("[", "]"), ("{", "}")):
            try:
                return loads(shallow(text.encode("utf-8", "surrogatepass")))
            except (ValueError, RecursionError):
                return value
    return value


def items(value: Json) -> list[Json]:
    """Return the values of a field, one or more, without empty ones."""
    value = nested(value)
    found = map(nested, value) if isinstance(value, list) else [value]
    return [_unwrapped(item) for item in found if not is_empty(item)]


def _unwrapped(value: Json) -> Json:
    """The text of a JSON-LD value without a language: ``{"@value": "2020", "@type": "xsd:gYear"}``."""
    if (
        isinstance(value, dict)
        and isinstance(value.get("@value"), str)
        and value.keys() <= {"@value", "@type"}
    ):
        return value["@value"]
    return value


def text_of(value: Json) -> str:
    """Return a string or a number as text, without surrounding blanks; "" for anything else."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return _SURROGATES.sub(LOST, str(value)).strip()
    return ""


def literal_of(value: Json) -> Literal:
    """Return any value as a literal; what is neither text nor a number, as JSON."""
    if isinstance(value, dict | list):
        return Literal(_SURROGATES.sub(LOST, dumps(value).decode()))
    return Literal(text_of(value))


def texts(value: Json) -> list[Literal] | None:
    """Return texts, plain or by language, or None if the value is something else.

    ``"Water"``, ``{"nl": "Water", "fr": ["Eau"]}``, ``{"lang": "nl", "value": "Water"}``.
    """
    if isinstance(value, dict):
        said = _with_language(value)
        if said is not None:
            return said
        tags = list(filter(None, map(_tag, value)))
        others = len(value) - len(tags) - len(_ANY_LANGUAGE.intersection(map(str.lower, value)))
        if (value and not tags) or others or _RATHER_FIELDS.issuperset(map(str.lower, value)):
            return None
        found = [
            (language, text)
            for language, each in value.items()
            for text in (each if isinstance(each, list) else [each])
        ]
        if not all(isinstance(text, str) or text is None for _, text in found):
            return None
        return [_literal(text_of(text), _tag(name)) for name, text in found if not is_empty(text)]
    text = text_of(value)
    return [Literal(text)] if text else None


def _with_language(value: dict[str, Json]) -> list[Literal] | None:
    """The texts of an object with nothing but a language and a text."""
    if len(value) != 2:
        return None
    language = next((value[name] for name in _LANGUAGE_NAMES if name in value), None)
    text = next((value[name] for name in _VALUE_NAMES if name in value), None)
    if not isinstance(text, str) or not (language is None or isinstance(language, str)):
        return None
    if not any(name in value for name in _LANGUAGE_NAMES):
        return None
    language = (language or "").strip()
    tag = _tag(language)
    if language and not tag and language.lower() not in _ANY_LANGUAGE:
        tag = language_tag(vocabulary("language").find(language))
        if not tag:
            return None
    return [] if is_empty(text) else [_literal(text_of(text), tag)]


def _literal(text: str, tag: str) -> Literal:
    return Literal(text, language=tag) if tag else Literal(text)


def is_by_language(value: Json) -> bool:
    """Whether ``texts`` finds languages in it."""
    return isinstance(value, dict) and texts(value) is not None


def link(value: Json) -> NamedNode | None:
    """Return the IRI that a string is or was meant to be. Its faults are left to mending."""
    text = text_of(value) if isinstance(value, str) else ""
    if not _ADDRESS.match(text) or len(text) > LONGEST:
        return None
    if is_iri(text):
        return NamedNode(text)
    # NamedNode() refuses faults that mending can repair and report; the lenient parser does not.
    escaped = _NOT_IN_N_TRIPLES.sub(lambda sign: f"\\u{ord(sign[0]):04X}", text)
    line = f"<urn:x> <urn:x> <{escaped}> .".encode()
    for triple in parse(line, format=RdfFormat.N_TRIPLES, lenient=True):
        return triple.object if isinstance(triple.object, NamedNode) else None
    return None


def address(value: Json) -> str:
    """Return a string that is a valid IRI, otherwise ""."""
    text = text_of(value) if isinstance(value, str) else ""
    return text if _ADDRESS.match(text) and is_iri(text) else ""


@lru_cache(maxsize=512)
def _tag(name: str) -> str:
    """``en_GB`` -> ``en-gb``, ``dut`` -> ``nl``; "" if it is not a language tag (BCP 47)."""
    if not _TAG.fullmatch(name):
        return ""
    first, *rest = re.split("[-_]", name)
    code = language_tag(first) if len(first) == 3 else first
    if not code or code in _NO_LANGUAGES:
        return ""
    try:
        return Literal("", language="-".join((code, *rest))).language or ""
    except ValueError:
        return ""
