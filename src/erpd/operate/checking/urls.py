"""The addresses of public checks."""

from django.urls import re_path

from erpd.operate.checking import api, openapi, pages

app_name = "checking"

urlpatterns = [
    re_path(r"^check/?$", pages.check, name="check"),
    re_path(r"^check/api/validate/?$", api.validate, name="validate"),
    re_path(r"^check/api/info/?$", api.info, name="info"),
    re_path(r"^check/api/openapi\.json$", openapi.openapi, name="openapi"),
]
