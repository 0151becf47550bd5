"""Planted defects, by the official shapes and by ours: `python -m tests.metadata.defects` writes the page.

The same table is a test, so that the page cannot go stale.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, RdfFormat, serialize

from erpd.metadata.checks import check, check_catalogue
from erpd.metadata.conforming import conformed
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DC11, DCAT, FOAF, RDF, SKOS, SPDX, expand

from .test_official_shapes import CATALOGUE, COUNTS, defects, dutch, official_shapes, whole

PAGE = Path(__file__).parents[2] / "docs/defects.md"
EVERY = 3  # each property is left out, and spoilt in a third of the other ways
CLASS = "Class"
WORDS = {
    "MinCount": "missing",
    "MaxCount": "too many",
    "NodeKind": "a text for a link, a link for a text, a blank node for an IRI",
    "Datatype": "another datatype",
}
OTHER = "another value than those allowed"
HEAD = """\
# Planted defects

<!-- Written by `python -m tests.metadata.defects`; a test fails if it is out of date. -->

A whole record with its catalogue, in which one property at a time is spoilt: left out, doubled, or given
a text, a link, a blank node, a number, a date of another type … The official SHACL shapes of each profile
judge it, and so does our check (`erpd check --profile`). *Official* counts the spoilt records that the
shapes refuse for this reason; *ours* counts those among them in which our check has an error at the same
property. *Recall* is ours through official.

| profile | defect | official | ours | recall |
|---|---|---|---|---|
"""
ALARMS = """
## What only we call an error

*False alarms* are errors in the record before it is spoilt, which the shapes pass. The other errors that
only we report are rules that the specification or the guidelines have and the shapes leave out: dates
that are not ISO 8601, values that are in none of the authority tables, a text where a resource is
expected. Each finding names its section.

| profile | spoilt records | refused by the shapes | error only by us | of these rules | false alarms |
|---|---|---|---|---|---|
"""
TAIL = """
## What is not counted

- The shapes of DCAT-AP 3.0.1 and of the Netherlands also want every value to say its class (`sh:class`),
  also one that the record only names, such as a concept of an authority table. We write it so ([decision
  29](decisions/0029-a-record-in-several-forms.md)), and ask nobody for it: a wrong class is the warning
  `class`.
- The topic of a catalogue record (`foaf:primaryTopic`) and the data sets of a catalogue need not be
  described in the same file; the shapes want to see them.
- `dc:isReferencedBy` in the shapes of 2.1.1 is a slip: the specification has `dct:isReferencedBy`.
- An algorithm of a checksum that is missing is reported as missing; the shapes of 2.1.1 say that it is
  none of those allowed, too.

