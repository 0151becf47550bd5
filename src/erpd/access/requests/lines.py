"""Lines of the public register of decisions: begun with receipt, completed when the part ends."""

from collections.abc import Iterable

from erpd.access.decisions.figures import LAPSED, WITHDRAWN
from erpd.access.models import Line, Part
from erpd.access.requests.due import is_legal, place_of, today_of

_LONGEST_CATEGORY = 40


def begin_line(part: Part) -> Line:
    """Enter a part that has just been received. Of its answers, only the category of the requester."""
    assert part.received is not None
    wanted = part.wanted.order_by("pk")
    category = part.answers.get("category", "")
    return Line.objects.create(
        body=part.body,
        part=part,
        data_sets=[one.iri for one in wanted],
        titles=[one.title for one in wanted],
        category=category[:_LONGEST_CATEGORY] if isinstance(category, str) else "",
        received=place_of(part.body).day_of(part.received),
        due=part.due if is_legal(part) else None,
    )


def end_line(part: Part, outcome: str, *, grounds: Iterable[str] = (), summary: str = "") -> None:
    """Complete the line of a part that was decided (``Decision.Outcome``), withdrawn, or has lapsed.

    Call it while ``part.due`` is still that of the day. Late is only what had a limit by law.
    """
    line = Line.objects.filter(part=part).first()
    if line is None:
        return
    line.ended = today_of(part)
    line.due = part.due if is_legal(part) else None
    line.outcome, line.grounds, line.summary = outcome, list(grounds), summary
    if outcome not in (WITHDRAWN, LAPSED):
        line.days = max(0, (line.ended - line.received).days)
        line.late = bool(line.due and line.ended > line.due)
    line.save()
