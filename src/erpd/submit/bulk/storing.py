"""One data set of a file after the other: tried or stored, and what came of it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext

from erpd.accounts.may import Actor
from erpd.formats.delivery.faults import Refused
from erpd.formats.delivery.publishing import located
from erpd.formats.delivery.writing import Places, Writer
from erpd.formats.reading import Unreadable
from erpd.metadata.findings import Finding, Severity, finding_from, of_any
from erpd.metadata.findings import explain as explain_finding
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record
from erpd.pages.findings import remarks
from erpd.register.catalogues import profile_of
from erpd.register.content import facts_of
from erpd.register.models import Catalogue
from erpd.submit import actions
from erpd.submit.bulk.items import Item, Note
from erpd.submit.delivery_api.bodies import named
from erpd.submit.faults import told
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery
from erpd.submit.places import place_of
from erpd.submit.refusals import EditConflict, NotPublishable, Refusal

MOST_AT_ONCE = 1_000  # data sets of a transaction: 8 ms each
_MOST_NOTES = 30  # of one data set
_TRIES = 3  # while somebody else changes it


class Result(StrEnum):
    """What became of a data set, or would become of it."""

    NEW = "new"
    CHANGED = "changed"
    FLAWED = "flawed"
    """A draft with errors, new or changed: it is stored, and cannot be published yet."""
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(slots=True)
class Outcome:
    """What came of one data set of a file."""

    item: Item
    result: Result
    notes: list[Note] = field(default_factory=list)
    key: UUID | None = None
    """Of its delivery, if it is stored."""
    title: str = ""

    @property
    def severity(self) -> str:
        """The worst of its notes, "" without any."""
        order = [str(severity) for severity in Severity]
        return min((note.severity for note in self.notes), key=order.index, default="")


@dataclass(frozen=True, slots=True)
class Task:
    """What shall be done with each data set, on whose behalf."""

    who: Actor
    catalogue: Catalogue
    publishes: bool

    def each(self, items: Sequence[Item], *, dry: bool) -> Iterator[Outcome]:
        """Do it with each by itself: what one lacks keeps no other back."""
        profile = profile_of(self.catalogue)
        for item in items:
            with actions.dry_run() if dry else nullcontext():
                yield self._one(item, profile)

    def all(self, items: Sequence[Item], saw: Callable[[], None]) -> list[Outcome]:
        """Try each; if none is refused, store all in one transaction.

        On SQLite nobody else can write during it, so there are at most MOST_AT_ONCE.
        """
        found = []
        for outcome in self.each(items, dry=True):
            found.append(outcome)
            saw()
        if any(outcome.result is Result.REFUSED for outcome in found):
            return found
        with transaction.atomic():
            done = list(self.each(items, dry=False))
            if any(outcome.result is Result.REFUSED for outcome in done):  # changed meanwhile
                transaction.set_rollback(True)
        return done

    def _one(self, item: Item, profile: Profile) -> Outcome:
        if item.notes:
            return Outcome(item, Result.REFUSED, self._all_notes(item, profile, item.notes))
        found = _Finder(item, profile)
        try:
            return self._stored(item, found)
        except Refused as refused:
            notes = self._all_notes(item, profile, _faults(item, refused))
        except Unreadable as error:
            notes = [Note("error", explain_finding(error.finding(), gettext, delivered=True))]
        except NotPublishable as refused:
            notes = found.notes(refused.findings)
        except Refusal as refused:
            notes = [Note("error", str(refused))]
        except Http404:
            notes = [Note("error", gettext("You may no longer deliver data sets here."))]
        return Outcome(item, Result.REFUSED, notes[:_MOST_NOTES])

    def _all_notes(self, item: Item, profile: Profile, notes: list[Note]) -> list[Note]:
        """With what would be found once these are put right: all the faults of a row in one round."""
        if not item.entry:
            return list(notes)
        cells, found = {note.cell for note in notes}, list(notes)
        for _ in range(2):  # faults in values, then what the checks find
            item.entry.forget(cells)
            again, finder = False, _Finder(item, profile)
            with actions.dry_run():
                try:
                    more = self._stored(item, finder).notes
                except Refused as refused:
                    again, more = True, _faults(item, refused)
                except NotPublishable as refused:
                    more = finder.notes(refused.findings)
                except (Refusal, Unreadable, Http404):
                    break
            found += [note for note in more if note.cell not in cells]
            cells |= {note.cell for note in more}
            if not again:
                break
        return found

    def _stored(self, item: Item, found: "_Finder") -> Outcome:
        """What somebody else changes meanwhile is read again, so that nothing of theirs is lost."""
        for _ in range(_TRIES - 1):
            with suppress(EditConflict):
                return self._once(item, found)
        return self._once(item, found)

    def _once(self, item: Item, found: "_Finder") -> Outcome:
        place = place_of(self.catalogue, item.identifier)
        known = Delivery.objects.filter(pk=place.key, removed=None).first() if place.known else None
        record = named(item.make(delivered(known) if known else None), place.key)
        found.note(record)
        if known and known.state != Delivery.State.WITHDRAWN:
            edition = known.edition
            one = actions.change(
                who=self.who,
                delivery=known,
                record=record,
                edition=edition,
                publish=self.publishes,
                way=Delivery.Way.FILE,
            )
            result = Result.UNCHANGED if one.edition == edition else Result.CHANGED
        else:
            one = actions.deliver(
                who=self.who,
                catalogue=self.catalogue,
                record=record,
                publish=self.publishes,
                place=place,
                way=Delivery.Way.FILE,
            )
            result = Result.NEW
        findings = [finding_from(facts) for facts in one.findings]
        if result is not Result.UNCHANGED and any(each.severity is Severity.ERROR for each in findings):
            result = Result.FLAWED
        notes = found.notes(findings)
        return Outcome(item, result, notes, one.pk, one.title)


def _faults(item: Item, refused: Refused) -> list[Note]:
    return [Note("error", told(fault), item.cell(fault.at)) for fault in refused.faults]


class _Finder:
    """Finds the cells of findings."""

    def __init__(self, item: Item, profile: Profile) -> None:
        self._item, self._profile = item, profile
        self._record: Record | None = None
        self._places: Places = {}

    def note(self, record: Record) -> None:
        """Remember the record, and where a body says what, before mending changes it."""
        self._record = record
        if self._item.entry:
            writer = Writer(record.graph)
            writer.data_set(record)
            self._places = writer.places

    def notes(self, findings: Sequence[Finding]) -> list[Note]:
        cells = self._cells(findings)
        facts = facts_of(findings[:_MOST_NOTES])
        if self._item.entry:  # the cell says which of several resources it is
            facts = [one | {"path": of_any(one.get("path", ""))} for one in facts]
        told_ = [remarks([one], 0, 1, delivered=True)[0] for one in facts]
        return [
            Note(one.severity, f"{one.text} ({one.path})" if one.path else one.text, cell)
            for one, cell in zip(told_, cells, strict=False)
        ]

    def _cells(self, findings: Sequence[Finding]) -> list[str]:
        if not self._item.entry or not self._record:
            return [""] * len(findings)
        found = located(findings[:_MOST_NOTES], self._record, self._profile, self._places)
        return [self._item.cell((*at, field) if field else at) for _, at, _, field in found]
