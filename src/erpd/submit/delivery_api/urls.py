"""The addresses of the delivery API, below ``/api/v1/``."""

from django.urls import URLPattern, path, re_path

from erpd.submit.delivery_api import account, datasets, distributions
from erpd.submit.delivery_api.door import Handler, resource
from erpd.submit.delivery_api.openapi import queries


def _at(address: str, **handlers: Handler) -> URLPattern:
    """An address as the OpenAPI document writes it."""
    pattern = address.replace("{datasetId}", "<str:dataset_id>")
    pattern = pattern.replace("{distributionId}", "<str:distribution_id>")
    return path(pattern, resource(queries(address), **handlers))


_SET = "datasets/{datasetId}"
_ONE = f"{_SET}/distributions/{{distributionId}}"
urlpatterns = [
    _at("datasets", GET=datasets.index, POST=datasets.create),
    _at(_SET, GET=datasets.show, PUT=datasets.replace, PATCH=datasets.patch, DELETE=datasets.delete),
    _at(f"{_SET}/publication-status", GET=datasets.status, PUT=datasets.set_status),
    _at(f"{_SET}/distributions", GET=distributions.index, POST=distributions.create),
    _at(_ONE, GET=distributions.show, PUT=distributions.replace, DELETE=distributions.delete),
    _at("me/catalog-records", GET=account.catalog_records),
    _at("auth/token", POST=account.token),
    _at("auth/logout", POST=account.logout),
    _at("auth/login", GET=account.login),
    _at("auth/user", GET=account.user),
    _at("error-codes", GET=account.codes),
    _at("openapi.json", GET=account.openapi),
    re_path("", resource({}, GET=account.nothing)),
]
