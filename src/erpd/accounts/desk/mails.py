"""The outbox: what waits, what was sent, what failed and why; a mail that lies in the home can be read."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from erpd.accounts.actions.mails import try_again
from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind
from erpd.accounts.models import Mail
from erpd.accounts.outbox.letters import LETTERS
from erpd.accounts.outbox.reading import read
from erpd.accounts.paging import behind, cut, words

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


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
    """A mail, and of what kind it is: once it is sent, we know no more."""
    letter = LETTERS.get(one.template)
    said = str(letter.subject) if letter else one.template
    kind = capfirst(_PLACEHOLDER.sub(_general, said))
    return {"mail": one, "kind": kind, "state_label": one.get_state_display()}


def _general(found: re.Match[str]) -> str:
    """What stands for a fact that a mail forgets once it is sent."""
    known = {"title": _("a data owner"), "site": _(settings.NODE.title), "days": _("some")}
    return known.get(found[1], "…")
