"""The addresses of the pages of owners."""

from django.urls import path

from erpd.accounts import views

app_name = "accounts"

urlpatterns = [path("owners/contact/<str:token>/", views.contact, name="contact")]
