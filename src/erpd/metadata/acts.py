"""Acts of the Union, by their European Legislation Identifiers, and how texts call them."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

# In any version and language, on either host: http://data.europa.eu/eli/reg/2022/868/oj.
_ELI = re.compile(r"https?://(?:data|eur-lex)\.europa\.eu/eli/([a-z_]{2,20}/[0-9]{4}/[0-9]{1,5})(?:/.*)?")
_NUMBER = re.compile(r"(?<![0-9/])((?:19|20)[0-9]{2}/[0-9]{1,5})(?![0-9/])")
_LONGEST = 500  # characters of a text that may name an act


@lru_cache(4096)
def act_of(iri: str) -> str:
    """Return which act an identifier of EU law names, as ``reg/2022/868``; "" if it is not of that form."""
    found = _ELI.fullmatch(iri) if len(iri) < _LONGEST else None
    return found[1] if found else ""


@cache
def acts() -> Mapping[str, tuple[str, ...]]:
    """The acts we know -> their names."""
    table = tomllib.loads((Path(__file__).with_suffix(".toml")).read_text(encoding="utf-8"))
    return {act: tuple(names) for act, names in table["acts"].items()}


def eli(act: str) -> str:
    """Return the identifier of an act.

    >>> eli("reg/2022/868")
    'http://data.europa.eu/eli/reg/2022/868/oj'
    """
    return f"http://data.europa.eu/eli/{act}/oj"


def named_in(text: str) -> set[str]:
    """Return the acts that a text names, by number or by name.

    >>> sorted(named_in("EHDS, Regulation (EU) 2025/327"))
    ['reg/2025/327']
    """
    text = text[:_LONGEST]
    found = {act for number in _NUMBER.findall(text) for act in _by_number().get(number, ())}
    return found | {_by_name()[name.casefold()] for name in _names().findall(text)}


@cache
def _by_number() -> dict[str, list[str]]:
    numbers: dict[str, list[str]] = {}
    for act in acts():
        numbers.setdefault(act.partition("/")[2], []).append(act)
    return numbers


@cache
def _by_name() -> dict[str, str]:
    return {name.casefold(): act for act, names in acts().items() for name in names}


@cache
def _names() -> re.Pattern[str]:
    """Long names first: "INSPIRE metadata" is not the INSPIRE Directive."""
    names = sorted(_by_name(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
