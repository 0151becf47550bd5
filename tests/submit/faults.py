"""A faulty data set for every rule, as a record and, where that says more, as people type it.

The records are those that the rules themselves are tested with (tests/metadata). ``typed`` is put into the
JSON of the delivery API, a cell of a spreadsheet, a field of the form; ``in_ckan`` into a package.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from pyoxigraph import Literal, NamedNode

from erpd.metadata.graph import Term
from erpd.metadata.limits import MOST_ALIKE
from erpd.metadata.record import Record
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import DCAT, DCATAP, DCT, HEALTH, XSD, shorten
from tests.metadata.records import AUTHORITY, DATASET, lenient, record
from tests.metadata.test_checks import MANDATORY
from tests.metadata.test_rules import FAULTS, IN_SOME_CASES

Typed = tuple[tuple[str, ...], Any]
FILE = "dcatDistribution"
DISTRIBUTION = NamedNode(f"{DATASET[:-9]}distribution/1")
ELI = "http://data.europa.eu/eli"


@dataclass(frozen=True, slots=True)
class Fault:
    """One faulty data set. Its name begins with the rule that finds it."""

    name: str
    make: Callable[[], Record]
    typed: Typed | None = None
    """The fields that lead to a value, and what is typed there into the good record."""
    in_ckan: Typed | None = None
    kind: str = "protected"
    """Of its catalogue; open ones have DCAT-AP-NL 3.0 beside, which has rules for some cases only."""

    @property
    def rule(self) -> str:
        return self.name.partition("/")[0]

    @property
    def identifier(self) -> str:
        return NAMES.get(self.rule, f"https://nsip.example.eu/{self.name}")

    def record(self) -> Record:
        return self._named(self.make())

    def good(self) -> Record:
        """The record into which it is typed."""
        return self._named(record())

    def _named(self, made: Record) -> Record:
        made.identifier = self.identifier
        made.graph.set(made.dataset, DCT.identifier, [Literal(self.identifier)])
        return made


NAMES = {"placeholder-id": "https://nsip.example.eu/undefined", "too-long": f"https://a.example/{'x' * 600}"}


def changed(node: NamedNode | None, predicate: NamedNode, *values: Term) -> Record:
    """The good record with other values of a property; ``node``: None is the data set itself."""
    made = record()
    made.graph.set(node or made.dataset, predicate, list(values))
    return made


def under(act: str, *more: tuple[NamedNode, Term]) -> Record:
    made = changed(None, DCATAP.applicableLegislation, NamedNode(f"{ELI}/{act}/oj"))
    for predicate, value in more:
        made.graph.set(made.dataset, predicate, [value])
    return made


def _titled(language: str, **more: str) -> Record:
    return changed(None, DCT.title, lenient({"@value": "Discharges", "@language": language, **more}))


def _unsized(act: str) -> Record:
    made = under(act)
    made.graph.set(DISTRIBUTION, DCAT.byteSize, [])
    return made


_PUBLIC = (DCT.accessRights, NamedNode(f"{AUTHORITY}/access-right/PUBLIC"))
_STRUCTURED = (HEALTH.hasStructuredData, Literal("true", datatype=XSD.boolean))
_UNKNOWN = [f"{ELI}/reg/2022/{number}/oj" for number in range(90_000, 90_002 + MOST_ALIKE)]
# Instead of those of tests/metadata: with one fault only, or in words that more than one way has.
OTHERS: dict[str, Callable[[], Record]] = {
    "language": partial(_titled, "fr_FR"),
    "language-dropped": partial(_titled, "see description"),
    "direction-dropped": partial(_titled, "ar", **{"@direction": "rtl"}),
    "placeholder-id": record,
    "too-long": record,
    "more": lambda: changed(None, DCATAP.applicableLegislation, *map(NamedNode, _UNKNOWN)),
}
CASES: dict[str, Callable[[], Record]] = {
    "mandatory-here/DGA": partial(_unsized, "reg/2022/868"),
    "mandatory-here/HVD": partial(under, "reg_impl/2023/138"),
    "mandatory-here/download": lambda: record(
        "dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv>",
        "dcat:downloadURL <https://nsip.example.eu/file.csv>",
    ),
    "mandatory-here/EHDS": partial(under, "reg/2025/327", _PUBLIC),
    "mandatory-here/EHDS-protected": partial(under, "reg/2025/327"),
    "mandatory-here/structured": partial(under, "reg/2025/327", _STRUCTURED),
    "act-unnamed/HVD": partial(
        under,
        "reg/2022/868",
        (DCATAP.hvdCategory, NamedNode("http://data.europa.eu/bna/c_ac64a52d")),
    ),
    "value/list": partial(record, f"{AUTHORITY}/licence/CC_BY_4_0", "https://nsip.example.eu/our-licence"),
}
_PARTS = {DISTRIBUTION.value: "distribution/", f"{DATASET[:-9]}service": "service/"}
_MISSING = {
    f"mandatory-missing/{'' if of == DATASET else _PARTS[of]}{shorten(term)}": (of, term)
    for of, term in MANDATORY
}
# What people type, or a program says in JSON.
TYPED: dict[str, Typed] = {
    "iri": ((FILE, "dcatAccessUrl"), "https://nsip.example.eu/acc ess"),
    "iri-text": ((FILE, "dcatAccessUrl"), "access"),
    "language": (("dctTitle",), {"value": "Discharges", "lang": "fr_FR"}),
    "language-dropped": (("dctTitle",), {"value": "Discharges", "lang": "see description"}),
    "direction-dropped": (("dctTitle",), {"value": "Discharges", "lang": "ar--rtl"}),
    "character": (("dctTitle",), {"value": "Hospital \x03discharges", "lang": "en"}),
    "mail-address": (("dcatContactPoint", "vcardHasEmail"), "desk@example.eu"),
    "media-type": ((FILE, "dcatMediaType"), "text/csv"),
    "media-type-added": ((FILE, "dcatMediaType"), "text/csv; charset=utf-8"),
    "statement": ((FILE, "dctRights"), "On request"),
    "authority": (("dctAccessRights",), "restricted"),
    "authority-refused": (("dctAccessRights",), "confidential"),
    "date": (("dctIssued",), "2021/3/4"),
    "number": ((FILE, "dcatByteSize"), "18 KB"),
    "text-expected": (("dctDescription",), "https://nsip.example.eu/about"),
    "link-expected": ((FILE, "dcatAccessUrl"), "Ask at the desk"),
    "node-expected": (("dcatLandingPage",), "On our website"),
    "access-right": (("dctAccessRights",), f"{AUTHORITY}/access-right/CONFIDENTIAL"),
    "datatype": ((FILE, "dcatByteSize"), "quite big"),
    "size-negative": ((FILE, "dcatByteSize"), -1),
    "date-not-iso": (("dctIssued",), "06/05/2009"),
    "text-empty": (("dctDescription",), {"value": " ", "lang": "en"}),
    "character-lost": (("dctTitle",), {"value": "Disch\N{REPLACEMENT CHARACTER}rges", "lang": "en"}),
}
# What a package says in words of its own.
IN_CKAN: dict[str, Typed] = {
    "iri-text": (("resources", "url"), "access"),
    "language": (("title_translated",), {"fr_FR": "Discharges"}),
    "language-dropped": (("title_translated",), {"see description": "Discharges"}),
    "mail-address": (("maintainer_email",), "desk@example.eu"),
    "link": (("url",), "https://nsip.example.eu/page"),
    "statement": (("resources", "rights"), "On request"),
    "text-expected": (("notes",), "https://nsip.example.eu/about"),
    "text-empty": (("notes",), " "),
}


def _faults() -> Iterator[Fault]:
    for name in dict.fromkeys((*FAULTS, *OTHERS)):
        if name not in IN_SOME_CASES and name != Flaw.MANDATORY_MISSING:
            said = OTHERS.get(name) or FAULTS[name]
            make = partial(record, *said) if isinstance(said, tuple) else said
            yield Fault(name, make, TYPED.get(name), IN_CKAN.get(name))
    for name, make in CASES.items():
        protected = "EHDS-" in name or "structured" in name
        yield Fault(name, make, kind="protected" if protected else "open")
    for name, (node, predicate) in _MISSING.items():
        yield Fault(name, partial(changed, NamedNode(node), predicate))


EVERY = tuple(_faults())
