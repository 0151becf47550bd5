"""The pages of the form: its steps, and each distribution. A page saves what it shows, or keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from erpd.accounts.may import Verb
from erpd.formats.delivery.fields import DATASET
from erpd.pages.findings import Remark
from erpd.submit.catalogue_pages.reaching import delivery, delivery_place
from erpd.submit.form.address_book import entries
from erpd.submit.form.distributions import distributions
from erpd.submit.form.editing import ACTS, edited, named_row
from erpd.submit.form.fields import (
    BY_NAME,
    DISTRIBUTIONS,
    MORE,
    OF_DISTRIBUTIONS,
    REVIEW,
    STEPS,
    steps_for,
)
from erpd.submit.form.keeping import Kept, forget, form_page, keep, kept, ticket
from erpd.submit.form.notes import Note, at_fields, notes, notes_of
from erpd.submit.form.opened import Difference, Misunderstood, Opened, Overtaken
from erpd.submit.form.sheet import Sheet
from erpd.submit.form.steps import CHECK, Failed, href, href_of, steps
from erpd.submit.form.typed import MOST, Tree, nested
from erpd.submit.models import Delivery
from erpd.submit.refusals import EditConflict, NotAllowed, NotPublishable, Refusal

MARKS = "marks"
_TRIES = 3
_LONGEST_MARKS = 20_000


@dataclass
class Shown:
    """What a page says besides its fields."""

    tree: Tree
    marks: Mapping[str, str]
    failed: Failed | None = None
    faults: Mapping[str, list[str]] = field(default_factory=dict)
    found: list[Note] = field(default_factory=list)
    """What the checks found in what was sent."""
    differences: list[Difference] = field(default_factory=list)
    kept: Kept | None = None
    taken_over: bool = False
    """Whether fields are filled in from other data sets."""
    is_unsaved: bool = False
    """Whether it has what was typed and is kept nowhere else."""
    incomplete: list[Remark] = field(default_factory=list)
    """What a published data set would lack, each with a link to its field."""


@form_page
def new(request: HttpRequest, slug: str, catalogue: str) -> HttpResponse:
    """The first page of a data set that is not stored yet."""
    at = delivery_place(request, slug, catalogue)
    at.demand(Verb.CREATE)
    return _page(Opened(at, STEPS[0]))


@form_page
def edit(request: HttpRequest, slug: str, catalogue: str, key: UUID, step: str = "") -> HttpResponse:
    """A step of a data set."""
    at = delivery_place(request, slug, catalogue, key)
    at.demand(Verb.CHANGE)
    if not step:
        return redirect("catalogue:edit-step", slug, catalogue, key, STEPS[0].name)
    if step not in BY_NAME:
        raise Http404
    opened = Opened(at, BY_NAME[step], at.delivery)
    return distributions(opened) if step == DISTRIBUTIONS else _page(opened)


@form_page
def distribution(request: HttpRequest, slug: str, catalogue: str, key: UUID, number: int = 0) -> HttpResponse:
    """One of the distributions, counted from 1; 0 is a new one."""
    at = delivery_place(request, slug, catalogue, key)
    at.demand(Verb.CHANGE)
    opened = Opened(at, BY_NAME[DISTRIBUTIONS], at.delivery)
    if number > len(opened.distributions) and request.method != "POST":
        raise Http404
    opened.number = number - 1 if number else len(opened.distributions)
    return _page(opened)


def _page(opened: Opened) -> HttpResponse:
    request = opened.at.request
    if request.method == "POST":
        return _sent(opened)
    found = kept(request)
    if found:
        marks = _marks(found.pairs.get(MARKS, ""))
        return _show(opened, Shown(nested(found.pairs.items(), opened.rows), marks, kept=found))
    tree = opened.tree
    taken_over = _take_over(opened, tree)
    return _show(opened, Shown(tree, opened.marks, taken_over=taken_over))


def _sent(opened: Opened) -> HttpResponse:
    """What a button asks for: something about the fields, or to store them."""
    request = opened.at.request
    do, _colon, name = request.POST.get("do", "save").partition(":")
    if do == "discard":
        forget(request)
        return redirect(request.path)
    tree, marks = nested(request.POST.dict().items(), opened.rows), _marks(request.POST.get(MARKS, ""))
    if opened.step.name == DISTRIBUTIONS:
        iri = tree.get(OF_DISTRIBUTIONS, {}).get("0", {}).get("uri")
        if iri:
            opened.reached(iri)
    if do in ACTS:
        made = edited(opened.rows, tree, do, name, lambda name: _chosen(opened, name))
        return _show(opened, Shown(made, marks, is_unsaved=True))
    wanted = name if do == "go" and name in (*BY_NAME, REVIEW) else ""
    return _stored(opened, tree, marks, wanted, leave=do == "leave")


def _stored(
    opened: Opened, tree: Tree, marks: Mapping[str, str], wanted: str, *, leave: bool
) -> HttpResponse:
    """Store it and go on, to the step that is ``wanted`` if any, or say why not and keep what was typed."""
    request, one = opened.at.request, opened.one
    shown = Shown(tree, marks)
    try:
        for tried in range(_TRIES):
            try:
                one = opened.save(tree, marks) or one
                break
            except EditConflict:
                if tried == _TRIES - 1 or opened.one is None:
                    raise
                opened = _opened_again(opened)
    except Misunderstood as wrong:
        shown.faults = wrong.faults
        shown.failed = Failed(first_wrong=next((name for name in wrong.faults if name), ""))
        status = 400
    except Overtaken as overtaken:
        shown.differences, shown.marks, status = overtaken.differences, opened.marks, 409
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except Refusal as refusal:
        shown.failed, status = Failed(refusal), refusal.status
        if isinstance(refusal, NotPublishable) and opened.tried:
            record, places = opened.tried
            shown.found = notes(refusal.findings, record, opened.profile, places)
            shown.incomplete = [
                replace(note.remark, href=_href_from(opened, note))
                for note in shown.found
                if note.remark.severity == "error"
            ]
    else:
        assert one
        forget(request)
        changed = one is not opened.one
        if changed or not wanted:
            messages.success(request, _said(one, changed=changed))
        return redirect(_next(opened, one, wanted, leave=leave))
    person = opened.at.who.person
    assert person
    keep(person.pk, request.path, {**request.POST.dict(), MARKS: msgspec.json.encode(shown.marks).decode()})
    return _show(opened, shown, status)


def _href_from(opened: Opened, note: Note) -> str:
    """Where a field is: on this page, where what was typed stays, or on another."""
    is_here = note.step == opened.step.name and note.number == opened.number
    return f"#{note.field}" if is_here else href_of(opened, note)


def _opened_again(opened: Opened) -> Opened:
    """The same page of what somebody else has stored meanwhile."""
    assert opened.one
    at = opened.at
    again = Opened(at, opened.step, delivery(at, opened.one.pk), opened.number)
    if opened.here.get(OF_DISTRIBUTIONS) and opened.here[OF_DISTRIBUTIONS][0].get("uri"):
        again.reached(opened.here[OF_DISTRIBUTIONS][0]["uri"])
    return again


def _said(one: Delivery, *, changed: bool) -> str:
    if not changed:
        return _("There was nothing to change.")
    return _("Saved. Everybody sees it.") if one.state == Delivery.State.PUBLISHED else _("Saved.")


def _next(opened: Opened, one: Delivery, wanted: str, *, leave: bool) -> str:
    """Where to go after a page is stored: the next one, or the data set."""
    at = opened.at
    address = at.owner.slug, at.catalogue.slug, one.pk
    if wanted:
        return href(address, wanted)
    if opened.number is not None:
        return href(address, DISTRIBUTIONS)
    if leave or one.state == Delivery.State.PUBLISHED:
        return reverse("catalogue:delivery", args=address)
    asked = {step.name for step in steps_for(Opened(at, opened.step, one).profile)}
    names = [name for name in (*BY_NAME, REVIEW) if name in (*asked, opened.step.name, REVIEW)]
    return href(address, names[names.index(opened.step.name) + 1])


def _show(opened: Opened, shown: Shown, status: int = 200) -> HttpResponse:
    at, request = opened.at, opened.at.request
    found = notes_of(opened) if opened.one else []
    remarks = at_fields(
        shown.found or found, opened.number, missing=bool(shown.found) or CHECK in request.GET
    )
    sheet = Sheet(opened.profile, at.languages, opened.texts_in, opened.rank, shown.faults, remarks)
    fields, more = sheet.parted(DATASET, opened.rows, shown.tree)
    if opened.step.name == MORE:
        fields, more = [*fields, *more], []
    for one in fields if opened.number is not None else ():
        one.is_alone = True
    is_too_large = sheet.amount > MOST - 20  # Django takes no more, and what was typed would be lost
    is_published = bool(opened.one and opened.one.state == Delivery.State.PUBLISHED)
    facts = {
        "step": opened.step,
        "steps": steps(opened, found),
        "fields": fields,
        "more": more,
        "lists": sheet.lists,
        "ticket": ticket(request),
        "marks": msgspec.json.encode(shown.marks).decode(),
        "failed": shown.failed,
        "faults": [(name, text) for name, texts in shown.faults.items() for text in texts],
        "incomplete": shown.incomplete,
        "differences": shown.differences,
        "is_own_change": bool(shown.differences and opened.one and opened.one.by == at.who.person),
        "kept": shown.kept,
        "taken_over": shown.taken_over,
        "is_too_large": is_too_large,
        "is_saved_first": not is_too_large and not is_published,  # everybody sees what is saved of that
        "is_unsaved": shown.is_unsaved,
        "books": _books(opened),
        "number": None if opened.number is None else opened.number + 1,
        "is_new": opened.number is not None and opened.number >= len(opened.distributions),
        "is_published": is_published,
    }
    return at.show("submit/form/page.html", facts, status)


def _books(opened: Opened) -> list[dict[str, Any]]:
    """What the address book offers for each field."""
    rows = opened.rows if opened.step.name == "who" else []
    return [{"name": row.name, "labels": [one.label for one in entries(opened.at, row)]} for row in rows]


def _take_over(opened: Opened, tree: Tree) -> bool:
    """Fill in who is responsible from what the owner delivered last, until a data set says so itself."""
    filled = False
    for row in opened.rows if opened.step.name == "who" and opened.one else ():
        if row.name not in tree and row.name in _TAKEN_OVER and (known := entries(opened.at, row)):
            tree[row.name] = {"0": known[0].tree}
            filled = True
    return filled


def _chosen(opened: Opened, name: str) -> Tree | None:
    """What somebody chose for a field from the address book."""
    row = named_row(opened.rows, name)
    label = opened.at.request.POST.get(f"book-{name}", "")
    return next((one.tree for one in entries(opened.at, row) if one.label == label), None) if row else None


def _marks(said: str) -> dict[str, str]:
    """The marks of the fields as the page showed them; nothing if they were tampered with."""
    try:
        found = msgspec.json.decode(said, type=dict[str, str]) if len(said) < _LONGEST_MARKS else {}
    except ValueError:  # of msgspec, too
        return {}
    return found


_TAKEN_OVER = ("dctPublisher", "dcatContactPoint")
