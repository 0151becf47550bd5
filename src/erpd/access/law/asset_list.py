"""Which fields of the list of data sets a record lacks, by a regime; and the acts that a record names."""

from dataclasses import replace
from functools import cache

from pyoxigraph import NamedNode

from erpd.access.law.regime import PROFILE, Regime
from erpd.metadata.acts import act_of
from erpd.metadata.checks.cardinality import cardinality
from erpd.metadata.findings import Finding
from erpd.metadata.in_force import ACTS
from erpd.metadata.parts import parts
from erpd.metadata.profile import Profile, Property, load_profile
from erpd.metadata.record import Record
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import expand


def acts_of(record: Record) -> set[str]:
    """Return the acts that a data set or its distributions name as applicable legislation: reg/2022/868."""
    nodes = (record.dataset, *record.distributions)
    values = (value for node in nodes for value in record.graph.nodes.get(node, {}).get(ACTS, ()))
    return {act for value in values if isinstance(value, NamedNode) and (act := act_of(value.value))}


def lacking(record: Record, regime: Regime) -> list[Finding]:
    """Return what the asset list of a regime demands and a record lacks, with paths as all checks have them.

    What would change under another regime is the difference. Values are not judged: that is for ``check``.
    """
    if not regime.asset_list.fields:
        return []
    found = (finding for part in parts(record, _profile(regime)) for finding in cardinality(part))
    return [finding for finding in found if finding.rule == Flaw.MANDATORY_MISSING]


@cache
def _profile(regime: Regime) -> Profile:
    """The profile of which only the fields of the list are left, and the distributions in which they are."""
    whole = load_profile(PROFILE)
    asked = [field.partition("/")[::2] for field in regime.asset_list.fields]
    if any(kind == "dcat:Distribution" for kind, _ in asked):
        asked.append(("dcat:Dataset", "dcat:distribution"))
    classes: dict[NamedNode, dict[NamedNode, Property]] = {kind: {} for kind in whole.classes}
    for kind, name in asked:
        row = whole.classes[expand(kind)][expand(name)]
        demanded = replace(
            row, min=1, obligation="mandatory", section=regime.asset_list.section, duties=(), max=None
        )
        classes[expand(kind)][row.iri] = demanded
    return replace(whole, name=f"{regime.id}, version {regime.version}", classes=classes, applies=frozenset())
