"""The addresses of the pages of suppliers."""

from django.urls import re_path

from erpd.operate.suppliers.download import failures_csv, links_csv
from erpd.operate.suppliers.notice import confirm, notice, notice_failures, stop
from erpd.operate.suppliers.page import page

app_name = "suppliers"

_SIGNED = r"(?P<token>[A-Za-z0-9_:-]{1,200})"
_LINK = r"^suppliers/(?P<token>[A-Za-z0-9_-]{1,64})"

urlpatterns = [
    re_path(rf"{_LINK}/?$", page, name="page"),
    re_path(rf"{_LINK}/failures\.csv$", failures_csv, name="failures"),
    re_path(rf"{_LINK}/links\.csv$", links_csv, name="links"),
    re_path(rf"^suppliers/notices/{_SIGNED}$", notice, name="notice"),
    re_path(rf"^suppliers/notices/{_SIGNED}/failures\.csv$", notice_failures, name="notice-failures"),
    re_path(rf"^suppliers/confirm/{_SIGNED}$", confirm, name="confirm"),
    re_path(rf"^suppliers/stop/{_SIGNED}$", stop, name="stop"),
]
