"""How much was found, without the records; or nothing."""

from erpd.metadata.findings import Finding, Severity
from erpd.standalone.found import Found
from erpd.standalone.reports.text import Text, print_finding


class Summary(Text):
    """How often each rule was found, with an example, the most serious and the most frequent first."""

    def begin(self) -> None:
        self._examples: dict[tuple[Severity, str], tuple[Finding, str]] = {}
        self._times: dict[tuple[Severity, str], int] = {}

    def write(self, file: str, found: Found) -> None:
        for finding in found.findings:
            kind = (finding.severity, str(finding.rule))
            self._times[kind] = self._times.get(kind, 0) + 1
            self._examples.setdefault(kind, (finding, found.identifier))

    def end(self) -> None:
        for kind, (finding, identifier) in sorted(
            self._examples.items(), key=lambda one: self._order(one[0])
        ):
            times = f"{self._times[kind]:,} times, for example:" if self._times[kind] > 1 else "Once:"
            self._console.print(times, style="bold", markup=False)
            print_finding(self._console, finding, identifier=identifier)
        self._console.print(f"{self.totals}", style="bold")

    def _order(self, kind: tuple[Severity, str]) -> tuple[int, int]:
        return list(Severity).index(kind[0]), -self._times[kind]


class Silent(Text):
    """Only why something could not be read, on standard error."""

    def write(self, file: str, found: Found) -> None:
        """Says nothing."""

    def end(self) -> None:
        """Says nothing."""
