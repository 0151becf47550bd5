"""What the pages of the desk share: who may come in, the row of pages."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from erpd.accounts.acts import Place
from erpd.accounts.may import Kind, Thing, Verb, may, seen
from erpd.accounts.sign_in.signed_in import View, actor, signed_in

# Pages of floors above.
_ADDRESSES = {
    "portals": "portals:desk",
    "bodies": "bodies:desk",
    "sources": "operate:sources",
    "proofs": "operate:proofs",
}
# What one must be able to see of the whole node for a page.
_PAGES = (
    ("overview", _("Overview"), Kind.OWNER),
    ("sources", _("Sources"), Kind.SOURCE),
    ("owners", _("Data owners"), Kind.OWNER),
    ("portals", _("Portals"), Kind.PORTAL),
    ("bodies", _("Competent bodies"), Kind.BODY),
    ("proofs", _("Proofs"), Kind.NODE),
    ("mails", _("E-mail"), Kind.NODE),
    ("organisations", _("Organisations"), Kind.NODE),
    ("people", _("People"), Kind.NODE),
    ("agreement", _("Agreement"), Kind.NODE),
    ("audit", _("Audit log"), Kind.AUDIT),
)


def desk(kind: Kind) -> Callable[[View], View]:
    """A page for those who may see such things of every owner. For everybody else, it does not exist."""

    def decorate(view: View) -> View:
        @signed_in
        @wraps(view)
        def page(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            seen(actor(request), Thing(kind))
            return view(request, *given, **named)

        return page

    return decorate


@dataclass(frozen=True)
class Desk(Place):
    """A page of the desk. ``page``: its name in the row of pages."""

    page: str

    def facts(self) -> dict[str, Any]:
        pages = [
            {"address": _ADDRESSES.get(name, f"desk:{name}"), "label": label, "here": name == self.page}
            for name, label, kind in _PAGES
            if may(self.who, Verb.SEE, Thing(kind))
        ]
        return {"place": "desk", "pages": pages}
