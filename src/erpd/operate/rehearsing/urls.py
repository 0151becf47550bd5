"""The addresses of rehearsals."""

from django.urls import re_path

from erpd.operate.rehearsing import pages
from erpd.operate.rehearsing.download import result_pdf

app_name = "rehearsing"

_ONE = r"^rehearsal/(?P<key>[A-Za-z0-9_-]{1,64})"

urlpatterns = [
    re_path(r"^rehearsal/?$", pages.asking, name="ask"),
    re_path(rf"{_ONE}\.json$", pages.result_json, name="json"),
    re_path(rf"{_ONE}\.pdf$", result_pdf, name="pdf"),
    re_path(rf"{_ONE}/?$", pages.result, name="result"),
]
