"""The page of the proofs: how each ended, the last times; an operator asks for one now."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.desk.waiting import GUIDE
from erpd.accounts.may import Kind
from erpd.operate.models import Proof
from erpd.operate.proofs import BACKUP, DOORS, INDEX, NIGHTLY, RESTORED, ask, is_being_made, is_off

_TITLES: dict[str, Promise] = {
    INDEX: _("The search index and other copies are as the database has them"),
    DOORS: _("Every door shows the same data sets, and none shows protected data among open data"),
    RESTORED: _("The newest backup can be restored"),
}
_RESULTS: dict[bool | None, tuple[Promise, str]] = {
    True: (_("Proved"), ""),
    False: (_("Failed"), "error"),
    None: (_("Not proved"), "warning"),
}


class Prove(Act):
    """Make one now."""

    name = "prove"

    proof = forms.ChoiceField(choices=[(name, name) for name in NIGHTLY])

    def perform(self) -> str:
        ask(who=self.place.who, name=self.cleaned_data["proof"])
        return gettext("The worker makes this proof as soon as it can.")


@desk(Kind.NODE)
def proofs(request: HttpRequest) -> HttpResponse:
    """How each proof ended. POST asks for one."""
    return answer(Desk(request, "proofs"), "operate/proofs.html", (Prove,), _facts)


def _facts() -> dict[str, Any]:
    found = Proof.objects.in_bulk([*NIGHTLY, BACKUP])
    return {
        "proofs": [_shown(name, found.get(name)) for name in NIGHTLY],
        "is_off": is_off(RESTORED),
        "saved": found[BACKUP].at if BACKUP in found else None,
        "guide": f"{GUIDE}#proofs",
    }


def _shown(name: str, one: Proof | None) -> dict[str, Any]:
    state = "" if one is None else "running" if is_being_made(one) else "waiting" if one.asked else ""
    ended = [] if one is None else one.ended
    return {"name": name, "title": _TITLES[name], "state": state, "ended": [_time(told) for told in ended]}


def _time(told: dict[str, Any]) -> dict[str, Any]:
    result, sign = _RESULTS[told["passed"]]
    return {**told, "at": datetime.fromisoformat(told["at"]), "result": result, "sign": sign}
