"""A record as a person with a need reads it: what it is, who holds it, why it is protected, how to get it."""

import re
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.graph import Node, Term
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCATAP, DCT, FOAF, VCARD, expand
from erpd.metadata.vocabularies import vocabulary
from erpd.pages.explanations import LAWS
from erpd.pages.values import Property, Value, host_of, size, value_of
from erpd.portal.remainder import Remainder


@dataclass(slots=True)
class Party:
    """A publisher or a contact. ``rest``: what else the record says of it."""

    name: Value
    pages: list[Value]
    emails: list[Value]
    telephones: list[Value]
    rest: list[Property] = field(default_factory=list)


@dataclass(slots=True)
class Distribution:
    title: Value | None
    description: Value | None
    formats: list[Value]
    size: str
    size_in_bytes: str
    access: list[Value]
    downloads: list[Value]
    rights: list[Value]
    licences: list[Value]
    rest: list[Property] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Way:
    """A page on the way to the data; ``title``: of the distribution it belongs to."""

    href: str
    site: str
    title: Value | None


@dataclass(slots=True)
class Condition:
    """``distributions``: those to which it applies; empty where it applies to all."""

    value: Value
    distributions: list[Distribution]


@dataclass(slots=True)
class Presentation:
    """``rest`` and ``elsewhere``: all triples that no other part shows, unless the record ``is_cut``."""

    title: Value
    description: Value | None
    publishers: list[Party]
    contacts: list[Party]
    access_code: str  # of the authority table, "" where the record says something else or nothing
    is_open: bool
    access_rights: list[Value]
    reasons: list[Value]
    legislation: list[Value]
    themes: list[Value]
    keywords: list[Value]
    landing_pages: list[Value]
    rights: list[Value]
    licences: list[Value]
    distributions: list[Distribution]
    rest: list[Property] = field(default_factory=list)
    elsewhere: list[Value] = field(default_factory=list)
    is_cut: bool = False

    @property
    def ways_in(self) -> list[Way]:
        """The pages where access is asked for or explained, each once: the first is the way to go."""
        ways = [
            Way(page.href, host_of(page.href) or page.text, each.title)
            for each in self.distributions
            for page in ((*each.downloads, *each.access) if self.is_open else each.access)
        ]
        ways += [Way(page.href, host_of(page.href) or page.text, None) for page in self.landing_pages]
        return list({way.href: way for way in reversed(ways) if way.href}.values())[::-1]

    @property
    def addresses(self) -> list[Value]:
        """Where to write: the e-mail addresses of the contacts, then of the publisher."""
        parties = (*self.contacts, *self.publishers)
        emails = {email.href: email for party in parties for email in party.emails if email.is_mail}
        return list(emails.values())

    @property
    def conditions(self) -> list[Condition]:
        return self._conditions(self.rights, [each.rights for each in self.distributions])

    @property
    def all_licences(self) -> list[Condition]:
        return self._conditions(self.licences, [each.licences for each in self.distributions])

    def _conditions(self, general: list[Value], special: list[list[Value]]) -> list[Condition]:
        """Each text once, with the distributions to which it applies, where it does not apply to all."""
        found: dict[tuple[str, str], Condition] = {}
        for value in general:
            found.setdefault((value.text, value.href), Condition(value, []))
        for distribution, values in zip(self.distributions, special, strict=True):
            for value in values:
                condition = found.setdefault((value.text, value.href), Condition(value, []))
                condition.distributions.append(distribution)
        for condition in found.values():
            if condition.value in general or len(condition.distributions) == len(self.distributions):
                condition.distributions = []
        return list(found.values())


