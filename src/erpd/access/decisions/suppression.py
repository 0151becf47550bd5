"""Of which decisions the register says who asked. Pure.

Decisions about the same data sets in one year are alike. Where few of them are for one kind of requester, the
kind could lead to a person, so it is left out, together with another that would give it away.
"""

from collections.abc import Mapping

from erpd.formats.decision_figures import FEWEST

LEAST = FEWEST
"""A figure, or a kind of requester, needs as many decisions."""


def sayable(counts: Mapping[str, int]) -> frozenset[str]:
    """The kinds of requesters that may be said. ``counts``: of the decisions that are alike, those for each.

    Each kind of which there are fewer than ``LEAST`` is left out, and with them the least frequent of the
    others. So of those that are left out, some have fewer and some more, and nothing says which; without that
    one, the last kind that is left out would be the rest of the sum. Names do not matter: kinds with the same
    count are treated alike, because an order would say more than the counts.
    """
    enough = {kind: count for kind, count in counts.items() if count >= LEAST}
    if any(0 < count < LEAST for count in counts.values()) and enough:
        fewest = min(enough.values())
        enough = {kind: count for kind, count in enough.items() if count > fewest}
    return frozenset(enough)
