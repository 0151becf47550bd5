"""The audit log of an owner."""

from django.http import Http404, HttpRequest, HttpResponse

from erpd.accounts.deed_words import told
from erpd.accounts.deeds import PAGE, deeds
from erpd.accounts.may import Kind, Verb
from erpd.accounts.owner_pages.places import owner_place
from erpd.accounts.paging import SIZE, after, cut
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.publish.methods import safe

assert SIZE < PAGE


@signed_in
@safe
def audit(request: HttpRequest, slug: str) -> HttpResponse:
    """Who did what for the owner, newest first."""
    place = owner_place(request, slug)
    if not place.may(Verb.SEE, Kind.AUDIT):
        raise Http404
    rows = deeds(owner=place.owner, before=after(request), size=SIZE + 1)
    page = cut(request, rows)
    facts = {"room": "audit", "page": page, "deeds": told(page.rows)}
    return place.show("accounts/owners/audit.html", facts)
