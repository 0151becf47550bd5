"""The addresses of the register of decisions."""

from django.urls import path, re_path

from erpd.access.decisions import pages
from erpd.access.decisions.rdf import decisions_rdf

app_name = "decisions"

urlpatterns = [
    re_path(r"^decisions/?$", pages.decisions, name="all"),
    path("decisions.csv", pages.decisions_csv, name="csv"),
    path("decisions.json", pages.decisions_json, name="json"),
    re_path(r"^decisions\.(?P<suffix>ttl|rdf|nt|jsonld)$", decisions_rdf, name="rdf"),
]
