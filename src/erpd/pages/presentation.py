"""A record as its page shows it: what it is, who holds it, why it is protected, and how to get it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from erpd.metadata.graph import Term
from erpd.metadata.licences import licence_of
from erpd.metadata.record import Record
from erpd.metadata.terms import ACCESS, DCAT, DCATAP, DCT
from erpd.metadata.text import primary
from erpd.metadata.view import Agent, View, code
from erpd.metadata.view import Distribution as Described
from erpd.pages.explanations import LAWS
from erpd.pages.remainder import MOST_AT_ONCE, Remainder
from erpd.pages.terms_of_access import as_data, card, terms_of_access, without_words
from erpd.pages.turning import Turning
from erpd.pages.values import LONGEST_TITLE, Property, Value, address_value, host_of, legible, size, value_of

ON_A_PAGE = 25  # distributions
MOST_PARTIES = 20  # publishers, and contacts
MOST_OF_A_PART = 20  # values of each property of a distribution or a party


@dataclass(slots=True)
class Party:
    """A publisher or a contact."""

    name: Value
    pages: list[Value]
    emails: list[Value]
    telephones: list[Value]
    rest: list[Property] = field(default_factory=list)
    """Everything else that the record says about it."""


@dataclass(slots=True)
class Distribution:
    """A distribution of the data set."""

    title: Value | None
    description: Value | None
    formats: list[Value]
    size: str
    """In the reader's notation, "1.5 MB"."""
    size_in_bytes: str
    """As the record has it."""
    access: list[Value]
    """Its access URLs."""
    downloads: list[Value]
    """Its download URLs."""
    rights: list[Value]
    licences: list[Value]
    rest: list[Property] = field(default_factory=list)
    """Everything else that the record says about it."""


@dataclass(frozen=True, slots=True)
class Way:
    """A page where the data can be requested or found."""

    href: str
    """Its address."""
    site: str
    """The host of the address, for the text of the link."""
    place: str
    """The address itself, shortened, to tell several on one host apart."""
    title: Value | None
    """The title of the distribution it belongs to, if any."""
    formats: Sequence[Value]
    """Its formats, which tell distributions of the same title apart."""


@dataclass(slots=True)
class Condition:
    """A right or licence."""

    value: Value
    distributions: list[Distribution]
    """The distributions that it applies to; empty if it applies to all."""


@dataclass
class Presentation:
    """The parts of the page of a data set. Together they show every triple, unless the record ``is_cut``."""

    title: Value
    description: Value | None
    publishers: list[Party]
    contacts: list[Party]
    access_code: str
    """The code in the authority table access-right; "" if the record has none of these."""
    is_open: bool
    """Whether the data is public."""
    access_rights: list[Value]
    reasons: list[Value]
    """Why it is protected (dct:provenance)."""
    legislation: list[Value]
    themes: list[Value]
    keywords: list[Value]
    landing_pages: list[Value]
    terms: list[Property]
    """The conditions of access that it says as data."""
    terms_as_data: list[Property]
    """The same as it stands in the record."""
    rights: list[Value]
    licences: list[Value]
    distributions: list[Distribution]
    """Those on this page."""
    amount: int
    """The number of all distributions."""
    turning: Turning
    """The pages of distributions."""
    rest: list[Property] = field(default_factory=list)
    """Properties of the data set that no other part shows."""
    elsewhere: list[Value] = field(default_factory=list)
    """Nodes that nothing else on the page leads to."""
    is_cut: bool = False
    """Whether the record has more than a page can show."""

    @cached_property
    def ways_in(self) -> list[Way]:
        """The pages that give, explain or take requests for access, without repetitions, best first.

        Where the conditions of protected data say how to ask, that is the best.
        """
        asking = [] if self.is_open else self._term(ACCESS.procedure)
        ways = [_way(page) for page in asking if host_of(page.href)]
        ways += [
            _way(page, each.title, each.formats)
            for each in self.distributions
            for page in ((self.is_open and each.downloads) or each.access)
        ]
        ways += [_way(page) for page in self.landing_pages]
        return list({way.href: way for way in reversed(ways) if way.href}.values())[::-1]

    @cached_property
    def card(self) -> list[Property]:
        """The conditions of protected data, for the card at the top of its page."""
        return card(self.terms)

    def _term(self, term: NamedNode) -> list[Value]:
        return next((each.values for each in self.terms if each.iri == term.value), [])

    @cached_property
    def addresses(self) -> list[Value]:
        """The e-mail addresses to write to: those of the contacts, then of the publisher."""
        parties = (*self.contacts, *self.publishers)
        emails = {email.href: email for party in parties for email in party.emails if email.is_mail}
        return list(emails.values())

    @cached_property
    def conditions(self) -> list[Condition]:
        return self._conditions(self.rights, [each.rights for each in self.distributions])

    @cached_property
    def all_licences(self) -> list[Condition]:
        return self._conditions(self.licences, [each.licences for each in self.distributions])

    def _conditions(self, general: list[Value], special: list[list[Value]]) -> list[Condition]:
        """Each condition once, with its distributions, unless it applies to all of them."""
        found: dict[object, Condition] = {}
        for value in general:
            found.setdefault(_same(value), Condition(value, []))
        for distribution, values in zip(self.distributions, special, strict=True):
            for value in values:
                found.setdefault(_same(value), Condition(value, [])).distributions.append(distribution)
        for condition in found.values():
            if condition.value in general or len(condition.distributions) == self.amount:
                condition.distributions = []
        return list(found.values())


