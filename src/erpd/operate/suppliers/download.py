"""The failures of the last run, and the links that fail, for whoever has the link."""

from django.http import Http404, HttpRequest, StreamingHttpResponse

from erpd.harvest.models import Run, SourceSettings
from erpd.operate.links.listing import lines
from erpd.operate.suppliers.failures import failures
from erpd.operate.suppliers.page import last_ended, supplier_place
from erpd.pages.downloads import as_csv, csv_file
from erpd.publish.methods import safe


@safe
def failures_csv(request: HttpRequest, token: str) -> StreamingHttpResponse:
    """The records that did not come in."""
    settings = supplier_place(request, token).settings
    run = last_ended(settings)
    if run is None:
        raise Http404
    return as_download(settings, run)


@safe
def links_csv(request: HttpRequest, token: str) -> StreamingHttpResponse:
    """The links that lead nowhere or ask for a sign-in: a line for each data set that has one."""
    source = supplier_place(request, token).settings.source
    return csv_file(as_csv(lines(source.pk)), f"{source.slug}-links")


def as_download(settings: SourceSettings, run: Run) -> StreamingHttpResponse:
    """The failures of a run as a file."""
    return csv_file(failures(run), f"{settings.source.slug}-{run.pk}")
