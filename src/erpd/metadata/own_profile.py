"""A profile that somebody writes for themselves, as a TOML file: what they ask for beyond one of PROFILES.

docs/profiles.md shows such a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pyoxigraph import NamedNode

from erpd.metadata.declared import DeclarationError, did_you_mean, expected, read_toml
from erpd.metadata.profile import (
    AND,
    PROFILES,
    Duty,
    Errors,
    Kind,
    Obligation,
    Profile,
    Property,
    cases,
    load_profile,
    term,
)
from erpd.metadata.terms import RDFS, shorten
from erpd.metadata.vocabularies import table_called

MOST_BYTES = 1024 * 1024
_MOST = 1_000_000
_UNSAID = -1


class ProfileError(ValueError):
    """The file is no profile: one line for each mistake, with the name of the file."""


def _is_term(name: str) -> None:
    try:
        term(name)
    except (KeyError, ValueError) as error:
        raise ValueError("unknown prefix, or no IRI") from error


def _are_terms(names: tuple[str, ...]) -> None:
    for name in names:
        _is_term(name)


def _extends(name: str) -> None:
    for each in name.split(AND):
        if each not in PROFILES:
            raise ValueError(did_you_mean(each, PROFILES) or f"known: {', '.join(PROFILES)}")


def _vocabulary(name: str) -> None:
    if name and table_called(name) is None:
        raise ValueError("there is no such table")


def _cases(names: tuple[str, ...]) -> None:
    if unknown := [name for name in names if name not in cases()]:
        raise ValueError(f"no case {unknown[0]}; known: {', '.join(cases())}")


_TERM = "a name with a known prefix, or an IRI"
_Terms = Annotated[
    tuple[str, ...], expected("a list of names or IRIs", 'datatypes = ["xsd:date"]', _are_terms)
]
_ONE_LINE = r"\A[^\x00-\x1f\x7f-\x9f\u2028\u2029]*\Z"  # reports print it
_Text = Annotated[str, expected("one line of text", 'label = "provenance"', pattern=_ONE_LINE)]


@dataclass(frozen=True, slots=True)
class _Row:
    iri: Annotated[str, expected(_TERM, 'iri = "dct:provenance"', _is_term)]
    label: _Text = ""
    kind: Annotated[
        Kind | None, expected('"literal", "iri" or "node" (an IRI or a blank node)', 'kind = "literal"')
    ] = None
    range: Annotated[str, expected(_TERM, 'range = "foaf:Agent"', _is_term)] = ""
    datatypes: _Terms = ()
    min: Annotated[int, expected("a number", "min = 1", ge=0, le=_MOST)] = _UNSAID
    max: Annotated[int, expected("a number", "max = 1", ge=1, le=_MOST)] = _UNSAID
    obligation: Annotated[
        Obligation | None,
        expected('"mandatory", "recommended" or "optional"', 'obligation = "mandatory"'),
    ] = None
    section: Annotated[str, expected("one line of text", 'section = "Handbook, 3.2"', pattern=_ONE_LINE)] = ""
    vocabulary: Annotated[
        str, expected("the name of a table of docs/profiles.md", 'vocabulary = "language"', _vocabulary)
    ] = ""
    codes: Annotated[tuple[str, ...], expected("a list of codes", 'codes = ["ENG", "DEU"]')] = ()
    values: _Terms = ()
    within: Annotated[
        tuple[str, ...], expected("a list of beginnings of IRIs", 'within = ["https://example.org/list/"]')
    ] = ()
    when: Annotated[tuple[str, ...], expected("a list of cases", 'when = ["HVD"]', _cases)] = ()

    def __post_init__(self) -> None:
        if _UNSAID < self.max < self.min:
            raise ValueError(f"max: expected at least min ({self.min}), found {self.max}. Example: max = 5")
        table = table_called(self.vocabulary) if self.vocabulary else None
        if table and (unknown := [code for code in self.codes if code not in table.concepts]):
            raise ValueError(
                f"codes: expected codes of {table.name}, found {unknown[0]!r}. "
                f'Example: codes = ["{next(iter(table.concepts))}"]'
            )


@dataclass(frozen=True, slots=True)
class _Class:
    iri: Annotated[str, expected(_TERM, 'iri = "dcat:Dataset"', _is_term)]
    label: _Text = ""
    property: Annotated[tuple[_Row, ...], expected("tables", "[[class.property]]")] = ()


@dataclass(frozen=True, slots=True)
class _File:
    extends: Annotated[
        str, expected("one of our profiles, or several with + between them", 'extends = "erpd"', _extends)
    ]
    title: Annotated[str, expected("one line of text", 'title = "Our handbook"', pattern=_ONE_LINE)] = ""
    errors: Annotated[Errors | None, expected('"mandatory" or "violations"', 'errors = "mandatory"')] = None
    class_: Annotated[tuple[_Class, ...], expected("tables", "[[class]]")] = ()


def read_profile(path: Path) -> Profile:
    """Return the profile in a file. Its name is that of the file, without the ending.

    Raises ProfileError, which lists all mistakes, and OSError if the file cannot be read.
    """
    with path.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    try:
        if len(content) > MOST_BYTES:
            raise DeclarationError(f"It has more than {MOST_BYTES >> 20} MiB, so it is no profile.")
        return profile_in(content.decode("utf-8-sig"), path.stem)
    except UnicodeDecodeError as error:
        raise ProfileError(f"{path}: It is not in UTF-8. Save it as UTF-8 in your editor.") from error
    except DeclarationError as error:
        raise ProfileError("\n".join(f"{path}: {line}" for line in str(error).splitlines())) from error


def profile_in(text: str, name: str) -> Profile:
    """Return the profile in a TOML text. Raises DeclarationError, which lists all mistakes."""
    file = read_toml(text, _File)
    base = load_profile(file.extends)
    title = file.title or name
    classes: dict[NamedNode, Mapping[NamedNode, Property]] = dict(base.classes)
    labels, faults = dict(base.labels), []
    for number, each in enumerate(file.class_, 1):
        kind = term(each.iri)
        labels[kind] = each.label or labels.get(kind) or _local(each.iri)
        rows = dict(classes.get(kind, {}))
        for place, row in enumerate(each.property, 1):
            iri = term(row.iri)
            if iri not in rows and row.kind is None:
                faults.append(
                    f'class[{number}].property[{place}].kind: expected "literal", "iri" or "node", because '
                    f'{file.extends} says nothing of {row.iri}; found nothing. Example: kind = "literal"'
                )
                continue
            rows[iri] = _property(row, rows.get(iri), title)
        classes[kind] = MappingProxyType(rows)
    if faults:
        raise DeclarationError("\n".join(faults))
    return replace(
        base,
        name=name,
        title=title,
        errors=file.errors or base.errors,
        classes=MappingProxyType(classes),
        labels=MappingProxyType(labels),
    )


def _property(row: _Row, base: Property | None, title: str) -> Property:
    """The property of a row: what the row does not say is as in the profile that it extends."""
    if base is None:
        iri, text = term(row.iri), row.kind == "literal"
        base = Property(
            iri=iri,
            label=_local(row.iri),
            kind=row.kind or "node",
            range=RDFS.Literal if text else RDFS.Resource,
            datatypes=(),
            min=0,
            max=None,
            obligation="optional",
            section=title,
            vocabulary="",
            codes=frozenset(),
            values=frozenset(),
        )
    said: dict[str, Any] = {
        name: value
        for name in ("label", "kind", "obligation", "vocabulary", "within")
        if (value := getattr(row, name))
    }
    if row.max != _UNSAID:
        said["max"] = row.max
    if row.range:
        said["range"] = term(row.range)
    if row.datatypes:
        said["datatypes"] = tuple(map(term, row.datatypes))
    if row.codes or row.vocabulary:
        said["codes"] = frozenset(row.codes)
    if row.values:
        said["values"] = frozenset(map(term, row.values))
    at_least = base.min if row.min == _UNSAID else row.min
    if row.obligation == "mandatory":
        at_least = max(at_least, 1)
    elif row.obligation:
        at_least = max(row.min, 0)
    elif at_least and not base.min:
        said["obligation"] = "mandatory"
    section = row.section or title
    duties = () if at_least else tuple(Duty(cases()[name], section) for name in row.when) or base.duties
    return replace(base, **said, min=at_least, section=section, duties=duties)


def _local(name: str) -> str:
    """The name of a term without its namespace."""
    return shorten(term(name)).rpartition("/")[2].rpartition("#")[2].rpartition(":")[2]
