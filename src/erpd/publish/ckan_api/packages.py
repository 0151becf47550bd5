"""Data sets as packages, in JSON."""

import json
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.conf import settings

from erpd.formats.ckan.exact import package
from erpd.formats.ckan.package import Registration
from erpd.register.content import record_of, stored
from erpd.register.models import DataSet
from erpd.register.scope import Scope
from erpd.register.words import LANGUAGES_OF


def language() -> str:
    """That of texts of which CKAN has one only: the country's, where the node has one, otherwise English."""
    return LANGUAGES_OF.get(settings.NODE.country, ("en",))[0]


def in_order(within: Scope, keys: Sequence[UUID]) -> list[DataSet]:
    """The data sets with these keys that are still there."""
    found = {data_set.key: data_set for data_set in within.among(keys)}
    return [found[key] for key in keys if key in found]


def written(data_sets: Sequence[DataSet]) -> Iterator[bytes]:
    """The package of each data set, one at a time. Raises VersionBroken."""
    contents = stored(data_set.change for data_set in data_sets)
    for data_set, content in zip(data_sets, contents, strict=True):
        registration = Registration(str(data_set.key), data_set.created, data_set.modified)
        yield as_json(package(record_of(data_set, content), registration, language()))


def as_json(value: object) -> bytes:
    """JSON without blanks, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
