"""The audit log of the whole node."""

from django.http import HttpRequest, HttpResponse

from erpd.accounts.deeds import PAGE, deeds
from erpd.accounts.desk.pages import SIZE, after, cut, desk, show, words
from erpd.accounts.may import Kind
from erpd.accounts.models import Owner

assert SIZE < PAGE


@desk(Kind.AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first: ``?owner=`` its short name, ``?by=`` an address, a key or "erpd"."""
    slug, by = words(request, "owner"), words(request, "by")
    owner = Owner.objects.filter(slug=slug).first() if slug else None
    missing = bool(slug) and owner is None
    rows = [] if missing else deeds(owner=owner, by=by, before=after(request), size=SIZE + 1)
    facts = {"owner": slug, "by": by, "missing": missing, "page": cut(request, rows, lambda one: one.pk)}
    return show(request, "audit", facts, page="audit")
