"""The conditions of access that a record says as data, as its page shows them."""

from django.utils.translation import gettext as _
from pyoxigraph import Literal

from erpd.metadata.conditions import FIELDS, conditions_of, is_generated, policy_of
from erpd.metadata.graph import Term
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT, ODRL, RDF, XSD
from erpd.metadata.text import Text
from erpd.metadata.vocabularies import labelled
from erpd.pages.labels import label_of_property
from erpd.pages.remainder import Remainder
from erpd.pages.values import Property, Value, address_value, legible, shortened, tag_of

# What whoever wants the data asks: one of the fields answers it. The first is named where none does.
_ASKED = (
    ("may_ask", "may_ask_under_condition"),
    ("purposes",),
    ("forms",),
    ("fees", "tariff"),
    ("days",),
    ("transfer",),
)
# The grounds are told with the access rights, and asking is what the link of the card does.
_NOT_ON_A_CARD = {"grounds"}
MOST_OF_A_FIELD = 50  # values
LONGEST_CONDITION = 2_000  # characters


def terms_of_access(record: Record, languages: tuple[str, ...]) -> list[Property]:
    """The conditions, field by field; none if the record does not say them as data."""
    conditions = conditions_of(record).settled()
    found = []
    for field in FIELDS:
        values = told(getattr(conditions, field.name), languages)
        if values:
            label = label_of_property(ODRL.Offer, field.term)
            found.append(Property(label, field.term.value, values))
    return found


def card(terms: list[Property]) -> list[Property]:
    """The conditions as the card of protected data lists them: what it does not say is told plainly."""
    said = {each.iri: each for each in terms}
    told = {field.name for field in FIELDS if field.term.value in said}
    missing = {names[0] for names in _ASKED if told.isdisjoint(names)}
    found = []
    for field in FIELDS:
        if field.name in missing:
            label = label_of_property(ODRL.Offer, field.term)
            found.append(Property(label, field.term.value, [Value(_("The record does not say."))]))
        elif field.name in told and field.name not in _NOT_ON_A_CARD:
            found.append(said[field.term.value])
    return found


def as_data(rest: Remainder, record: Record) -> list[Property]:
    """What the conditions were read from, and the words that we wrote of them, for a closer look."""
    graph, me = record.graph, record.dataset
    policy = policy_of(graph, me)
    if policy is None:
        return []
    words = [term for term in graph.objects(me, DCT.rights) if is_generated(graph, term)]
    return [
        Property(label_of_property(DCAT.Distribution, predicate), predicate.value, values)
        for predicate, terms in ((ODRL.hasPolicy, [policy.node]), (DCT.rights, words))
        if (values := [rest.node(term) for term in rest.take(me, predicate, terms)])
    ]


def without_words(rest: Remainder, terms: list[Term]) -> list[Term]:
    """The rights in the words of people."""
    return [term for term in terms if not is_generated(rest.graph, term)]


def told(terms: tuple[Term, ...], languages: tuple[str, ...]) -> list[Value]:
    """Texts in the language that suits the readers best, and other values, as a page shows them."""
    texts = Text.of(term for term in terms if isinstance(term, Literal) and not _is_number(term))
    language = texts.best(*languages)[1]
    wanted = texts.by_language.get(language, [])
    said = [Value(legible(text, LONGEST_CONDITION), tag_of(language)) for text in wanted[:MOST_OF_A_FIELD]]
    others = [term for term in terms if not isinstance(term, Literal) or _is_number(term)]
    return [*said, *(_value(term, languages) for term in others[:MOST_OF_A_FIELD])]


def _is_number(term: Literal) -> bool:
    return term.datatype not in (XSD.string, RDF.langString)


def _value(term: Term, languages: tuple[str, ...]) -> Value:
    if isinstance(term, Literal):
        return Value(legible(term.value, LONGEST_CONDITION))
    label, language = labelled(term.value, *languages)
    if label:
        return Value(legible(label, LONGEST_CONDITION), language, machine=shortened(term.value, 300))
    return address_value(term.value)
