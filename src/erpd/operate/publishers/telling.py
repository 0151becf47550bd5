"""The mails to publishers after a run: one an address at most, about its own data sets alone.

The addresses come with the metadata, so anybody may have written them: few are told after one run, and each
once a week at most, whatever the sources say.
"""

import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from itertools import islice

from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from erpd.accounts.addresses import public
from erpd.accounts.mails import tell
from erpd.harvest.models import Run, SourceSettings
from erpd.metadata.declared import DeclarationError, table_of
from erpd.metadata.masking import plain, shown, unlinked
from erpd.operate.models import PublisherNotice, PublishersTold, PublisherStop
from erpd.operate.publishers.stopping import known_as, stop_token
from erpd.operate.publishers.wrong import Wrong, kind, wrong_in
from erpd.operate.words import and_more
from erpd.pages.findings import remarks
from erpd.register.one_at_a_time import one_at_a_time
from erpd.register.outage import is_outage

logger = logging.getLogger(__name__)

MOST_TOLD = 200
"""Addresses that are told after one run."""
MOST_A_DAY = 1_000
"""Addresses that are told in a day, whatever the sources."""
MOST_LOOKED_AT = 2_000
"""Data sets of a run that are looked at."""
BETWEEN = timedelta(days=6)
"""Two mails to one address: a source that is read each week is told of each week."""
_DAY = timedelta(days=1)
_LOOKS_BACK = timedelta(days=14)  # so what got worse between two mails is told in the second
_MOST_KEPT = 5_000  # faults that an address was told of
# Quotes hold nearly everything (RFC 5321), and some servers send on by what follows the sign of per cent.
_UNUSUAL = frozenset('"%')
_REMARKS = 3  # of a data set
_LONGEST_LINE = 400  # characters
_LONGEST_LIST = 1_700  # characters; the outbox cuts what is longer than 2,000


@dataclass(slots=True)
class _Mailbox:
    address: str
    """As the first of its data sets writes it."""
    found: list[tuple[Wrong, list[str]]] = field(default_factory=list)
    """Its data sets, each with the digests of its faults."""

    @property
    def faults(self) -> list[str]:
        return [fault for _, faults in self.found for fault in faults]


def ask(run: Run) -> None:
    """Have the worker tell the publishers about a run that is done, in the transaction in which it ends."""
    if _is_to_be_told(run):
        PublishersTold.objects.update_or_create(run=run, defaults={"told": None})


def tell_due() -> int:
    """Tell the publishers about the runs that wait, for the worker; returns how many runs these were.

    The mails about a run are written in one transaction with the note that it waits no longer: a worker that
    is killed has told nobody, and the next one tells all. Raises database errors.
    """
    waiting = PublishersTold.objects.filter(told=None).select_related("run__settings__source")
    found = list(waiting.order_by("run"))
    for one in found:
        try:
            if _is_to_be_told(one.run):  # still: it may have been undone
                _tell(one.run)
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("The publishers could not be told about %s", one.run)
        PublishersTold.objects.filter(run=one.run, told=None).update(told=0)
    return len(found)


def _is_to_be_told(run: Run) -> bool:
    settings = run.settings
    return settings.tell_publishers and not settings.removed and run.state == Run.State.DONE


def _tell(run: Run) -> None:
    found = wrong_in(run, run.started - _LOOKS_BACK)
    by, nobody = _by_mailbox(islice(found, MOST_LOOKED_AT))
    is_cut = next(found, None) is not None
    is_whole = run.complete and not run.since and not is_cut
    with transaction.atomic():
        one_at_a_time("tell publishers")  # two workers might both write to one address
        mine = PublishersTold.objects.filter(run=run, told=None)
        if mine.exists():
            told, left = _write(run.settings, by, is_whole=is_whole)
            mine.update(told=told, left=left, nobody=nobody, is_cut=is_cut)


