"""How long answers take, by view: middleware, the first of all."""

import time

from django.http import HttpRequest, HttpResponse

from erpd.node.metrics import sharing
from erpd.pages.middleware import GetResponse

sharing.join()  # before the library is imported

from prometheus_client import CollectorRegistry, Counter, Histogram  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402

_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
_own = CollectorRegistry()
_took = Histogram(
    "erpd_request_seconds",
    "Until an answer began, without the time in the queue of the server. The view is its name in the code; "
    "none: a file of the pages, or no address of ours.",
    ("view",),
    buckets=_BUCKETS,
    registry=_own,
)
_answers = Counter("erpd_answers", "Answers by the class of their status.", ("status",), registry=_own)


def measured(get_response: GetResponse) -> GetResponse:
    """Measure each request. What people write never becomes a label: names of views are ours."""

    def answer(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        found = request.resolver_match
        _took.labels(found.view_name if found else "none").observe(time.perf_counter() - began)
        _answers.labels(f"{response.status_code // 100}xx").inc()
        return response

    return answer


def times() -> CollectorRegistry:
    """The times of all processes of this node, if they share them; else those of this one."""
    if not sharing.is_shared():
        return _own
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
