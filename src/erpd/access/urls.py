"""The addresses of the law, of competent bodies, and of "Can I get it?"."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
