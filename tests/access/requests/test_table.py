"""The table of states, roles and actions, over all verbs: what it allows is done, all else refused."""

from collections.abc import Callable
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from erpd.access.attachments.actions import attach
from erpd.access.models import Decision, Estimate, Grant, Part
from erpd.access.outcomes.deciding import decide
from erpd.access.outcomes.estimating import accept, cancel, decline, estimate
from erpd.access.outcomes.granting import renew, revoke
from erpd.access.requests import moving, sending, starting, talking
from erpd.access.requests.roles import WrongState, demand
from erpd.access.requests.table import TABLE, Action, Role, allowed
from erpd.accounts.may import VISITOR, Actor
from erpd.accounts.refusal import Refusal
from tests.access.requests.desks import Desk, desk, fresh, handled, requester, started

pytestmark = pytest.mark.django_db
State = Part.State

VERBS: dict[Action, Callable[[Actor, Part, Desk], Any]] = {
    Action.SEE: lambda who, part, _: demand(who, Action.SEE, part),
    Action.EDIT: lambda who, part, _: starting.save(
        who=who, request=part.request, own={part.pk: {"use": "Another"}}
    ),
    Action.ATTACH: lambda who, part, _: attach(who=who, part=part, name="a.txt", content=b"text"),
    Action.SUBMIT: lambda who, part, _: sending.submit(who=who, part=part),
    Action.ERASE: lambda who, part, _: starting.erase(who=who, request=part.request),
    Action.WITHDRAW: lambda who, part, _: moving.withdraw(who=who, part=part),
    Action.MESSAGE: lambda who, part, _: talking.message(who=who, part=part, text="Hello"),
    Action.NUDGE: lambda who, part, _: talking.nudge(who=who, part=part),
    Action.ACCEPT: lambda who, part, _: accept(who=who, part=part, text="?"),
    Action.DECLINE: lambda who, part, _: decline(who=who, part=part),
    Action.RENEW: lambda who, part, _: renew(who=who, part=part),
    Action.TAKE: lambda who, part, _: moving.take(who=who, part=part),
    Action.RETURN: lambda who, part, _: moving.send_back(who=who, part=part, text="Which?"),
    Action.REVIEW: lambda who, part, desk: moving.ask_review(
        who=who, part=part, person=desk.office.people["admin"]
    ),
    Action.NOTE: lambda who, part, _: talking.note(who=who, part=part, text="Mind this"),
    Action.CLASSIFY: lambda who, part, _: moving.set_kind(
        who=who, part=part, kind="complex", reasons="Many tables"
    ),
    Action.EXTEND: lambda who, part, _: moving.extend(
        who=who, part=part, ground="dga-2022", reasons="Many tables"
    ),
    Action.ESTIMATE: lambda who, part, _: estimate(
        who=who,
        part=part,
        least=1,
        most=2,
        currency="EUR",
        covers="All",
        valid_until=timezone.now().date() + timedelta(days=9),
    ),
    Action.CANCEL: lambda who, part, _: cancel(who=who, part=part),
    Action.DECIDE: lambda who, part, _: decide(
        who=who, part=part, outcome="refused", explanation="No.", language="en"
    ),
    Action.REVOKE: lambda who, part, _: revoke(who=who, grant=_grant(part), reason="Misused"),
    Action.CLOSE: lambda who, part, _: moving.close(who=who, part=part),
}
# Verbs of a request say 404 to whoever does not ask for it: whether there is one is the requester's matter.
OF_REQUEST = {Action.EDIT, Action.SUBMIT, Action.ERASE}


def _grant(part: Part) -> Grant:
    decision = Decision.objects.create(part=part, outcome="granted", language="en")
    return Grant.objects.create(decision=decision, since=timezone.now().date(), purpose="x", extract="y")


@pytest.fixture
def people(cbs: Desk, ada: Actor) -> dict[str, tuple[frozenset[Role], Actor]]:
    """Who is what for the part; those without a role are nobody."""
    other = desk("knmi")
    key = cbs.office.key(role="editor")
    key.desk, key.catalogue = True, None
    key.save()
    expert = cbs.member("expert")
    foreign_key = other.office.key(role="editor")
    foreign_key.desk, foreign_key.catalogue = True, None
    foreign_key.save()
    return {
        "requester": (frozenset({Role.REQUESTER}), ada),
        "handler": (frozenset({Role.HANDLER}), cbs.handler),
        "reviewer": (frozenset({Role.REVIEWER}), expert),
        "system": (frozenset({Role.SYSTEM}), Actor(key=key)),
        "reader": (frozenset(), cbs.reader),
        "administrator": (frozenset(), cbs.office.actor("admin")),
        "handler elsewhere": (frozenset(), other.handler),
        "system elsewhere": (frozenset(), Actor(key=foreign_key)),
        "another requester": (frozenset(), requester("eve")),
        "visitor": (frozenset(), VISITOR),
    }


def test_every_verb_does_what_the_table_says(
    cbs: Desk, ada: Actor, people: dict[str, tuple[frozenset[Role], Actor]]
) -> None:
    assert VERBS.keys() == set(Action)
    part = handled(cbs, ada, cbs.put("a"))
    draft = started(ada, [cbs.put("b")]).parts.get()
    expert = people["reviewer"][1].person
    for one in (part, draft):
        one.reviews.create(person=expert)
        Estimate.objects.create(part=one, least=1, most=2, covers="All", valid_until="2099-01-01")
    nobodies = cycle([name for name, (roles, _) in people.items() if not roles])
    wrong = []
    for state in State:
        one = draft if state is State.DRAFT else part
        Part.objects.filter(pk=one.pk).update(state=state)
        one = fresh(one)
        names = [name for name, (roles, _) in people.items() if roles]
        for name in (*names, next(nobodies), next(nobodies)):
            roles, who = people[name]
            for action, verb in VERBS.items():
                expected, found = _expected(state, action, roles), _done(verb, who, one, cbs)
                if expected != found:
                    wrong.append(f"{name}: {action} while {state}: {found}, not {expected}")
    assert not wrong, "\n".join(wrong)


def _expected(state: State, action: Action, roles: frozenset[Role]) -> str:
    if not roles & allowed(state, Action.SEE) or (action in OF_REQUEST and Role.REQUESTER not in roles):
        return "404"
    if roles & allowed(state, action):
        return "done"
    return "409" if any(roles & allowed(one, action) for one in TABLE) else "403"


def _done(verb: Callable[[Actor, Part, Desk], Any], who: Actor, part: Part, cbs: Desk) -> str:
    """What comes of it; nothing is left behind."""
    try:
        with transaction.atomic():
            verb(who, part, cbs)
            transaction.set_rollback(True)
    except Http404:
        return "404"
    except PermissionDenied:
        return "403"
    except WrongState:
        return "409"
    except (Refusal, ValidationError):  # one of the rules that come after the table
        return "done"
    return "done"
