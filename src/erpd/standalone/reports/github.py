"""Workflow commands of GitHub Actions.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from erpd.metadata.findings import Severity
from erpd.sources.errors import SourceError
from erpd.standalone.found import Found
from erpd.standalone.reports.report import Report
from erpd.standalone.reports.row import Row, named, row_of_error, rows

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.REPAIR: "notice"}
# As the runner reads them back (actions/toolkit, packages/core/src/command.ts).
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


class GitHub(Report):
    """Workflow commands of GitHub Actions, which show each finding at its line of the file."""

    def write(self, file: str, found: Found) -> None:
        for row in rows(found, as_is=self.as_is):
            self._tell(file, row, named(found.identifier))

    def write_error(self, file: str, error: SourceError) -> None:
        self._tell(file, row_of_error(file, error), "")

    def _tell(self, file: str, row: Row, identifier: str) -> None:
        place = {"line": row.line, "col": row.column} if row.line else {}
        title = f"{row.rule} ({row.section})" if row.section else row.rule
        said = {"file": named(file), **place, "title": title}
        properties = ",".join(f"{name}={str(value).translate(_PROPERTY)}" for name, value in said.items())
        parts = (identifier, "as received" if row.received else "", row.message)
        message = ": ".join(filter(None, parts)).translate(_DATA)
        self.out.write(f"::{_COMMANDS[row.severity]} {properties}::{message}\n")

    def end(self) -> None:
        self.out.write(f"{self.totals}\n")
