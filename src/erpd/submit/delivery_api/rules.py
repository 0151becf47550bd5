"""What publishing a record would say, in the fields of the API."""

from dataclasses import dataclass

from erpd.formats.delivery.faults import Fault
from erpd.formats.delivery.publishing import faults_of, lacking
from erpd.formats.delivery.writing import Writer
from erpd.metadata.findings import Finding
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.rules import Intake
from erpd.register.catalogues import profile_of
from erpd.register.models import Catalogue, Source
from erpd.submit.delivery_api import problems
from erpd.submit.delivery_api.problems import Problem
from erpd.submit.incoming import incoming


@dataclass
class Judged:
    """A record, its catalogue, and where its fields are. Made before mending, which changes the record."""

    record: Record
    catalogue: Catalogue
    source: Source | None = None
    """Of the catalogue, if it is known already: it is seldom needed."""

    def __post_init__(self) -> None:
        writer = Writer(self.record.graph)
        self._said = writer.data_set(self.record)
        self._places = writer.places

    def faults(self) -> list[Fault]:
        """Return everything that keeps the record from being published. It is not changed."""
        graph = Graph(self.record.graph.triples())
        copy = Record(self.record.identifier, graph, self.record.dataset)
        missing = lacking(self._said)
        places = {fault.path for fault in missing}
        source = self.source or self.catalogue.sources.get(slug=self.catalogue.slug)
        findings = incoming(copy, source, self.catalogue).arrival.findings
        found = faults_of(findings, copy, profile_of(self.catalogue), self._places)
        return missing + [fault for fault in found if fault.path not in places]

    def demand(self) -> None:
        """Raise Problem if it lacks what the national API requires: the register asks for less."""
        if lacking(self._said):
            raise failed(self.faults())

    def refused(self, findings: list[Finding]) -> Problem:
        """Return the problem of a record that the register refuses."""
        if any(finding.rule is Intake.IRI_TAKEN for finding in findings):
            detail = f"{self.record.iri} is the IRI of another data set here (G3.4.3). Use one of your own."
            return Problem(problems.ALREADY_EXISTS, detail)
        return failed(faults_of(findings, self.record, profile_of(self.catalogue), self._places))


def failed(faults: list[Fault]) -> Problem:
    """Return the problem of metadata that break rules."""
    detail = "The metadata do not meet the mandatory rules, so nothing was changed. See errors."
    return Problem(problems.VALIDATION_FAILED, detail, faults)
