"""The addresses of a body's desk."""

from django.urls import path

import erpd.access.reference  # noqa: F401  # the kind of parameter
from erpd.access.handling.pages import act_page, lists, part_page

app_name = "handling"

urlpatterns = [
    path("", lists, name="desk"),
    path("<reference:reference>/", part_page, name="part"),
    path("<reference:reference>/<slug:act>/", act_page, name="act"),
]
