"""The addresses of "Can I get it?"."""

from django.urls import path, re_path

from erpd.access.can_i_get_it.api import can_i_get_it
from erpd.access.can_i_get_it.openapi import openapi
from erpd.access.can_i_get_it.pages import access_page
from erpd.publish.linked_data import KEY

app_name = "access"

urlpatterns = [
    re_path(rf"^datasets/{KEY}/access/?$", access_page, name="can-i-get-it"),
    path("api/can-i-get-it", can_i_get_it, name="can-i-get-it-json"),
    path("api/openapi.json", openapi, name="openapi"),
]
