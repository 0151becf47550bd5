"""An entry of the catalogue -> a data set (DCAT-AP 2.1.1)."""

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from erpd.formats.cbs.periods import years
from erpd.formats.draft import Draft, dated
from erpd.formats.reading import Unreadable
from erpd.metadata.graph import Node
from erpd.metadata.iri import is_iri, repair_iri
from erpd.metadata.licences import licence_in, licence_iri
from erpd.metadata.record import Record
from erpd.metadata.rules import Unread
from erpd.metadata.terms import AUTHORITY, DCAT, DCT, FOAF, OWL, RDF, RDFS, VCARD, XSD
from erpd.metadata.vocabularies import language_tag, vocabulary

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
_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
# Kept as notes, because DCAT-AP has no property for them.
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
_TERMS = "http://standaarden.overheid.nl/owms/terms/"
# The rest is kept under the names of its fields (G4, footnote 7).
_FIELD = "urn:cbs:field:"
_FIELD_NAME = re.compile(r"[A-Za-z]\w{0,79}", re.ASCII)
_READ = frozenset(
    {
        *(
            *_FACTS,
            *_NOTES,
            "Identifier",
            "Catalog",
            "Title",
            "ShortTitle",
            "ShortDescription",
            "Description",
        ),
        *("Summary", "Modified", "ReleaseDate", "Period", "Frequency", "Language", "Version"),
        *("ApiUrl", "FeedUrl", "TemporalCoverage"),
    }
)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})([-_][A-Za-z]{2})?")


