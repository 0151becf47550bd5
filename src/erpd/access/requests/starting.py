"""How a request begins: its data sets, each with the part of the body that decides, and its answers."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from erpd.access.bodies.deciding import takes_requests
from erpd.access.can_i_get_it.pages import Found, find, where_to_ask
from erpd.access.models import AccessRequest, Body, Grant, Part, Wanted
from erpd.access.requests.limits import MOST_DATA_SETS, answers_of, may_draft
from erpd.access.requests.locked import lock_person, part_of, parts_of, request_of
from erpd.access.requests.refusals import Code, Refused, WrongState
from erpd.access.requests.roles import demand
from erpd.access.requests.table import Action
from erpd.accounts.actions.profiles import kept_name
from erpd.accounts.addresses import public
from erpd.accounts.may import Actor
from erpd.accounts.models import Person
from erpd.accounts.texts import in_language
from erpd.metadata.terms import DCT
from erpd.metadata.text import Text
from erpd.pages.values import href_of
from erpd.register.models import DataSet

_SIGNS = "23456789abcdefghjkmnpqrstvwxyz"  # without those that look alike
_LONGEST_NAME = 200
_LONGEST_ADDRESS = 1000
_LONGEST_TITLE = 300


@transaction.atomic
def start(
    *,
    person: Person | None = None,
    email: str = "",
    name: str = "",
    language: str,
    data_sets: Iterable[DataSet],
    back: str = "",
    renews: Grant | None = None,
    answers: Mapping[str, Any] | None = None,
) -> AccessRequest:
    """Start a request of somebody with an account, or of an address that its link has confirmed.

    ``back``: the address that the page leads back to. ``answers``: to what every body asks, as far as they
    are known. Raises Refused (no data set, one that is open or gone,
    too many drafts), ValidationError for an address that is none.
    """
    wanted = list(dict.fromkeys(data_sets))
    if not wanted:
        raise Refused(Code.NOTHING_WANTED)
    email = "" if person else public(email)
    lock_person(person.pk if person else None)
    may_draft(person, email)
    request = AccessRequest.objects.create(
        person=person,
        email=email,
        name=kept_name(name, _LONGEST_NAME),
        language=language,
        back=back if href_of(back) and len(back) <= _LONGEST_ADDRESS else "",
        renews=renews,
        answers=answers_of(answers or {}),
    )
    for data_set in wanted:
        _want(request, data_set)
    return request


@transaction.atomic
def add(*, who: Actor, request: AccessRequest, data_set: DataSet, opened: Collection[UUID] = ()) -> Wanted:
    """Ask for another data set. Raises like ``start``; WrongState if its body has received its part."""
    request = request_of(who, request, opened)
    parts_of(request)
    made = _want(request, data_set)
    _touch(request)
    return made


@transaction.atomic
def remove(*, who: Actor, request: AccessRequest, data_set: DataSet, opened: Collection[UUID] = ()) -> None:
    """Leave a data set out, and with the last of a body, its part.

    Raises WrongState if its body has received it, Http404 if it is not in the request.
    """
    request = request_of(who, request, opened)
    wanted = request.wanted.filter(data_set=data_set).first()
    if wanted is None:
        raise Http404
    part = part_of(wanted.part.reference) if wanted.part else None
    if part:
        demand(who, Action.ERASE, part, opened)
    wanted.delete()
    if part and not part.wanted.exists():
        part.delete()
    _touch(request)


@transaction.atomic
def save(
    *,
    who: Actor,
    request: AccessRequest,
    answers: Mapping[str, Any] | None = None,
    own: Mapping[int, Mapping[str, Any]] | None = None,
    opened: Collection[UUID] = (),
) -> AccessRequest:
    """Keep answers as they were typed, complete or not; those that are not named stay as they are.

    ``answers``: to what every body asks, while a part has not been sent. ``own``: by the key of a part, to
    what its body asks; of a part that was returned, to everything. Raises WrongState for parts that cannot be
    edited now, Refused if it is too much, Http404 for a part of another request.
    """
    request = request_of(who, request, opened)
    parts = {part.pk: part for part in parts_of(request)}
    if answers:
        drafts = [part for part in parts.values() if part.state == Part.State.DRAFT]
        if parts and not drafts:
            raise WrongState(next(iter(parts.values())), Action.EDIT)
        request.answers = answers_of({**request.answers, **answers})
    for key, given in (own or {}).items():
        if key not in parts:
            raise Http404
        part = parts[key]
        demand(who, Action.EDIT, part, opened)
        part.answers = answers_of({**part.answers, **given})
        part.changed = timezone.now()
        part.save(update_fields=["answers", "changed"])
    _touch(request)
    return request


@transaction.atomic
def erase(*, who: Actor, request: AccessRequest, opened: Collection[UUID] = ()) -> bool:
    """Erase what was never sent: the drafts of a request, and all of it if nothing else is left.

    Returns whether all of it went. Raises WrongState if there is no draft.
    """
    request = request_of(who, request, opened)
    parts = parts_of(request)
    drafts = [part for part in parts if part.state == Part.State.DRAFT]
    if parts and not drafts:
        demand(who, Action.ERASE, parts[0], opened)
    for part in drafts:
        demand(who, Action.ERASE, part, opened)
        part.delete()
    if len(drafts) == len(parts):
        request.delete()
        return True
    _touch(request)
    return False


def _want(request: AccessRequest, data_set: DataSet) -> Wanted:
    if request.wanted.count() >= MOST_DATA_SETS:
        raise Refused(Code.TOO_MANY_DATA_SETS, most=MOST_DATA_SETS)
    found = find(data_set.key)
    if found is None:
        raise Refused(Code.DATA_SET_GONE, title=data_set.iri)
    titles = _titles(found)
    if found.facts.is_open:
        raise Refused(Code.DATA_IS_OPEN, title=in_language(titles, request.language)[0] or data_set.iri)
    body = found.decider.body if found.decider else None
    part = _part_of(request, body) if body and takes_requests(body) else None
    facts = {
        "part": part,
        "iri": found.data_set.iri,
        "title": titles,
        "ask": "" if part else where_to_ask(found, request.language)[:_LONGEST_ADDRESS],
    }
    return Wanted.objects.get_or_create(request=request, data_set=found.data_set, defaults=facts)[0]


def _part_of(request: AccessRequest, body: Body) -> Part:
    found = request.parts.filter(body=body).first()
    if found is None:
        return Part.objects.create(request=request, body=body, reference=_reference())
    if found.state != Part.State.DRAFT:
        raise WrongState(found, Action.EDIT)
    return found


def _titles(found: Found) -> dict[str, str]:
    titles = dict[str, str]()
    for language, text in Text.of(found.record.values(DCT.title)):
        titles.setdefault(language or "en", text[:_LONGEST_TITLE])
    return titles


def _reference() -> str:
    signs = "".join(secrets.choice(_SIGNS) for _ in range(12))  # 59 random bits
    return "-".join((signs[:4], signs[4:8], signs[8:]))


def _touch(request: AccessRequest) -> None:
    request.modified = timezone.now()
    request.save(update_fields=["answers", "modified"])
