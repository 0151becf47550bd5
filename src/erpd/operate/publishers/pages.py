"""The page that ends the mails to a publisher.

A GET never acts: programs that check mails open every link.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from erpd.accounts.visitors import NoSuchLink, kept_by_nobody
from erpd.operate.publishers import stopping

app_name = "publishers"


@csrf_exempt  # the reader's program has no page of ours before it posts (RFC 8058, 3.2)
@kept_by_nobody
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop them, by the link or the header of each mail."""
    try:
        stopping.name_in(token)
    except NoSuchLink:
        raise Http404 from None
    done = request.method == "POST"
    if done:
        stopping.stop(token=token)
    return render(request, "operate/publishers_stop.html", {"done": done})


urlpatterns = [re_path(r"^publishers/stop/(?P<token>[A-Za-z0-9_:-]{1,300})$", stop, name="stop")]
