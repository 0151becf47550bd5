"""Compares every door of a node with its OAI-PMH, in each scope, while the register may change.

OAI-PMH is read before and after the other doors. What it says of a data set both times held in between: a
door that had got beyond that change must show it so. Data sets that changed meanwhile are read again.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from erpd.agreement.differences import Difference, Report, What
from erpd.agreement.doors import DOORS, REFERENCE
from erpd.agreement.node import WHOLE, Ready
from erpd.agreement.reading import WITHDRAWN, Reading, Version, Versions, is_live
from erpd.agreement.seen import Content, Seen
from erpd.sources.errors import Reason, SourceError

KINDS = ("protected", "open")
ROUNDS = 4
TRIES = 2  # of a door that cannot be read; where it could not be read in another scope, one
PATIENCE = 60.0  # seconds for what is derived to catch up between two rounds

Progress = Callable[[str, int], None]


class Asked(Protocol):
    """A node, or a process that reads it."""

    def ready(self) -> Ready: ...
    def catalogues(self) -> Mapping[str, str]: ...
    def read(self, name: str, scope: str) -> Iterable[Sequence[Seen]]: ...


class Check:
    """One check. ``progress`` is called with what is being read and how many data sets were."""

    def __init__(
        self,
        node: Asked,
        progress: Progress = lambda what, done: None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.node = node
        self.report = Report()
        self._progress = progress
        self._pause = pause
        self._places: dict[str, str] = {}  # key -> protected or open
        self._failed: set[str] = set()  # doors that could not be read in a scope

    def run(self, scopes: Sequence[str] = (), doors: Sequence[str] = ()) -> Report:
        """Compare these doors in these scopes; without names, all. Raises SourceError, and ValueError.

        SourceError: the node does not answer, or not to OAI-PMH. ValueError: it has no such scope.
        """
        ready = self.node.ready()
        self.report.change = ready.change
        catalogues = self.node.catalogues()
        known = [*WHOLE, *catalogues]
        for name in scopes:
            if name not in known:
                raise ValueError(f"There is no scope {name!r} there. Choose from: {', '.join(known)}.")
        names = list(doors or DOORS)
        self.report.doors = [REFERENCE.title, *(DOORS[name].title for name in names)]
        for scope in [name for name in known if name in scopes or not scopes]:
            self._scope(scope, names, catalogues.get(scope, scope))
        self._tell_late(names)
        self.report.differences = [self._placed(one) for one in self.report.differences]
        return self.report

    def _scope(self, scope: str, names: Sequence[str], kind: str) -> None:
        before = self._reference(scope)
        self._segregated(scope, kind, before)
        self.report.sizes[scope] = sum(map(is_live, before.values()))
        left: dict[str, set[str] | None] = dict.fromkeys(self._written(scope, names))  # None: every data set
        found: dict[str, list[Difference]] = {name: [] for name in names}
        for number in range(ROUNDS):
            readings = {
                name: self._door(Reading(DOORS[name], scope, before, only), name)
                for name, only in left.items()
            }
            before, is_last = self._reference(scope), number == ROUNDS - 1
            for name, reading in readings.items():
                given_up = bool(reading.failed) and (name in self._failed or number == TRIES - 1)
                settled, unsettled = reading.settle(before, is_last=is_last or given_up)
                found[name] += settled
                if given_up:
                    self._failed.add(name)
                    del left[name]
                elif unsettled == set() or is_last or (reading.door.rests and not reading.failed):
                    self._leave(reading, unsettled)
                    del left[name]
                else:
                    left[name] = unsettled
            if not left:
                break
            self._wait(left)
        for difference in _blamed(found):
            self.report.add(difference)

    def _written(self, scope: str, names: Sequence[str]) -> list[str]:
        """The doors that there are for a scope; those that have not been written yet are noted."""
        derived = self.node.ready().derived
        lacking = [
            name
            for name in names
            if DOORS[name].derived in derived and scope in derived[DOORS[name].derived].lacks
        ]
        if lacking:
            self.report.not_yet[scope] = [DOORS[name].title for name in lacking]
        return [name for name in names if name not in lacking]

    def _leave(self, reading: Reading, unsettled: set[str] | None) -> None:
        if unsettled:
            title = reading.door.title
            self.report.unsettled[title] = self.report.unsettled.get(title, 0) + len(unsettled)

    def _reference(self, scope: str) -> Versions:
        found: Versions = {}
        for batch in self.node.read("", scope):
            for one in batch:
                if one.fault:
                    self.report.add(Difference(scope, REFERENCE.title, What.UNREADABLE, one.key, one.fault))
                content = Content(one.fault.encode()) if one.fault else one.content
                found[one.key] = Version(one.stamp, content)
            self._progress(f"{REFERENCE.title}, {scope}", len(found))
        return found

    def _segregated(self, scope: str, kind: str, versions: Versions) -> None:
        """Each data set is in one kind of catalogue, for ever (G3.1), and in all data."""
        title, places = REFERENCE.title, self._places
        if scope in KINDS:
            for key in versions:
                if places.setdefault(key, scope) != scope:
                    self.report.add(Difference(scope, title, What.SCOPE, key, f"it is {places[key]}"))
            return
        if not all(each in self.report.sizes for each in KINDS):
            return
        if scope == "all":
            for key in places.keys() - versions.keys():
                self.report.add(Difference(scope, title, What.MISSING, key, f"it is {places[key]}"))
        if any(key not in places for key in versions):  # they may have come meanwhile
            for each in KINDS:
                for key in self._reference(each):
                    places.setdefault(key, each)
        for key in versions:
            if places.get(key) not in (KINDS if scope == "all" else (kind,)):
                said = f"it is {places[key]}" if key in places else "it is neither protected nor open"
                self.report.add(Difference(scope, title, What.SCOPE, key, said))

    def _door(self, reading: Reading, name: str) -> Reading:
        """Read a door to its end."""
        door = reading.door
        self._progress(f"{door.title}, {reading.scope}", 0)
        if door.derived:
            following = self.node.ready().derived.get(door.derived)
            reading.since = following.since if following else ""
        try:
            for batch in self.node.read(name, reading.scope):
                for one in batch:
                    reading.take(one)
                self._progress(f"{door.title}, {reading.scope}", len(reading.met))
        except SourceError as error:
            if error.rule != Reason.EMPTY_LIST:
                reading.failed = error
                return reading
        reading.finish()
        return reading

    def _placed(self, one: Difference) -> Difference:
        """What is not in this scope, and never was, may be in another."""
        if one.what is not What.EXTRA or one.said == WITHDRAWN or one.key not in self._places:
            return one
        return replace(one, what=What.SCOPE, said=f"it is {self._places[one.key]}")

    def _wait(self, names: Iterable[str]) -> None:
        """Until what these doors are made from has got as far as the register is now."""
        followed = {DOORS[name].derived for name in names if DOORS[name].derived and not DOORS[name].rests}
        ready = self.node.ready()
        last, end = ready.change, time.monotonic() + PATIENCE
        self._progress("waiting until the doors have caught up", 0)
        while time.monotonic() < end and any(
            name in ready.derived and ready.derived[name].change < last for name in followed
        ):
            self._pause(0.5)
            ready = self.node.ready()

    def _tell_late(self, names: Sequence[str]) -> None:
        ready = self.node.ready()
        for name in names:
            following = ready.derived.get(DOORS[name].derived)
            if following and following.late:
                said = f"it holds change {following.change:,} of {ready.change:,}"
                self.report.add(Difference("all", DOORS[name].title, What.LATE, "", said))


def _blamed(found: Mapping[str, Sequence[Difference]]) -> Iterator[Difference]:
    """The differences of all doors. Where all say the same of a data set, OAI-PMH is the one that differs."""
    told = [{(one.key, one.what) for one in each if one.key} for each in found.values()]
    graphs = [each for each, name in zip(told, found, strict=True) if DOORS[name].graphs]
    common: set[tuple[str, What]] = set.intersection(*told) if len(told) > 1 else set()
    if len(graphs) > 1:
        common |= {each for each in set.intersection(*graphs) if each[1] is What.CONTENT}
    turned = {What.MISSING: What.EXTRA, What.EXTRA: What.MISSING}
    scope = next((one.scope for each in found.values() for one in each), "")
    for key, what in sorted(common):
        yield Difference(scope, REFERENCE.title, turned.get(what, what), key, "all other doors agree")
    for each in found.values():
        yield from (one for one in each if (one.key, one.what) not in common)
