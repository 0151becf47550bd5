"""Application profiles as data: which properties a class has, how often, with what values.

The tables are ``profiles/*.toml``; their order is the order in which forms and pages show the properties.
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

# What counts as an error: all that breaks the official shapes, or the mandatory metadata alone.
Errors: TypeAlias = Literal["violations", "mandatory"]

PROFILES = ("dcat-ap-2.1.1", "open-data", "erpd")

_FOLDER = Path(__file__).parent / "profiles"


@dataclass(frozen=True, slots=True)
class Property:
    """One row of a property table. ``kind`` "node" is an IRI or a blank node; ``max`` None is unbounded.

    ``datatypes`` is empty for literals of any type, ``vocabulary`` for values of no authority table of ours,
    ``codes`` where all its codes are allowed, ``values`` where any IRI is.
    """

    iri: NamedNode
    label: str
    kind: Kind
    range: NamedNode
    datatypes: tuple[NamedNode, ...]
    min: int
    max: int | None
    obligation: Obligation
    section: str
    vocabulary: str
    codes: frozenset[str]
    values: frozenset[NamedNode]


@dataclass(frozen=True, slots=True)
class Profile:
    """``classes[class][property]``; ``labels`` names the classes in English.

    ``errors`` "violations": whatever the profile's official SHACL shapes call a violation is an error.
    "mandatory": only what is missing or wrong in the mandatory metadata of data sets, distributions, services
    and catalogues, and dates that are not ISO 8601; the rest are warnings. A strict source rejects errors.
    """

    name: str
    title: str
    errors: Errors
    classes: Mapping[NamedNode, Mapping[NamedNode, Property]]
    labels: Mapping[NamedNode, str]


@cache
def load_profile(name: str) -> Profile:
    """A profile of PROFILES; one that extends another replaces its properties one by one.

    Raises KeyError for an unknown name.

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
        table["name"], table["title"], table["errors"], MappingProxyType(frozen), MappingProxyType(labels)
    )


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
    """A prefixed name, or a whole IRI where the namespace has no prefix of ours."""
    return NamedNode(name) if "://" in name else expand(name)
