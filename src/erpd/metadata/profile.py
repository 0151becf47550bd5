"""Application profiles as data: the properties of each class, how often they may occur and with which values.

The tables are ``profiles/*.toml``. Forms and pages show the properties in the order of these tables. Several
profiles at once are one profile, in which the stricter rule holds: ``load_profile("erpd+dcat-ap-nl-3.0")``.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache, reduce
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from pyoxigraph import NamedNode

from erpd.metadata.terms import expand

Kind: TypeAlias = Literal["literal", "iri", "node"]
Obligation: TypeAlias = Literal["mandatory", "recommended", "optional"]

# What counts as an error: every violation of the official shapes, or faults of the mandatory metadata only.
Errors: TypeAlias = Literal["violations", "mandatory"]

PROFILES = (
    *("dcat-ap-2.1.1", "dcat-ap-3.0.1", "dcat-ap-nl-3.0", "healthdcat-ap-8", "dcat-ap-hvd-3.0"),
    *("open-data", "erpd"),
)
# Between the names of several profiles that hold at once.
AND = "+"

_FOLDER = Path(__file__).parent / "profiles"


@dataclass(frozen=True, slots=True)
class Case:
    """What makes properties mandatory that are not mandatory in every record (``profiles/cases.toml``)."""

    name: str
    label: str
    """In English, in words that follow "mandatory where": "the Data Governance Act applies"."""
    act: NamedNode | None
    """The act of law that applies; records name it as their dcatap:applicableLegislation."""
    given: tuple[NamedNode, ...]
    """Properties that show it, too, where the data set or the part has them."""
    protected: bool = False
    """Whether only records are in it whose access rights are not PUBLIC."""


@dataclass(frozen=True, slots=True)
class Duty:
    """In that case, a property is mandatory; dcatap:applicableLegislation then names the act."""

    case: Case
    section: str
    """The section that says so."""
    beside: bool = False
    """Whether nobody asked for it, so that it is no error beside the profile of the catalogue."""


@dataclass(frozen=True, slots=True)
class Property:
    """One row of a property table."""

    iri: NamedNode
    label: str
    """Its English name."""
    kind: Kind
    """What its values are; "node" is an IRI or a blank node."""
    range: NamedNode
    """The class or datatype of its values."""
    datatypes: tuple[NamedNode, ...]
    """The datatypes allowed; empty if any is."""
    min: int
    max: int | None
    """None if unbounded."""
    obligation: Obligation
    section: str
    """The section of the guideline or standard that defines it."""
    vocabulary: str
    """The authority table its values come from; "" if none of ours."""
    codes: frozenset[str]
    """The codes of that table that are allowed; empty if all are."""
    values: frozenset[NamedNode]
    """The IRIs allowed; empty if any is."""
    within: tuple[str, ...] = ()
    """How the IRIs of the list begin that it must take its values from, if we have only its address."""
    duties: tuple[Duty, ...] = ()
    """When it is mandatory, if it is not always; ``obligation`` says what it is otherwise."""


class _Portable:
    """Can be sent to a child process, although mappings that nobody can change cannot be pickled."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (type(self), [_plain(getattr(self, field.name)) for field in fields(self)])  # type: ignore[arg-type]


def _received(kind: type, values: list[Any]) -> Any:
    return kind(*map(_frozen, values))


def _plain(value: Any) -> Any:
    return {key: _plain(each) for key, each in value.items()} if isinstance(value, Mapping) else value


