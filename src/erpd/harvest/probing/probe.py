"""A rehearsal of a source, by its address: what it offers, what would be taken, and whether it is ready."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from erpd.harvest.children.looking import Look
from erpd.harvest.children.sampling import Change, Sample
from erpd.harvest.discovering import Allowance
from erpd.harvest.models import SourceSettings
from erpd.harvest.probing.aspects import Answer
from erpd.harvest.probing.judging import judged
from erpd.harvest.probing.sample import Sampled, sample
from erpd.metadata.findings import Finding, Others, Severity
from erpd.metadata.rules import Repair
from erpd.metadata.rules.examples import examples
from erpd.register.arrival import Bin
from erpd.register.models import Catalogue, Source
from erpd.sources import errors
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client

SECONDS = 300.0  # for all of it
SHOWN = 20  # records
_WHICH = re.compile(r"\[[^\[\]]*+\]")  # of several resources, in a path


@dataclass(frozen=True, slots=True)
class Kind:
    """The findings of one rule about one property."""

    finding: Finding
    """One of them, of the record ``identifier``."""
    times: int
    identifier: str
    change: Change | None = None
    """How that record was repaired, or nothing."""
    example: str = ""
    """How it is right in a record of our own, in Turtle, where nothing was repaired."""
    others: Sequence[str] = ()
    """The first other values that some of them are about, see ``Others``."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What was seen. ``fine`` and ``faulty`` add up to ``received``, the records that were looked at."""

    protocol: str
    url: str
    """Where the records were found: perhaps below the address that was given."""
    total: int | None
    """The number of records that the source announces."""
    received: int
    fine: int
    faulty: int
    kinds: list[Kind]
    """Errors first, then the most frequent."""
    bins: Counter[Bin]
    looks: list[Look]
    """Up to SHOWN."""
    sets: list[str]
    about: dict[str, str]
    """What the server says about itself."""
    answers: list[Answer]
    """To the ten aspects."""
    error: SourceError | None
    """Why the list could not be read any further."""


def settings_of(url: str) -> SourceSettings:
    """The settings of an address that is no source yet: nothing is saved."""
    catalogue = Catalogue(slug="rehearsal", kind=Catalogue.Kind.PROTECTED)
    return SourceSettings(source=Source(slug="rehearsal", catalogue=catalogue), url=url)


def probe(
    settings: SourceSettings,
    client: Client,
    *languages: str,
    allowance: Allowance | None = None,
    for_strangers: bool = False,
) -> Probe:
    """Rehearse a source, saved or not; without a protocol, one is looked for.

    ``for_strangers``: its errors say nothing of our network.
    Raises SourceError if no record can be read; CannotStart, RulesError.
    """
    seen = sample(settings, client, allowance or Allowance(SECONDS), languages or ("en",))
    if for_strangers:
        for one in (seen.first, seen.second):
            one.error = errors.for_strangers(one.error) if one.error else None
    looks = [one.look for one in seen.samples]
    faulty = sum(_is_faulty(look) for look in looks)
    return Probe(
        seen.protocol,
        seen.url,
        seen.first.totals[-1] if seen.first.totals else None,
        len(looks),
        len(looks) - faulty,
        faulty,
        _kinds(seen.samples),
        Counter(look.bin for look in looks),
        looks[:SHOWN],
        seen.sets,
        seen.about,
        judged(seen),
        _error(seen),
    )


def _is_faulty(look: Look) -> bool:
    return look.bin is Bin.UNREADABLE or any(one.severity is Severity.ERROR for one in look.findings)


def _error(seen: Sampled) -> SourceError | None:
    return seen.first.error or seen.second.error


def _kinds(samples: Sequence[Sample]) -> list[Kind]:
    times: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], tuple[Finding, Sample]] = {}
    others: defaultdict[tuple[str, str], Others] = defaultdict(Others)
    for one in samples:
        for finding in one.look.findings:
            kind = (str(finding.rule), _name(finding))
            times[kind] += 1
            others[kind].note(finding, first.setdefault(kind, (finding, one))[0])
    kinds = [_kind(*first[kind], number, others[kind]) for kind, number in times.most_common()]
    return sorted(kinds, key=lambda kind: kind.finding.urgency)


def _kind(finding: Finding, one: Sample, times: int, others: Sequence[str]) -> Kind:
    name = _name(finding)
    # What a record may not say is not shown as right.
    repaired = finding.severity is Severity.REPAIR and finding.rule is not Repair.AUTHORITY_REFUSED
    change = next((change for change in one.changes if repaired and name in change.names), None)
    known = examples().get(str(finding.rule))
    fits = known and change is None and known.language == "turtle" and name in known.right
    return Kind(finding, times, one.look.identifier, change, known.right if known and fits else "", others)


def _name(finding: Finding) -> str:
    """The property concerned, without where it is."""
    return _WHICH.sub("", finding.path).rpartition("/")[2]
