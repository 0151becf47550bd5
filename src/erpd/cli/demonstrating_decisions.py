"""The decisions of the demo that are old enough for figures: from the four quarters before this one."""

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from erpd.access.models import Body

_ENDED: tuple[tuple[int, int, str], ...] = (
    (12, 34, "granted"),
    (50, 21, "granted"),
    (95, 58, "partly"),
    (140, 40, "refused"),
    (190, 47, "granted"),
    (240, 71, "refused"),
    (300, 29, "granted"),
)
"""Days from the first of the period, days to the decision, how it was decided."""
_LIMIT = 62  # days, so that one of them was late


def decided_before(body: "Body") -> None:
    """Enter what a body decided about one of its data sets before; who asked has been forgotten since."""
    from django.utils import timezone

    from erpd.access.decisions.periods import last_12_months
    from erpd.access.models import Line

    example = Line.objects.filter(body=body).order_by("pk").first()
    assert example
    since = last_12_months(timezone.localdate()).since
    for after, days, outcome in _ENDED:
        ended = since + timedelta(days=after)
        received = ended - timedelta(days=days)
        Line.objects.create(
            body=body,
            data_sets=example.data_sets[:1],
            titles=example.titles[:1],
            category="research",
            received=received,
            ended=ended,
            due=received + timedelta(days=_LIMIT),
            days=days,
            outcome=outcome,
            grounds=[] if outcome == "granted" else ["conditions-not-met"],
            late=days > _LIMIT,
        )
