"""Writes docs/findings.md: each rule with its words, and an example of wrong and right."""

from collections.abc import Iterator

from erpd.metadata.findings import Finding, Severity, explain
from erpd.metadata.rules import Correction, Flaw, Intake, Repair, Rule, Unread
from erpd.metadata.rules.examples import Example, examples, record

FINDINGS = """\
# Findings

<!-- Generated from src/erpd/metadata/rules/ by `make generate`. -->

Everything we can find in a record, in the words of the message. *Property*, *value* and *repaired* stand for
the facts of the finding. A repair is made in our copy only and changes nothing at the source. With the policy
`strict`, a record with an error is rejected; with `lenient`, it is accepted and the error is reported.
[Sources](sources.md) lists the reasons why a source cannot be read at all. `erpd explain RULE` says the same.

Most examples are a part of [the record at the end](#the-record-of-the-examples), which breaks no rule: what
they say stands in its place, and what only the right one says is missing in the wrong one. A test tries each.
"""
_KINDS: dict[type[Rule], str] = {
    Flaw: "What is wrong, or could be better",
    Repair: "What we repair in a record",
    Correction: "What we put right in a file before it can be read",
    Unread: "What cannot be read",
    Intake: "Identifiers, and what the rules of a source did",
}
RECORD = """
## The record of the examples

With the usual prefixes (`dcat:`, `dct:`, `foaf:`, `vcard:`, `rdfs:`, `xsd:`, `dcatap:`):

```turtle
{record}```
"""
# Wrong examples that no colouring understands.
_BROKEN = {Repair.IRI, Repair.PREDICATE, Repair.STATEMENT_TEXT, Correction.ENTITY}
_PARTS = {"rules": "Rules of the source", "wrong": "Wrong", "right": "Right"}


def findings() -> str:
    """docs/findings.md: a section for each rule of a finding."""
    return FINDINGS + "".join(_kinds()) + RECORD.format(record=record())


def _kinds() -> Iterator[str]:
    for kind, title in _KINDS.items():
        links = " · ".join(f"[{rule}](#{rule})" for rule in kind)
        yield f"\n## {title}\n\n{links}\n"
        for rule in kind:
            yield f"\n### `{rule}`\n\n{_told(rule)}\n\n" + "\n".join(_shown(rule, examples()[rule]))


def _told(rule: Rule) -> str:
    facts = {"path": "*property*", "value": "*value*", "repaired": "*repaired*", "section": rule.section}
    return explain(Finding(rule, Severity.WARNING, **facts))


def _shown(rule: Rule, example: Example) -> Iterator[str]:
    if example.profile != "erpd":
        yield f"With the profile `{example.profile}`.\n"
    if example.note:
        yield f"{example.note}\n"
    for name, title in _PARTS.items():
        if text := getattr(example, name):
            broken = name == "wrong" and rule in _BROKEN
            language = "toml" if name == "rules" else "text" if broken else example.language
            yield f"{title}:\n\n```{language}\n{text}\n```\n"