def _frozen(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return MappingProxyType({key: _frozen(each) for key, each in value.items()})


@dataclass(frozen=True, slots=True)
class Form(_Portable):
    """How a profile wants to be told what several profiles can say (see ``conformed``)."""

    classes: bool
    """Whether each value says its class, and each concept its label."""
    instead: Mapping[NamedNode, NamedNode]
    """Property of a data set -> the one that says the same in this profile."""
    also: Mapping[NamedNode, NamedNode]
    """Property of a data set -> the more general one that this profile knows."""


@dataclass(frozen=True, slots=True)
class Profile(_Portable):
    """An application profile: its classes and their properties."""

    name: str
    """One of PROFILES, or several with AND between them."""
    title: str
    errors: Errors
    """Which faults are errors; strict sources reject records with errors.

    "violations": whatever the official SHACL shapes of the profile call a violation. "mandatory": missing or
    wrong mandatory metadata of data sets, distributions, services and catalogues, and dates that are not ISO
    8601; all other faults are warnings.
    """
    classes: Mapping[NamedNode, Mapping[NamedNode, Property]]
    """``classes[class][property]``."""
    labels: Mapping[NamedNode, str]
    """Class -> its English name."""
    form: Form
    applies: frozenset[str]
    """The names of the cases that all its records are in."""
    turns_on: Mapping[Case, str]
    """Case -> the profile that holds beside this one for the records in it (see ``in_force``)."""


@cache
def load_profile(name: str) -> Profile:
    """Return a profile of PROFILES, or several as one: ``erpd+dcat-ap-nl-3.0``.

    If a profile extends another, its properties replace those of the other. Of several profiles, the stricter
    rule holds, and its sections are those of all that ask for it. Where no value can satisfy both (datatypes,
    text or link), the first one's rule holds; it also decides which faults are errors, and the form.

    Raises KeyError if a name is unknown.

    >>> load_profile("erpd").classes[expand("dcat:Distribution")][expand("dcat:byteSize")].section
    'G4.2'
    """
    return reduce(joined, (_load(each) for each in name.split(AND)))


@cache
def _load(name: str) -> Profile:
    if name not in PROFILES:
        raise KeyError(f"no profile {name!r}; known: {', '.join(PROFILES)}")
    table = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    base = _load(table["extends"]) if "extends" in table else None
    classes = {kind: dict(properties) for kind, properties in base.classes.items()} if base else {}
    labels = dict(base.labels) if base else {}
    for entry in table.get("class", ()):
        kind = term(entry["iri"])
        labels[kind] = entry["label"]
        properties = classes.setdefault(kind, {})
        for row in entry.get("property", ()):
            read = _property(row, table.get("lists", {}), beside=table.get("beside", False))
            properties[read.iri] = read
    frozen = {kind: MappingProxyType(properties) for kind, properties in classes.items()}
    return Profile(
        table["name"],
        table["title"],
        table["errors"],
        MappingProxyType(frozen),
        MappingProxyType(labels),
        base.form if base else _form(table["form"]),
        frozenset(table.get("applies", ())),
        MappingProxyType({cases()[case]: other for case, other in table.get("turns-on", {}).items()}),
    )


def joined(one: Profile, other: Profile) -> Profile:
    """Return two profiles as one, as ``load_profile`` does for names."""
    applies = one.applies | other.applies
    classes: dict[NamedNode, Mapping[NamedNode, Property]] = {}
    for kind in {**one.classes, **other.classes}:
        rows, more = one.classes.get(kind, {}), other.classes.get(kind, {})
        joined = {**rows, **more}
        for iri in rows.keys() & more.keys():
            joined[iri] = _stricter(_settled(rows[iri], applies), _settled(more[iri], applies))
        settled = {iri: _settled(row, applies) for iri, row in joined.items()}
        classes[kind] = MappingProxyType(settled)
    return Profile(
        f"{one.name}{AND}{other.name}",
        f"{one.title}; {other.title}",
        one.errors,
        MappingProxyType(classes),
        MappingProxyType({**other.labels, **one.labels}),
        one.form,
        applies,
        MappingProxyType({**other.turns_on, **one.turns_on}),
    )


def _settled(row: Property, applies: frozenset[str]) -> Property:
    """The row where it is known which cases all records are in."""
    owed = [duty.section for duty in row.duties if duty.case.name in applies]
    if not owed:
        return row
    return replace(row, min=max(row.min, 1), obligation="mandatory", section=_sections(owed), duties=())


_STRICTEST: tuple[Obligation, ...] = ("mandatory", "recommended", "optional")


def _stricter(one: Property, other: Property) -> Property:
    """One row for two of the same property."""
    obligation = min(one.obligation, other.obligation, key=_STRICTEST.index)
    most = min((row.max for row in (one, other) if row.max is not None), default=None)
    asking = (row for row in (one, other) if row.obligation == obligation or (most and row.max == most))
    shared = tuple(kind for kind in one.datatypes if kind in other.datatypes)
    return replace(
        one,
        kind="iri" if {one.kind, other.kind} == {"iri", "node"} else one.kind,
        datatypes=shared or one.datatypes or other.datatypes,
        min=max(one.min, other.min),
        max=most,
        obligation=obligation,
        section=_sections(row.section for row in asking),
        vocabulary=one.vocabulary or other.vocabulary,
        codes=one.codes & other.codes or one.codes or other.codes,
        values=one.values & other.values or one.values or other.values,
        within=one.within or other.within,
        duties=() if obligation == "mandatory" else _duties([*one.duties, *other.duties]),
    )


def _duties(duties: Iterable[Duty]) -> tuple[Duty, ...]:
    """One for each case."""
    found: dict[Case, list[Duty]] = {}
    for duty in duties:
        found.setdefault(duty.case, []).append(duty)
    return tuple(
        Duty(case, _sections(one.section for one in same), all(one.beside for one in same))
        for case, same in found.items()
    )


def _sections(sections: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(one for joined in sections for one in joined.split("; ")))


@cache
def cases() -> Mapping[str, Case]:
    """The cases by their names."""
    table = tomllib.loads((_FOLDER / "cases.toml").read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            name: Case(
                name,
                facts["label"],
                NamedNode(facts["act"]) if "act" in facts else None,
                tuple(term(each) for each in facts.get("given", ())),
                facts.get("protected", False),
            )
            for name, facts in table.items()
        }
    )


def _form(table: dict[str, Any]) -> Form:
    terms = {
        name: MappingProxyType({term(one): term(other) for one, other in table.get(name, {}).items()})
        for name in ("instead", "also")
    }
    return Form(table.get("classes", False), **terms)


def _property(row: dict[str, Any], lists: Mapping[str, list[str]], *, beside: bool) -> Property:
    return Property(
        iri=term(row["iri"]),
        label=row["label"],
        kind=row["kind"],
        range=term(row["range"]),
        datatypes=tuple(term(datatype) for datatype in row.get("datatypes", ())),
        min=row.get("min", 0),
        max=row.get("max"),
        obligation=row["obligation"],
        section=row["section"],
        vocabulary=row.get("vocabulary", ""),
        codes=frozenset(row.get("codes", ())),
        values=frozenset(map(term, row.get("values", ()))),
        within=tuple(lists[row["within"]]) if "within" in row else (),
        duties=tuple(Duty(cases()[name], row["section"], beside) for name in row.get("when", ())),
    )


def term(name: str) -> NamedNode:
    """Return the term of a prefixed name, or of an IRI: some namespaces have no prefix in PREFIXES.

    Raises KeyError if the prefix is unknown, ValueError if it is neither.
    """
    return NamedNode(name) if "://" in name else expand(name)
