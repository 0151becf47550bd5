"""The pages that the mails to a supplier open: what a run brought, "keep them", confirm and stop.

A GET never acts: programs that check mails open every link.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from erpd.accounts.acts import answer
from erpd.accounts.visitors import NoSuchLink, kept_by_nobody
from erpd.harvest.models import Run
from erpd.operate.models import Subscription
from erpd.operate.suppliers import subscribing
from erpd.operate.suppliers.download import as_download
from erpd.operate.suppliers.news import News
from erpd.operate.suppliers.page import Hold, SupplierPlace, about_deletions, about_run
from erpd.publish.methods import safe


@dataclass(frozen=True)
class _NoticePlace(SupplierPlace):
    """The page of one run, for whoever has the link of the notice."""

    run: Run
    subscription: Subscription

    @cached_property
    def about(self) -> Run:
        return self.run


def _place(request: HttpRequest, token: str) -> _NoticePlace:
    try:
        subscription, run = subscribing.notice_of(token)
    except NoSuchLink:
        raise Http404 from None
    return _NoticePlace(request, subscription.settings, run, subscription)


@kept_by_nobody
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """What one run brought; one can say that its deletions are wrong."""
    place = _place(request, token)

    def facts() -> dict[str, Any]:
        place.run.refresh_from_db()
        return {
            "settings": place.settings,
            "result": News(place.run).result,
            "failures": token,
            "stop": subscribing.stop_token(place.subscription),
            **about_deletions(place),
            **about_run(place.run),
        }

    if request.method == "POST" and request.POST.get("run") != str(place.run.pk):
        raise Http404
    offered = (Hold,) if request.method == "POST" or about_deletions(place)["is_open"] else ()
    return answer(place, "operate/notice.html", offered, facts)


@safe
def notice_failures(request: HttpRequest, token: str) -> StreamingHttpResponse:
    """The records that did not come in, as CSV."""
    place = _place(request, token)
    return as_download(place.settings, place.run)


@kept_by_nobody
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Begin the notices by the link of a mail."""
    try:
        done = request.method == "POST"
        found = subscribing.confirm(token=token) if done else subscribing.waiting(token)
    except NoSuchLink:
        return render(request, "operate/notices_confirm.html", {"is_invalid": True}, status=404)
    return render(request, "operate/notices_confirm.html", {"found": found, "done": done})


@csrf_exempt  # the reader's program has no page of ours before it posts (RFC 8058, 3.2)
@kept_by_nobody
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End the notices, by the link or the header of each mail."""
    if not subscribing.is_stop(token):
        raise Http404
    done = request.method == "POST"
    if done:
        subscribing.stop(token=token)
    return render(request, "operate/notices_stop.html", {"done": done})
