"""`/requests/my-data/`: what is kept on me, for how long, all of it as a file; my drafts erased at once."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from erpd.access.models import AccessRequest, Part
from erpd.access.opened import by_account_or_link, opened
from erpd.access.personal_data.export import export
from erpd.access.personal_data.forgetting import erase_drafts
from erpd.access.personal_data.retention import draft_days, kept_until
from erpd.access.requests.roles import requests_of
from erpd.accounts.rates import Buckets
from erpd.accounts.sign_in.signed_in import actor
from erpd.accounts.visitors import network
from erpd.publish.methods import safe

_MOST_LISTED = 100
_DOWNLOADS = Buckets(10, 1 / 300)  # of one person: it can take seconds
_SENT = Part.objects.exclude(state=Part.State.DRAFT)


@by_account_or_link
def my_data(request: HttpRequest) -> HttpResponse:
    """What is kept on who looks at the page; a button erases their drafts."""
    who, mine = actor(request), opened(request)
    if request.method == "POST":
        number = erase_drafts(who=who, opened=mine)
        messages.success(request, _("Drafts erased: %(number)s.") % {"number": number})
        return redirect(request.path)
    parts = Part.objects.select_related("decision__grant").order_by("pk")
    found = requests_of(who, mine).prefetch_related(Prefetch("parts", parts))
    facts = {
        "rows": [_row(one) for one in found.order_by("-created")[:_MOST_LISTED]],
        "most": _MOST_LISTED,
        "drafts": found.exclude(pk__in=_SENT.values("request")).exists(),
        "draft_days": draft_days(),
        "place": "requests",
    }
    return render(request, "access/personal_data/my_data.html", facts)


@by_account_or_link
@safe
def download(request: HttpRequest) -> HttpResponseBase:
    """All of it, as a zip. 404 for who is neither signed in nor has opened a request."""
    who, mine = actor(request), opened(request)
    if who.person is None and not mine:
        raise Http404
    key = who.person.pk if who.person else network(request.META.get("REMOTE_ADDR", ""))
    rest = _DOWNLOADS.take(f"{key}")
    if rest.wait:
        return HttpResponse(f"Wait {rest.wait} seconds.\n", "text/plain", 429, headers=rest.headers())
    file = export(who=who, opened=mine)
    return FileResponse(file, as_attachment=True, filename="my-data.zip", content_type="application/zip")


def _row(request: AccessRequest) -> dict[str, Any]:
    parts = list(request.parts.all())
    return {
        "request": request,
        "parts": [part.reference for part in parts],
        "is_draft": all(part.state == Part.State.DRAFT for part in parts),
        "until": kept_until(request),
    }
