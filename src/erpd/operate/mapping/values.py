"""The values that no map covers, from the sums that each run leaves: no page reads the records."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum

from erpd.harvest.models import Uncovered
from erpd.metadata.rules import Flaw

_DIGITS = 32  # of a digest


@dataclass(slots=True)
class Value:
    """A value of one property, in all sources that say it."""

    property: str
    """As rules name it: ``dct:format``."""
    folded: str
    """As rules compare it."""
    text: str
    """As one of the sources has it."""
    records: int
    """That say it, in all sources."""
    sources: int
    is_ambiguous: bool
    """Whether one of its sources gives several names for it, which contradict each other."""
    named: list[tuple[str, int]] = field(default_factory=list)
    """In a list: the names of its sources, those with the most records first, with how many."""
    said_by: list[Uncovered] = field(default_factory=list)
    """Of one value: the same, whole."""

    def in_address(self) -> str:
        """What addresses say for it: a value may be long, or have a secret, and addresses come into logs."""
        return digest_of(self.folded)


def digest_of(key: str) -> str:
    """What addresses say for the folded form of a value."""
    return sha256(key.encode()).hexdigest()[:_DIGITS]


def meant(name: str, digest: str) -> str | None:
    """The folded form of the value of a property that an address says; None if no source says it."""
    rows = Uncovered.objects.filter(property=name, settings__removed=None)
    known = rows.values_list("folded", flat=True).distinct().iterator()
    return next((key for key in known if digest_of(key) == digest), None)


def uncovered() -> QuerySet[Uncovered]:
    """Those of all sources that are still harvested, and that no rule of their source covers."""
    return Uncovered.objects.filter(covered=False, settings__removed=None)


def number() -> int:
    """How many values of some property there are."""
    return uncovered().values("property", "folded").distinct().count()


def listed(most: int, after: tuple[int, str, str] | None = None) -> list[Value]:
    """The values of most records first. ``after``: records, property and folded form of the one before."""
    grouped: Any = uncovered().values("property", "folded")
    grouped = grouped.annotate(
        amount=Sum("records"), sources=Count("settings"), text=Min("value"), flaw=Min("rule")
    )
    if after:
        amount, name, key = after
        fewer, same = Q(amount__lt=amount), Q(amount=amount)
        later = Q(property__gt=name) | Q(property=name, folded__gt=key)
        grouped = grouped.filter(fewer | (same & later))
    rows = [
        Value(
            one["property"],
            one["folded"],
            one["text"],
            one["amount"],
            one["sources"],
            one["flaw"] == Flaw.AMBIGUOUS,
        )
        for one in grouped.order_by("-amount", "property", "folded")[:most]
    ]
    _say_who(rows)
    return rows


def value_of(name: str, digest: str) -> Value | None:
    """One value, with all its sources, also those whose rules cover it since; None if no source says it."""
    key = meant(name, digest)
    if key is None:
        return None
    rows = Uncovered.objects.filter(property=name, folded=key, settings__removed=None)
    found = list(rows.select_related("settings__source__catalogue").order_by("-records", "settings"))
    if not found:  # a run has just ended
        return None
    is_ambiguous = any(one.rule == Flaw.AMBIGUOUS for one in found)
    records = sum(one.records for one in found)
    return Value(name, key, found[0].value, records, len(found), is_ambiguous, said_by=found)


def _say_who(values: Iterable[Value]) -> None:
    known = {(one.property, one.folded): one for one in values}
    if not known:
        return
    rows = uncovered().filter(folded__in={key for _, key in known}).order_by("-records", "settings")
    for name, key, slug, amount in rows.values_list(
        "property", "folded", "settings__source__slug", "records"
    ):
        if one := known.get((name, key)):
            one.named.append((slug, amount))
