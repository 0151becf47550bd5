"""The rules of a source, declared in TOML: values, defaults, filters, expectations, schedule."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Annotated

from pyoxigraph import Literal

from erpd.harvest.schedule import Schedule
from erpd.metadata.declared import DeclarationError, did_you_mean, expected, read_toml
from erpd.metadata.iri import is_iri
from erpd.metadata.masking import has_user_info, secrets_in
from erpd.metadata.profile import Profile
from erpd.metadata.terms import PREFIXES, expand, shorten
from erpd.metadata.vocabularies import vocabulary
from erpd.sources.links import is_on_the_web

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_MOST = 10**9  # larger numbers are mistakes
_COUNT = f"a whole number from 0 to {_MOST:,}"
_OF_THE_RUN = ("decisions", "expect", "schedule")  # parts that do not affect a record
_UNFIT = ("javascript", "vbscript", "data", "file", "blob", "about")  # schemes that run, embed or stay here
# Narrower classes than those of the profile, which sources use too.
_SUBCLASSES = frozenset(
    (
        "dcat:DatasetSeries",
        "foaf:Organization",
        "foaf:Person",
        "odrl:Policy",
        "prov:Agent",
        "schema:Organization",
        "vcard:Group",
        "vcard:Individual",
        "vcard:Location",
        "vcard:Organization",
    )
)
_SHOWN = 60  # characters of a value in a message
_SLIP = 0.85  # so much alike: dct:formt and dct:format, but not dct:hasFormat


class RulesError(ValueError):
    """The rules contain mistakes; the message names each key and says what is expected."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A run that does not meet it fails, and its changes are rolled back. 0: nothing is expected."""

    at_least: Annotated[int, expected(_COUNT, "at_least = 100", ge=0, le=_MOST)] = 0
    """Records, at least."""
    at_most: Annotated[int, expected(_COUNT, "at_most = 5000", ge=0, le=_MOST)] = 0
    """Records, at most."""
    change: Annotated[int, expected(_COUNT, "change = 30", ge=0, le=_MOST)] = 0
    """Per cent of the data sets that may be new, changed or gone in one run."""

    def __post_init__(self) -> None:
        if 0 < self.at_most < self.at_least:
            raise ValueError(
                f"at_most: expected at_least ({self.at_least}) or more, found {self.at_most}: "
                "no run could meet both."
            )


def _language(tag: str) -> str:
    """In lower case; "" for none. Raises ValueError."""
    if tag and not _TAG.fullmatch(tag):
        raise ValueError
    return Literal("", language=tag).language or "" if tag else ""


def _address(text: str) -> None:
    """Raises ValueError unless it can be asked without credentials; "" is for none."""
    if text and (not is_on_the_web(text) or has_user_info(text) or secrets_in(text)):
        raise ValueError


_Pattern = Annotated[str, expected("a pattern", '"test-*"', min_length=1)]
_Text = Annotated[str, expected("a text in quotes", 'riservato = "RESTRICTED"')]
_Values = Annotated[Mapping[str, _Text], expected("a table of texts", '[values."dct:accessRights"]')]
_Defaults = Annotated[Mapping[str, _Text], expected("a table of texts", '[defaults."dcat:Dataset"]')]


@dataclass(frozen=True)
class Where:
    """Only data sets that have, of each list that is not empty, one of its values."""

    identifier: Annotated[
        tuple[_Text, ...], expected("a list of texts", 'identifier = ["https://data.example.org/"]')
    ] = ()
    """How their identifiers or IRIs begin."""
    publisher: Annotated[tuple[_Text, ...], expected("a list of texts", 'publisher = ["Land Registry"]')] = ()
    """Names or IRIs."""
    theme: Annotated[tuple[_Text, ...], expected("a list of codes", 'theme = ["HEAL", "TRAN"]')] = ()
    """Codes of the authority table; names and IRIs are read as codes."""
    keyword: Annotated[tuple[_Text, ...], expected("a list of texts", 'keyword = ["hospitals"]')] = ()

    def __bool__(self) -> bool:
        return bool(self.identifier or self.publisher or self.theme or self.keyword)

    @cached_property
    def publishers(self) -> frozenset[str]:
        return frozenset(map(folded, self.publisher))

    @cached_property
    def themes(self) -> frozenset[str]:
        return frozenset(self.theme)

    @cached_property
    def keywords(self) -> frozenset[str]:
        return frozenset(map(folded, self.keyword))


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a source."""

    default_language: Annotated[
        str, expected("a language tag (BCP 47)", 'default_language = "it"', _language)
    ] = ""
    """The language of texts that have none."""
    values: Annotated[
        Mapping[str, _Values], expected("a table for each property", '[values."dct:accessRights"]')
    ] = field(default_factory=dict)
    """Property -> text in lower case -> IRI."""
    defaults: Annotated[
        Mapping[str, _Defaults], expected("a table for each class", '[defaults."dcat:Dataset"]')
    ] = field(default_factory=dict)
    """Class -> property -> IRI or text."""
    only: Annotated[
        tuple[_Pattern, ...], expected("a list of patterns", 'only = ["https://data.example.org/*"]')
    ] = ()
    """Patterns for identifiers and for publishers' names or IRIs; only these data sets are accepted."""
    without: Annotated[tuple[_Pattern, ...], expected("a list of patterns", 'without = ["test-*"]')] = ()
    """Patterns for the same; these data sets are left out."""
    where: Annotated[Where, expected("a table", "[where]")] = field(default_factory=Where)
    """What the data sets must have; only these are accepted."""
    decisions: Annotated[
        str,
        expected(
            "a web address without secrets",
            'decisions = "https://data.example.org/decisions.ttl"',
            _address,
            max_length=1_000,
        ),
    ] = ""
    """Where its register of decisions on requests for access is, in Turtle; "" for none."""
    expect: Annotated[Expectation, expected("a table", "[expect]")] = Expectation()
    """What a run must bring."""
    schedule: Annotated[Schedule, expected("a table", "[schedule]")] = field(default_factory=Schedule)
    """When the source may be harvested."""


