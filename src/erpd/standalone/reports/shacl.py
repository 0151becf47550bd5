"""A validation report as SHACL shapes give one: https://www.w3.org/TR/shacl/#validation-report."""

import re
from typing import Any

from pyoxigraph import Literal, NamedNode

from erpd.metadata.findings import Severity
from erpd.metadata.terms import expand
from erpd.sources.errors import SourceError
from erpd.standalone.found import Found
from erpd.standalone.reports.report import Report
from erpd.standalone.reports.row import Row, named, row_of_error, rows

_HEAD = """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

_:report a sh:ValidationReport .
"""
_SEVERITIES = {Severity.ERROR: "Violation", Severity.WARNING: "Warning", Severity.REPAIR: "Info"}
# One step of a path: a property, or the class of a node that nothing leads to, and perhaps the node.
_STEP = re.compile(r"([^\[\]/]++)(?:\[([^\[\]]*+)\])?(?:/|\Z)")
_NO_ASCII = re.compile(r"[^\n\x20-\x7e]")


class Shacl(Report):
    """A SHACL validation report in Turtle: a result for each finding, with the address of its rule as
    `sh:sourceConstraintComponent`. It conforms if nothing was found, not even a repair, as the standard says.
    """

    def begin(self) -> None:
        self._conforms = True
        self.out.write(_HEAD)

    def write(self, file: str, found: Found) -> None:
        for row in rows(found, as_is=self.as_is):
            self._tell(file, row, found.identifier)

    def write_error(self, file: str, error: SourceError) -> None:
        self._tell(file, row_of_error(file, error), "")

    def end(self) -> None:
        self.out.write(f"_:report sh:conforms {'true' if self._conforms else 'false'} .\n")

    def _tell(self, file: str, row: Row, identifier: str) -> None:
        self._conforms = False
        focus, path = _place(row.path, identifier)
        place = f", line {row.line}, column {row.column}" if row.line else ""
        said = {
            "sh:focusNode": focus,
            "sh:resultPath": path,
            "sh:resultSeverity": f"sh:{_SEVERITIES[row.severity]}",
            "sh:sourceConstraintComponent": _iri(row.link) or f"<urn:erpd:rule:{_word(row.rule)}>",
            "sh:resultMessage": _text(f"As received: {row.message}" if row.received else row.message),
            "rdfs:comment": _text(f"{named(file)}{place}"),
        }
        triples = "".join(f" ;\n  {name} {value}" for name, value in said.items() if value)
        self.out.write(f"_:report sh:result [ a sh:ValidationResult{triples} ] .\n")


def _place(path: str, identifier: str) -> tuple[str, str]:
    """The node and the property that a finding is about. A node without an IRI is a blank one of its own."""
    steps: list[Any] = _STEP.findall(path)
    nodes = [identifier, *(node for _, node in steps if node)]
    name, last = steps[-1] if steps else ("", "")
    leads = _property(name)
    if last and leads:  # the finding is about the link to that node
        nodes.pop()
    return _iri(nodes[-1]) or "[]", leads


def _property(name: str) -> str:
    try:
        iri = expand(name).value
    except (KeyError, ValueError):
        return ""
    is_class = name.partition(":")[2][:1].isupper()
    return "" if is_class else _iri(iri)


def _iri(text: str) -> str:
    """An IRI as Turtle writes it; "" if it is none, or was shortened."""
    try:
        return "" if "…" in text else _ascii(str(NamedNode(text)))
    except ValueError:
        return ""


def _text(text: str) -> str:
    return _ascii(str(Literal(text, language="en")))


def _word(text: str) -> str:
    return re.sub(r"[^\w-]", "-", text, flags=re.ASCII)


def _ascii(text: str) -> str:
    """The same term in characters that every encoding has."""

    def escaped(found: re.Match[str]) -> str:
        number = ord(found[0])
        return f"\\u{number:04X}" if number < 0x10000 else f"\\U{number:08X}"

    return _NO_ASCII.sub(escaped, text)
