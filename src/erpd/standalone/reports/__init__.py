"""How `erpd check` tells what it found: one file a format, for people, programs and pipelines.

To add a format, write a subclass of ``Report`` in a file of its own and add it to REPORTS. Each writes as it
goes, so that the memory used does not grow with what is checked.
"""

from erpd.standalone.reports.github import GitHub
from erpd.standalone.reports.json_document import JsonDocument
from erpd.standalone.reports.json_lines import JsonLines
from erpd.standalone.reports.junit import JUnit
from erpd.standalone.reports.report import Report
from erpd.standalone.reports.sarif import Sarif
from erpd.standalone.reports.shacl import Shacl
from erpd.standalone.reports.text import Text

__all__ = ["REPORTS", "Report"]

REPORTS: dict[str, type[Report]] = {
    "text": Text,
    "json": JsonDocument,
    "jsonl": JsonLines,
    "sarif": Sarif,
    "junit": JUnit,
    "github": GitHub,
    "shacl": Shacl,
}
