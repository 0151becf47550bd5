"""What a fault is, where it can occur, and what a harvester should do then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from erpd.misbehave.data_sets import DataSet
from erpd.misbehave.exchange import Answer, Listing, Now


class Outcome(StrEnum):
    """What a careful harvester does. It never loses a data set that still exists."""

    HARMLESS = "accepts every record"
    ONE = "loses at most one record, and reports which one"
    FAILS = "stops, says why, and deletes nothing"
    HOLDS = "deletes nothing, and asks for approval"
    GONE = "deletes one data set"


HARMLESS, ONE, FAILS, HOLDS, GONE = Outcome


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a source can do wrong."""

    name: str
    told: str
    """What happens, in one line for people."""
    on: Mapping[str, Outcome]
    """Protocol -> what a careful harvester does there."""
    rules: tuple[str, ...] = ()
    """If the outcome is not harmless, the harvester must report one of these rules."""
    data: Callable[[list[DataSet], Now], list[DataSet]] = lambda there, now: there
    """Changes the data sets of the source."""
    listing: Callable[[Listing, Now], Listing] = lambda found, now: found
    """Changes one page of the list."""
    answer: Callable[[Answer, Now], Answer] = lambda answer, now: answer
    """Changes the answer sent."""


OAI, DUMP, HYDRA, CKAN, SPARQL = "oai-pmh", "dump", "hydra", "ckan", "sparql"
EVERYWHERE = (OAI, DUMP, HYDRA, CKAN, SPARQL)
IN_PAGES = (OAI, HYDRA, CKAN, SPARQL)
LINKED = (OAI, HYDRA)  # each page says where the next one is
XML = (OAI, DUMP, HYDRA)

# Protocol -> its name in erpd.
HARVESTED_AS = {OAI: "oai-pmh", DUMP: "dump", HYDRA: "dump", CKAN: "ckan", SPARQL: "sparql"}


def on(protocols: tuple[str, ...], outcome: Outcome, **others: Outcome) -> dict[str, Outcome]:
    """Protocol -> outcome: the same for all ``protocols``, except those named in ``others``."""
    return {**dict.fromkeys(protocols, outcome), **others}
