"""One door in one scope, as it is read: what differs is kept, and settled once OAI-PMH was read again."""

from collections.abc import Mapping
from typing import NamedTuple

from erpd.agreement.differences import Difference, What
from erpd.agreement.doors import Compared
from erpd.agreement.seen import Content, Seen
from erpd.sources.errors import SourceError

WITHDRAWN = "it has been withdrawn"


class Version(NamedTuple):
    """A data set as OAI-PMH tells it."""

    stamp: str
    """When it last changed."""
    content: Content | None
    """None if it is deleted."""


Versions = dict[str, Version]


class Reading:
    """``expected`` is what OAI-PMH said before; ``only``: the keys that matter, all if None."""

    def __init__(self, door: Compared, scope: str, expected: Versions, only: set[str] | None) -> None:
        self.door, self.scope = door, scope
        self.since = ""
        """When the first change was made that the door does not hold yet; "" if there is none."""
        self.met: dict[str, None] = {}  # in the order of the list
        self.failed: SourceError | None = None
        self._doubted: dict[str, Seen | None] = {}  # key -> what the door shows; None: nothing
        self._repeated: set[str] = set()
        self._misplaced: set[str] = set()
        self._faults: list[tuple[str, str]] = []
        self._expected, self._only = expected, only

    def take(self, one: Seen) -> None:
        """The next data set."""
        again = one.key in self.met
        self.met[one.key] = None
        if self._only is not None and one.key not in self._only:
            return
        if again and not self.door.shifts:
            self._repeated.add(one.key)
        if one.fault:
            self._faults.append((one.key, one.fault))
        elif self._is_as(one, self._expected.get(one.key)):
            self._doubted.pop(one.key, None)  # it came twice: the last counts
        else:
            self._doubted[one.key] = one

    def finish(self) -> None:
        """The list has ended: what did not come is missing."""
        if self.door.sorted:
            self._misplaced = {key for key, due in zip(self.met, sorted(self.met), strict=True) if key != due}
        if self.door.most is not None and len(self.met) >= self.door.most:
            return
        for key in self._expected if self._only is None else self._only:
            if key not in self.met and is_live(self._expected.get(key)):
                self._doubted[key] = None

    def settle(
        self, after: Mapping[str, Version], *, is_last: bool
    ) -> tuple[list[Difference], set[str] | None]:
        """What differs for certain, and the keys of what changed meanwhile, to read again; None: all.

        ``after`` is what OAI-PMH says now.
        """
        if self.failed:
            said = f"{self.failed.message} ({self.failed.url})" if self.failed.url else self.failed.message
            return ([self._difference(What.FAILED, said=said)] if is_last else []), self._only
        settled = [self._difference(What.UNREADABLE, *fault) for fault in self._faults]
        unsettled = set()
        is_quiet = self._expected == after
        for key, shown in self._doubted.items():
            was, now = self._expected.get(key), after.get(key)
            if self._is_as(shown, now):
                continue
            is_newer = was is not None and self.since != "" and was.stamp >= self.since
            has_shifted = self.door.shifts and shown is None and not (is_quiet or is_last)
            if was != now or is_newer or has_shifted:
                unsettled.add(key)
            elif shown is None:
                settled.append(self._difference(What.MISSING, key))
            elif is_live(was):
                settled.append(self._difference(What.CONTENT, key))
            else:
                settled.append(self._difference(What.EXTRA, key, WITHDRAWN if was else ""))
        for key in self._repeated:
            if self._expected.get(key) == after.get(key):
                settled.append(self._difference(What.TWICE, key))
        if is_quiet and not self.since:  # otherwise it may have come in while the list was read
            settled += (self._difference(What.MISPLACED, key) for key in self._misplaced)
        elif not is_last:
            unsettled |= self._misplaced
        return settled, unsettled

    def _difference(self, what: What, key: str = "", said: str = "") -> Difference:
        return Difference(self.scope, self.door.title, what, key, said)

    def _is_as(self, shown: Seen | None, version: Version | None) -> bool:
        if shown is None or version is None or version.content is None:
            return shown is None and not is_live(version)
        if not self.door.graphs:
            return True
        if shown.content is None:
            return False
        if self.door.merges:
            return version.content.is_within(shown.content)
        return version.content.whole == shown.content.whole


def is_live(version: Version | None) -> bool:
    """Whether a data set is there, and not a tombstone."""
    return version is not None and version.content is not None
