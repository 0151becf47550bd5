"""The URLs of the node: doors and pages."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("erpd.submit.delivery_api.urls")),
    path("account/", include("allauth.urls")),
    path("desk/", include("erpd.accounts.desk.urls")),
    path("", include("erpd.submit.urls")),
    path("owners/", include("erpd.accounts.owner_pages.urls")),
    path("", include("erpd.publish.urls")),
    path("", include("erpd.portal.urls")),
]

handler400 = "erpd.pages.errors.bad_request"
