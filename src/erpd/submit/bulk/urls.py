"""The addresses of many data sets in one file, below their catalogue."""

from django.urls import path

from erpd.submit.bulk.pages import bulk, report, templates, upload, written

app_name = "bulk"

_ROOT = "owners/<slug:slug>/catalogues/<slug:catalogue>/bulk/"

urlpatterns = [
    path(_ROOT, bulk, name="bulk"),
    path(f"{_ROOT}template.<slug:suffix>", templates, name="template"),
    path(f"{_ROOT}data-sets.xlsx", written, name="written"),
    path(f"{_ROOT}<uuid:key>/", upload, name="upload"),
    path(f"{_ROOT}<uuid:key>/findings.xlsx", report, name="report"),
]
