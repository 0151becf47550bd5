"""The audit log of the whole node."""

from django.http import HttpRequest, HttpResponse

from erpd.accounts.deed_words import told
from erpd.accounts.deeds import PAGE, deeds
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind
from erpd.accounts.models import Owner
from erpd.accounts.paging import SIZE, after, cut, words
from erpd.publish.methods import safe

assert SIZE < PAGE


@desk(Kind.AUDIT)
@safe
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first: ``?owner=`` its short name, ``?by=`` an address, a key or "erpd"."""
    slug, by = words(request, "owner"), words(request, "by")
    owner = Owner.objects.filter(slug=slug).first() if slug else None
    missing = bool(slug) and owner is None
    rows = [] if missing else deeds(owner=owner, by=by, before=after(request), size=SIZE + 1)
    page = cut(request, rows)
    facts = {"owner": slug, "by": by, "missing": missing, "page": page, "deeds": told(page.rows)}
    return Desk(request, "audit").show("accounts/desk/audit.html", facts)
