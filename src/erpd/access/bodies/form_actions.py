"""How a body's form and its licences are changed: one change at a time, of the form as it is then."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from erpd.access.bodies.actions import held, link
from erpd.access.models import Body
from erpd.access.questions import FormError, Question, as_json, common, read_form
from erpd.access.questions.licences import LONGEST_TEXT, LONGEST_TITLE, MOST_LICENCES, Licence, read_licences
from erpd.access.questions.question import DECIDING
from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind
from erpd.accounts.texts import in_language, texts

Form: TypeAlias = tuple[Question, ...]
LARGEST = 500_000  # characters of JSON: each submission keeps the form and the licences as they were


def form_of(body: Body) -> Form:
    """What a body asks besides what every body asks."""
    return read_form(body.form, common())


def one_of(body: Body, key: str) -> Question:
    """The question with this id. Raises Http404."""
    return _found(form_of(body), key)


def deciding(body: Body, question: Question) -> list[Question]:
    """The questions on which another may depend: those with choices that are asked before it."""
    found = []
    for one in (*common(body.language), *form_of(body)):
        if one.id == question.id:
            break
        if one.kind in DECIDING:
            found.append(one)
    return found


@transaction.atomic
def put(*, who: Actor, body: Body, question: Question, new: bool) -> None:
    """Add a question at the end, or change the one with its id.

    Raises ValidationError with every mistake, Http404 if somebody has just removed it, PermissionDenied.
    """

    def change(form: Form) -> Form:
        if new:
            return (*form, replace(question, id=_free(question.id, form)))
        _found(form, question.id)
        return tuple(question if one.id == question.id else one for one in form)

    _change(who, body, change)


@transaction.atomic
def remove(*, who: Actor, body: Body, key: str) -> None:
    """Remove a question. Raises like ``put``: one on which another depends stays."""

    def change(form: Form) -> Form:
        gone = _found(form, key)
        return tuple(one for one in form if one is not gone)

    _change(who, body, change)


@transaction.atomic
def move(*, who: Actor, body: Body, key: str, by: int) -> None:
    """Move a question up (``by`` -1) or down (1). Raises like ``put``."""

    def change(form: Form) -> Form:
        moved = list(form)
        here = moved.index(_found(form, key))
        there = min(max(here + by, 0), len(moved) - 1)
        moved.insert(there, moved.pop(here))
        return tuple(moved)

    _change(who, body, change)


def _change(who: Actor, body: Body, change: Callable[[Form], Form]) -> None:
    found = held(who, body)
    changed = change(form_of(found))
    _keep_conditions(changed, found.form, found.language)
    try:
        found.form = as_json(read_form(as_json(changed), common()))
    except FormError as error:
        raise ValidationError([f"{place}: {text}" for place, text in error.mistakes]) from error
    _save(who, found, "form")


def _keep_conditions(changed: Form, before: Any, language: str) -> None:
    """Raise ValidationError if a question would come before the one on which it depends, or lose answers."""
    labels = {one.id: in_language(one.label, language)[0] for one in read_form(before, common(language))}
    labels |= {one.id: in_language(one.label, language)[0] for one in common(language)}
    earlier, wrong = {one.id: one for one in common()}, list[str]()
    for one in changed:
        earlier[one.id] = one
        if one.only_if is None:
            continue
        on = earlier.get(one.only_if.question)
        if on is None or on.kind not in DECIDING or not set(one.only_if.values) <= set(on.values):
            facts = {"question": labels.get(one.id, ""), "on": labels.get(one.only_if.question, "")}
            wrong.append(_("“%(question)s” depends on “%(on)s”. Change that first.") % facts)
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic
def put_licence(*, who: Actor, body: Body, licence: Licence) -> None:
    """Add a licence (its id is ""), or change the one with its id. Raises like ``put``."""
    found = held(who, body)
    there = read_licences(found.licences)
    kept = replace(
        licence,
        title=texts(licence.title, longest=LONGEST_TITLE),
        text=texts(licence.text, longest=LONGEST_TEXT) if any(licence.text.values()) else {},
        link=link(licence.link) if licence.link.strip() else "",
    )
    if not kept.text and not kept.link:
        raise ValidationError(_("Write the text, or a link to it."))
    if licence.id:
        _licence(found, licence.id)
        changed = tuple(kept if one.id == licence.id else one for one in there)
    elif len(there) >= MOST_LICENCES:
        raise ValidationError(_("There are at most %(most)s licences.") % {"most": MOST_LICENCES})
    else:
        numbers = (int(one.id.removeprefix("licence-")) for one in there)
        changed = (*there, replace(kept, id=f"licence-{max(numbers, default=0) + 1}"))
    found.licences = [one.as_json() for one in changed]
    _save(who, found, "licences")


@transaction.atomic
def remove_licence(*, who: Actor, body: Body, key: str) -> None:
    """Remove a licence. Raises like ``put``."""
    found = held(who, body)
    gone = _licence(found, key)
    found.licences = [one.as_json() for one in read_licences(found.licences) if one != gone]
    _save(who, found, "licences")


def _save(who: Actor, body: Body, what: str) -> None:
    if len(json.dumps(getattr(body, what))) > LARGEST:
        raise ValidationError(
            _("All texts together are more than %(most)s characters. Shorten some.") % {"most": LARGEST}
        )
    body.changed = timezone.now()
    body.save(update_fields=[what, "changed"])
    record(who=who, verb="change form", thing=Kind.BODY, name=body.slug, owner=body.keeper)


def licence_of(body: Body, key: str) -> Licence:
    """The licence with this id. Raises Http404."""
    return _licence(body, key)


def _licence(body: Body, key: str) -> Licence:
    found = next((one for one in read_licences(body.licences) if one.id == key), None)
    if found is None:
        raise Http404
    return found


def _found(form: Form, key: str) -> Question:
    found = next((one for one in form if one.id == key), None)
    if found is None:
        raise Http404
    return found


def _free(key: str, form: Form) -> str:
    taken = {one.id for one in (*form, *common())}
    found, number = key, 2
    while found in taken:
        found, number = f"{key}-{number}", number + 1
    return found
