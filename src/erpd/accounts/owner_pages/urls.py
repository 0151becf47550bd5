"""The addresses of the pages of owners. Words before a slug are reserved in ``slugs``."""

from django.urls import path

from erpd.accounts.owner_pages.agreement import agreement
from erpd.accounts.owner_pages.applying import applying
from erpd.accounts.owner_pages.contact import contact
from erpd.accounts.owner_pages.mine import mine
from erpd.accounts.owner_pages.overview import overview
from erpd.accounts.owner_pages.transfer import transfer

app_name = "owners"

urlpatterns = [
    path("", mine, name="mine"),
    path("apply/", applying, name="apply"),
    path("contact/<str:token>/", contact, name="contact"),
    path("transfers/<int:number>/", transfer, name="transfer"),
    path("<slug:slug>/", overview, name="owner"),
    path("<slug:slug>/agreement/", agreement, name="agreement"),
]
