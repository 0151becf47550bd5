"""Signing in through an OpenID Connect provider."""

import logging
from collections.abc import Callable
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.openid_connect import views
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from erpd.accounts.actions.profiles import kept_name
from erpd.accounts.models import Person
from erpd.metadata.masking import shown
from erpd.metadata.storable import storable_json

logger = logging.getLogger(__name__)
View = Callable[[HttpRequest, str], HttpResponse]


class Providers(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """What django-allauth asks about providers.

    An account that exists is never entered by its address, whatever the provider says of it: its person signs
    in and connects the provider. Our second factor is asked after that of the provider.
    """

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Person:
        """A new person with the name and address that the provider says."""
        person: Person = super().populate_user(request, sociallogin, data)
        person.name = kept_name(str(data.get("name") or ""))
        sociallogin.account.extra_data = storable_json({"name": person.name, "email": person.email})
        return person


def _guarded(view: View) -> View:
    """A provider that is away, or says nonsense, is no fault of ours."""

    def guarded(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except Http404:
            raise
        except (OSError, ValueError, LookupError, TypeError) as error:  # requests' errors are of OSError
            logger.error("OpenID Connect: %s", shown(repr(error)))
            return render(request, "socialaccount/authentication_error.html", status=502)

    return guarded


@_guarded
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Leave for the provider by a page of ours.

    The Content-Security-Policy lets forms lead to this node alone, wherever the answer redirects to; which
    hosts a provider then leads through, nobody can list.
    """
    answer: HttpResponse = views.login(request, provider_id)
    if request.method != "POST" or answer.status_code != 302:
        return answer
    return render(request, "socialaccount/leave.html", {"there": answer["Location"]})


@_guarded
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the provider."""
    answer: HttpResponse = views.callback(request, provider_id)
    return answer
