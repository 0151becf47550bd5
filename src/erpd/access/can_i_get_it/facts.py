"""What a record says about who can get the data: the only input of the rule beside the visitor's answers."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from erpd.access.law.asset_list import acts_of
from erpd.metadata.conditions import Conditions, conditions_of, is_generated, policy_of
from erpd.metadata.graph import Graph, Term
from erpd.metadata.record import Record
from erpd.metadata.terms import AUTHORITY, DCT, HEALTH, ODRL
from erpd.metadata.view import code, name

_ACCESS_RIGHTS = f"{AUTHORITY}access-right/"
_NOTHING = Conditions()
_MOST = 20  # rights, in the words of people


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rule decides by."""

    is_open: bool = False
    """Whether the data is public."""
    conditions: Conditions = _NOTHING
    is_more: bool = False
    """Whether its policies say more than we can read."""
    in_words: tuple[Term, ...] = ()
    """Rights in the words of people, which no rule can judge: texts, or links to them."""
    acts: frozenset[str] = frozenset()
    """The acts of the Union that apply to it (``acts_of``)."""
    needs_health_permit: bool = False
    """Whether a health data access body gives the permit (Regulation (EU) 2025/327, Article 68)."""
    health_bodies: tuple[Term, ...] = ()
    """What these bodies are called."""


def facts_of(record: Record, *, protected: bool) -> Facts:
    """Return the facts of a record. ``protected``: whether its catalogue is."""
    graph, me = record.graph, record.dataset
    codes = {_right(graph, term) for term in graph.objects(me, DCT.accessRights)}
    policy = policy_of(graph, me)
    whole = {policy.node} if policy and policy.whole else set()
    return Facts(
        is_open=codes == {"PUBLIC"} or not (protected or codes),
        conditions=conditions_of(record),
        is_more=any(node not in whole for node in graph.objects(me, ODRL.hasPolicy)),
        in_words=_in_words(record),
        acts=frozenset(acts_of(record)),
        needs_health_permit=bool(bodies := record.values(HEALTH.hdab)),
        health_bodies=_called(graph, bodies),
    )


def _right(graph: Graph, term: Term) -> str:
    """The code of an access right; "" for one that is not in the table."""
    return code(graph, "access-right", term)


def _in_words(record: Record) -> tuple[Term, ...]:
    graph = record.graph
    rights = [term for term in graph.objects(record.dataset, DCT.accessRights) if not _right(graph, term)]
    rights += [
        term
        for node in (record.dataset, *record.distributions)
        for term in graph.objects(node, DCT.rights)
        if not (term.value.startswith(_ACCESS_RIGHTS) or is_generated(graph, term))
    ]
    return _called(graph, rights)


def _called(graph: Graph, terms: Iterable[Term]) -> tuple[Term, ...]:
    """Texts as they are, and what the record calls nodes or else says of them; addresses without a name."""
    found = dict[Term, None]()
    for term in sorted(dict.fromkeys(terms), key=str)[:_MOST]:
        if isinstance(term, Literal):
            found[term] = None
            continue
        properties, statement = graph.properties(term), name(graph, term)
        named = [properties[statement.predicate]] if statement else [*properties.values()]
        texts = [text for values in named for text in values[:_MOST] if isinstance(text, Literal)]
        found.update(dict.fromkeys(texts))
        if isinstance(term, NamedNode) and not texts:
            found[term] = None
    return tuple(sorted(found, key=str)[:_MOST])
