"""Conditions of access -> ODRL: an offer, with the rules that it consists of."""

from collections.abc import Iterable
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.conditions.fields import FIELDS, Conditions, Values
from erpd.metadata.conditions.reading import (
    DIRECT,
    FULFIL,
    NONE,
    NOT_ALLOWED,
    PROFILE,
    UNDER_CONDITION,
    UNION,
    Policy,
    policies_of,
    policy_of,
)
from erpd.metadata.graph import Graph, Node, Term
from erpd.metadata.terms import ACCESS, DPV, ODRL, RDF, XSD

_CLOSED = [each for each in FIELDS if each.is_closed]
_ZERO = Literal("0", datatype=XSD.decimal)


def set_conditions(graph: Graph, dataset: Node, conditions: Conditions, name: Node | None = None) -> None:
    """Make the record say these conditions in place of those that it says.

    What else its policies say stays as it is, in a policy beside. ``name``: the node of the offer, if the
    record has none yet. Does nothing if the record says the same already. Raises ValueError for an
    accreditation or an answer about transfers that is not in its list.
    """
    for each in _CLOSED:
        if not each.vocabulary.iris.keys() >= {value.value for value in getattr(conditions, each.name)}:
            raise ValueError(f"{each.json} takes the concepts of its list only")
    before = policy_of(graph, dataset)
    if before and before.conditions == conditions:
        return
    for policy in [before] if before else policies_of(graph, dataset):
        if policy == before or policy.is_ours:
            _forget(graph, policy)
            _drop_empty(graph, dataset, policy.node)
    if conditions:
        offer = before.node if before and before.whole else name or BlankNode()
        graph.add(dataset, ODRL.hasPolicy, offer)
        graph.add(offer, RDF.type, ODRL.Offer)
        graph.add(offer, ODRL.profile, PROFILE)
        _Offer(graph, offer, conditions).say()


def _drop_empty(graph: Graph, dataset: Node, policy: Node) -> None:
    """Remove a policy that says nothing any more; one that says more is no longer ours."""
    if graph.properties(policy).keys() <= {RDF.type, ODRL.profile, ODRL.uid}:
        graph.drop(policy)
        policies = graph.objects(dataset, ODRL.hasPolicy)
        graph.set(dataset, ODRL.hasPolicy, [each for each in policies if each != policy])
    else:
        profiles = graph.objects(policy, ODRL.profile)
        graph.set(policy, ODRL.profile, [each for each in profiles if each != PROFILE])


def _forget(graph: Graph, policy: Policy) -> None:
    """Remove what was read of a policy, but not the resources that something else links to as well."""
    for predicate, values in policy.own.items():
        gone = set(values)
        left = [value for value in graph.objects(policy.node, predicate) if value not in gone]
        graph.set(policy.node, predicate, left)
    parts = {*policy.parts} - {policy.node}
    queue: list[Term] = [
        value
        for subject, properties in graph.nodes.items()
        if subject not in parts
        for values in properties.values()
        for value in values
        if value in parts
    ]
    while queue:
        kept = queue.pop()
        if kept in parts:
            parts.discard(kept)
            queue += (value for values in graph.properties(kept).values() for value in values)
    for part in parts:
        graph.drop(part)


class _Offer:
    """Its rules share what they have in common: look-alike nodes make a record slow to compare."""

    def __init__(self, graph: Graph, offer: Node, conditions: Conditions) -> None:
        self.graph, self.offer, self.conditions = graph, offer, conditions

    def say(self) -> None:
        for predicate, values in self.conditions.said().items():
            if predicate in DIRECT:
                self._add(self.offer, predicate, values)
        self._permissions()
        for left, excluded in (
            (ODRL.recipient, self.conditions.may_not_ask),
            (ODRL.purpose, self.conditions.excluded_purposes),
        ):
            if excluded:
                rule = self._rule(ODRL.prohibition, ODRL.use)
                self._add(rule, ODRL.constraint, [self._constraint(left, ODRL.isAnyOf, excluded)])
        self._transfers()

    def _permissions(self) -> None:
        """One for those who may ask, one for those who may under a condition, or one for all.

        All that a permission demands holds at once, so each has every demand; they share the nodes.
        """
        told = self.conditions
        demands = [
            self._constraint(left, ODRL.isAnyOf, values)
            for left, values in ((ODRL.purpose, told.purposes), (ODRL.deliveryChannel, told.forms))
            if values
        ]
        duties = [self._duty(action) for action in told.accreditation]
        if told.fees or told.tariff or told.discounts:
            duties.append(self._compensation())
        kinds = [(told.may_ask, False), (told.may_ask_under_condition, True)]
        asked: list[tuple[Values, bool]] = [(who, conditional) for who, conditional in kinds if who]
        if not asked and (demands or duties):
            asked = [((), False)]
        for who, conditional in asked:
            rule = self._rule(ODRL.permission, ODRL.use)
            whom = [self._constraint(ODRL.recipient, ODRL.isAnyOf, who)] if who else []
            self._add(rule, ODRL.constraint, [*whom, *demands])
            self._add(rule, ODRL.duty, [*duties, *([self._fulfil] if conditional else ())])

    def _compensation(self) -> Node:
        told = self.conditions
        duty = self._duty(ODRL.compensate)
        amounts = [_ZERO if fee == NONE else fee for fee in told.fees]
        if amounts or told.tariff:
            amount = self._constraint(ODRL.payAmount, ODRL.eq, amounts)
            self._add(amount, ODRL.rightOperandReference, told.tariff)
            self._add(duty, ODRL.constraint, [amount])
        self._add(duty, ACCESS.discount, told.discounts)
        return duty

    def _transfers(self) -> None:
        if not self.conditions.transfer:
            return
        action = BlankNode()
        self._add(action, RDF.value, [DPV.Transfer])
        self._add(action, ODRL.refinement, [self._constraint(ODRL.spatial, ODRL.isNoneOf, [UNION])])
        for answer in self.conditions.transfer:
            rule = self._rule(ODRL.prohibition if answer == NOT_ALLOWED else ODRL.permission, action)
            if answer == UNDER_CONDITION:
                self._add(rule, ODRL.duty, [self._fulfil])

    @cached_property
    def _fulfil(self) -> Node:
        return self._duty(FULFIL)

    def _rule(self, kind: NamedNode, action: Node) -> Node:
        rule = BlankNode()
        self._add(self.offer, kind, [rule])
        self._add(rule, RDF.type, [ODRL.Permission if kind == ODRL.permission else ODRL.Prohibition])
        self._add(rule, ODRL.action, [action])
        return rule

    def _constraint(self, left: NamedNode, operator: NamedNode, right: Iterable[Term]) -> Node:
        node = BlankNode()
        self._add(node, RDF.type, [ODRL.Constraint])
        self._add(node, ODRL.leftOperand, [left])
        self._add(node, ODRL.operator, [operator])
        self._add(node, ODRL.rightOperand, right)
        return node

    def _duty(self, action: Term) -> Node:
        node = BlankNode()
        self._add(node, RDF.type, [ODRL.Duty])
        self._add(node, ODRL.action, [action])
        return node

    def _add(self, node: Node, predicate: NamedNode, values: Iterable[Term]) -> None:
        for value in values:
            self.graph.add(node, predicate, value)