def _write(settings: SourceSettings, by: Mapping[str, _Mailbox], *, is_whole: bool) -> tuple[int, int]:
    """Write the mails; how many, and for how many more there is no room."""
    told = {one.digest: one.told for one in PublisherNotice.objects.filter(settings=settings)}
    if is_whole:
        told = _lasting(settings, by, told)
    due = _due(by, told)
    now = timezone.now()
    room = max(0, min(MOST_TOLD, MOST_A_DAY - PublisherNotice.objects.filter(at__gt=now - _DAY).count()))
    language = _language(settings)
    for name, new in due[:room]:
        with override(language):
            tell(
                by[name].address,
                "publisher-notice",
                language=language,
                source=settings.source.slug,
                findings=_list(new),
                stop=stop_token(name),
            )
        faults = list(dict.fromkeys([*by[name].faults, *told.get(name, [])]))[:_MOST_KEPT]
        PublisherNotice.objects.update_or_create(
            settings=settings, digest=name, defaults={"at": now, "told": faults}
        )
    return min(len(due), room), max(0, len(due) - room)


def _by_mailbox(found: Iterable[Wrong]) -> tuple[dict[str, _Mailbox], int]:
    """Digest of a mailbox -> its data sets; and how many have none to which one can write."""
    by: dict[str, _Mailbox] = {}
    nobody = 0
    for one in found:
        try:
            if _UNUSUAL & set(one.contact):
                raise ValidationError("unusual")
            address = public(one.contact)
            mailbox = by.setdefault(known_as(address), _Mailbox(address))
        except ValidationError:
            nobody += 1
        else:
            mailbox.found.append((one, _faults(one)))
    return by, nobody


def _lasting(
    settings: SourceSettings, by: Mapping[str, _Mailbox], told: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """What they were told of and is still so: what was put right and goes wrong again is told again."""
    kept = {}
    for name, faults in told.items():
        now = set(by[name].faults) if name in by else set()
        kept[name] = [fault for fault in faults if fault in now]
        if kept[name] != faults:
            PublisherNotice.objects.filter(settings=settings, digest=name).update(told=kept[name])
    return kept


def _due(by: Mapping[str, _Mailbox], told: Mapping[str, Collection[str]]) -> list[tuple[str, list[Wrong]]]:
    """The mailboxes that want it and were not told lately, each with what has a fault it was not told of."""
    known = PublisherNotice.objects.filter(digest__in=list(by), at__gt=timezone.now() - BETWEEN)
    left_alone = set(PublisherStop.objects.filter(digest__in=list(by)).values_list("digest", flat=True))
    left_alone.update(known.values_list("digest", flat=True))
    due = []
    for name, one in by.items():
        before = set(told.get(name, ()))
        new = [wrong for wrong, faults in one.found if not before.issuperset(faults)]
        if new and name not in left_alone:
            due.append((name, new))
    return due


def _faults(one: Wrong) -> list[str]:
    """Digests of the faults, each with its data set: trouble that lasts is told once."""
    which = [(), *(kind(facts) for facts in one.findings)]
    faults = ([one.identifier, one.refused, *each] for each in which)
    return [sha256(json.dumps(fault).encode()).hexdigest()[:16] for fault in faults]


def _language(settings: SourceSettings) -> str:
    """That of the source, if the site speaks it."""
    try:
        said = table_of(settings.rules).get("default_language")
    except DeclarationError:
        said = None
    return said if isinstance(said, str) and said in dict(django_settings.LANGUAGES) else "en"


def _list(found: Sequence[Wrong]) -> str:
    """The data sets with what is wrong; how many there is no room for stands at the end."""
    lines: list[str] = []
    room = _LONGEST_LIST
    for number, one in enumerate(found):
        told = _lines(one)
        room -= sum(map(len, told))
        if room < 0 and number:
            more = len(found) - number
            said = ngettext("And %(number)s more data set.", "And %(number)s more data sets.", more)
            return "\n".join([*lines, said % {"number": more}])
        lines += told
    return "\n".join(lines)


def _lines(one: Wrong) -> list[str]:
    if not one.refused:
        state = gettext("worse than before")
    elif one.here:
        state = gettext("refused; the version before is still shown")
    else:
        state = gettext("refused, so it is not shown")
    name = unlinked(shown(f"{one.title or one.identifier} ({one.identifier})", 200))
    told = remarks(one.findings, 0, _REMARKS)
    more = len(one.findings) - len(told)
    return [
        f"- {name}: {state}",
        *(unlinked(plain(f"* {remark.text}", _LONGEST_LINE)) for remark in told),
        *([f"* {and_more(more)}"] if more else []),
    ]
