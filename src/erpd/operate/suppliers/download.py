"""The failures of the last run, for whoever has the link."""

from django.http import Http404, HttpRequest, StreamingHttpResponse

from erpd.harvest.models import Run, SourceSettings
from erpd.operate.suppliers.failures import failures
from erpd.operate.suppliers.page import last_ended, supplier_place
from erpd.pages.downloads import csv_file
from erpd.publish.methods import safe


@safe
def failures_csv(request: HttpRequest, token: str) -> StreamingHttpResponse:
    """The records that did not come in."""
    settings = supplier_place(request, token).settings
    run = last_ended(settings)
    if run is None:
        raise Http404
    return as_download(settings, run)


def as_download(settings: SourceSettings, run: Run) -> StreamingHttpResponse:
    """The failures of a run as a file."""
    return csv_file(failures(run), f"{settings.source.slug}-{run.pk}")
