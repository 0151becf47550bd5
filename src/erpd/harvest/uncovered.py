"""The values of a source that no authority table covers: kept as sums, so that no page has to count."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from erpd.harvest.leaving import last_whole
from erpd.harvest.ledger import entries_of, last_taken
from erpd.harvest.models import Run, SourceSettings, Uncovered
from erpd.harvest.opening import rules_of
from erpd.harvest.rules import RulesError, folded
from erpd.metadata.parts import excerpt
from erpd.metadata.rules import Flaw
from erpd.metadata.vocabularies import vocabulary
from erpd.register.arrival import Bin
from erpd.register.rows import streamed
from erpd.sources.errors import Reason

logger = logging.getLogger(__name__)

MOST = 500  # values of a source that are kept, those of most records first
MOST_EXAMPLES = 20  # records of each
_MOST_COUNTED = 20_000  # values in memory: beyond, the rarest are forgotten
_RULES = (Flaw.VOCABULARY, Flaw.ACCESS_RIGHT, Flaw.AMBIGUOUS)
_LONGEST_NAME = 200

Facts = Mapping[str, str]
"""A finding, as the database has it."""


@dataclass(slots=True)
class Value:
    """A value that no authority table covers, in all its records."""

    rule: str
    value: str
    """As the source has it: upper and lower case and blanks may differ elsewhere."""
    records: int = 0
    examples: list[str] = field(default_factory=list)
    """Identifiers."""


def unmapped(settings: SourceSettings) -> list[tuple[str, str, int]]:
    """The values that no authority table covers, most frequent first, as (property, value, times).

    Each value as the source has it, as rules have to name it, even if mending has read it as another.
    From the findings of the source's present data sets, and of those that its last runs could not take in,
    unless a person has undone them.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for _, findings in _findings(settings):
        counts.update((name, value) for _, name, value in _values(findings))
    return [(name, value, times) for (name, value), times in counts.most_common()]


def counted(settings: SourceSettings, ending: Run | None = None) -> dict[tuple[str, str], Value]:
    """(property, folded value) -> the values that a map could cover, those of most records first.

    ``ending``: the run that is about to end well, if there is one. Of large sources it takes long.
    """
    found: dict[tuple[str, str], Value] = {}
    for identifier, findings in _findings(settings, ending):
        said = {(name, folded(value)): (rule, value) for rule, name, value in _values(findings)}
        for key, (rule, value) in said.items():
            if rule == Flaw.ACCESS_RIGHT and vocabulary("access-right").code_of(value):
                continue  # a value of the table, though not one for protected data: no map overrides it
            one = found.setdefault(key, Value(rule, value))
            one.records += 1
            if len(one.examples) < MOST_EXAMPLES:
                one.examples.append(identifier)
        if len(found) > _MOST_COUNTED:
            found = _most_frequent(found, _MOST_COUNTED // 2)
    return _most_frequent(found, MOST)


@transaction.atomic
def keep(settings: SourceSettings, found: Mapping[tuple[str, str], Value]) -> None:
    """Store what ``counted`` returned, in place of what was there."""
    Uncovered.objects.filter(settings=settings).delete()
    rows = [
        Uncovered(
            settings=settings,
            property=name,
            folded=key,
            rule=one.rule,
            value=one.value,
            records=one.records,
            examples=one.examples,
        )
        for (name, key), one in found.items()
    ]
    Uncovered.objects.bulk_create(rows)
    mark(settings)


def recount(settings: SourceSettings) -> None:
    """Count and keep them, after data sets were put back. That is done by now, so a fault here only waits.

    The next run counts again in any case.
    """
    try:
        keep(settings, counted(settings))
    except Exception:
        logger.exception("The values of %s could not be counted; its next run counts them", settings)


def mark(settings: SourceSettings) -> None:
    """Note which of its values the rules of a source cover now, so that its next run maps them."""
    try:
        rules = rules_of(SourceSettings.objects.select_related("source__catalogue").get(pk=settings.pk))
        tables: Mapping[str, Mapping[str, str]] = rules.values
    except RulesError:
        tables = {}
    rows = Uncovered.objects.filter(settings=settings)
    known = rows.filter(property__in=tables).values_list("pk", "property", "folded")
    covered = [number for number, name, key in known if key in tables[name]]
    rows.filter(covered=True).exclude(pk__in=covered).update(covered=False)
    rows.filter(pk__in=covered).update(covered=True)


def _most_frequent(found: dict[tuple[str, str], Value], most: int) -> dict[tuple[str, str], Value]:
    return dict(sorted(found.items(), key=lambda item: (-item[1].records, item[0]))[:most])


def _findings(settings: SourceSettings, ending: Run | None = None) -> Iterator[tuple[str, list[Facts]]]:
    """What is known of each record of a source: as it came last, though it may not have been taken in."""
    refused = _refused(settings, ending)
    # Most records have none: the database passes them over before anything is read as JSON.
    said = reduce(or_, (Q(said__contains=f'"{rule}"') for rule in _RULES))
    sets = settings.present().alias(said=Cast("findings", TextField())).filter(said)
    for identifier, findings in streamed(sets.values_list("identifier", "findings")):
        if identifier not in refused:
            yield identifier, findings
    runs = {run for run, _ in refused.values()}
    for run in Run.objects.filter(pk__in=runs).order_by("pk"):
        entries = entries_of(run).filter(bin=Bin.REJECTED).values_list("pk", "identifier", "findings")
        for number, identifier, findings in streamed(entries):
            if refused.get(identifier) == (run.pk, number):
                yield identifier, findings


def _refused(settings: SourceSettings, ending: Run | None) -> dict[str, tuple[int, int]]:
    """Identifier -> run and entry of the records that were refused when they came last.

    A run that only asks for what has changed says nothing of those that were refused before.
    """
    whole = ending if ending and ending.complete and not ending.since else last_whole(settings)
    last = last_taken(settings)
    since = settings.runs.filter(pk__gte=whole.pk).order_by("pk") if whole else [last] if last else []
    refused: dict[str, tuple[int, int]] = {}
    for run in since:
        if run.error.get("rule") == Reason.UNDONE:
            continue
        if refused:
            others = entries_of(run).exclude(bin__in=(Bin.REJECTED, Bin.UNREADABLE))
            for (identifier,) in streamed(others.values_list("identifier")):
                refused.pop(identifier, None)
        entries = entries_of(run).filter(bin=Bin.REJECTED).values_list("identifier", "pk")
        refused.update((identifier, (run.pk, number)) for identifier, number in streamed(entries))
    return refused


def _values(findings: Iterable[Facts]) -> Iterator[tuple[str, str, str]]:
    """(rule, property, value) of each value that no table covers."""
    findings = list(findings)
    wanted = [facts for facts in findings if facts["rule"] in _RULES]
    if not wanted:
        return
    came = {(facts.get("path"), facts.get("repaired")): facts.get("value", "") for facts in findings}
    for facts in wanted:
        path, value = facts.get("path", ""), facts.get("value", "")
        name = path.rpartition("/")[2]
        if len(name) <= _LONGEST_NAME:
            yield facts["rule"], name, excerpt(came.get((path, value)) or value)
