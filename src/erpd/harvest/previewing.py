"""The first records of a source that nobody has approved yet: bounded in everything, nothing is stored."""

from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace

from django.conf import settings as django_settings

from erpd.formats.reading import Reading
from erpd.harvest.children.looking import Look, Looking, shortened
from erpd.harvest.discovering import Allowance, Found, found, sets
from erpd.harvest.models import SourceSettings
from erpd.harvest.opening import preparation_for
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Intake, Unread
from erpd.register.arrival import Bin
from erpd.register.identity import can_name
from erpd.register.models import DataSet
from erpd.sources.children.child import Child
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client

RECORDS = 20  # shown
MOST_LOOKED_AT = 400  # where a filter leaves many out
MOST_PAGES = 10
SECONDS = 300.0  # for all of it
MOST_CHOICES = 50  # publishers, themes, keywords


@dataclass(frozen=True, slots=True)
class Preview:
    """What the first records are, and what would become of them."""

    protocol: str
    url: str
    """Where they were found: perhaps below the address that was given."""
    total: int | None
    """How many records the source announces."""
    looks: list[Look]
    """Up to RECORDS that pass the filter, and as many that do not."""
    bins: Counter[Bin]
    """What would become of all that were looked at."""
    sets: list[str] = field(default_factory=list)
    """Of OAI-PMH."""
    publishers: list[str] = field(default_factory=list)
    """What may be asked for in a filter, the most frequent first."""
    themes: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)


def preview(settings: SourceSettings, client: Client, *languages: str) -> Preview:
    """Look at a source. ``settings`` and its source need not be saved; without a protocol, one is looked for.

    Raises SourceError if nothing can be read; CannotStart.
    """
    allowance = Allowance(SECONDS)
    with ExitStack() as stack:
        at = found(settings, client, allowance, stack)
        looks, total = _look(settings, at, languages, allowance)
    _mark_taken(settings, looks)
    publishers, themes, keywords = (
        [name for name, _ in Counter(filter(None, names)).most_common(MOST_CHOICES)]
        for names in (
            (look.publisher for look in looks),
            (theme for look in looks for theme in look.themes),
            (word for look in looks for word in look.keywords),
        )
    )
    return Preview(
        at.protocol,
        at.url,
        total,
        _shown(looks),
        Counter(look.bin for look in looks),
        sets(at.source, at.url, allowance),
        publishers,
        themes,
        keywords,
    )


def _look(
    settings: SourceSettings, at: Found, languages: tuple[str, ...], allowance: Allowance
) -> tuple[list[Look], int | None]:
    """What was seen, until there is enough. What came before the source failed counts."""
    preparation = preparation_for(settings)
    looking = Looking(preparation, django_settings.HOME / "vocabularies", languages)
    looks: list[Look] = []
    total: int | None = None
    wanted = 0
    with Child(looking, at.url, allowance.bounds()) as child, suppress(_Enough):
        for _ in range(MOST_PAGES):
            try:
                page = next(at.pages, None)
            except SourceError:
                if not looks:
                    raise
                break
            if page is None:
                break
            total = page.total if page.total is not None else total
            for reading in page.readings:
                look = looked_at(child, reading)
                looks.append(look)
                wanted += look.bin not in (Bin.FILTERED, Bin.DELETED)
                if wanted >= RECORDS or len(looks) >= MOST_LOOKED_AT or allowance.over:
                    raise _Enough
    return looks, total


class _Enough(Exception):
    pass


def looked_at(child: Child, reading: Reading) -> Look:
    """What the child sees of a reading, even if that ends it."""
    try:
        look: Look = child.one("look", reading)
        return look
    except SourceError:  # it has ended the child, or takes too long
        name = shortened(reading.identifier)
        unsafe = Finding(Unread.UNSAFE_RECORD, Severity.ERROR, "", name)
        return Look(name, Bin.UNREADABLE, findings=[unsafe])


def _mark_taken(settings: SourceSettings, looks: list[Look]) -> None:
    """Say of which records another source has the data set already (G3.4.3)."""
    iris = [look.iri for look in looks if look.iri and can_name(look.iri)]
    held = DataSet.objects.filter(iri__in=iris, deleted=False).exclude(source__slug=settings.source.slug)
    taken = set(held.values_list("iri", flat=True))
    for place, look in enumerate(looks):
        if look.bin is Bin.NEW and look.iri in taken:
            finding = Finding(Intake.IRI_TAKEN, Severity.ERROR, "@id", look.iri, "G3.4.3")
            looks[place] = replace(look, bin=Bin.DUPLICATE, findings=[*look.findings, finding])


def _shown(looks: list[Look]) -> list[Look]:
    wanted = [look for look in looks if look.bin not in (Bin.FILTERED, Bin.DELETED)]
    others = [look for look in looks if look.bin is Bin.FILTERED]
    return [*wanted[:RECORDS], *others[:RECORDS]]
