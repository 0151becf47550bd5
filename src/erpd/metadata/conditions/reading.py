"""ODRL -> conditions of access. Only what a rule says as we would say it is read; the rest stays unread.

A rule with anything in it that is not understood is not read at all: a permission that is bound to something
else, too, would be shown as more than it is. All is bounded, and nothing is followed deeper than a rule goes.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.conditions.fields import FIELDS, Conditions
from erpd.metadata.graph import Graph, Node, Properties, Term
from erpd.metadata.record import Record
from erpd.metadata.terms import ACCESS, AUTHORITY, DPV, ODRL, RDF, XSD

UNION = NamedNode(f"{AUTHORITY}country/EUR")
PROFILE = NamedNode("https://w3id.org/erpd/conditions")
FULFIL = ACCESS.fulfilCondition
NONE, ALLOWED, UNDER_CONDITION, NOT_ALLOWED = (
    NamedNode(f"https://w3id.org/erpd/conditions/{name}")
    for name in ("fees/none", "transfer/allowed", "transfer/under-condition", "transfer/not-allowed")
)
ACCREDITED = "https://w3id.org/erpd/conditions/accreditation/"

# Whose policies a data set offers to anybody; an Agreement is between two parties.
_OFFERED = frozenset({ODRL.Offer, ODRL.Set, ODRL.Policy})
_IN_RULES = (ODRL.permission, ODRL.prohibition)
# Fields that an offer states itself, with the kind of their values.
DIRECT = {
    each.term: each.kind
    for each in FIELDS
    if each.name
    in {
        *("grounds", "asking_condition", "purpose_note", "days", "transfer_condition"),
        *("procedure", "page", "documents"),
    }
}
_MOST_POLICIES, _MOST_RULES, _MOST_PARTS, _MOST_VALUES = 10, 50, 10, 200


@dataclass(frozen=True, slots=True)
class Policy:
    """The conditions that one policy of a data set says."""

    node: Node
    conditions: Conditions
    own: Properties
    """The properties of the policy that say them."""
    parts: tuple[Node, ...]
    """The nodes that say them: rules, and what these consist of."""
    whole: bool
    """Whether it says nothing more."""
    is_ours: bool
    """Whether it says that it follows our profile of ODRL."""


def policies_of(graph: Graph, dataset: Term) -> list[Policy]:
    """Return the policies of a data set that say conditions."""
    nodes = graph.objects(dataset, ODRL.hasPolicy)
    if len(nodes) > _MOST_POLICIES:
        nodes = [node for node in nodes if PROFILE in graph.objects(node, ODRL.profile)]
    return [read for node in nodes[:_MOST_POLICIES] if (read := _read(graph, dataset, node))]


def policy_of(graph: Graph, dataset: Term) -> Policy | None:
    """Return the policy that says the conditions of a data set.

    If several do, it is the one of our profile: others are alternatives, and together mean neither. Returns
    None if that is not one.
    """
    found = policies_of(graph, dataset)
    if len(found) > 1:
        found = [policy for policy in found if policy.is_ours]
    return found[0] if len(found) == 1 else None


def conditions_of(record: Record) -> Conditions:
    """Return the conditions of a data set as far as its record says them as data; empty if it does not."""
    read = policy_of(record.graph, record.dataset)
    return read.conditions if read else Conditions()


def _read(graph: Graph, dataset: Term, node: Term) -> Policy | None:
    properties = graph.properties(node)
    if isinstance(node, Literal) or _OFFERED.isdisjoint(properties.get(RDF.type, ())):
        return None
    reader = _Reader(graph, dataset)
    whole = True
    said: dict[NamedNode, list[Term]] = {}
    for predicate, values in properties.items():
        fits = _FITS.get(DIRECT.get(predicate, ""))
        if fits:
            right = said[predicate] = [value for value in values[:_MOST_VALUES] if fits(value)]
            reader.own[predicate] = right
            whole = whole and len(right) == len(values)
        elif predicate not in _IN_RULES and predicate not in (RDF.type, ODRL.profile, ODRL.uid):
            whole = False
    rules = [(kind, rule) for kind in _IN_RULES for rule in properties.get(kind, ())]
    if len(rules) > _MOST_RULES:
        return None
    whole = reader.rules(rules, said) and whole
    conditions = Conditions.of({predicate: values for predicate, values in said.items() if values})
    if not conditions:
        return None
    ours = PROFILE in properties.get(ODRL.profile, ())
    return Policy(node, conditions, reader.own, tuple(dict.fromkeys(reader.parts)), whole, ours)


def _is_text(value: Term) -> bool:
    return isinstance(value, Literal) and bool(value.value) and value.datatype in _TEXTS


def _is_number(value: Term) -> bool:
    return isinstance(value, Literal) and bool(_NUMBER.fullmatch(value.value))


_TEXTS = frozenset({XSD.string, RDF.langString})
_NUMBER = re.compile(r"[0-9]{1,5}")
_ZERO = re.compile(r"[+-]?(?:0{1,20}(?:\.0{0,20})?|\.0{1,20})(?:[eE][+-]?[0-9]{1,5})?")  # as XSD writes it
_FITS: dict[str, Callable[[Term], bool]] = {
    "text": _is_text,
    "number": _is_number,
    "link": lambda value: isinstance(value, NamedNode),
    "concept": lambda value: isinstance(value, NamedNode),
}


class _Constraint(NamedTuple):
    left: Term
    operator: Term
    right: frozenset[Term]
    links: frozenset[Term]


@dataclass(slots=True)
class _Rule:
    """A rule all of which is understood."""

    action: Term
    transfer: bool
    constraints: dict[Term, frozenset[Term]] = field(default_factory=dict)
    duties: frozenset[Term] = frozenset()
    fees: tuple[frozenset[Term], ...] | None = None
    parts: list[Node] = field(default_factory=list)

    @property
    def is_conditional(self) -> bool:
        return FULFIL in self.duties

    def said(self) -> object:
        """All but whom it is for: equal for permissions that differ in that only."""
        others = {left: right for left, right in self.constraints.items() if left != ODRL.recipient}
        return others, self.duties - {FULFIL}, self.fees


class _Reader:
    def __init__(self, graph: Graph, dataset: Term) -> None:
        self.graph, self.dataset = graph, dataset
        self.own: Properties = {}
        self.parts: list[Node] = []

    def rules(self, rules: list[tuple[NamedNode, Term]], said: dict[NamedNode, list[Term]]) -> bool:
        """Add what the rules say; return whether that is all they say."""
        understood = [(kind, term, self._rule(term)) for kind, term in rules]
        permissions = [rule for kind, _, rule in understood if rule and kind == ODRL.permission]
        uses = [rule for rule in permissions if not rule.transfer]
        if not _agree(uses):
            uses = []
        whole = True
        for kind, term, rule in understood:
            added = None
            if rule and rule.transfer:
                added = _transfer(kind, rule)
            elif rule and kind == ODRL.prohibition:
                added = _prohibited(rule)
            elif rule in uses:
                added = _permitted(rule)
            if rule is None or added is None:
                whole = False
                continue
            self.own.setdefault(kind, []).append(term)
            self.parts += rule.parts
            for predicate, values in added.items():
                said.setdefault(predicate, []).extend(values)
        return whole

    def _rule(self, node: Term) -> _Rule | None:
        properties = dict(self.graph.properties(node))
        actions = properties.pop(ODRL.action, [])
        if len(actions) != 1 or any(len(values) > _MOST_PARTS for values in properties.values()):
            return None
        rule = _Rule(actions[0], False)
        rule.transfer = self._is_transfer(actions[0], rule)
        if not rule.transfer and actions[0] != ODRL.use:
            return None
        for predicate, values in properties.items():
            if predicate == ODRL.constraint:
                for value in values:
                    constraint = self._constraint(value, rule)
                    if constraint is None or constraint.left in rule.constraints:
                        return None
                    if constraint.operator not in _operators(len(constraint.right)) or constraint.links:
                        return None
                    rule.constraints[constraint.left] = constraint.right
            elif predicate == ODRL.duty:
                if not all(self._duty(value, rule) for value in values):
                    return None
            elif not (predicate == RDF.type or (predicate == ODRL.target and values == [self.dataset])):
                return None
        rule.parts.append(node)  # type: ignore[arg-type]
        return rule

    def _is_transfer(self, action: Term, rule: _Rule) -> bool:
        properties = self.graph.properties(action)
        if properties.keys() - {RDF.type, RDF.value, ODRL.refinement}:
            return False
        refinements = properties.get(ODRL.refinement, [])
        if properties.get(RDF.value) != [DPV.Transfer] or len(refinements) != 1:
            return False
        told = self._constraint(refinements[0], rule)
        if told != (ODRL.spatial, ODRL.isNoneOf, frozenset({UNION}), frozenset()):
            return False
        rule.parts.append(action)  # type: ignore[arg-type]
        return True

    def _constraint(self, node: Term, rule: _Rule) -> _Constraint | None:
        said = self.graph.properties(node)
        left, operator = said.get(ODRL.leftOperand, []), said.get(ODRL.operator, [])
        right, links = said.get(ODRL.rightOperand, []), said.get(ODRL.rightOperandReference, [])
        known = {
            RDF.type,
            ODRL.leftOperand,
            ODRL.operator,
            ODRL.rightOperand,
            ODRL.rightOperandReference,
        }
        if said.keys() - known or len(left) != 1 or len(operator) != 1 or not (right or links):
            return None
        if max(len(right), len(links)) > _MOST_VALUES:
            return None
        if any(isinstance(value, BlankNode) for value in (*right, *links, *left, *operator)):
            return None
        rule.parts.append(node)  # type: ignore[arg-type]
        return _Constraint(left[0], operator[0], frozenset(right), frozenset(links))

    def _duty(self, node: Term, rule: _Rule) -> bool:
        said = self.graph.properties(node)
        actions = said.get(ODRL.action, [])
        if len(actions) != 1 or isinstance(actions[0], BlankNode):
            return False
        action = actions[0]
        rule.parts.append(node)  # type: ignore[arg-type]
        if action == ODRL.compensate and rule.fees is None:
            return self._compensation(said, rule)
        plain = not said.keys() - {RDF.type, ODRL.action}
        rule.duties |= {action}
        return plain and (action == FULFIL or action.value.startswith(ACCREDITED))

    def _compensation(self, said: dict[NamedNode, list[Term]], rule: _Rule) -> bool:
        constraints, discounts = said.get(ODRL.constraint, []), said.get(ACCESS.discount, [])
        if said.keys() - {RDF.type, ODRL.action, ODRL.constraint, ACCESS.discount} or len(constraints) > 1:
            return False
        if not all(isinstance(value, NamedNode) for value in discounts):
            return False
        right = links = frozenset[Term]()
        for each in constraints:
            told = self._constraint(each, rule)
            if told is None or told.left != ODRL.payAmount or told.operator != ODRL.eq:
                return False
            right = frozenset(_free(value) for value in told.right)
            links = told.links
        if not all(isinstance(value, NamedNode) for value in (*right, *links)):
            return False
        rule.fees = right, links, frozenset(discounts)
        return True


def _operators(values: int) -> tuple[NamedNode, ...]:
    """Those that mean "one of these values"."""
    return (ODRL.isAnyOf,) if values > 1 else (ODRL.isAnyOf, ODRL.isA, ODRL.eq)


def _free(value: Term) -> Term:
    """An amount of nothing is the concept "none"."""
    return NONE if isinstance(value, Literal) and _ZERO.fullmatch(value.value) else value


def _agree(uses: list[_Rule]) -> bool:
    """Whether permissions differ in whom they are for only: at most one of each kind, or one for all."""
    kinds = [rule.is_conditional for rule in uses]
    if len(uses) > 1 and any(ODRL.recipient not in rule.constraints for rule in uses):
        return False
    return len(set(kinds)) == len(kinds) and all(rule.said() == uses[0].said() for rule in uses)


def _transfer(kind: NamedNode, rule: _Rule) -> dict[NamedNode, list[Term]] | None:
    if rule.constraints or rule.fees is not None or rule.duties - {FULFIL}:
        return None
    if kind == ODRL.prohibition:
        return None if rule.duties else {ACCESS.transferOutsideUnion: [NOT_ALLOWED]}
    return {ACCESS.transferOutsideUnion: [UNDER_CONDITION if rule.duties else ALLOWED]}


_OF_PROHIBITIONS: dict[Term, NamedNode] = {
    ODRL.recipient: ACCESS.mayNotAsk,
    ODRL.purpose: ACCESS.excludedPurpose,
}


def _prohibited(rule: _Rule) -> dict[NamedNode, list[Term]] | None:
    if len(rule.constraints) != 1 or rule.duties or rule.fees is not None:
        return None
    ((left, values),) = rule.constraints.items()
    term = _OF_PROHIBITIONS.get(left)
    return {term: [*values]} if term and _concepts(values) else None


def _permitted(rule: _Rule) -> dict[NamedNode, list[Term]] | None:
    asking = ACCESS.mayAskUnderCondition if rule.is_conditional else ACCESS.mayAsk
    known: dict[Term, NamedNode] = {
        ODRL.recipient: asking,
        ODRL.purpose: ACCESS.purpose,
        ODRL.deliveryChannel: ACCESS.formOfAccess,
    }
    said: dict[NamedNode, list[Term]] = {}
    if rule.is_conditional and ODRL.recipient not in rule.constraints:
        return None
    for left, values in rule.constraints.items():
        term = known.get(left)
        if not term or not _concepts(values):
            return None
        said[term] = [*values]
    said[ACCESS.accreditation] = [*(rule.duties - {FULFIL})]
    fees, tariff, discounts = rule.fees or (frozenset[Term](),) * 3
    said |= {ACCESS.fees: [*fees], ACCESS.tariff: [*tariff], ACCESS.discount: [*discounts]}
    return {term: values for term, values in said.items() if values} or None


def _concepts(values: Iterable[Term]) -> bool:
    return all(isinstance(value, NamedNode) for value in values)
