"""The addresses of `/account/`: our page, and django-allauth's, seen by nobody but the reader."""

from allauth.account.decorators import reauthentication_required
from django.urls import include, path

from erpd.accounts.sign_in.provider import callback, login
from erpd.accounts.sign_in.views import RemovePasskey, account

urlpatterns = [
    path("", account, name="account"),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        reauthentication_required(RemovePasskey.as_view(), app="allauth.mfa"),
        name="mfa_remove_webauthn",
    ),
    path("oidc/<provider_id>/login/", login, name="openid_connect_login"),
    path("oidc/<provider_id>/login/callback/", callback, name="openid_connect_callback"),
    path("", include("allauth.urls")),
]
