"""The addresses of the sources at the desk."""

from django.urls import path

from erpd.operate.deletions.pages import deletions
from erpd.operate.editing.file import download, file
from erpd.operate.editing.pages import new, settings
from erpd.operate.identifiers.pages import identifiers
from erpd.operate.joining.desk import one_request, requests
from erpd.operate.links.pages import links, links_csv
from erpd.operate.mapping.one_value import value
from erpd.operate.mapping.pages import values
from erpd.operate.proving import proofs
from erpd.operate.runs.difference import difference
from erpd.operate.runs.export import records_csv
from erpd.operate.runs.pages import run
from erpd.operate.runs.record import content, raw, record
from erpd.operate.sources.pages import source, sources
from erpd.operate.suppliers.desk import supplier_link

app_name = "operate"

urlpatterns = [
    path("", sources, name="sources"),
    # No source is called so: a name has only letters, digits, hyphens and underscores.
    path("+new/", new, name="new"),
    path("+file/", file, name="file"),
    path("+values/", values, name="values"),
    path("+values/one/", value, name="value"),
    path("+links/", links, name="links"),
    path("+links.csv", links_csv, name="links-csv"),
    path("+proofs/", proofs, name="proofs"),
    path("+requests/", requests, name="requests"),
    path("+requests/<int:number>/", one_request, name="request"),
    path("sources.toml", download, name="download"),
    path("<slug:slug>/settings/", settings, name="settings"),
    path("<slug:slug>/", source, name="source"),
    path("<slug:slug>/supplier/", supplier_link, name="supplier"),
    path("<slug:slug>/deletions/", deletions, name="deletions"),
    path("<slug:slug>/runs/<int:number>/", run, name="run"),
    path("<slug:slug>/runs/<int:number>/difference/", difference, name="difference"),
    path("<slug:slug>/runs/<int:number>/identifiers/", identifiers, name="identifiers"),
    path("<slug:slug>/runs/<int:number>/record/", record, name="record"),
    path("<slug:slug>/runs/<int:number>/record/raw", raw, name="raw"),
    path("<slug:slug>/runs/<int:number>/records.csv", records_csv, name="records"),
    path("<slug:slug>/runs/<int:number>/records/<int:entry>", content, name="content"),
]
