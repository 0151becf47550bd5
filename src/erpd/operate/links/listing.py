"""Links that lead nowhere, and as a file the data sets that have them."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet

from erpd.metadata.masking import masked, shown
from erpd.operate.links.words import SIGN_IN, state_of
from erpd.register.models import DataSet, Link, LinkOf
from erpd.register.rows import streamed

_COLUMNS = ("link", "state", "answer", "failed_since", "last_tried", "source", "identifier")
_BATCH = 200  # links
# Data sets of a source. SQLite looks at all links of fewer; of as many or more, only at those that fail.
_MANY = 20_000


def failing(source: int | None = None) -> QuerySet[Link, Link]:
    """Those that fail, by host: all, or of the source with that number. Some ask for a sign-in."""
    found = Link.objects.filter(works=False).order_by("host", "key")
    if source is None:
        return found
    theirs = LinkOf.objects.filter(data_set__source=source)
    if DataSet.objects.filter(source=source)[:_MANY].count() < _MANY:
        return found.filter(pk__in=theirs.values("link"))
    return found.filter(Exists(theirs.filter(link=OuterRef("pk"))))


def nowhere(source: int | None = None) -> QuerySet[Link, Link]:
    """Those of them that lead nowhere."""
    return failing(source).exclude(answer__in=SIGN_IN)


def lines(source: int | None = None) -> Iterator[Iterable[str]]:
    """A row of a table for each data set that has a link that fails, after the names of the columns."""
    yield ("\ufeff" + _COLUMNS[0], *_COLUMNS[1:])  # the mark tells spreadsheets that it is UTF-8
    found = streamed(failing(source))
    while some := {one.pk: one for one in islice(found, _BATCH)}:
        said = LinkOf.objects.filter(link__among=some).order_by("link", "data_set")
        if source is not None:
            said = said.filter(data_set__source=source)
        for one in streamed(said.select_related("data_set__source")):
            link, data_set = some[one.link_id], one.data_set
            times = (at.isoformat(timespec="seconds") if at else "" for at in (link.failed, link.tried))
            identifier = shown(data_set.identifier, len(data_set.identifier))
            first = (masked(link.address), str(state_of(link)), link.answer)
            yield (*first, *times, data_set.source.slug, identifier)