The shapes are judged by `shacl` (in Rust). A test compares it with pySHACL, which says the same.
"""
NOT_COUNTED = {each.value for each in (DC11.isReferencedBy, FOAF.primaryTopic, DCAT.dataset)}


@dataclass
class Told:
    """What the shapes and our check say of all spoilt records of a profile."""

    planted: int = 0
    refused: int = 0
    official: Counter[str] = field(default_factory=Counter)
    ours: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    more: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    alarms: int = 0


def converted(given: Callable[[], Record] = whole) -> Record:
    """The whole record, as we write it for DCAT-AP 3.0.1."""
    made = conformed(given(), load_profile("dcat-ap-3.0.1"))
    for concept in [node for node in made.nodes if SKOS.Concept in made.objects(node, RDF.type)]:
        if not made.objects(concept, SKOS.prefLabel):
            made.add(concept, SKOS.prefLabel, Literal("Concept", language="en"))
    return Record("1", made, whole().dataset)


_AP3 = "dcat-ap-3.0.1/shacl/dcat-ap-SHACL.ttl"
# Profile -> its shapes, and a whole record that it passes. The profile of the Netherlands adds to DCAT-AP 3.
PROFILES: dict[str, tuple[tuple[str, ...], Callable[[], Record]]] = {
    "dcat-ap-2.1.1": (("dcat-ap-2.1.1/dcat-ap_2.1.1_shacl_shapes.ttl",), whole),
    "dcat-ap-3.0.1": ((_AP3,), converted),
    "dcat-ap-nl-3.0": ((_AP3, "dcat-ap-nl-3.0/shapes/dcat-ap-nl-SHACL.ttl"), lambda: converted(dutch)),
}


def refusals(graph: Graph, paths: tuple[str, ...]) -> set[tuple[str, str]]:
    """(property, constraint) of each violation that is counted."""
    written = serialize(graph.triples(), format=RdfFormat.N_TRIPLES).decode()
    found = {
        (each.path.strip("<>"), each.component.removesuffix("ConstraintComponent"))
        for path in paths
        for each in official_shapes(path).validate_text(written, format="ntriples").results
        if each.severity == "Violation"
    }
    return {
        (at, kind)
        for at, kind in found
        if kind != CLASS
        and at not in NOT_COUNTED
        and not (at == SPDX.algorithm.value and kind not in COUNTS and (at, "MinCount") in found)
    }


def faults(of: Record, name: str) -> list[Finding]:
    profile = load_profile(name)
    found = [*check(of, profile), *check_catalogue(of.graph, CATALOGUE, profile)]
    return [each for each in found if each.severity is Severity.ERROR and ":" in _last(each)]


def _last(finding: Finding) -> str:
    return finding.path.rsplit("/", 1)[-1]


def _at(finding: Finding) -> tuple[str, str]:
    rule = str(finding.rule)
    return expand(_last(finding)).value, rule if rule in COUNTS.values() else ""


@cache
def tell(name: str) -> Told:
    """Spoil the record of a profile in each way, and compare."""
    paths, good = PROFILES[name]
    told = Told(alarms=len(faults(good(), name)))
    assert not refusals(good().graph, paths)
    for number, (fault, node, predicate, values) in enumerate(defects(good())):
        if values and number % EVERY:
            continue
        spoilt = good()
        spoilt.graph.set(node, predicate, values)
        official = refusals(spoilt.graph, paths)
        found = {_at(each): each for each in faults(spoilt, name)}
        told.planted += 1
        told.refused += bool(official)
        for kind in {kind for _, kind in official}:
            wanted = {at for at, each in official if each == kind}
            label = WORDS.get(kind, OTHER)
            told.official[label] += 1
            hit = all((at, COUNTS.get(kind, "")) in found for at in wanted)
            told.ours[label] += hit
            if not hit:
                told.missed.append(f"{fault} ({kind})")
        known = {(at, COUNTS.get(kind, "")) for at, kind in official}
        only = [each for at, each in found.items() if at not in known]
        told.more += bool(only)
        told.rules.update({str(each.rule) for each in only})
    return told


def page() -> str:
    """docs/defects.md."""
    told = {name: tell(name) for name in PROFILES}
    return HEAD + "".join(_recall(told)) + ALARMS + "".join(_alarms(told)) + TAIL


def _recall(told: dict[str, Told]) -> Iterator[str]:
    for name, each in told.items():
        for label in [*WORDS.values(), OTHER]:
            if official := each.official[label]:
                ours = each.ours[label]
                yield f"| `{name}` | {label} | {official} | {ours} | {ours / official:.3g} |\n"
        whole, ours = each.official.total(), each.ours.total()
        yield f"| `{name}` | **all** | **{whole}** | **{ours}** | **{ours / whole:.3g}** |\n"


def _alarms(told: dict[str, Told]) -> Iterator[str]:
    for name, each in told.items():
        rules = ", ".join(
            f"[`{rule}`](findings.md#{rule}) {times}" for rule, times in sorted(each.rules.items())
        )
        yield f"| `{name}` | {each.planted} | {each.refused} | {each.more} | {rules} | {each.alarms} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
