"""The addresses at which owners deliver."""

from django.urls import path

from erpd.publish.ckan_api import DOOR
from erpd.publish.urls import SCOPES
from erpd.submit.ckan.answering import view

# Before those of the doors: what only reads is passed on to them.
urlpatterns = [
    path(prefix + pattern, view(name))
    for pattern in DOOR.patterns
    if "<str:action>" in pattern
    for prefix, name in SCOPES.items()
]
