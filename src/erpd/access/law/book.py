"""All regimes and overrides that a node knows: which hold on a day, and when a decision is due by them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from erpd.access.law.clock import Pause, last_day
from erpd.access.law.override import UNSAID, Override
from erpd.access.law.places import Place
from erpd.access.law.regime import DEFAULT_RETENTION, Extension, Kind, Limit, Regime, Retention

_DAY = timedelta(days=1)
_SECOND = date.min + _DAY  # before which there is a day


@dataclass(frozen=True, slots=True)
class Due:
    """The last day for a decision, and why."""

    day: date | None
    """None while the clock stands still."""
    length: Limit
    """The limit that ends first."""
    extension: Extension | None
    """The extension that is counted."""
    source: str
    """Where that limit is written."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A regime, with the overrides that hold for one body on the day of receipt."""

    regime: Regime
    overrides: tuple[Override, ...]

    def due(
        self,
        received: date,
        place: Place,
        *,
        kind: Kind = "protected",
        extended: bool = False,
        pauses: Sequence[Pause] = (),
    ) -> Due | None:
        """Return when a decision on what was received on a day is due; None if the regime has no limit.

        Of the limits of the act and of the overrides, the one that ends first counts, so an override never
        makes one longer. Pauses count only for the reasons for which the regime stops the clock. Raises
        PlaceUnknown.
        """
        stops = [pause for pause in pauses if pause.why in self.regime.clock.stops]
        extensions = self.extensions() if extended else [None]
        every = [
            Due(last_day(received, limit, place, extension=more, pauses=stops), limit, more, source)
            for limit, source in self.limits(kind)
            for more in extensions
        ]
        return min(every, key=lambda due: due.day or date.max, default=None)

    def lengths(
        self, received: date, place: Place, *, kind: Kind = "protected"
    ) -> tuple[Limit, str, Extension | None] | None:
        """Return the limit that ends first, where it is written, and its extension; None if there is none.

        Days are counted only where there are several. Raises PlaceUnknown.
        """
        limits, extensions = self.limits(kind), self.extensions()
        if len(limits) == 1 and len(extensions) <= 1:
            return *limits[0], next(iter(extensions), None)
        due = self.due(received, place, kind=kind, extended=bool(extensions))
        return (due.length, due.source, due.extension) if due else None

    def limits(self, kind: Kind = "protected") -> list[tuple[Limit, str]]:
        """The limit of the act and those of the overrides, each with where it is written."""
        whole = self.regime.limits
        # What shortens the limit of ordinary requests leaves a longer one alone that the act gives to others.
        names = {kind} if getattr(whole, kind).amount else {kind, "ordinary"}
        shorter = [
            (getattr(each.limits, name), each.source) for each in self.overrides for name in sorted(names)
        ]
        given = whole.of(kind)
        mine = [(given, given.section)] if given else []
        return mine + [(limit, source) for limit, source in shorter if limit.amount]

    def extensions(self) -> list[Extension]:
        """The extension of the act and those of the overrides; the shortest counts. Empty if none."""
        given = [self.regime.extension]
        given += [each.extension for each in self.overrides if each.extension is not UNSAID]
        return given if all(each.amount for each in given) else []

    def retention(self) -> Retention:
        """How long files are kept: as the overrides say, else as the act does. 0 where nothing is said."""
        said = [each.retention for each in self.overrides]
        return Retention(
            max((each.drafts for each in said), default=0) or self.regime.retention.drafts,
            max((each.closed for each in said), default=0) or self.regime.retention.closed,
        )


@dataclass(frozen=True, slots=True)
class Law:
    """The regimes by their ids, and the overrides. ``read_law`` makes one."""

    regimes: Mapping[str, Regime]
    overrides: tuple[Override, ...] = ()

    def until(self, regime: Regime) -> date | None:
        """The last day on which a regime applies: its own, or the one before another replaces it."""
        days = [max(each.since, _SECOND) - _DAY for each in self.successors(regime) if each.since]
        return min([*days, *([regime.until] if regime.until else [])], default=None)

    def successors(self, regime: Regime) -> list[Regime]:
        """The regimes that replace this one, pending ones too."""
        return [each for each in self.regimes.values() if regime.id in each.replaces]

    def holds(self, regime: Regime, day: date) -> bool:
        """Whether a regime applies on a day. A pending one never does."""
        until = self.until(regime)
        return regime.since is not None and regime.since <= day and (until is None or day <= until)

    def on(self, day: date) -> list[Regime]:
        """The regimes that apply on a day, in the order of their ids."""
        return [regime for _, regime in sorted(self.regimes.items()) if self.holds(regime, day)]

    def applying(self, acts: Iterable[str], day: date, *, country: str = "", body: str = "") -> list[Applied]:
        """Return the regimes that the acts of a data set bring on a day, for a body of a country.

        ``acts`` are as ``acts_of`` returns them. ``body`` is the IRI of the competent body. Empty if none
        applies: then the law gives no limit.
        """
        named = set(acts)
        return [self.applied(each, day, country, body) for each in self.on(day) if named & {*each.acts}]

    def applied(self, regime: Regime, day: date, country: str = "", body: str = "") -> Applied:
        """A regime with its overrides, whether it applies or is pending: "what would be due under it"."""
        held = (each for each in self.overrides if each.overrides == regime.id)
        return Applied(regime, tuple(each for each in held if each.holds(day, country, body)))


def kept_by(applied: Iterable[Applied]) -> Retention:
    """Return how long files are kept under several regimes: the longest counts; else our own choice."""
    said = [each.retention() for each in applied]
    return Retention(
        max((each.drafts for each in said), default=0) or DEFAULT_RETENTION.drafts,
        max((each.closed for each in said), default=0) or DEFAULT_RETENTION.closed,
    )


def due_by(
    applied: Iterable[Applied],
    received: date,
    place: Place,
    *,
    kind: Kind = "protected",
    extended: bool = False,
    pauses: Sequence[Pause] = (),
) -> Due | None:
    """Return the day that comes first by several regimes at once; None if none of them has a limit."""
    every = [each.due(received, place, kind=kind, extended=extended, pauses=pauses) for each in applied]
    return min((due for due in every if due), key=lambda due: due.day or date.max, default=None)
