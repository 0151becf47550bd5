"""The JSON object of a data set, a catalogue, or a file that cannot be read (``schema.json``)."""

import json
from typing import Any

from erpd.metadata.findings import Finding
from erpd.sources.errors import SourceError
from erpd.standalone.found import Found, has_errors
from erpd.standalone.reports.row import named, row_of, row_of_error

VERSION = 1
SCHEMA = "https://w3id.org/erpd/check-report.schema.json"


def record(file: str, found: Found, *, as_is: bool) -> dict[str, Any]:
    """Return the object of what was found in a file."""
    facts: dict[str, Any] = {
        "file": named(file),
        "kind": str(found.kind),
        "identifier": found.identifier,
        "valid": found.valid,
        "findings": _findings(found, found.findings),
    }
    if found.position:
        facts |= found.position._asdict()
    if as_is and found.read:
        facts["as-is"] = {"valid": not has_errors(found.as_is), "findings": _findings(found, found.as_is)}
    return facts


def record_of_error(file: str, error: SourceError) -> dict[str, Any]:
    """Return the object of a file that cannot be read."""
    findings = [row_of_error(file, error).as_dict()]
    return {"file": named(file), "kind": "file", "identifier": "", "valid": False, "findings": findings}


def written(facts: Any) -> str:
    """Return the object as one line of ASCII, which any output takes."""
    return json.dumps(facts)


def _findings(found: Found, findings: list[Finding]) -> list[dict[str, Any]]:
    return [row_of(finding, found.where(finding)).as_dict() for finding in findings]
