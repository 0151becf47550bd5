"""The addresses of the public status page."""

from django.urls import path, re_path

from erpd.operate.status import pages

app_name = "status"

urlpatterns = [
    re_path(r"^status/?$", pages.status, name="all"),
    path("status.json", pages.status_json, name="json"),
    path("status/<slug:slug>.json", pages.source_json, name="source-json"),
    re_path(r"^status/(?P<slug>[A-Za-z0-9_-]+)/?$", pages.source, name="source"),
]
