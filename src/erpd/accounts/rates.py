"""How often a key may be used, and how often an address may try unknown ones: buckets of tokens in memory.

Each serving process has its own. A valid key is never held up by what others try from its address, because
behind a proxy everybody has the same one.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a rate after a request."""

    limit: int
    remaining: int
    reset: int
    """Seconds until everything is allowed again."""
    wait: int
    """Seconds to wait, if this request was one too many; otherwise 0."""

    def headers(self) -> dict[str, str]:
        """As clients know them (draft-ietf-httpapi-ratelimit-headers), with Retry-After."""
        said = {"Limit": self.limit, "Remaining": self.remaining, "Reset": self.reset}
        told = {f"RateLimit-{name}": str(value) for name, value in said.items()}
        return told | ({"Retry-After": str(self.wait)} if self.wait else {})


class Buckets:
    """A bucket for each name: ``size`` requests at once, then ``pace`` a second. Idle ones are forgotten."""

    def __init__(
        self, size: int, pace: float, most: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.size, self.pace, self.most, self.clock = size, pace, most, clock
        self._filled: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()  # tokens, and when
        self._lock = Lock()

    def take(self, name: Hashable) -> Rest:
        """Take a token from the bucket of ``name``, if there is one."""
        now = self.clock()
        with self._lock:
            tokens = self._there(name, now)
            enough = tokens >= 1
            tokens -= enough
            self._keep(name, tokens, now)
        wait = 0 if enough else max(1, math.ceil((1 - tokens) / self.pace))
        return Rest(self.size, int(tokens), math.ceil((self.size - tokens) / self.pace), wait)

    def charge(self, name: Hashable, cost: float) -> None:
        """Take what a request has cost beyond its token. A bucket may owe; it fills up from there."""
        now = self.clock()
        with self._lock:
            self._keep(name, self._there(name, now) - cost, now)

    def look(self, name: Hashable) -> Rest:
        """What is left, without taking any."""
        now = self.clock()
        with self._lock:
            tokens = self._there(name, now)
        return Rest(self.size, int(tokens), math.ceil((self.size - tokens) / self.pace), 0)

    def _there(self, name: Hashable, now: float) -> float:
        tokens, at = self._filled.get(name, (float(self.size), now))
        return min(float(self.size), tokens + (now - at) * self.pace)

    def _keep(self, name: Hashable, tokens: float, now: float) -> None:
        self._filled[name] = tokens, now
        self._filled.move_to_end(name)
        if len(self._filled) > self.most:
            self._filled.popitem(last=False)


OF_KEYS = Buckets(2_000, 20)
"""Requests of a key: a catalogue of some thousands is loaded in minutes."""
OF_STRANGERS = Buckets(20, 0.1)
"""Tries of unknown keys from one address."""
OF_TRIES = Buckets(20, 0.1)
"""Tries of wrong texts of one key from one address."""
OF_VISITORS = Buckets(100, 2)
"""Lists that an address asks for without a key. Each costs as much as a hundred pages."""