class Table(Draft):
    """The record of ``entry`` being built. Raises Unreadable if ``entry`` has no table Identifier."""

    def __init__(self, entry: dict[str, object], identifier: str) -> None:
        self.entry = entry
        self.name = self.text("Identifier")
        if not _NAME.fullmatch(self.name):
            raise Unreadable(Unread.NO_DATA_SET, "it has no table Identifier")
        self.identifier = identifier
        self.catalogue = self.text("Catalog") or "CBS"
        found = self.entry.get("@catalog")
        self.about: dict[str, object] = found if isinstance(found, dict) else {}
        self.is_own = self.catalogue.upper().startswith("CBS")
        language = _LANGUAGE.fullmatch(self.text("Language"))
        tag = language_tag(language[1]) if language else ""
        self.tag = tag or "nl"
        self.feed, self.api = self.link("FeedUrl"), self.link("ApiUrl")
        # Fields of _READ with a value that is not one.
        self.strange = {
            *([] if self.api else ["ApiUrl"]),
            *([] if self.feed else ["FeedUrl"]),
            *([] if quote(self.catalogue) == self.catalogue else ["Catalog"]),
            *([] if tag and language and not language[2] else ["Language"]),
        }
        self.place = {"catalogue": quote(self.catalogue), "language": self.tag, "name": self.name}
        super().__init__(NamedNode(self.api or _ODATA_4.format(**self.place)))

    def record(self) -> Record:
        self.say(RDF.type, DCAT.Dataset)
        self._texts()
        self._dates()
        self._themes()
        self._agents()
        self.say(DCT.identifier, Literal(self.name))
        self.say(DCT.language, _concept("language", vocabulary("language").find(self.tag)))
        self.say(DCT.spatial, _concept("country", "NLD"))
        self.say(DCT.type, NamedNode(f"{AUTHORITY}dataset-type/STATISTICAL"))
        self.say(DCT.accessRights, _concept("access-right", "PUBLIC"))
        self._distributions()
        self._rest()
        return Record(self.identifier, self.graph, self.dataset)

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

    def described(self, kind: NamedNode, *facts: tuple[NamedNode, Node | Literal], name: str = "") -> Node:
        node = self.node(kind, name)
        for predicate, value in facts:
            self.add(node, predicate, value)
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
            if self.text(key):
                self.say(predicate, dated(self.text(key)))
        period = self.text("Period") or self.text("TemporalCoverage")
        self.strange.update(["TemporalCoverage"] if self.text("Period") else [])
        if period:
            ends = [
                (predicate, Literal(year, datatype=XSD.gYear))
                for predicate, year in zip((DCAT.startDate, DCAT.endDate), years(period), strict=True)
                if year
            ]
            label = (RDFS.label, self.literal(period))
            self.say(DCT.temporal, self.described(DCT.PeriodOfTime, label, *ends))
        frequency = self.text("Frequency")
        if frequency:
            word = "".join(frequency.split()).lower()
            code = alignments().frequency.get(word)
            self.say(DCT.accrualPeriodicity, _concept("frequency", code) if code else Literal(frequency))

    def _themes(self) -> None:
        titles = self.entry.get("@themes")
        codes: dict[str, None] = {}
        for title in titles if isinstance(titles, list) else ():
            name = _plain(title) if isinstance(title, str) else ""
            if name:
                self.say(DCAT.keyword, self.literal(name))
                codes |= dict.fromkeys(alignments().themes.get(name.casefold(), ()))
        self.say(DCAT.theme, *(_concept("data-theme", code) for code in codes))

    def _agents(self) -> None:
        """The publisher: CBS, or another body in its catalogue, which by default has the catalogue's name."""
        publisher = self.link("Publisher", self.about) or (_CBS if self.is_own else "")
        term = publisher.removeprefix(_TERMS).replace("_", " ") if publisher.startswith(_TERMS) else ""
        names = _NAMES if publisher == _CBS else (Literal(term or self.catalogue),)
        facts = [(FOAF.name, name) for name in names]
        self.say(DCT.publisher, self.described(FOAF.Agent, *facts, name=publisher))
        mail = self.text("ContactPoint", self.about) or (_MAIL if self.is_own else "")
        contact: list[tuple[NamedNode, Node | Literal]] = [(VCARD.fn, name) for name in names]
        if mail:
            mailto = f"mailto:{mail}"
            known = "@" in mail and is_iri(mailto)
            contact.append((VCARD.hasEmail, NamedNode(mailto)) if known else (VCARD.note, Literal(mail)))
        self.say(DCAT.contactPoint, self.described(VCARD.Organization, *contact))

    def _rest(self) -> None:
        """Keep what no property says: other fields, and values that were not understood."""
        titles = self.entry.get("@themes")
        others = (
            [each for each in titles if not isinstance(each, str)] if isinstance(titles, list) else titles
        )
        self._keep(self.entry, {key for key in _READ - self.strange if self.text(key)} | {"ID"})
        about = {key: self.about.get(key) for key in ("Publisher", "License", "ContactPoint")}
        stated = {key for key in ("License", "ContactPoint") if self.text(key, about)}
        stated.update(["Publisher"] if self.link("Publisher", about) else ())
        self._keep({**about, "Themes": others}, stated)

    def _keep(self, fields: dict[str, object], stated: set[str]) -> None:
        for key, value in fields.items():
            if key not in stated and _FIELD_NAME.fullmatch(key) and value not in (None, "", [], {}):
                text = self.text(key, fields) or _plain(json.dumps(value, ensure_ascii=False))
                self.say(NamedNode(_FIELD + key), Literal(text))

    def _conditions(self) -> list[tuple[NamedNode, Node | Literal]]:
        """The licence in the catalogue. CBS publishes under CC BY; other bodies do not state theirs."""
        said = self.text("License", self.about)
        facts: list[tuple[NamedNode, Node | Literal]] = []
        code = licence_in(said) if said else "CC_BY_4_0" if self.is_own else ""
        link = licence_iri(code) if code else self.link("License", self.about)
        if link:
            facts.append((DCT.license, self.described(DCT.LicenseDocument, name=link)))
        elif said:
            label = (RDFS.label, self.literal(said))
            facts.append((DCT.license, self.described(DCT.LicenseDocument, label)))
        if self.is_own and code == "CC_BY_4_0":
            labels = ((RDFS.label, text) for text in _CONDITIONS)
            facts.append((DCT.rights, self.described(DCT.RightsStatement, *labels)))
        return facts

    def _distributions(self) -> None:
        offers = [
            ("OData API (JSON)", self.api or _ODATA_4.format(**self.place), "JSON", True),
            ("OData feed (Atom)", self.feed, "ATOM", True),
        ]
        if self.is_own or self.about:  # other bodies have pages of their own
            page = _STATLINE.format(**self.place)
            self.say(DCAT.landingPage, self.described(FOAF.Document, name=page))
            offers += [("CSV", _CSV.format(**self.place), "CSV", False), ("StatLine", page, "HTML", False)]
        conditions = self._conditions()
        title = next(iter(self.graph.objects(self.dataset, DCT.title)))
        for name, link, code, serves in offers:
            if not link:
                continue
            address = NamedNode(link)
            node = self.described(
                DCAT.Distribution,
                (DCT.title, Literal(name)),
                (DCAT.accessURL, address),
                (DCT.format, _concept("file-type", code)),
                *conditions,
            )
            self.say(DCAT.distribution, node)
            if serves:
                about = ((DCAT.endpointURL, address), (DCT.title, title), (DCAT.servesDataset, self.dataset))
                self.add(node, DCAT.accessService, self.described(DCAT.DataService, *about))
            elif code == "CSV":
                self.add(node, DCAT.downloadURL, address)


@dataclass(frozen=True, slots=True)
class Alignments:
    """Words -> codes of the authority tables."""

    frequency: dict[str, str]
    themes: dict[str, list[str]]


@cache
def alignments() -> Alignments:
    """Return the tables. They are read once."""
    return Alignments(
        **tomllib.loads(Path(__file__).with_name("alignments.toml").read_text(encoding="utf-8"))
    )


def _plain(text: str) -> str:
    """Remove lone halves of surrogate pairs: JSON can hold them, but they are not characters.

    A text of control characters only says nothing.
    """
    plain = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").strip()
    return plain if any(letter.isprintable() for letter in plain) else ""


def _concept(table: str, code: str) -> NamedNode:
    return NamedNode(f"{AUTHORITY}{table}/{code}")
