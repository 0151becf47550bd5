"""A table in the catalogues of Statistics Netherlands (CBS, OData 3 and 4) -> DCAT-AP.

The whole mapping is a table in docs/mappings/cbs.md.
"""

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.formats.reading import Unreadable
from erpd.metadata.graph import Graph, Node
from erpd.metadata.iri import is_iri, repair_iri
from erpd.metadata.iso8601 import date_type
from erpd.metadata.licences import licence_iri, licence_of
from erpd.metadata.record import Record
from erpd.metadata.terms import AUTHORITY, DCAT, DCT, FOAF, OWL, RDF, RDFS, VCARD, XSD

MEDIA_TYPE = "application/vnd.cbs.table+json"
_CBS = "http://standaarden.overheid.nl/owms/terms/Centraal_Bureau_voor_de_Statistiek"
_NAMES = (
    Literal("Centraal Bureau voor de Statistiek", language="nl"),
    Literal("Statistics Netherlands", language="en"),
)
_MAIL = "infoservice@cbs.nl"
_STATLINE = "https://opendata.cbs.nl/statline/#/{catalogue}/{language}/dataset/{name}/table"
_CSV = "https://datasets.cbs.nl/csv/{catalogue}/{language}/{name}"
_ODATA_4 = "https://datasets.cbs.nl/odata/v1/{catalogue}/{name}"
_CONDITIONS = (
    Literal("Vrij te gebruiken met bronvermelding (CC BY 4.0)", language="nl"),
    Literal("Free to use when the source is named (CC BY 4.0)", language="en"),
)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
# Kept as notes, for DCAT-AP has no property for them.
_FACTS = {
    "OutputStatus": "Status",
    "Status": "Status",
    "ReasonDelivery": "Reason of this version",
    "VersionReason": "Reason of this version",
    "Source": "Source",
    "RecordCount": "Records",
    "ColumnCount": "Columns",
    "ObservationCount": "Observations",
    "DatasetType": "Kind of values",
    "ObservationsModified": "Observations modified",
    "Updated": "Updated",
    "GraphTypes": "Shown as",
}
_NOTES = ("ExplanatoryText", "VersionNotes")


def read(content: bytes, identifier: str, base: str = "") -> Record:
    """The record of one table. Raises Unreadable: no JSON, or no table in it."""
    return _Table(_entry(content), identifier).record()


