"""The addresses of public checks."""

from django.urls import re_path

from erpd.operate.checking import pages

app_name = "checking"

urlpatterns = [re_path(r"^check/?$", pages.check, name="check")]
