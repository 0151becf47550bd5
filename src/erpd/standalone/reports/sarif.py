"""SARIF 2.1.0, the format of code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from erpd import __version__
from erpd.metadata.findings import Severity
from erpd.metadata.rules import RULES, Rule
from erpd.metadata.rules.rule import DOCUMENTATION
from erpd.sources.errors import Reason, SourceError
from erpd.standalone.found import Found
from erpd.standalone.reports.meaning import advice, meaning
from erpd.standalone.reports.report import Report
from erpd.standalone.reports.row import Row, named, row_of_error, rows

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.REPAIR: "note"}
# Some reasons why a file cannot be read are called like rules of records.
_FILE = "file-"
_NO_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
_IDENTIFIERS = {name: number for number, name in enumerate([*RULES, *(_FILE + each for each in Reason)])}


class Sarif(Report):
    """SARIF 2.1.0, for code scanning: a result for each finding, and all rules."""

    _between = ""

    def begin(self) -> None:
        driver = {
            "name": "erpd",
            "version": __version__,
            "informationUri": f"{DOCUMENTATION}/",
            "rules": list(_rules()),
        }
        run = json.dumps({"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"})
        self.out.write(f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [\n{run[:-1]}, "results": [')

    def write(self, file: str, found: Found) -> None:
        for row in rows(found, as_is=self.as_is):
            self._add(_result(file, row, row.rule, found.identifier))

    def write_error(self, file: str, error: SourceError) -> None:
        row = row_of_error(file, error)
        self._add(_result(file, row, _FILE + row.rule, ""))

    def _add(self, result: dict[str, Any]) -> None:
        self.out.write(f"{self._between}\n{json.dumps(result)}")
        self._between = ","

    def end(self) -> None:
        invocation = json.dumps([{"executionSuccessful": not self.totals.unread}])
        self.out.write(f'\n], "invocations": {invocation}}}]}}\n')


def _rules() -> Iterator[dict[str, Any]]:
    every: list[tuple[str, Rule | Reason]] = list(RULES.items())
    every += [(_FILE + reason, reason) for reason in Reason]
    for identifier, rule in every:
        yield {
            "id": identifier,
            "shortDescription": {"text": meaning(rule)},
            "help": {"text": advice(rule)},
            "helpUri": rule.link,
        }


def _result(file: str, row: Row, identifier: str, record: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    if row.line:
        physical["region"] = {"startLine": row.line, "startColumn": row.column}
    place = {"physicalLocation": physical, **_within(record, row.path)}
    told = ": ".join(filter(None, ("As received" if row.received else "", row.message)))
    facts = {"section": row.section, "path": row.path, "value": row.value, "repaired": row.repaired}
    result: dict[str, Any] = {
        "ruleId": identifier,
        "level": _LEVELS[row.severity],
        "message": {"text": told.replace("](", "] (")},  # no link that a source has written (3.11.6)
        "locations": [place],
        "partialFingerprints": {"erpd/v1": _fingerprint(record, row)},
        "properties": {name: value for name, value in facts.items() if value},
    }
    if identifier in _IDENTIFIERS:
        result["ruleIndex"] = _IDENTIFIERS[identifier]
    return result


def _within(record: str, path: str) -> dict[str, Any]:
    if not record:
        return {}
    return {"logicalLocations": [{"fullyQualifiedName": f"{record} {path}".rstrip(), "kind": "resource"}]}


def _fingerprint(record: str, row: Row) -> str:
    """The same at each run for the same fault, wherever in the file it is."""
    said = "\n".join((record, row.rule, row.path, row.value))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _uri(file: str) -> str:
    name = named(file)
    if "://" in name:
        return quote(_NO_ESCAPE.sub("%25", name), safe="/:?#@!$&'()*+,;=%~-._")
    return Path(name).as_uri() if Path(name).is_absolute() else quote(Path(name).as_posix())
