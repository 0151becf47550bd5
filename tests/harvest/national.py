"""A national point for tests: records in RDF/XML as the guidelines want them, a node that harvests them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.db.models.functions import Now

from erpd.harvest import holder as holders
from erpd.harvest.lease import PATIENCE
from erpd.harvest.ledger import Report
from erpd.harvest.models import Entry, Heartbeat, Run, SourceSettings
from erpd.harvest.rehearsal import dry_run
from erpd.harvest.run import harvest
from erpd.harvest.source_settings import Wanted, settings_for
from erpd.register.arrival import Bin
from erpd.register.content import records
from erpd.register.models import DataSet, Version
from erpd.sources.http.client import Client, Limits
from erpd.sources.links import is_local
from tests.servers import LOOPBACK, Answer, Handle, Serving, no_pause
from tests.sources.oai_pmh import oai

LIMITS = Limits(connect=5, read=5, total=20, retries=0)

_AUTHORITY = "http://publications.europa.eu/resource/authority"
_RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:dct="http://purl.org/dc/terms/"'
    ' xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:foaf="http://xmlns.com/foaf/0.1/">'
)
_ACCESS = f'<dct:accessRights rdf:resource="{_AUTHORITY}/access-right/RESTRICTED"/>'


def address_of(name: str) -> str:
    return f"https://data.example/set/{name}"


def rdf(name: str, title: str = "Hospital discharges", *, iri: str | None = None, valid: bool = True) -> str:
    """A data set with all that G4 makes mandatory; ``valid=False`` leaves its access rights out (G4.1).

    ``iri=""`` leaves it without an address of its own.
    """
    iri = address_of(name) if iri is None else iri
    about = f" rdf:about={quoteattr(iri)}" if iri else ""
    return (
        f"{_RDF}<dcat:Dataset{about}><dct:title>{escape(title)}</dct:title>"
        f"<dct:description>Discharges by diagnosis.</dct:description>{_ACCESS if valid else ''}"
        '<dct:publisher><foaf:Agent rdf:about="https://data.example/agency"><foaf:name>Agency</foaf:name>'
        "</foaf:Agent></dct:publisher><dcat:distribution><dcat:Distribution>"
        f'<dct:format rdf:resource="{_AUTHORITY}/file-type/CSV"/>'
        '<dcat:byteSize rdf:datatype="http://www.w3.org/2001/XMLSchema#decimal">18006</dcat:byteSize>'
        '<dcat:accessURL rdf:resource="https://data.example/ask"/>'
        "<dct:rights><dct:RightsStatement><rdfs:label>On request</rdfs:label></dct:RightsStatement>"
        "</dct:rights></dcat:Distribution></dcat:distribution></dcat:Dataset></rdf:RDF>"
    )


def good(name: str, title: str = "Hospital discharges", **facts: Any) -> str:
    return oai.record(name, rdf(name, title, **facts))


def broken(name: str) -> str:
    """A record in which a tag is not closed."""
    return good(name).replace("</dct:title>", "")


def many(amount: int, title: str = "Hospital discharges") -> list[str]:
    return [good(f"d{number:04}", title) for number in range(amount)]


def client(allow: Sequence[str] = LOOPBACK, limits: Limits = LIMITS) -> Client:
    return Client(limits, allow, pause=no_pause)


def source(url: str, protocol: str = "oai-pmh", country: str = "NL", **facts: Any) -> SourceSettings:
    return settings_for(Wanted(protocol, url, country, **{"local": is_local(url), **facts}))


def run(settings: SourceSettings, **options: Any) -> Report:
    """One harvest of that source by this process; with ``dry_run`` nothing of it stays."""
    with client(options.pop("allow", LOOPBACK), options.pop("limits", LIMITS)) as http:
        if options.pop("dry_run", False):
            return dry_run(lambda: settings, http, **options)
        return harvest(settings, http, **options)


class Point:
    """A national point at one address, whose list can be changed: ``with Point(records) as point``."""

    def __init__(self, records: Sequence[str] = (), size: int = 3) -> None:
        self.repository = oai.Repository(records, size)
        self.handle: Handle = self.repository
        self.server = Serving(self._answer)

    def __enter__(self) -> "Point":
        self.server.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.server.__exit__(*error)

    def _answer(self, path: str, query: dict[str, str], headers: Mapping[str, str]) -> Answer:
        return self.handle(path, query, headers)

    @property
    def url(self) -> str:
        return self.server.url("/oai")

    def lists(self, records: Sequence[str]) -> None:
        self.repository.records = list(records)

    def harvested(self, **options: Any) -> Report:
        """Harvested now, as the Dutch source that it is."""
        policy = options.pop("policy", "")
        return run(source(self.url, policy=policy), **options)


def bins(report: Report) -> dict[str, int]:
    """The bins that are not empty; the ledger must add up, and agree with its entries."""
    counted = {place.value: report.ledger[place.value] for place in Bin}
    assert sum(counted.values()) == report.ledger["received"]
    if report.run.pk and Run.objects.filter(pk=report.run.pk).exists():
        entries = Entry.objects.filter(run=report.run, attempt=report.run.attempt)
        assert entries.count() == report.ledger["received"]
    return {name: amount for name, amount in counted.items() if amount}


def titles() -> dict[str, str]:
    """Identifier -> title of what the register shows."""
    found = records(DataSet.objects.all())
    return {data_set.identifier: record.title.best()[0] for data_set, record in found}


def register() -> list[tuple[Any, ...]]:
    """All that the register holds, but the times: state and history of each data set."""
    versions: dict[Any, list[tuple[int, str]]] = {}
    for version in Version.objects.order_by("change"):
        versions.setdefault(version.data_set_id, []).append((version.change, version.digest))
    return [
        (one.identifier, one.iri, one.deleted, one.change, one.digest, one.findings, versions[one.key])
        for one in DataSet.objects.order_by("source", "identifier")
    ]


def ledger(report: Report) -> dict[str, Any]:
    """The ledger without its time."""
    return {name: value for name, value in report.ledger.items() if name != "seconds"}


def entries(report: Report) -> list[tuple[str, str, list[str]]]:
    """Identifier, bin and rules of each record of the run."""
    return [
        (entry.identifier, entry.bin, [facts["rule"] for facts in entry.findings])
        for entry in report.run.entries.filter(attempt=report.run.attempt).order_by("pk")
    ]


def interrupted_by(holder: str) -> None:
    """The runs that are open are held by another, whose heart has just beaten."""
    if holders.machine() in holder:
        holders.file_of(holder).touch()  # who took over from it the last time has removed it
    Run.objects.filter(state=Run.State.RUNNING).update(holder=holder)
    Heartbeat.objects.update(holder=holder, at=Now())


def silent() -> None:
    """No heart has beaten for too long."""
    Heartbeat.objects.update(at=Now() - PATIENCE - timedelta(seconds=1))