def present(record: Record, languages: tuple[str, ...], *, protected: bool) -> Presentation:
    """The record for a reader of ``languages``, best first; ``protected``: its catalogue is.

    Hardly any open data says that it is public: it is where its catalogue is open and it says nothing else.
    """
    rest = Remainder(record, languages)
    me = record.dataset
    code = _access_code(record.values(DCT.accessRights))

    def nodes(predicate: NamedNode) -> list[Value]:
        return [rest.node(term) for term in rest.take(me, predicate)]

    shown = Presentation(
        title=rest.text(me, DCT.title) or Value(record.iri or record.identifier),
        description=rest.text(me, DCT.description),
        publishers=[_party(rest, term) for term in rest.take(me, DCT.publisher)],
        contacts=[_party(rest, term) for term in rest.take(me, DCAT.contactPoint)],
        access_code=code,
        is_open=code == "PUBLIC" or not (protected or code),
        access_rights=nodes(DCT.accessRights),
        reasons=nodes(DCT.provenance),
        legislation=[_law(value) for value in nodes(DCATAP.applicableLegislation)],
        themes=nodes(DCAT.theme),
        keywords=rest.texts(me, DCAT.keyword),
        landing_pages=[rest.node(term) for term in rest.take(me, DCAT.landingPage, _links(record))],
        rights=nodes(DCT.rights),
        licences=nodes(DCT.license),
        distributions=[
            _distribution(rest, term) for term in rest.take(me, DCAT.distribution, record.distributions)
        ],
    )
    shown.rest = rest.properties(me)
    shown.elsewhere = rest.elsewhere()
    shown.is_cut = rest.is_cut
    return shown


ORGANIZATION = expand("vcard:organization-name")
_PAGES = (FOAF.homepage, VCARD.hasURL, FOAF.page)
_EMAILS = (FOAF.mbox, VCARD.hasEmail)
_TELEPHONES = (FOAF.phone, VCARD.hasTelephone)
_ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")


def _party(rest: Remainder, term: Term) -> Party:
    """A literal, an authority IRI or a node: all stand for publishers and contacts in real records."""
    name = rest.name(term) or rest.text(term, ORGANIZATION)
    party = Party(
        name=name or value_of(term, rest.languages),
        pages=_ways(rest, term, _PAGES),
        emails=[_email(value) for value in _ways(rest, term, _EMAILS)],
        telephones=_ways(rest, term, _TELEPHONES),
    )
    if not isinstance(term, Literal):
        party.rest = rest.properties(term)
    return party


def _ways(rest: Remainder, term: Term, predicates: tuple[NamedNode, ...]) -> list[Value]:
    """vCard writes a number or address as the value itself or as a node with vcard:hasValue."""
    found = []
    for value in (value for predicate in predicates for value in rest.take(term, predicate)):
        inner = rest.take(value, VCARD.hasValue)
        found += [value_of(one, rest.languages) for one in inner or [value] if not isinstance(one, BlankNode)]
    return found


def _email(value: Value) -> Value:
    if not value.href and _ADDRESS.fullmatch(value.text):
        value.href = f"mailto:{value.text}"
    return value


def _distribution(rest: Remainder, term: Node) -> Distribution:
    def nodes(predicate: NamedNode) -> list[Value]:
        return [rest.node(value) for value in rest.take(term, predicate)]

    formats = nodes(DCT.format)
    sizes = rest.take(term, DCAT.byteSize)
    number = sizes[0].value if sizes and isinstance(sizes[0], Literal) else ""
    shown = Distribution(
        title=rest.text(term, DCT.title),
        description=rest.text(term, DCT.description),
        formats=formats,
        size=size(number) if number else "",
        size_in_bytes=number,
        access=nodes(DCAT.accessURL),
        downloads=nodes(DCAT.downloadURL),
        rights=nodes(DCT.rights),
        licences=nodes(DCT.license),
    )
    shown.rest = rest.properties(term)
    return shown


def _links(record: Record) -> list[Term]:
    """The landing pages that one can go to; others are told among all other metadata."""
    return [term for term in record.values(DCAT.landingPage) if value_of(term, ()).href]


def _law(value: Value) -> Value:
    if value.text == value.machine and value.machine in LAWS:
        value.text = str(LAWS[value.machine])
    return value


def _access_code(terms: list[Term]) -> str:
    """The code of the authority table, however the record writes it."""
    table = vocabulary("access-right")
    found = (table.find(term.value) for term in terms if not isinstance(term, BlankNode))
    return next((code for code in found if code), "")
