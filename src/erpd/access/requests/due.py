"""When the decision on a part is due, and why: by the law with which it began, or by the body's own aim.

The law is kept with the part, as it was on the day of receipt: files change, and go. A date that follows from
the aim of the body is never called a limit of the law (``is_legal``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

import msgspec
from django.conf import settings
from django.utils import timezone

from erpd.access import law
from erpd.access.can_i_get_it.by_body import iri_of
from erpd.access.law import Applied, Due, Limit, Override, Place, PlaceUnknown, Regime, acts_of
from erpd.access.law.regime import Cause, Kind
from erpd.access.models import Body, Part, Pause
from erpd.register.content import VersionBroken, record_of
from erpd.register.models import Catalogue, DataSet

_SEAT = "BE"  # where nobody says where a body is: that of the Union's institutions


def place_of(body: Body) -> Place:
    """Where a body counts its days: its country, otherwise that of the node."""
    for country in (body.country, settings.NODE.country):
        place = Place(country)
        try:
            place.check()
        except PlaceUnknown:
            continue
        return place
    return Place(_SEAT)


def today_at(body: Body) -> date:
    """Which day it is where a body is."""
    return place_of(body).day_of(timezone.now())


def today_of(part: Part) -> date:
    """Which day it is where the body of a part is."""
    return today_at(part.body)


def is_legal(part: Part) -> bool:
    """Whether the law sets the time limit of a part, and not only the aim of its body."""
    return "regime" in part.why_due


def begin(part: Part) -> None:
    """Start the clock of a part that was received now: find its law, and count. The caller saves it."""
    assert part.received is not None
    day = place_of(part.body).day_of(part.received)
    data_sets = [one.data_set for one in part.wanted.select_related("data_set__catalogue")]
    applied = applying(settings.LAW(), part.body, data_sets, day)
    part.law = [frozen(each) for each in applied]
    part.regimes = [[each.regime.id, each.regime.version] for each in applied]
    part.kind = kind_of(data_sets)
    recount(part)


def applying(book: law.Law, body: Body, data_sets: Iterable[DataSet], day: date) -> list[Applied]:
    """The regimes that data sets bring on a day, each once."""
    acts = {act for one in data_sets for act in _acts(one)}
    return book.applying(acts, day, country=body.country or settings.NODE.country, body=iri_of(body))


def acts_of_part(part: Part) -> set[str]:
    """The acts that the data sets of a part name today."""
    return {act for one in part.wanted.select_related("data_set") for act in _acts(one.data_set)}


def kind_of(data_sets: Iterable[DataSet]) -> Kind:
    """The kind of a request, until its handler says that it is another."""
    kinds = {one.catalogue.kind for one in data_sets}
    return "protected" if Catalogue.Kind.PROTECTED in kinds else "ordinary"


def pause(part: Part, why: Cause) -> None:
    """The part waits for the requester from today on. Verbs call it, with the part locked."""
    part.pauses.get_or_create(why=why, until=None, defaults={"since": today_of(part)})
    recount(part)


def resume(part: Part, on: date | None = None) -> None:
    """The part no longer waits for the requester, from today or another day on.

    Verbs call it, with the part locked.
    """
    part.pauses.filter(until=None).update(until=on or today_of(part))
    recount(part)


def recount(part: Part) -> None:
    """Count again when the decision is due, after whatever changes it; saves that."""
    found = counted(part, [thawed(each) for each in part.law])
    part.due, part.why_due = found.due, found.why
    part.save(update_fields=["due", "why_due", "law", "regimes", "kind"])


@dataclass(frozen=True, slots=True)
class Counted:
    """A date, and what it follows from."""

    due: date | None
    why: dict[str, Any]
    """Empty if there is neither a limit nor an aim."""


def counted(part: Part, applied: Sequence[Applied], *, extended: bool | None = None) -> Counted:
    """Count when a part would be due by these regimes. ``extended``: as if it was, or was not."""
    if part.received is None:
        return Counted(None, {})
    place = place_of(part.body)
    pauses = [law.Pause(_cause(each), each.since, each.until) for each in part.pauses.order_by("pk")]
    received = place.day_of(part.received)
    is_extended = bool(part.extended) if extended is None else extended
    every = [
        (each, due)
        for each in applied
        if (due := _due(part, each, received, place, pauses, extended=is_extended))
    ]
    if every:
        each, due = min(every, key=lambda one: one[1].day or date.max)
        return Counted(due.day, _why(each, due, received, pauses))
    if part.body.aim:
        aim = law.last_day(received, Limit(part.body.aim, "days"), place, pauses=pauses)
        return Counted(aim, {"aim": part.body.aim, "received": received.isoformat()})
    return Counted(None, {})


def _due(
    part: Part,
    each: Applied,
    received: date,
    place: Place,
    pauses: Sequence[law.Pause],
    *,
    extended: bool,
) -> Due | None:
    start = received
    if each.regime.clock.starts == "completion":
        newest = part.submissions.order_by("-pk").first()
        start = place.day_of(newest.at) if newest else received
        waits = [pause for pause in pauses if pause.why == "returned" and pause.until is None]
        pauses = [*waits, *(pause for pause in pauses if pause.why != "returned")]
        if waits and (due := each.due(start, place, kind=_kind(part))):
            return Due(None, due.length, None, due.source)  # it begins anew once the request is complete
    return each.due(
        start,
        place,
        kind=_kind(part),
        extended=extended and bool(each.extensions()),
        pauses=pauses,
    )


def _why(each: Applied, due: Due, received: date, pauses: Sequence[law.Pause]) -> dict[str, Any]:
    """What the date follows from, so that pages can say it, whatever becomes of the files of the law."""
    regime = each.regime
    stops = [pause for pause in pauses if pause.why in regime.clock.stops]
    why: dict[str, Any] = {
        "regime": regime.id,
        "version": regime.version,
        "name": dict(regime.name),
        "act": regime.act,
        "section": due.source,
        "amount": due.length.amount,
        "unit": due.length.unit,
        "received": received.isoformat(),
    }
    if due.extension:
        extension = due.extension
        why["extension"] = {
            "amount": extension.amount,
            "unit": extension.unit,
            "section": extension.section,
        }
    if stops:
        why["stopped"] = [
            {"why": one.why, "since": one.since.isoformat(), "until": one.until and one.until.isoformat()}
            for one in stops
        ]
    return why


def law_of(part: Part) -> list[Applied]:
    """The law with which a part began."""
    return [thawed(each) for each in part.law]


def frozen(applied: Applied) -> dict[str, Any]:
    """A regime and its overrides as JSON, whole."""
    said = {"regime": _said(applied.regime), "overrides": [_said(each) for each in applied.overrides]}
    kept: dict[str, Any] = msgspec.to_builtins(said)
    return kept


def thawed(kept: dict[str, Any]) -> Applied:
    """What ``frozen`` made JSON of."""
    overrides = tuple(msgspec.convert(each, Override) for each in kept["overrides"])
    return Applied(msgspec.convert(kept["regime"], Regime), overrides)


def _said(made: Any) -> Any:
    """What a file of the law says, without what it leaves out: whatever is the default itself."""
    if not is_dataclass(made):
        return {name: _said(each) for name, each in made.items()} if isinstance(made, Mapping) else made
    pairs = ((field, getattr(made, field.name)) for field in fields(made))
    return {
        field.name: _said(value)
        for field, value in pairs
        if value is not field.default and not (field.default_factory is dict and not value)
    }


def _acts(one: DataSet) -> set[str]:
    try:
        return acts_of(record_of(one))
    except VersionBroken:  # or withdrawn
        return set()


def _cause(each: Pause) -> Cause:
    return "estimate" if each.why == "estimate" else "returned"


def _kind(part: Part) -> Kind:
    kind: Kind = msgspec.convert(part.kind, Kind)
    return kind
