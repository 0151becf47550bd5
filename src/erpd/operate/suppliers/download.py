"""The failures of the last run, for whoever has the link."""

from typing import Any

from django.http import Http404, HttpRequest, StreamingHttpResponse

from erpd.operate.suppliers.failures import failures
from erpd.operate.suppliers.page import last_ended, supplier_place
from erpd.publish.methods import safe


@safe
def failures_csv(request: HttpRequest, token: str) -> Any:
    """The records that did not come in."""
    settings = supplier_place(request, token).settings
    run = last_ended(settings)
    if run is None:
        raise Http404
    answer = StreamingHttpResponse(failures(run), "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{settings.source.slug}-{run.pk}.csv"'
    return answer
