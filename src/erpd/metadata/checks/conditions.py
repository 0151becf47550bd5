"""Conditions of access to protected data: whether they are said as data, and whole (DGA, 3, 5, 6, 8)."""

from collections.abc import Iterator
from functools import cache

from pyoxigraph import NamedNode

from erpd.metadata.acts import eli
from erpd.metadata.conditions import FIELDS, OPPOSED, Conditions, Field, conditions_of
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Term
from erpd.metadata.in_force import ACTS, names_act
from erpd.metadata.parts import Part, Shape, excerpt
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import DCT, ODRL, shorten

_POLICY, _RIGHTS = ODRL.hasPolicy, DCT.accessRights
_TARIFF, _UNDER_CONDITION = "tariff", "under-condition"
_ACT = NamedNode(eli("reg/2022/868"))
_BY_NAME = {each.name: each for each in FIELDS}


def conditions(part: Part) -> Iterator[Finding]:
    """Find conditions that are only text, and those in which something is missing. Never an error.

    A national point may not be able to say them yet. Where the record does not say that the Act applies, its
    conditions may be text without a word about it.
    """
    if part.prefix or not (_POLICY in part.properties or _is_protected(part.shape)):
        return
    told = conditions_of(part.record) if _POLICY in part.properties else None
    if told:
        yield from _missing(part, told)
        for allowing, excluding in OPPOSED:
            excluded = getattr(told, excluding)
            for value in getattr(told, allowing) if excluded else ():
                if value in excluded:
                    yield _finding(Flaw.CONDITION_BOTH, part, _BY_NAME[allowing], "", excerpt(value.value))
        for field in FIELDS:
            for value in getattr(told, field.name) if field.list else ():
                if value.value not in field.vocabulary.iris:
                    yield _finding(Flaw.CONDITION_CONCEPT, part, field, "", excerpt(value.value))
    elif _is_protected(part.shape) and names_act(part.properties.get(ACTS, ()), _ACT):
        rule = Flaw.CONDITIONS_AS_TEXT
        yield Finding(rule, Severity.WARNING, part.path(_POLICY), section=rule.section)


def _missing(part: Part, told: Conditions) -> Iterator[Finding]:
    if not told.grounds and _is_protected(part.shape):
        yield _finding(Flaw.GROUND_UNSAID, part, _BY_NAME["grounds"])
    if _says(_BY_NAME["fees"], told.fees, _TARIFF) and not told.tariff:
        yield _finding(Flaw.TARIFF_UNLINKED, part, _BY_NAME["tariff"])
    if told.may_ask_under_condition and not told.asking_condition:
        yield _finding(Flaw.CONDITION_UNSAID, part, _BY_NAME["asking_condition"], "DGA, 5(2)")
    transfer = _BY_NAME["transfer"]
    if _says(transfer, told.transfer, _UNDER_CONDITION) and not told.transfer_condition:
        yield _finding(Flaw.CONDITION_UNSAID, part, _BY_NAME["transfer_condition"], "DGA, 5(9)")


def _says(field: Field, values: tuple[Term, ...], code: str) -> bool:
    return any(value.value == field.vocabulary.iri(code) for value in values)


def _finding(rule: Flaw, part: Part, field: Field, section: str = "", value: str = "") -> Finding:
    path = f"{part.path(_POLICY)}/{shorten(field.term)}"
    return Finding(rule, Severity.WARNING, path, value, section or rule.section)


@cache
def _is_protected(shape: Shape) -> bool:
    """Whether the profile is for protected data only (G4.1)."""
    wanted = shape.properties.get(_RIGHTS)
    return bool(wanted and wanted.codes and "PUBLIC" not in wanted.codes)
