"""The addresses of the pages of a catalogue, below that of its owner."""

from django.urls import path

from erpd.submit.catalogue_pages.acts import act, empty
from erpd.submit.catalogue_pages.giving import publish_for_real, transfer
from erpd.submit.catalogue_pages.listing import listing
from erpd.submit.catalogue_pages.record import download, record
from erpd.submit.catalogue_pages.uploading import replace, upload
from erpd.submit.form.copying import copy
from erpd.submit.form.review import review
from erpd.submit.form.views import distribution, edit, new

app_name = "catalogue"

_ROOT = "owners/<slug:slug>/catalogues/<slug:catalogue>/"
_ONE = f"{_ROOT}<uuid:key>/"

urlpatterns = [
    path(_ROOT, listing, name="list"),
    path(f"{_ROOT}upload/", upload, name="upload"),
    path(f"{_ROOT}empty/", empty, name="empty"),
    path(_ONE, record, name="delivery"),
    path(f"{_ONE}download.<slug:suffix>", download, name="download"),
    path(f"{_ONE}replace/", replace, name="replace"),
    path(f"{_ONE}publish-for-real/", publish_for_real, name="for-real"),
    path(f"{_ONE}transfer/", transfer, name="transfer"),
    path(f"{_ROOT}new/", new, name="new"),
    path(f"{_ONE}edit/", edit, name="edit"),
    path(f"{_ONE}edit/review/", review, name="review"),
    path(f"{_ONE}edit/distributions/new/", distribution, name="add-distribution"),
    path(f"{_ONE}edit/distributions/<int:number>/", distribution, name="edit-distribution"),
    path(f"{_ONE}edit/<slug:step>/", edit, name="edit-step"),
    path(f"{_ONE}copy/", copy, name="copy"),
    path(f"{_ONE}<slug:name>/", act, name="act"),
]
