"""What all reports have in common: in which order they are told things, and what is counted."""

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from typing import TextIO

from erpd.formats.rdf.catalogue import Kind
from erpd.metadata.findings import Severity
from erpd.metadata.profile import Profile
from erpd.metadata.text import counted
from erpd.sources.errors import SourceError
from erpd.standalone.found import Found


@dataclass(slots=True)
class Totals:
    """How much was checked, and how much was found."""

    data_sets: int = 0
    valid: int = 0
    """The data sets without an error."""
    findings: Counter[Severity] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    """How often each rule was found."""
    unread: int = 0
    """The files and addresses that could not be read."""

    def __str__(self) -> str:
        amount = counted(self.data_sets, "data set")
        lacking = self.data_sets - self.valid
        return f"{amount}: {self.valid:,} with all mandatory metadata, {lacking:,} without"


class Report(ABC):
    """Call ``begin``, then ``found`` and ``failed`` in any order, then ``end``. Each may raise OSError.

    ``as_is``: each thing was also checked as it was received.
    """

    def __init__(self, out: TextIO, profile: Profile, *, as_is: bool = False) -> None:
        self.out = out
        self.profile = profile
        self.as_is = as_is
        self.totals = Totals()

    def begin(self) -> None:  # noqa: B027 - most formats have nothing there
        """Write what comes first."""

    def found(self, file: str, found: Found) -> None:
        """Tell what was found in a file or at an address. The rest of a file is left out if it is fine."""
        if found.kind in (Kind.REST, Kind.CATALOGUE_RECORD) and not found.findings:
            return
        if found.kind is Kind.DATA_SET:
            self.totals.data_sets += 1
            self.totals.valid += found.valid
        for finding in found.findings:
            self.totals.findings[finding.severity] += 1
            self.totals.rules[finding.rule] += 1
        self.write(f"{file}/{found.entry}" if found.entry else file, found)

    def failed(self, file: str, error: SourceError) -> None:
        """Tell that a file or an address could not be read."""
        self.totals.unread += 1
        self.write_error(file, error)

    def end(self) -> None:  # noqa: B027
        """Write what comes last."""

    @abstractmethod
    def write(self, file: str, found: Found) -> None:
        """Write what was found."""

    @abstractmethod
    def write_error(self, file: str, error: SourceError) -> None:
        """Write why it could not be read."""
