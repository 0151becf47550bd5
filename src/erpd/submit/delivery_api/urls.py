"""The addresses of the delivery API, below ``/api/v1/``."""

from django.urls import path, re_path

from erpd.submit.delivery_api import account, datasets, distributions
from erpd.submit.delivery_api.door import resource

_DATASET = "datasets/<str:dataset_id>"
urlpatterns = [
    path("datasets", resource(GET=datasets.index, POST=datasets.create)),
    path(
        _DATASET,
        resource(GET=datasets.show, PUT=datasets.replace, PATCH=datasets.patch, DELETE=datasets.delete),
    ),
    path(f"{_DATASET}/publication-status", resource(GET=datasets.status, PUT=datasets.set_status)),
    path(f"{_DATASET}/distributions", resource(GET=distributions.index, POST=distributions.create)),
    path(
        f"{_DATASET}/distributions/<str:distribution_id>",
        resource(GET=distributions.show, PUT=distributions.replace, DELETE=distributions.delete),
    ),
    path("me/catalog-records", resource(GET=account.catalog_records)),
    path("auth/token", resource(POST=account.token)),
    path("auth/logout", resource(POST=account.logout)),
    path("auth/login", resource(GET=account.login)),
    path("auth/user", resource(GET=account.user)),
    path("error-codes", resource(GET=account.codes)),
    path("openapi.json", resource(GET=account.openapi)),
    re_path("", resource(GET=account.nothing)),
]
