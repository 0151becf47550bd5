"""The reference of a part in addresses. What can be none leads nowhere, and no database is asked for it."""

from django.urls import register_converter
from django.urls.converters import StringConverter

REFERENCE = "[A-Za-z0-9-]{1,20}"


class _Reference(StringConverter):
    regex = REFERENCE


register_converter(_Reference, "reference")
