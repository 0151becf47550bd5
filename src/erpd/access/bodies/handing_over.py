"""How a body is given to another keeper: the data owner whose members answer the requests to it."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.models import Body
from erpd.access.requests.refusals import Code, Refused
from erpd.access.requests.states import OPEN
from erpd.accounts.actions.locking import lock
from erpd.accounts.acts import Act
from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand
from erpd.accounts.models import Owner
from erpd.accounts.texts import in_language


@transaction.atomic
def hand_over(*, who: Actor, body: Body, keeper: Owner | None) -> Body:
    """Give a body to a data owner, or to the operator (None). Its requests go with it.

    Members of the former keeper see nothing of them from then on, and their parts have no handler. The desk
    stays open if a member of the new keeper answers requests. Raises PermissionDenied, Http404,
    ValidationError, and Refused if nobody could answer its open requests.
    """
    demand(who, Verb.CHANGE, Thing(Kind.NODE))
    before = body.keeper
    keys = [each.pk for each in (before, keeper) if each]
    if keys:
        lock(*keys)
    found = Body.objects.select_for_update(of=("self",)).filter(pk=body.pk, keeper=before).first()
    if found is None:
        raise Http404
    if keeper == before:
        return found
    if keeper is None and found.parts.filter(state__in=OPEN).exists():
        raise Refused(Code.BODY_NEEDS_KEEPER)
    if keeper and Body.objects.filter(keeper=keeper).exists():
        title = in_language(keeper.title)[0]
        raise ValidationError(
            gettext("%(owner)s keeps a body already, and keeps only one.") % {"owner": title}
        )
    found.keeper, found.changed = keeper, timezone.now()
    found.desk = found.desk and keeper is not None and keeper.memberships.filter(handles=True).exists()
    found.save(update_fields=["keeper", "changed", "desk"])
    if keeper:
        found.owners.add(keeper)
    for owner in filter(None, (before, keeper)):
        to = {"to_owner": keeper.slug} if keeper else {}
        record(who=who, verb="hand over", thing=Kind.BODY, name=found.slug, owner=owner, **to)
    return found


class HandOver(Act):
    """The operator says who keeps a body."""

    name = "hand_over"

    keeper = forms.ModelChoiceField(
        label=_("Data owner that keeps it"),
        help_text=_("Its administrators change the body, and its members answer the requests to it."),
        queryset=Owner.objects.none(),
        empty_label=_("none: the operator keeps it"),
        required=False,
    )

    def prepare(self) -> None:
        owners = Owner.objects.filter(state=Owner.State.APPROVED).order_by("slug")
        cast(Any, self.fields["keeper"]).queryset = owners
        if self.place.body:
            self.fields["keeper"].initial = self.place.body.keeper_id

    def perform(self) -> str:
        hand_over(who=self.place.who, body=self.place.body, keeper=self.cleaned_data["keeper"])
        return gettext("Saved.")
