"""The addresses of the desk."""

from django.urls import path

from erpd.accounts.desk import agreement, audit, mails, organisations, overview, owners, people

app_name = "desk"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("owners/", owners.owners, name="owners"),
    path("owners/<slug:slug>/", owners.owner, name="owner"),
    path("mail/", mails.mails, name="mails"),
    path("mail/<int:number>/", mails.mail, name="mail"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("people/", people.people, name="people"),
    path("people/<int:number>/", people.person, name="person"),
    path("agreement/", agreement.agreement, name="agreement"),
    path("agreement/new/", agreement.new, name="new-agreement"),
    path("audit/", audit.audit, name="audit"),
]
