"""The addresses of owners' portals: below their catalogue, and at the desk."""

from django.urls import path

from erpd.submit.own_portal import desk, pages

app_name = "portals"

_ROOT = "owners/<slug:slug>/catalogues/<slug:catalogue>/portals/"
_ONE = f"{_ROOT}<int:number>/"

urlpatterns = [
    path(_ROOT, pages.portals, name="list"),
    path(f"{_ROOT}new/", pages.new, name="new"),
    path(_ONE, pages.portal, name="portal"),
    path(f"{_ONE}change/", pages.change, name="change"),
    path(f"{_ONE}runs/<int:run>/", pages.run, name="run"),
    path("desk/portals/", desk.portals, name="desk"),
    path("desk/portals/<int:number>/", desk.portal, name="decide"),
]
