"""The addresses of the law, of competent bodies, and of "Can I get it?"."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("erpd.access.can_i_get_it.urls")),
]
