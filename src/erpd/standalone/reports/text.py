"""Plain words."""

import sys
from collections.abc import Sequence
from typing import TextIO

from rich.console import Console

from erpd.formats.positions.mark import Position
from erpd.formats.rdf.catalogue import Kind
from erpd.metadata.findings import Finding, Severity, explain, quoted
from erpd.metadata.masking import plain, shown
from erpd.metadata.profile import Profile
from erpd.sources.errors import SourceError
from erpd.standalone.found import Found, has_errors
from erpd.standalone.reports.report import Report
from erpd.standalone.reports.row import named

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.REPAIR: "green"}
_LONGEST_LINE = 4_000
_TITLES = {
    Kind.CATALOGUE: "Catalogue {}",
    Kind.SERVICE: "Data service {}",
    Kind.SERIES: "Series {}",
    Kind.CATALOGUE_RECORD: "Catalogue record {}",
    Kind.REST: "What belongs to no data set or catalogue",
}


class Text(Report):
    """For people: what was found in each data set, errors first, and if it has all mandatory metadata."""

    def __init__(self, out: TextIO, profile: Profile, *, as_is: bool = False) -> None:
        super().__init__(out, profile, as_is=as_is)
        self._console = Console(file=out, emoji=False, highlight=False, soft_wrap=True)

    def write(self, file: str, found: Found) -> None:
        unnamed = "without an IRI" if found.read else "A part that could not be read"
        title = _TITLES.get(found.kind, "{}").format(named(found.identifier) or unnamed)
        self._console.print(f"\n{title}", style="bold", markup=False, end="")
        place = _place(file, found.position) or ("" if found.read else f" ({named(file)})")
        self._console.print(place, style="dim", markup=False)
        judged = found.kind is not Kind.REST
        if self.as_is and found.read and judged:
            self._tell(file, found, found.as_is)
            self._judge(not has_errors(found.as_is), "as received, ")
        self._tell(file, found, found.findings)
        if judged:
            self._judge(found.valid, "as repaired, " if self.as_is else "")

    def _tell(self, file: str, found: Found, findings: list[Finding]) -> None:
        for finding in sorted(findings, key=lambda finding: finding.urgency):
            at = found.where(finding)
            print_finding(self._console, finding, place=_place(file, at) if at != found.position else "")

    def _judge(self, valid: bool, how: str) -> None:
        section = " (section 4)" if self.profile.name == "erpd" else ""
        verdict = "[green]has all[/]" if valid else "[red]lacks[/]"
        errors = "" if valid else ": see the errors above"
        self._console.print(
            f"  {how}{verdict} mandatory metadata of the profile “{self.profile.title}”{section}{errors}"
        )

    def write_error(self, file: str, error: SourceError) -> None:
        print(error_line(file, error), file=sys.stderr)

    def end(self) -> None:
        if self.totals.data_sets > 1:
            self._console.print(f"\n{self.totals}", style="bold")


def print_finding(
    to: Console,
    finding: Finding,
    times: int = 1,
    identifier: str = "",
    *,
    place: str = "",
    others: Sequence[str] = (),
) -> None:
    """Print one finding in plain words, with its severity, how often it occurs, and the record it is from.

    Behind all that are the rule, as ``erpd explain`` knows it, and ``place``, where it is. ``others`` are
    more values of which it was found.
    """
    amount = f" ({times:,} times)" if times > 1 else ""
    also = f" — also {quoted(others)}" if others and "{value}" in getattr(finding.rule, "message", "") else ""
    told = plain(explain(finding), _LONGEST_LINE) + (f" — {plain(identifier)}" if identifier else "")
    to.print(f"  [{_COLOURS[finding.severity]}]{finding.severity}[/]{amount} ", end="")
    to.print(told + also, markup=False, end="")
    to.print(f" [{finding.rule}]{place}", style="dim", markup=False)


def _place(file: str, at: Position | None) -> str:
    """`` (file:line:column)``, which terminals and editors open."""
    return f" ({named(file)}:{at.line}:{at.column})" if at else ""


def error_line(file: str, error: SourceError) -> str:
    """Return what is wrong with a file or an address, which is named once."""
    same = error.url == shown(file)
    told = SourceError(*error.args[:4]) if same else error
    place = f"{named(file)}:{error.at.line}:{error.at.column}" if error.at else named(file)
    return f"{place}: {plain(str(told), _LONGEST_LINE)}"
