"""What a record says about who can get the data: the only input of the rule beside the visitor's answers."""

from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal

from erpd.metadata.acts import act_of
from erpd.metadata.conditions import Conditions, conditions_of, is_generated, policy_of
from erpd.metadata.graph import Term
from erpd.metadata.record import Record
from erpd.metadata.terms import AUTHORITY, DCATAP, DCT, ODRL, RDFS, Namespace
from erpd.metadata.view import View

HEALTH = Namespace("http://healthdataportal.eu/ns/health#")
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
    """The acts of the Union that apply to it (``acts.act_of``)."""
    health_bodies: tuple[Term, ...] = ()
    """The health data access bodies that give the permit (Regulation (EU) 2025/327, Article 68)."""


def facts_of(record: Record, *, protected: bool) -> Facts:
    """Return the facts of a record. ``protected``: whether its catalogue is."""
    graph, me = record.graph, record.dataset
    code = next(iter(View(record).access_rights), "")
    policy = policy_of(graph, me)
    whole = {policy.node} if policy and policy.whole else set()
    return Facts(
        is_open=code == "PUBLIC" or not (protected or code),
        conditions=conditions_of(record),
        is_more=any(node not in whole for node in graph.objects(me, ODRL.hasPolicy)),
        in_words=_in_words(record),
        acts=frozenset(
            act for law in record.values(DCATAP.applicableLegislation) if (act := act_of(law.value))
        ),
        health_bodies=tuple(sorted(record.values(HEALTH.hdab), key=str)[:_MOST]),
    )


def _in_words(record: Record) -> tuple[Term, ...]:
    graph, found = record.graph, dict[Term, None]()
    for node in (record.dataset, *record.distributions):
        for term in graph.objects(node, DCT.rights):
            if term.value.startswith(_ACCESS_RIGHTS) or is_generated(graph, term):
                continue
            labels = [text for text in graph.objects(term, RDFS.label) if isinstance(text, Literal)]
            found.update(dict.fromkeys(labels if labels or isinstance(term, BlankNode) else [term]))
        if len(found) > _MOST:
            break
    return tuple(sorted(found, key=str)[:_MOST])
