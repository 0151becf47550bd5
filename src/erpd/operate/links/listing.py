"""Links that lead nowhere, and as a file the data sets that have them."""

from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef, QuerySet

from erpd.metadata.masking import masked, shown
from erpd.operate.links.words import SIGN_IN, state_of
from erpd.register.models import Link, LinkOf
from erpd.register.rows import streamed

_COLUMNS = ("link", "state", "answer", "failed_since", "last_tried", "source", "identifier")


def failing(source: str = "") -> QuerySet[Link, Link]:
    """Those that fail, by host: of the source with that name, if one is named. Some ask for a sign-in."""
    found = Link.objects.filter(works=False).order_by("host", "key")
    if not source:
        return found
    return found.filter(Exists(LinkOf.objects.filter(link=OuterRef("pk"), data_set__source__slug=source)))


def nowhere(source: str = "") -> QuerySet[Link, Link]:
    """Those of them that lead nowhere."""
    return failing(source).exclude(answer__in=SIGN_IN)


def lines(source: str = "") -> Iterator[Iterable[str]]:
    """A row of a table for each data set that has a link that fails, after the names of the columns."""
    yield ("\ufeff" + _COLUMNS[0], *_COLUMNS[1:])  # the mark tells spreadsheets that it is UTF-8
    found = LinkOf.objects.filter(link__works=False).order_by("link", "data_set")
    if source:
        found = found.filter(data_set__source__slug=source)
    for one in streamed(found.select_related("link", "data_set__source")):
        link, data_set = one.link, one.data_set
        times = (at.isoformat(timespec="seconds") if at else "" for at in (link.failed, link.tried))
        identifier = shown(data_set.identifier, len(data_set.identifier))
        first = (masked(link.address), str(state_of(link)), link.answer)
        yield (*first, *times, data_set.source.slug, identifier)
