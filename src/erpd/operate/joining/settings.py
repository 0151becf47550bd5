"""The answers of a checklist as the settings of a source."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from erpd.harvest.schedule import WEEKLY
from erpd.metadata.iri import is_iri
from erpd.operate.joining.value_maps import Maps
from erpd.sources import SOURCES

_LONGEST_CONTACT = 500
_WORD = re.compile(r"[\w:.-]+")  # a set, rather than a query


def settings_of(answers: Mapping[str, Any], maps: Maps) -> dict[str, Any]:
    """What a file of sources says of it, beside its address and what is read there.

    ``maps``: those that the operator has confirmed.
    """
    schedule: dict[str, Any] = {}
    if answers["every"] != WEEKLY:
        schedule["every"] = answers["every"]
    if answers["not_on"]:
        schedule["not_on"] = [date.fromisoformat(day) for day in answers["not_on"]]
    rules = {"default_language": answers["language"], "values": maps, "schedule": schedule}
    return {
        "country": answers["country"],
        "contact": contact_of(answers),
        "tell_publishers": answers["tell_publishers"] == "yes",
        "rules": {name: value for name, value in rules.items() if value},
    }


def narrowed(answers: Mapping[str, Any]) -> dict[str, str]:
    """The answer to question 5, as the option of the protocol that brings a part of what is there."""
    options, said = options_of(answers["protocol"]), answers["filter"]
    if not options or not said:
        return {}
    if "graph" in options and is_iri(said):
        return {"graph": said}
    is_query = "query" in options and not _WORD.fullmatch(said)
    return {"query" if is_query else options[0]: said}


def options_of(protocol: str) -> list[str]:
    """What a protocol can be narrowed by."""
    return [one.setting for one in SOURCES[protocol].options if one.setting != "prefix"]


def contact_of(answers: Mapping[str, Any]) -> str:
    """Whom to ask when the source fails."""
    said = ", ".join(answers[name] for name in ("publisher", "publisher_email", "homepage"))
    return said[:_LONGEST_CONTACT]
