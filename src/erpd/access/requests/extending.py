"""How the time limit of a part is made longer: as the law with which it began allows, and no more."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from erpd.access.law import Applied
from erpd.access.law.regime import KINDS, Kind
from erpd.access.law_words import cited, cited_lazy, in_words
from erpd.access.models import Part
from erpd.access.requests.due import counted, is_legal, law_of, recount, today_of
from erpd.access.requests.events import note_event, record
from erpd.access.requests.limits import LONGEST_REASONS, said
from erpd.access.requests.locked import part_of
from erpd.access.requests.refusals import Code, Refused
from erpd.access.requests.roles import demand
from erpd.access.requests.table import Action
from erpd.access.requests.telling import tell_requester
from erpd.accounts.may import Actor
from erpd.pages.values import written


def grounds(part: Part) -> dict[str, str]:
    """The grounds on which the time limit of a part could be extended: the id of a regime -> in words."""
    return {
        each.regime.id: in_words(each.regime.extension.ground) or cited(each.regime.extension.section)
        for each in _with_extension(part)
    }


def ground_of(part: Part, detail: Mapping[str, Any]) -> str:
    """On which ground it was extended, and where that is written, from the details of that event."""
    given = next((each.regime for each in law_of(part) if each.regime.id == detail.get("ground")), None)
    if given is None:
        return ""
    extension = given.extension
    facts = {"section": cited(extension.section), "ground": in_words(extension.ground)}
    return gettext("The ground (%(section)s): %(ground)s") % facts if facts["ground"] else facts["section"]


@transaction.atomic
def extend(*, who: Actor, part: Part, ground: str, reasons: str) -> Part:
    """Extend the time limit, once, before it ends, and tell the requester why in the same transaction.

    ``ground``: the id of the regime whose ground it is (``grounds``). Raises Refused, which names the rule;
    WrongState, PermissionDenied, Http404.
    """
    part = part_of(part.reference)
    roles = demand(who, Action.EXTEND, part)
    given = {each.regime.id: each for each in _with_extension(part)}
    if not given:
        raise Refused(Code.NO_EXTENSION)
    section = cited_lazy(next(iter(given.values())).regime.extension.section)
    if part.extended:
        raise Refused(Code.EXTENDED_ALREADY, section=section)
    first, longer = (counted(part, law_of(part), extended=extended).due for extended in (False, True))
    if first and today_of(part) > first:
        raise Refused(Code.EXTENDED_LATE, due=written(first), section=section)
    if ground not in given:
        raise Refused(Code.GROUND_UNKNOWN, grounds=", ".join(grounds(part).values()))
    if first and longer and longer <= first:  # another law gives less, and does not allow it
        raise Refused(Code.NO_EXTENSION)
    reasons = said(reasons, LONGEST_REASONS)
    part.extended, part.extension_reasons = timezone.now(), reasons
    part.save(update_fields=["extended", "extension_reasons"])
    recount(part)
    due = part.due.isoformat() if part.due else None
    note_event(part, Action.EXTEND, roles, who, reasons, ground=ground, due=due, before=_iso(first))
    record(part, Action.EXTEND, who, ground=ground, due=due)
    tell_requester(
        part,
        "request-extended",
        due=part.due or "—",
        ground=given[ground].regime.extension.ground,
        reasons=reasons,
        section=cited_lazy(given[ground].regime.extension.section),
    )
    return part


@transaction.atomic
def set_kind(*, who: Actor, part: Part, kind: Kind, reasons: str) -> Part:
    """Say that a request is of another kind, for which the law may give another limit; not once it is late.

    Raises Refused; WrongState, PermissionDenied, Http404.
    """
    part = part_of(part.reference)
    roles = demand(who, Action.CLASSIFY, part)
    if part.kind == kind or kind not in KINDS:
        return part
    if is_legal(part) and part.due and today_of(part) > part.due:
        raise Refused(Code.KIND_LATE, due=written(part.due))
    reasons, before = said(reasons, LONGEST_REASONS), part.due
    part.kind = kind
    recount(part)
    note_event(part, Action.CLASSIFY, roles, who, reasons, kind=kind, due=_iso(part.due), before=_iso(before))
    record(part, Action.CLASSIFY, who, kind=kind)
    if part.due != before and is_legal(part):
        tell_requester(part, "request-classified", due=part.due or "—", reasons=reasons)
    return part


def _with_extension(part: Part) -> list[Applied]:
    return [each for each in law_of(part) if each.extensions()]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
