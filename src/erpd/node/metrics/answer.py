"""The address, and who may see it."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from erpd.node.forwarded import was_forwarded
from erpd.node.metrics.figures import Figures
from erpd.node.metrics.times import times
from erpd.publish.methods import safe

_OWN_HOSTS = ("127.0.0.1", "localhost", "::1")


@safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer ``/metrics`` in the text format of Prometheus; for whoever may not see it, it does not exist."""
    if not _may(request):
        raise Http404
    figures = CollectorRegistry()
    figures.register(Figures())
    text = generate_latest(figures) + generate_latest(times())
    return HttpResponse(text, CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})


def _may(request: HttpRequest) -> bool:
    """With the token, if one is set; else from this machine, and through no proxy.

    Behind a proxy that the settings do not name, every visitor seems to be on this machine: so not there. Not
    behind one that they name, either: it may add no address, or another one may stand before it.
    """
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")
    if was_forwarded(request.META):
        return False
    told = settings.NODE.proxies or urlsplit(settings.NODE.base_url).hostname in _OWN_HOSTS
    return bool(told) and _is_here(request.META.get("REMOTE_ADDR", ""))


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