def read_rules(text: str, profile: Profile) -> Rules:
    """Read the rules in a TOML document. Raises RulesError."""
    try:
        declared = read_toml(text, Rules)
    except DeclarationError as error:
        raise RulesError(str(error)) from error
    return replace(
        declared,
        default_language=_language(declared.default_language),
        values={name: _values(name, table, profile) for name, table in declared.values.items()},
        defaults={name: _defaults(name, table, profile) for name, table in declared.defaults.items()},
        where=replace(declared.where, theme=tuple(map(_theme, declared.where.theme))),
    )


@lru_cache(maxsize=8)
def meaning(text: str) -> str:
    """Equal for two texts whose rules do the same to every record; schedule and expectations do not count."""
    try:
        declared = tomllib.loads(text)
        parts = {name: part for name, part in declared.items() if name not in _OF_THE_RUN}
        return json.dumps(parts, default=str)
    except (ValueError, RecursionError):
        return text


def _theme(text: str) -> str:
    table = vocabulary("data-theme")
    code = table.find(text)
    if not code:
        raise RulesError(
            f"where.theme: expected a code of data-theme, found {text[:_SHOWN]!r}. "
            f"{did_you_mean(text, table.concepts)}".rstrip()
        )
    return code


def _values(name: str, table: Mapping[str, str], profile: Profile) -> dict[str, str]:
    where = f"values.{name}"
    _known(where, name, _properties(profile))
    read: dict[str, str] = {}
    for text, value in table.items():
        if folded(text) in read:
            reason = "Upper and lower case and blanks make no difference here, so keep one of them."
            raise RulesError(f"{where}: {text[:_SHOWN]!r} occurs twice. {reason}")
        read[folded(text)] = _value(where, name, value, profile, iri=True)
    return read


def _defaults(kind: str, table: Mapping[str, str], profile: Profile) -> dict[str, str]:
    where, classes = f"defaults.{kind}", {shorten(term) for term in profile.classes} | _SUBCLASSES
    _known(where, kind, classes)
    if kind not in classes:
        raise RulesError(
            f"{where}: {kind} is not a class that data sets are described with. Most defaults belong to "
            "dcat:Dataset or dcat:Distribution."
        )
    for name in table:
        _known(f"{where}.{name}", name, _properties(profile))
    return {name: _value(f"{where}.{name}", name, value, profile) for name, value in table.items()}


def _properties(profile: Profile) -> set[str]:
    return {shorten(term) for row in profile.classes.values() for term in row}


def _known(where: str, name: str, known: set[str]) -> None:
    """Raise RulesError for a misspelt name. Sources may use terms that the profile does not have."""
    try:
        expand(name)
    except (KeyError, ValueError) as error:
        raise RulesError(
            f"{where}: expected a name with one of the prefixes {', '.join(PREFIXES)}, found {name!r}. "
            "Example: dct:format"
        ) from error
    if name not in known and (question := did_you_mean(name, known, _SLIP)):
        raise RulesError(f"{where}: {name} is not a known name. {question}")


def _value(where: str, name: str, value: str, profile: Profile, *, iri: bool = False) -> str:
    """An IRI, or the code of the authority table that the property takes its values from."""
    if is_iri(value):
        if value.partition(":")[0].lower() in _UNFIT:
            raise RulesError(
                f"{where}: expected an address that people and programs may follow, such as https://…, found "
                f"{value[:_SHOWN]!r}. Addresses of the types {', '.join(_UNFIT)} are never published."
            )
        return value
    term = expand(name)
    tables = sorted(
        {row[term].vocabulary for row in profile.classes.values() if term in row and row[term].vocabulary}
    )
    for table in tables:
        code = vocabulary(table).find(value)
        if code:
            return vocabulary(table).iri(code)
    if iri:
        wanted = f"an IRI or a code of {' or '.join(tables)}" if tables else "an IRI"
        codes = [code for table in tables for code in vocabulary(table).concepts]
        raise RulesError(
            f"{where}: expected {wanted}, found {value!r}. {did_you_mean(value, codes)}".rstrip()
        )
    return value


def folded(text: str) -> str:
    """The form in which texts are compared: in lower case, with single spaces."""
    return " ".join(text.split()).casefold()
