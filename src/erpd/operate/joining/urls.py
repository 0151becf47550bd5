"""The addresses of requests to be harvested."""

from django.urls import re_path

from erpd.operate.joining.pages import asking, harvesting_request

app_name = "joining"

urlpatterns = [
    re_path(r"^harvesting-request/?$", asking, name="ask"),
    re_path(r"^harvesting-request/(?P<token>[A-Za-z0-9_:-]{1,200})$", harvesting_request, name="request"),
]
