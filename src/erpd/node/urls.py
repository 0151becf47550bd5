"""The URLs of the node: doors and pages."""

from django.urls import include, path

from erpd.node.metrics.answer import metrics

# No address is in two of these, so their order does not matter to anyone but those who wait: most requests
# are for the public pages, and to try the hundred others first takes a tenth of a kept page.
urlpatterns = [
    path("", include("erpd.portal.urls")),
    path("api/v1/", include("erpd.submit.delivery_api.urls")),
    path("account/", include("erpd.accounts.sign_in.urls")),
    path("desk/", include("erpd.accounts.desk.urls")),
    path("desk/sources/", include("erpd.operate.urls")),
    path("", include("erpd.operate.status.urls")),
    path("", include("erpd.operate.suppliers.urls")),
    path("", include("erpd.operate.publishers.pages")),
    path("", include("erpd.operate.rehearsing.urls")),
    path("", include("erpd.operate.joining.urls")),
    path("", include("erpd.operate.quality.urls")),
    path("", include("erpd.operate.checking.urls")),
    path("", include("erpd.submit.bulk.urls")),
    path("", include("erpd.submit.own_portal.urls")),
    path("", include("erpd.submit.catalogue_pages.urls")),
    path("", include("erpd.submit.questions.urls")),
    path("", include("erpd.submit.urls")),
    path("", include("erpd.access.urls")),
    path("owners/", include("erpd.accounts.owner_pages.urls")),
    path("", include("erpd.publish.urls")),
    path("metrics", metrics, name="metrics"),
]

handler400 = "erpd.pages.errors.bad_request"
