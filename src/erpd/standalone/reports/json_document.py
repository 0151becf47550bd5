"""JSON, as ``schema.json`` describes it."""

from typing import Any

from erpd import __version__
from erpd.metadata.findings import Severity
from erpd.sources.errors import SourceError
from erpd.standalone.found import Found
from erpd.standalone.reports.json_record import SCHEMA, VERSION, record, record_of_error, written
from erpd.standalone.reports.report import Report


class JsonDocument(Report):
    """One document: an object for each data set and catalogue, then how much there was of everything."""

    _between = ""

    def begin(self) -> None:
        facts = {"$schema": SCHEMA, "version": VERSION, "erpd": __version__, "profile": self.profile.name}
        self.out.write(f'{written(facts)[:-1]}, "records": [')

    def write(self, file: str, found: Found) -> None:
        self._add(record(file, found, as_is=self.as_is))

    def write_error(self, file: str, error: SourceError) -> None:
        self._add(record_of_error(file, error))

    def _add(self, facts: dict[str, Any]) -> None:
        self.out.write(f"{self._between}\n{written(facts)}")
        self._between = ","

    def end(self) -> None:
        totals = self.totals
        summary = {
            "data-sets": totals.data_sets,
            "valid": totals.valid,
            "files-not-read": totals.unread,
            "findings": {str(each): totals.findings[each] for each in Severity},
            "rules": dict(totals.rules.most_common()),
        }
        self.out.write(f'\n], "summary": {written(summary)}}}\n')
