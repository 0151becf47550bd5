"""Application profiles as data: the properties of each class, how often they may occur and with which values.

The tables are ``profiles/*.toml``. Forms and pages show the properties in the order of these tables.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from pyoxigraph import NamedNode

from erpd.metadata.terms import expand

Kind: TypeAlias = Literal["literal", "iri", "node"]
Obligation: TypeAlias = Literal["mandatory", "recommended", "optional"]

# What counts as an error: every violation of the official shapes, or faults of the mandatory metadata only.
Errors: TypeAlias = Literal["violations", "mandatory"]

PROFILES = ("dcat-ap-2.1.1", "dcat-ap-3.0.1", "open-data", "erpd")

_FOLDER = Path(__file__).parent / "profiles"


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


@dataclass(frozen=True, slots=True)
class Form:
    """How a profile wants to be told what several profiles can say (see ``conformed``)."""

    classes: bool
    """Whether each value says its class, and each concept its label."""
    instead: Mapping[NamedNode, NamedNode]
    """Property of a data set -> the one that says the same in this profile."""
    also: Mapping[NamedNode, NamedNode]
    """Property of a data set -> the more general one that this profile knows."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An application profile: its classes and their properties."""

    name: str
    """One of PROFILES."""
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


@cache
def load_profile(name: str) -> Profile:
    """Return a profile of PROFILES. If it extends another, its properties replace those of the other.

    Raises KeyError if the name is unknown.

    >>> load_profile("erpd").classes[expand("dcat:Distribution")][expand("dcat:byteSize")].section
    'G4.2'
    """
    if name not in PROFILES:
        raise KeyError(f"no profile {name!r}; known: {', '.join(PROFILES)}")
    table = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    base = load_profile(table["extends"]) if "extends" in table else None
    classes = {kind: dict(properties) for kind, properties in base.classes.items()} if base else {}
    labels = dict(base.labels) if base else {}
    for entry in table.get("class", ()):
        kind = _term(entry["iri"])
        labels[kind] = entry["label"]
        properties = classes.setdefault(kind, {})
        for row in entry.get("property", ()):
            read = _property(row)
            properties[read.iri] = read
    frozen = {kind: MappingProxyType(properties) for kind, properties in classes.items()}
    return Profile(
        table["name"],
        table["title"],
        table["errors"],
        MappingProxyType(frozen),
        MappingProxyType(labels),
        base.form if base else _form(table["form"]),
    )


def _form(table: dict[str, Any]) -> Form:
    terms = {
        name: MappingProxyType({_term(one): _term(other) for one, other in table.get(name, {}).items()})
        for name in ("instead", "also")
    }
    return Form(table.get("classes", False), **terms)


def _property(row: dict[str, Any]) -> Property:
    return Property(
        iri=_term(row["iri"]),
        label=row["label"],
        kind=row["kind"],
        range=_term(row["range"]),
        datatypes=tuple(_term(datatype) for datatype in row.get("datatypes", ())),
        min=row.get("min", 0),
        max=row.get("max"),
        obligation=row["obligation"],
        section=row["section"],
        vocabulary=row.get("vocabulary", ""),
        codes=frozenset(row.get("codes", ())),
        values=frozenset(map(_term, row.get("values", ()))),
    )


def _term(name: str) -> NamedNode:
    """Expand a prefixed name; also takes an IRI, for namespaces that have no prefix in PREFIXES."""
    return NamedNode(name) if "://" in name else expand(name)