def _way(page: Value, title: Value | None = None, formats: Sequence[Value] = ()) -> Way:
    return Way(page.href, host_of(page.href) or page.text, address_value(page.href).text, title, formats)


def _same(value: Value) -> object:
    """Equal for the same condition. Nodes that only their parts describe are each their own."""
    return (value.text, value.href) if value.text else id(value)


def present(
    record: Record,
    languages: tuple[str, ...],
    turn: Callable[[int], Turning],
    *,
    protected: bool,
    here: Mapping[str, Value] = {},
) -> Presentation:
    """Arrange a record for a reader of ``languages``, best first. ``protected``: whether its catalogue is.

    ``here``: the data sets of this register that it names, as ``neighbours`` returns them.

    ``turn``: number of distributions -> the page of them to show.

    Open data hardly ever says that it is public, so a record without access rights in an open catalogue
    counts as public.
    """
    rest = Remainder(record, languages, here)
    me = record.dataset
    # Of several that contradict each other, one that is not public: the page never promises too much.
    access_code = min(View(record).access_rights, key="PUBLIC".__eq__, default="")

    def nodes(predicate: NamedNode) -> list[Value]:
        return [rest.node(term) for term in rest.take(me, predicate)]

    title = rest.text(me, DCT.title, LONGEST_TITLE)
    rest.title_language = primary(title.language) if title else ""
    described = record.distributions
    turning = turn(len(described))
    on_page = dict.fromkeys(described[turning.start : turning.start + turning.size])
    shown = Presentation(
        title=title or address_value(record.iri or record.identifier),
        description=rest.text(me, DCT.description),
        publishers=[_party(rest, term) for term in rest.take(me, DCT.publisher, most=MOST_PARTIES)],
        contacts=[_party(rest, term) for term in rest.take(me, DCAT.contactPoint, most=MOST_PARTIES)],
        access_code=access_code,
        is_open=access_code == "PUBLIC" or not (protected or access_code),
        access_rights=_coded(rest, rest.take(me, DCT.accessRights), "access-right"),
        reasons=nodes(DCT.provenance),
        legislation=[_law(value) for value in nodes(DCATAP.applicableLegislation)],
        themes=_coded(rest, rest.take(me, DCAT.theme), "data-theme"),
        keywords=rest.texts(me, DCAT.keyword),
        landing_pages=[rest.node(term) for term in rest.take(me, DCAT.landingPage, _links(record))],
        terms=terms_of_access(record, languages),
        terms_as_data=as_data(rest, record),
        rights=_rights(rest, me),
        licences=_licences(rest, rest.take(me, DCT.license)),
        distributions=[_distribution(rest, term) for term in rest.take(me, DCAT.distribution, [*on_page])],
        amount=len(described),
        turning=turning,
    )
    rest.leave_out([node for node in described if node not in on_page], DCAT.distribution, me)
    shown.rest = rest.properties(me)
    shown.elsewhere = rest.elsewhere()
    shown.is_cut = rest.is_cut
    return shown


def _party(rest: Remainder, term: Term) -> Party:
    """A publisher or contact, which in real records is a literal, an authority IRI or a node."""
    agent = Agent(rest.graph, term)
    party = Party(
        name=rest.name(term),
        pages=[rest.way(way) for way in agent.pages[:MOST_OF_A_PART]],
        emails=[rest.way(way) for way in agent.emails[:MOST_OF_A_PART]],
        telephones=[rest.way(way) for way in agent.telephones[:MOST_OF_A_PART]],
    )
    if not isinstance(term, Literal):
        party.rest = rest.properties(term)
    return party


def _distribution(rest: Remainder, term: Term) -> Distribution:
    def nodes(predicate: NamedNode) -> list[Value]:
        return [rest.node(value) for value in rest.take(term, predicate, most=MOST_OF_A_PART)]

    found = Described(rest.graph, term)
    number = rest.show([found.size])[0].value if found.size else ""
    shown = Distribution(
        title=rest.text(term, DCT.title, LONGEST_TITLE),
        description=rest.text(term, DCT.description),
        formats=_coded(rest, rest.show(found.formats[:MOST_OF_A_PART]), "file-type"),
        size=legible(size(number), LONGEST_TITLE) if number else "",
        size_in_bytes=legible(number, LONGEST_TITLE),
        access=nodes(DCAT.accessURL),
        downloads=nodes(DCAT.downloadURL),
        rights=_rights(rest, term, MOST_OF_A_PART),
        licences=_licences(rest, rest.take(term, DCT.license, most=MOST_OF_A_PART)),
    )
    shown.rest = rest.properties(term)
    return shown


def _coded(rest: Remainder, terms: list[Term], table: str) -> list[Value]:
    return [rest.coded(term, code(rest.graph, table, term), table) for term in terms]


def _rights(rest: Remainder, subject: Term, most: int = MOST_AT_ONCE) -> list[Value]:
    """The rights in the words of people; the conditions of access are shown as data."""
    return _licences(rest, without_words(rest, rest.take(subject, DCT.rights, most=most)))


def _licences(rest: Remainder, terms: list[Term]) -> list[Value]:
    return [rest.coded(term, licence_of(term.value), "licence") for term in terms]


def _links(record: Record) -> list[Term]:
    """The landing pages that can be links; the others are shown with the remaining metadata."""
    return [term for term in record.values(DCAT.landingPage) if value_of(term, ()).href]


def _law(value: Value) -> Value:
    if value.machine in LAWS and (value.is_address or value.text == value.machine):
        value.text, value.is_address = str(LAWS[value.machine]), False
    return value
