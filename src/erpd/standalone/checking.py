"""Place after place is checked, and a report is told: what `erpd check`, the page and the API share."""

from collections.abc import Iterable

from erpd.formats.rdf.catalogue import Kind
from erpd.metadata.findings import Severity
from erpd.sources.errors import Reason, SourceError
from erpd.standalone.found import Found
from erpd.standalone.reports import Report

NO_DATA_SET = ("There is no data set in it", "Give a file that describes one as a dcat:Dataset.")
_BESIDE = (Kind.REST, Kind.CATALOGUE_RECORD)


class Checking:
    """``failed``: a finding was as serious as ``fail_on``; ``unread``: a place could not be read."""

    def __init__(self, report: Report, fail_on: Severity = Severity.ERROR) -> None:
        self._report = report
        self._bad = set(list(Severity)[: list(Severity).index(fail_on) + 1])
        self.failed = self.unread = False

    def check(self, location: str, all_found: Iterable[Found]) -> None:
        """Tell what is found at a location, and why it cannot be read, or not to its end."""
        described = False
        try:
            for found in all_found:
                described |= found.kind not in _BESIDE
                self.failed |= any(one.severity in self._bad for one in (*found.findings, *found.as_is))
                self._report.found(location, found)
        except SourceError as error:
            self.fail(location, error)
            return
        if not described:
            self.fail(location, SourceError(Reason.EMPTY_LIST, *NO_DATA_SET, "G4.1", location))

    def fail(self, location: str, error: SourceError) -> None:
        """Tell why a location, or documents of an archive there, cannot be read."""
        self.unread = True
        for place, each in error.each(location):
            self._report.failed(place, each)
