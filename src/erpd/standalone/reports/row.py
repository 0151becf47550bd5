"""One finding with all that a report says of it, in words and as data; also of a file that cannot be read."""

from collections.abc import Iterator
from typing import NamedTuple

from erpd.formats.positions.mark import Position
from erpd.metadata.findings import Finding, Severity, explain
from erpd.metadata.masking import plain, shown
from erpd.metadata.rules import RULES
from erpd.metadata.storable import storable
from erpd.sources.errors import SourceError
from erpd.standalone.found import Found

# Longer than any text of a rule with its facts, which are cut when the finding is made.
_LONGEST_MESSAGE = 4_000


class Row(NamedTuple):
    """One finding. ``message`` is safe for terminals; the facts are as received."""

    rule: str
    severity: Severity
    message: str
    """What is wrong, where, by which rule, and how to put it right."""
    section: str
    path: str
    value: str
    repaired: str
    link: str
    """Where the rule is explained, with an example."""
    line: int = 0
    """Where it is in the file; 0 if that is not known."""
    column: int = 0
    received: bool = False
    """Whether it is about the record before it was repaired."""

    def as_dict(self) -> dict[str, str | int]:
        """What JSON says of it: no empty fields."""
        facts = self._asdict()
        del facts["received"]
        return {name: value for name, value in facts.items() if value}


def rows(found: Found, *, as_is: bool = False) -> Iterator[Row]:
    """Yield a row for each finding, errors first; with ``as_is``, what the repairs put right comes before."""
    for finding in _sorted(found.as_is) if as_is else ():
        if finding not in found.findings:
            yield row_of(finding, found.where(finding))._replace(received=True)
    for finding in _sorted(found.findings):
        yield row_of(finding, found.where(finding))


def row_of(finding: Finding, at: Position | None = None) -> Row:
    """Return the row of a finding, and of its place in the file."""
    rule = finding.rule
    return Row(
        str(rule),
        finding.severity,
        plain(explain(finding), _LONGEST_MESSAGE),
        plain(finding.stated_in),
        storable(finding.path),
        storable(finding.value),
        storable(finding.repaired),
        RULES[rule].link if rule in RULES else "",  # a rule of the user's own has no page here
        *(at or ()),
    )


def row_of_error(file: str, error: SourceError) -> Row:
    """Return the row of the reason why a file or an address cannot be read."""
    elsewhere = "" if error.url == shown(file) else error.url
    message = plain(f"{error.message}. {error.advice}", _LONGEST_MESSAGE)
    facts = (str(error.rule), Severity.ERROR, message, error.section, "", elsewhere, "", error.rule.link)
    return Row(*facts, *(error.at or ()))


def named(file: str) -> str:
    """Return a file or an address as reports name it: without secrets and control characters."""
    return shown(file, _LONGEST_MESSAGE)


def _sorted(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.urgency)
