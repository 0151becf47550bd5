"""The packages, each written once."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings

from erpd.formats.ckan.exact import package
from erpd.formats.ckan.package import Registration
from erpd.metadata.record import Record
from erpd.publish.ckan_api.json_text import as_json
from erpd.publish.written import Written
from erpd.register.words import LANGUAGES_OF


def language() -> str:
    """That of texts of which CKAN has one only: the country's, where the node has one, otherwise English."""
    return LANGUAGES_OF.get(settings.NODE.country, ("en",))[0]


class Registered(Protocol):
    """What the register says about a data set, or about its last change."""

    @property
    def key(self) -> UUID: ...
    @property
    def created(self) -> datetime: ...
    @property
    def modified(self) -> datetime: ...


def package_in_json(what: Registered, record: Record) -> bytes:
    """The package of a record."""
    registration = Registration(str(what.key), what.created, what.modified)
    return as_json(package(record, registration, language()))


WRITTEN = Written("ckan", "Packages of CKAN's API", "packages.sqlite3", {"package": package_in_json})
