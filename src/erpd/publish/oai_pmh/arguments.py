"""The arguments of an OAI-PMH request, and the errors they cause (OAI-PMH 2.0, sections 3.1.1 and 3.6)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, QueryDict


class Complaint(Exception):
    """An OAI-PMH error: one of its codes, and a sentence for people who read the harvester's log."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verb:
    """The arguments of a verb."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    resumable: bool = False  # whether it accepts a resumptionToken


_LIST = Verb(frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"}), resumable=True)
VERBS = {
    "Identify": Verb(),
    "ListMetadataFormats": Verb(optional=frozenset({"identifier"})),
    "ListSets": Verb(resumable=True),
    "GetRecord": Verb(frozenset({"identifier", "metadataPrefix"})),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
}

# Their syntax according to OAI-PMH.xsd.
_SYNTAX = {
    "metadataPrefix": re.compile(r"[A-Za-z0-9\-_.!~*'()]+"),
    "set": re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*"),
    "from": re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?", re.ASCII),
    "until": re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?", re.ASCII),
}
_DAY = len("2026-01-31")


def resumes(request: HttpRequest) -> bool:
    """Whether a harvester that sends this is in the middle of a list."""
    return request.path.endswith("/oai") and "resumptionToken" in (request.POST or request.GET)


def read_arguments(query: QueryDict) -> tuple[str, dict[str, str]]:
    """The verb, and the other arguments by name. Raises Complaint (badVerb, badArgument)."""
    verbs = query.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise Complaint("badVerb", f"A request names one verb; the verbs are {', '.join(VERBS)}.")
    verb, arguments = verbs[0], {}
    for name, values in query.lists():
        if name != "verb":
            arguments[name] = _value(verb, name, values)
    if "resumptionToken" not in arguments:
        for name in sorted(VERBS[verb].required - arguments.keys()):
            raise Complaint("badArgument", f"{verb} needs the argument {name}.")
    _check_window(arguments)
    return verb, arguments


def _value(verb: str, name: str, values: list[str]) -> str:
    known = VERBS[verb]
    if name not in known.required | known.optional and not (name == "resumptionToken" and known.resumable):
        raise Complaint("badArgument", f"{verb} knows no argument {name}.")
    if len(values) > 1:
        raise Complaint("badArgument", f"The argument {name} is given {len(values)} times.")
    if name in _SYNTAX and not _SYNTAX[name].fullmatch(values[0]):
        raise Complaint("badArgument", f"The value of {name} is not written as OAI-PMH 2.0 demands.")
    return values[0]


def _check_window(arguments: dict[str, str]) -> None:
    """Check that both dates exist, have the same granularity and are in order (3.2 and 2.7.1)."""
    ends = [arguments[name] for name in ("from", "until") if name in arguments]
    for end in ends:
        moment(end)
    if len(ends) == 2:
        if len(ends[0]) != len(ends[1]):
            raise Complaint("badArgument", "from and until are of different granularity.")
        if ends[0] > ends[1]:
            raise Complaint("badArgument", "from is later than until.")


def moment(datestamp: str) -> datetime:
    """The first second of a datestamp, which is a day or a second. Raises Complaint (badArgument)."""
    try:
        return datetime.fromisoformat(datestamp.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        raise Complaint("badArgument", f"There is no such date or time: {datestamp}.") from None


def moment_after(datestamp: str) -> datetime | None:
    """The first second after ``datestamp``, which is a day or a second; None if no later one exists."""
    try:
        return moment(datestamp) + (timedelta(days=1) if len(datestamp) == _DAY else timedelta(seconds=1))
    except OverflowError:
        return None
