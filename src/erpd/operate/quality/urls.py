"""The addresses of quality."""

from django.urls import re_path

from erpd.operate.quality.pages import quality, quality_csv
from erpd.operate.quality.rdf import quality_rdf
from erpd.operate.quality.summaries import catalogues_csv, summary, summary_csv
from erpd.publish.linked_data import KEY

app_name = "quality"

_CATALOGUE = "^quality/catalogues/(?P<slug>[-a-zA-Z0-9_]+)"
_COUNTRY = "^quality/countries/(?P<country>[A-Za-z]{1,2})"

urlpatterns = [
    re_path(r"^quality/?$", summary, name="all"),
    re_path(r"^quality\.csv$", summary_csv, name="all-csv"),
    re_path(r"^quality/catalogues\.csv$", catalogues_csv, name="catalogues-csv"),
    re_path(rf"{_CATALOGUE}/?$", summary, name="catalogue"),
    re_path(rf"{_CATALOGUE}\.csv$", summary_csv, name="catalogue-csv"),
    re_path(rf"{_COUNTRY}/?$", summary, name="country"),
    re_path(rf"{_COUNTRY}\.csv$", summary_csv, name="country-csv"),
    re_path(rf"^datasets/{KEY}/quality/?$", quality, name="data-set"),
    re_path(rf"^datasets/{KEY}/quality\.csv$", quality_csv, name="data-set-csv"),
    re_path(rf"^datasets/{KEY}/quality\.(?P<suffix>rdf|ttl|nt|jsonld)$", quality_rdf, name="data-set-rdf"),
]
