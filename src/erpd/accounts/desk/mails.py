"""The outbox: what waits, what was sent, what failed and why; a mail that lies in the home can be read."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from erpd.accounts.actions.mails import try_again
from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind
from erpd.accounts.models import Mail
from erpd.accounts.outbox.letters import subject_of
from erpd.accounts.outbox.reading import read
from erpd.accounts.paging import behind, cut, words
from erpd.publish.methods import safe


@dataclass(frozen=True)
class _MailPlace(Desk):
    mail: Mail


class TryAgain(Act):
    name = "again"
    place: _MailPlace

    def perform(self) -> str:
        try_again(who=self.place.who, mail=self.place.mail)
        return _("The e-mail will be sent again.")


@desk(Kind.NODE)
@safe
def mails(request: HttpRequest) -> HttpResponse:
    """The list, newest first: ``?state=``, ``?q=`` part of an address."""
    rows = Mail.objects.all()
    state, text = request.GET.get("state", ""), words(request)
    if state in Mail.State.values:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(to__icontains=text)
    page = cut(request, behind(request, rows))
    facts = {
        "q": text,
        "state": state,
        "states": Mail.State.choices,
        "page": page,
        "mails": [_row(one) for one in page.rows],
    }
    return Desk(request, "mails").show("accounts/desk/mails.html", facts)


@desk(Kind.NODE)
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """One mail: how its sending went, and what it says if it is a file here. POST sends it again."""
    place = _MailPlace(request, "mails", get_object_or_404(Mail, pk=number))
    facts = {**_row(place.mail), "read": read(place.mail)}
    return answer(place, "accounts/desk/mail.html", (TryAgain,), lambda: facts)


def _row(one: Mail) -> dict[str, Any]:
    return {"mail": one, "kind": subject_of(one), "state_label": one.get_state_display()}
