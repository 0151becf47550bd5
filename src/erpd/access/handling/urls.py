"""The addresses of a body's desk."""

from django.urls import path

from erpd.access.handling.pages import act_page, lists, part_page

app_name = "handling"

urlpatterns = [
    path("", lists, name="desk"),
    path("<str:reference>/", part_page, name="part"),
    path("<str:reference>/<slug:act>/", act_page, name="act"),
]
