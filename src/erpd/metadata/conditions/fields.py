"""What is said about access to protected data: the fields, and the closed lists that they choose from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Literal, TypeAlias

from pyoxigraph import NamedNode

from erpd.metadata.graph import Term
from erpd.metadata.terms import ACCESS, FOAF
from erpd.metadata.vocabularies import Vocabulary, vocabulary

Kind: TypeAlias = Literal["concept", "text", "link", "number"]
Values: TypeAlias = tuple[Term, ...]

LISTS = (
    "conditions-ground",
    "conditions-audience",
    "conditions-purpose",
    "conditions-form",
    "conditions-accreditation",
    "conditions-fees",
    "conditions-transfer",
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the conditions."""

    name: str
    """The attribute of ``Conditions``."""
    json: str
    """What the delivery API calls it."""
    kind: Kind
    many: bool = False
    """Whether several values make sense; texts may be in several languages anyway."""
    list: str = ""
    """The closed list of its concepts: one of LISTS."""
    term: NamedNode = ACCESS.field
    """The property that names it; it states it of an offer, unless a rule of ODRL does."""

    @property
    def is_closed(self) -> bool:
        """Whether ODRL could not say concepts of other lists."""
        return self.name in ("accreditation", "transfer")

    @property
    def vocabulary(self) -> Vocabulary:
        return vocabulary(self.list)


def _field(name: str, json: str, kind: Kind, many: bool = False, list: str = "") -> Field:
    term = FOAF.page if name == "page" else getattr(ACCESS, json)
    return Field(name, json, kind, many, list and f"conditions-{list}", term)


FIELDS = (
    _field("grounds", "ground", "concept", True, "ground"),
    _field("may_ask", "mayAsk", "concept", True, "audience"),
    _field("may_ask_under_condition", "mayAskUnderCondition", "concept", True, "audience"),
    _field("may_not_ask", "mayNotAsk", "concept", True, "audience"),
    _field("asking_condition", "askingCondition", "text"),
    _field("purposes", "purpose", "concept", True, "purpose"),
    _field("excluded_purposes", "excludedPurpose", "concept", True, "purpose"),
    _field("purpose_note", "purposeNote", "text"),
    _field("forms", "formOfAccess", "concept", True, "form"),
    _field("accreditation", "accreditation", "concept", True, "accreditation"),
    _field("fees", "fees", "concept", False, "fees"),
    _field("tariff", "tariff", "link"),
    _field("discounts", "discount", "concept", True, "audience"),
    _field("days", "usualDays", "number"),
    _field("transfer", "transferOutsideUnion", "concept", False, "transfer"),
    _field("transfer_condition", "transferCondition", "text"),
    _field("procedure", "procedure", "link"),
    _field("page", "page", "link"),
    _field("documents", "document", "text", True),
)
"""In the order in which people read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The conditions of access to one data set. Each field holds its values as terms, in a fixed order.

    Concepts and links are IRIs; texts have a language; the number of days is a decimal number.
    """

    grounds: Values = ()
    """Why the data is protected (Article 3(1) of the Data Governance Act)."""
    may_ask: Values = ()
    """Who may ask for access."""
    may_ask_under_condition: Values = ()
    may_not_ask: Values = ()
    asking_condition: Values = ()
    """Under which condition."""
    purposes: Values = ()
    """What the data may be used for."""
    excluded_purposes: Values = ()
    purpose_note: Values = ()
    forms: Values = ()
    """In which form access is given (Article 5(3))."""
    accreditation: Values = ()
    fees: Values = ()
    tariff: Values = ()
    discounts: Values = ()
    """Who pays less (Article 6)."""
    days: Values = ()
    """How many days it usually takes until a decision."""
    transfer: Values = ()
    """Whether the data may be transferred outside the Union."""
    transfer_condition: Values = ()
    procedure: Values = ()
    """Where the procedure is described, or begins."""
    page: Values = ()
    """Where the conditions are published."""
    documents: Values = ()
    """What a request must be accompanied by."""

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in FIELDS)

    @classmethod
    def of(cls, said: Mapping[NamedNode, Iterable[Term]]) -> "Conditions":
        """Return the conditions in a table of properties: each field under its ``term``."""
        return cls(**{each.name: in_order(said[each.term]) for each in FIELDS if each.term in said})

    def said(self) -> dict[NamedNode, list[Term]]:
        """Do the opposite of ``of``."""
        return {each.term: [*values] for each in FIELDS if (values := getattr(self, each.name))}

    def settled(self) -> "Conditions":
        """Return them without what they both allow and exclude: nobody shall read that it is allowed."""
        both = {
            allowing: tuple(value for value in allowed if value not in excluded)
            for allowing, excluding in OPPOSED
            for allowed, excluded in [(getattr(self, allowing), getattr(self, excluding))]
            if not set(allowed).isdisjoint(excluded)
        }
        return replace(self, **both) if both else self

    def codes(self, field: Field) -> list[str]:
        """Return the codes of the concepts of a field that are in its list."""
        table = field.vocabulary
        return [code for value in getattr(self, field.name) if (code := table.code_of(value.value))]


OPPOSED = (
    ("may_ask", "may_not_ask"),
    ("may_ask_under_condition", "may_not_ask"),
    ("purposes", "excluded_purposes"),
)
"""Fields that allow, each with the one that excludes."""


def in_order(values: Iterable[Term]) -> Values:
    """Return each value once, in an order of their own: RDF has none."""
    return tuple(sorted(dict.fromkeys(values), key=str))


assert [each.name for each in FIELDS] == [each.name for each in fields(Conditions)]
