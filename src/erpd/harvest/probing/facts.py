"""A rehearsal as JSON: what commands print, what pages keep and show."""

from typing import Any

from erpd.harvest.probing.aspects import Answer, Aspect
from erpd.harvest.probing.probe import Probe
from erpd.metadata.findings import explain
from erpd.metadata.masking import masked, plain, shown
from erpd.sources.errors import SourceError

_LONGEST_NAME = 200  # characters


def facts(seen: Probe) -> dict[str, Any]:
    """All of it; addresses and errors without secrets."""
    return {
        "protocol": seen.protocol,
        "url": shown(seen.url),
        "total": seen.total,
        "received": seen.received,
        "fine": seen.fine,
        "faulty": seen.faulty,
        "bins": {str(place): number for place, number in seen.bins.items()},
        "sets": [plain(name) for name in seen.sets],
        "about": {name: plain(text) for name, text in seen.about.items()},
        "aspects": aspects(seen.answers),
        "findings": [
            {
                **kind.finding.as_dict(),
                "message": explain(kind.finding),
                "times": kind.times,
                "others": kind.others,
                "record": plain(kind.identifier, _LONGEST_NAME),
                "before": kind.change.before if kind.change else "",
                "after": kind.change.after if kind.change else kind.example,
            }
            for kind in seen.kinds
        ],
        "error": str(seen.error) if seen.error else None,
    }


def nothing(url: str, error: SourceError, answers: list[Answer]) -> dict[str, Any]:
    """The same of an address at which no record could be read."""
    none: dict[str, Any] = {"bins": {}, "sets": [], "about": {}, "findings": []}
    numbers = {"total": None, "received": 0, "fine": 0, "faulty": 0}
    return {
        "protocol": "",
        "url": shown(url),
        **numbers,
        **none,
        "aspects": aspects(answers),
        "error": str(error),
    }


def aspects(answers: list[Answer]) -> list[dict[str, Any]]:
    """The answers with their texts in English, and what ``answer_from`` needs for others."""
    return [
        {
            "aspect": str(one.aspect),
            "section": one.section,
            "verdict": str(one.verdict),
            "code": one.code,
            "facts": {name: masked(fact) for name, fact in one.facts.items()},
            "message": masked(one.text()),
        }
        for one in answers
    ]


def answer_from(kept: dict[str, Any]) -> Answer:
    """The answer that ``aspects`` wrote. Raises KeyError, ValueError for those of another version."""
    return Answer(Aspect(kept["aspect"]), kept["code"], kept["facts"])
