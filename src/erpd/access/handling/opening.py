"""How a body opens its desk, so that it takes requests here, and what that needs."""

from enum import StrEnum
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.models import Body
from erpd.access.requests.telling import handlers
from erpd.accounts.actions.locking import locked
from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Verb
from erpd.accounts.models import Membership, Owner
from erpd.accounts.refusal import Hindrance, Refusal, Texts
from erpd.accounts.texts import in_language

MOST_DAYS = 60  # before the due date


class Lack(StrEnum):
    """What a desk needs and a body lacks."""

    KEEPER = "desk-without-keeper"
    HANDLER = "desk-without-handler"
    COUNTRY = "desk-without-country"
    REDRESS = "desk-without-redress"
    LAST_HANDLER = "desk-last-handler"


class Lacking(Hindrance):
    """A reason why a body cannot take requests."""

    texts: ClassVar[Texts] = {
        Lack.KEEPER: (
            _("No data owner keeps %(body)s, so nobody could answer."),
            _("Ask the operator to give it to the data owner whose members will answer."),
        ),
        Lack.HANDLER: (
            _("No member answers requests for access."),
            _("On the page of members, an administrator ticks “Answers requests for access” for somebody."),
        ),
        Lack.COUNTRY: (
            _("The country is missing."),
            _("Enter it: days are counted by its holidays and its time."),
        ),
        Lack.REDRESS: (
            _("It is not complete who reviews the decisions: name, address, time limit and language."),
            _("Enter all four: no refusal can be sent without them (Article 9)."),
        ),
        Lack.LAST_HANDLER: (
            _("Nobody but %(person)s answers requests for access, and %(body)s takes requests here."),
            _("Let another member answer them first, or close the desk."),
        ),
    }


def lacking(body: Body) -> list[Lacking]:
    """What a body lacks to take requests, in the order to put it right."""
    redress = (body.redress, body.redress_address, body.redress_within, body.redress_language)
    lacks = {
        Lack.KEEPER: body.keeper_id is None,
        Lack.COUNTRY: not body.country,
        Lack.REDRESS: not all(redress),
        Lack.HANDLER: body.keeper_id is not None and not handlers(body.keeper).exists(),
    }
    facts = {"body": in_language(body.title)[0]}
    return [Lacking(code, facts) for code, lacks_it in lacks.items() if lacks_it]


def keep_a_handler(member: Membership) -> None:
    """Raises Refusal if nobody else would answer what an open desk of their owner receives."""
    body = Body.objects.filter(keeper=member.owner_id, desk=True).first()
    if body and list(handlers(member.owner)[:2]) == [member.person]:
        facts = {"person": member.person.email, "body": in_language(body.title)[0]}
        raise Refusal(Lacking(Lack.LAST_HANDLER, facts))


@transaction.atomic
def open_desk(*, who: Actor, body: Body, nudge: int) -> Body:
    """Take requests from now on, or change when people can remind it of theirs.

    ``nudge``: days before the due date from which they can. Raises Refusal with all that the body lacks,
    PermissionDenied, Http404, ValidationError.
    """
    if body.keeper is None:
        raise Refusal(*lacking(body))
    body = _held(who, body, body.keeper)
    if hindrances := lacking(body):
        raise Refusal(*hindrances)
    if not 0 <= nudge <= MOST_DAYS:
        raise ValidationError(gettext("Write a number of days from 0 to %(most)s.") % {"most": MOST_DAYS})
    was_open, body.desk, body.nudge, body.changed = body.desk, True, nudge, timezone.now()
    body.save(update_fields=["desk", "nudge", "changed"])
    if not was_open:
        record(who=who, verb="open desk", thing=Kind.BODY, name=body.slug, owner=body.keeper)
    return body


@transaction.atomic
def close_desk(*, who: Actor, body: Body) -> Body:
    """Take no new requests. Those that came stay, and are answered. Raises like ``open_desk``."""
    if body.keeper is None:
        raise Http404
    body = _held(who, body, body.keeper)
    if body.desk:
        body.desk, body.changed = False, timezone.now()
        body.save(update_fields=["desk", "changed"])
        record(who=who, verb="close desk", thing=Kind.BODY, name=body.slug, owner=body.keeper)
    return body


def _held(who: Actor, body: Body, keeper: Owner) -> Body:
    locked(who, Verb.CHANGE, keeper, Kind.BODY)
    found = Body.objects.select_for_update(of=("self",)).filter(pk=body.pk, keeper=keeper).first()
    if found is None:
        raise Http404
    return found
