"""What else waits for a decision: floors above add theirs in their AppConfig.ready."""

from collections.abc import Callable

# Each lists, the most urgent first: what it is, how many there are, and where they are listed.
WAITING: list[Callable[[], list[tuple[str, int, str]]]] = []