class _Table:
    def __init__(self, entry: dict[str, object], identifier: str) -> None:
        self.entry = entry
        self.name = self.text("Identifier")
        if not _NAME.fullmatch(self.name):
            raise Unreadable("no-data-set", "it has no Identifier of a table")
        self.identifier = identifier
        self.catalogue = self.text("Catalog") or "CBS"
        found = self.entry.get("@catalog")
        self.about: dict[str, object] = found if isinstance(found, dict) else {}
        self.tag = {"nl": "nl", "en": "en"}.get(self.text("Language").lower()[:2], "nl")
        self.feed, self.api = self.link("FeedUrl"), self.link("ApiUrl")
        self.place = {"catalogue": quote(self.catalogue), "language": self.tag, "name": self.name}
        self.graph = Graph()
        self.node = NamedNode(self.api or _ODATA_4.format(**self.place))

    def record(self) -> Record:
        self.say(RDF.type, DCAT.Dataset)
        self._texts()
        self._dates()
        self._themes()
        self._agents()
        self.say(DCT.identifier, Literal(self.name))
        self.say(DCT.language, _concept("language", "NLD" if self.tag == "nl" else "ENG"))
        self.say(DCT.spatial, _concept("country", "NLD"))
        self.say(DCT.type, NamedNode(f"{AUTHORITY}dataset-type/STATISTICAL"))
        self.say(DCT.accessRights, _concept("access-right", "PUBLIC"))
        self._distributions()
        return Record(self.identifier, self.graph, self.node)

    def text(self, key: str, of: dict[str, object] | None = None) -> str:
        value = (self.entry if of is None else of).get(key)
        if isinstance(value, str):
            return _plain(value)
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""

    def link(self, key: str, of: dict[str, object] | None = None) -> str:
        text = self.text(key, of)
        iri = text if is_iri(text) else repair_iri(text)
        return iri if iri.startswith(("http://", "https://")) else ""

    def literal(self, text: str) -> Literal:
        return Literal(text, language=self.tag)

    def say(self, predicate: NamedNode, *values: Node | Literal) -> None:
        for value in values:
            self.graph.add(self.node, predicate, value)

    def described(self, kind: NamedNode, *facts: tuple[NamedNode, Node | Literal], name: str = "") -> Node:
        node: Node = NamedNode(name) if name else BlankNode()
        self.graph.add(node, RDF.type, kind)
        for predicate, value in facts:
            self.graph.add(node, predicate, value)
        return node

    def _texts(self) -> None:
        title = self.text("Title") or self.text("ShortTitle") or self.name
        self.say(DCT.title, self.literal(" ".join(title.split())))
        if self.text("ShortTitle") not in ("", title):
            self.say(DCT.alternative, self.literal(self.text("ShortTitle")))
        texts = [self.text(key) for key in ("ShortDescription", "Description", "Summary")]
        descriptions = [text for text in dict.fromkeys(texts) if text]
        if descriptions:
            self.say(DCT.description, self.literal(descriptions[0]))
        for text in descriptions[1:]:
            self.say(DCT.abstract if text == texts[2] else RDFS.comment, self.literal(text))
        for key in _NOTES:
            if self.text(key):
                self.say(RDFS.comment, self.literal(self.text(key)))
        for key, name in _FACTS.items():
            if self.text(key):
                self.say(RDFS.comment, Literal(f"{name}: {self.text(key)}", language="en"))
        if self.text("Version"):
            self.say(OWL.versionInfo, Literal(self.text("Version")))

    def _dates(self) -> None:
        for key, predicate in (("Modified", DCT.modified), ("ReleaseDate", DCT.issued)):
            text = self.text(key)
            kind = date_type(text)
            if text:
                self.say(predicate, Literal(text, datatype=kind) if kind else Literal(text))
        period = self.text("Period") or self.text("TemporalCoverage")
        if period:
            years = [Literal(year, datatype=XSD.gYear) for year in _YEAR.findall(period)]
            ends = [(DCAT.startDate, years[0]), (DCAT.endDate, years[-1])] if years else []
            self.say(
                DCT.temporal, self.described(DCT.PeriodOfTime, (RDFS.label, self.literal(period)), *ends)
            )
        frequency = self.text("Frequency")
        if frequency:
            word = "".join(frequency.split()).lower()
            code = _tables().frequency.get(word)
            self.say(DCT.accrualPeriodicity, _concept("frequency", code) if code else Literal(frequency))

    def _themes(self) -> None:
        titles = self.entry.get("@themes")
        codes: dict[str, None] = {}
        for title in titles if isinstance(titles, list) else ():
            name = _plain(title) if isinstance(title, str) else ""
            if name:
                self.say(DCAT.keyword, self.literal(name))
                codes |= dict.fromkeys(_tables().themes.get(name.casefold(), ()))
        self.say(DCAT.theme, *(_concept("data-theme", code) for code in codes))

    def _agents(self) -> None:
        """CBS, or whoever its catalogue says publishes there."""
        publisher = self.link("Publisher", self.about) or _CBS
        names = _NAMES if publisher == _CBS else (Literal(publisher.rpartition("/")[2].replace("_", " ")),)
        facts = [(FOAF.name, name) for name in names]
        self.say(DCT.publisher, self.described(FOAF.Agent, *facts, name=publisher))
        mail = self.text("ContactPoint", self.about)
        mailto = f"mailto:{mail if '@' in mail else _MAIL}"
        email = NamedNode(mailto) if is_iri(mailto) else Literal(mail)
        contact = [(VCARD.fn, name) for name in names]
        self.say(DCAT.contactPoint, self.described(VCARD.Organization, *contact, (VCARD.hasEmail, email)))

    def _distributions(self) -> None:
        page = _STATLINE.format(**self.place)
        self.say(DCAT.landingPage, self.described(FOAF.Document, name=page))
        rights = self.described(DCT.RightsStatement, *((RDFS.label, text) for text in _CONDITIONS))
        offers = [
            ("OData API (JSON)", self.api or _ODATA_4.format(**self.place), "JSON", True),
            ("OData feed (Atom)", self.feed, "ATOM", True),
            ("CSV", _CSV.format(**self.place), "CSV", False),
            ("StatLine", page, "HTML", False),
        ]
        licence = self.link("License", self.about)
        known = licence_of(licence) if licence else "CC_BY_4_0"
        licence = licence_iri(known) if known else licence
        title = next(iter(self.graph.objects(self.node, DCT.title)))
        for name, link, code, serves in offers:
            if not link:
                continue
            address = NamedNode(link)
            node = self.described(
                DCAT.Distribution,
                (DCT.title, Literal(name)),
                (DCAT.accessURL, address),
                (DCT.format, _concept("file-type", code)),
                (DCT.license, self.described(DCT.LicenseDocument, name=licence)),
                (DCT.rights, rights),
            )
            self.say(DCAT.distribution, node)
            if serves:
                about = ((DCAT.endpointURL, address), (DCT.title, title), (DCAT.servesDataset, self.node))
                self.graph.add(node, DCAT.accessService, self.described(DCAT.DataService, *about))
            elif code == "CSV":
                self.graph.add(node, DCAT.downloadURL, address)


def _entry(content: bytes) -> dict[str, object]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unreadable("broken-syntax", f"JSON: {error}") from error
    inside = found.get("value") if isinstance(found, dict) else None
    if isinstance(inside, list):
        if len(inside) != 1:
            rule = "several-data-sets" if inside else "no-data-set"
            raise Unreadable(rule, f"there are {len(inside)} entries in it, and one is read at a time")
        found = inside[0]
    if not isinstance(found, dict):
        raise Unreadable("no-data-set", "it is no object of JSON")
    return found


@dataclass(frozen=True, slots=True)
class _Tables:
    frequency: dict[str, str]
    themes: dict[str, list[str]]


@cache
def _tables() -> _Tables:
    return _Tables(**tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")))


def _plain(text: str) -> str:
    """Half a surrogate pair, which JSON can hold, is no character."""
    return text.encode("utf-8", "replace").decode().replace("\r\n", "\n").strip()


def _concept(table: str, code: str) -> NamedNode:
    return NamedNode(f"{AUTHORITY}{table}/{code}")
