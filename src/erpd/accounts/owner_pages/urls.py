"""The addresses of the pages of owners. Words before a slug are reserved in ``slugs``."""

from django.urls import path

from erpd.accounts.owner_pages.agreement import agreement
from erpd.accounts.owner_pages.applying import applying
from erpd.accounts.owner_pages.audit import audit
from erpd.accounts.owner_pages.contact import contact
from erpd.accounts.owner_pages.invitation import invitation
from erpd.accounts.owner_pages.keys import keys
from erpd.accounts.owner_pages.members import members_page
from erpd.accounts.owner_pages.mine import mine
from erpd.accounts.owner_pages.overview import overview
from erpd.accounts.owner_pages.transfer import transfer
from erpd.accounts.owner_pages.transfers import transfers

app_name = "owners"

urlpatterns = [
    path("", mine, name="mine"),
    path("apply/", applying, name="apply"),
    path("contact/<str:token>/", contact, name="contact"),
    path("invitations/<str:token>/", invitation, name="invitation"),
    path("transfers/<int:number>/", transfer, name="transfer"),
    path("<slug:slug>/", overview, name="owner"),
    path("<slug:slug>/agreement/", agreement, name="agreement"),
    path("<slug:slug>/audit/", audit, name="audit"),
    path("<slug:slug>/keys/", keys, name="keys"),
    path("<slug:slug>/members/", members_page, name="members"),
    path("<slug:slug>/transfers/", transfers, name="transfers"),
]
