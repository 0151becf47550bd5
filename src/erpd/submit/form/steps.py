"""What all pages of the form share: the list of its steps, their addresses, why something was not stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erpd.metadata.findings import Finding, of_any
from erpd.pages.findings import Remark
from erpd.submit.form.fields import DISTRIBUTIONS, REVIEW, steps_for
from erpd.submit.form.notes import Note, by_step, notes_of
from erpd.submit.form.opened import Opened
from erpd.submit.form.privacy import Personal, personal
from erpd.submit.models import Delivery
from erpd.submit.refusals import Refusal

CHECK = "check"
"""In an address: say at the fields what is missing, too."""
_REVIEW = _("Check and publish")


class Shown(NamedTuple):
    """A step in the list of steps."""

    name: str
    title: Promise
    href: str
    errors: int
    is_here: bool


class Pointed(NamedTuple):
    """Something that may be about a person, and the address of its field."""

    what: object
    text: str
    href: str


@dataclass(slots=True)
class Failed:
    """Why nothing was stored, as ``accounts/problem.html`` shows it."""

    refusal: Refusal | None = None
    remarks: list[Remark] = field(default_factory=list)
    first_wrong: str = ""
    more: str = "submit/refused.html"

    @property
    def own_title(self) -> str:
        """The title of the data set of this owner that has the identifier already; "" if that is not why."""
        own = getattr(self.refusal, "own", None)
        found = Delivery.objects.filter(pk=own).first() if own else None
        return found.title if found else ""


def steps(opened: Opened, found: list[Note], here: str = "") -> list[Shown]:
    """The steps of a data set, with how much in each keeps it from being published."""
    errors, one = by_step(found), opened.one
    address = (opened.at.owner.slug, opened.at.catalogue.slug, one.pk) if one else None
    titles = {step.name: step.title for step in steps_for(opened.profile)} | {REVIEW: _REVIEW}
    here = here or opened.step.name
    return [
        Shown(name, title, href(address, name) if address else "", errors.get(name, 0), name == here)
        for name, title in titles.items()
    ]


def href(address: tuple[str, str, UUID], step: str, number: int | None = None, field: str = "") -> str:
    """The address of a step, or of a field in it, where everything that is missing is told."""
    if step == REVIEW:
        return reverse("catalogue:review", args=address)
    if step == DISTRIBUTIONS and number is not None:
        page = reverse("catalogue:edit-distribution", args=[*address, number + 1])
    else:
        page = reverse("catalogue:edit-step", args=[*address, step])
    return f"{page}?{CHECK}=1#{field}" if field else page


def href_of(opened: Opened, note: Note | Personal) -> str:
    """Where something is put right that was found in a data set; "" if the form has no field for it."""
    assert opened.one
    address = opened.at.owner.slug, opened.at.catalogue.slug, opened.one.pk
    return href(address, note.step, note.number, note.field) if note.step else ""


def pointed(opened: Opened) -> Iterator[Pointed]:
    """What in a data set may be about a person."""
    for each in personal(opened.said):
        yield Pointed(each.what, each.text, href_of(opened, each))


def links(opened: Opened) -> Callable[[Finding], str]:
    """What leads from each finding of a data set to its field. Of equal ones, to the first."""
    known: dict[tuple[str, str], str] = {}
    for note in notes_of(opened):
        for path in (note.finding.path, of_any(note.finding.path)):
            known.setdefault((note.finding.rule, path), href_of(opened, note))
    return lambda finding: known.get((finding.rule, finding.path), "")
