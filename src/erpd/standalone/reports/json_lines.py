"""JSON Lines, as ``schema.json`` describes them."""

from erpd.sources.errors import SourceError
from erpd.standalone.found import Found
from erpd.standalone.reports.json_record import VERSION, record, record_of_error, written
from erpd.standalone.reports.report import Report


class JsonLines(Report):
    """The same objects, one a line, for programs that read while we check."""

    def write(self, file: str, found: Found) -> None:
        facts = {"version": VERSION, **record(file, found, as_is=self.as_is)}
        self.out.write(f"{written(facts)}\n")

    def write_error(self, file: str, error: SourceError) -> None:
        facts = {"version": VERSION, **record_of_error(file, error)}
        self.out.write(f"{written(facts)}\n")
