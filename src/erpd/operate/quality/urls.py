"""The addresses of quality."""

from django.urls import re_path

from erpd.operate.quality.pages import quality, quality_csv
from erpd.publish.linked_data import KEY

app_name = "quality"

urlpatterns = [
    re_path(rf"^datasets/{KEY}/quality/?$", quality, name="data-set"),
    re_path(rf"^datasets/{KEY}/quality\.csv$", quality_csv, name="data-set-csv"),
]
