"""The addresses of the node: each door once for each scope (G3.1)."""

from django.urls import include, path

urlpatterns = [
    path("", include("erpd.publish.urls")),
    path("", include("erpd.portal.urls")),
]
