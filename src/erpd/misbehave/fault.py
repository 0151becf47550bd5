"""What a fault is, where it can happen, and what is right to do then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from erpd.misbehave.data_sets import DataSet
from erpd.misbehave.exchange import Answer, Listing, Now


class Outcome(StrEnum):
    """What a careful harvester does. In none of these cases may it lose a data set that is still there."""

    HARMLESS = "accepts every record"
    ONE = "loses at most one record, and reports which one"
    FAILS = "stops, says why, and deletes nothing"
    HOLDS = "deletes nothing, and asks for approval"
    GONE = "deletes one data set"


HARMLESS, ONE, FAILS, HOLDS, GONE = Outcome


@dataclass(frozen=True, slots=True)
class Fault:
    """``on``: protocol -> what is right there. ``rules``: one of these must be told where all is not well.

    ``data`` changes what is there, ``listing`` a page of it, ``answer`` what is sent.
    """

    name: str
    told: str
    on: Mapping[str, Outcome]
    rules: tuple[str, ...] = ()
    data: Callable[[list[DataSet], Now], list[DataSet]] = lambda there, now: there
    listing: Callable[[Listing, Now], Listing] = lambda found, now: found
    answer: Callable[[Answer, Now], Answer] = lambda answer, now: answer


OAI, DUMP, HYDRA, CKAN, SPARQL = "oai-pmh", "dump", "hydra", "ckan", "sparql"
EVERYWHERE = (OAI, DUMP, HYDRA, CKAN, SPARQL)
IN_PAGES = (OAI, HYDRA, CKAN, SPARQL)
LINKED = (OAI, HYDRA)  # each page says where the next one is
XML = (OAI, DUMP, HYDRA)

# What erpd calls the protocol.
HARVESTED_AS = {OAI: "oai-pmh", DUMP: "dump", HYDRA: "dump", CKAN: "ckan", SPARQL: "sparql"}


def on(protocols: tuple[str, ...], outcome: Outcome, **others: Outcome) -> dict[str, Outcome]:
    """Protocol -> what is right there: ``outcome``, in some another one."""
    return {**dict.fromkeys(protocols, outcome), **others}
