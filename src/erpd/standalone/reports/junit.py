"""JUnit's XML."""

import shutil
from tempfile import TemporaryFile

from erpd.formats.xml_text import escaped, legal
from erpd.metadata.findings import Severity
from erpd.sources.errors import SourceError
from erpd.standalone.found import Found
from erpd.standalone.reports.report import Report
from erpd.standalone.reports.row import Row, named, row_of_error, rows


class JUnit(Report):
    """JUnit's XML, for GitLab, Jenkins and others: a test for each data set, which fails if it has an error.

    It begins with how many tests failed, so the tests wait in a temporary file until then.
    """

    _tests = _failures = 0

    def begin(self) -> None:
        self._waiting = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 - closed by ``end``

    def write(self, file: str, found: Found) -> None:
        every = list(rows(found, as_is=self.as_is))
        errors = [row for row in every if row.severity is Severity.ERROR]
        others = [row for row in every if row.severity is not Severity.ERROR]
        inside = _element("failure", errors, errors[0].message, errors[0].rule) if errors else ""
        inside += _element("system-out", others) if others else ""
        self._failures += bool(errors)
        self._add(file, named(found.identifier) or str(found.kind), inside)

    def write_error(self, file: str, error: SourceError) -> None:
        row = row_of_error(file, error)
        self._add(file, named(file), _element("error", [row], row.message, row.rule))

    def _add(self, file: str, name: str, inside: str) -> None:
        self._tests += 1
        given = _given(name=name, classname=named(file), file=named(file))
        self._waiting.write(_legal(f"    <testcase{given}>{inside}</testcase>\n"))

    def end(self) -> None:
        amounts = {"tests": self._tests, "failures": self._failures, "errors": self.totals.unread}
        given = _given(name="erpd check", **{name: str(amount) for name, amount in amounts.items()})
        self.out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self.out.write(f"<testsuites{given}>\n  <testsuite{given}>\n")
        with self._waiting as waiting:
            waiting.seek(0)
            shutil.copyfileobj(waiting, self.out)
        self.out.write("  </testsuite>\n</testsuites>\n")


def _element(name: str, said: list[Row], message: str = "", rule: str = "") -> str:
    lines = (f"{_where(row)}{row.severity} {row.rule}: {row.message}" for row in said)
    given = _given(message=message, type=rule) if rule else ""
    return f"<{name}{given}>{escaped(chr(10).join(lines))}</{name}>"


def _where(row: Row) -> str:
    place = f"line {row.line}, column {row.column}: " if row.line else ""
    return f"as received: {place}" if row.received else place


def _given(**attributes: str) -> str:
    return "".join(f' {name}="{escaped(value)}"' for name, value in attributes.items())


def _legal(xml: str) -> str:
    """Only characters that XML allows, and only ASCII, which is right in any encoding of the output."""
    return legal(xml.encode()).decode().encode("ascii", "xmlcharrefreplace").decode()
