"""The addresses of the pages of suppliers."""

from django.urls import re_path

from erpd.operate.suppliers.download import failures_csv
from erpd.operate.suppliers.page import page

app_name = "suppliers"

_LINK = r"^suppliers/(?P<token>[A-Za-z0-9_-]{1,64})"

urlpatterns = [
    re_path(rf"{_LINK}/?$", page, name="page"),
    re_path(rf"{_LINK}/failures\.csv$", failures_csv, name="failures"),
]
