"""The addresses of the law, of competent bodies, and of "Can I get it?"."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from erpd.access.law_page import law_page

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("erpd.access.can_i_get_it.urls")),
    re_path(r"^law/?$", law_page, name="law"),
]
