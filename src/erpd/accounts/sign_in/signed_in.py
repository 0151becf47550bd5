"""What a page of people with an account needs: who asks, their second factor, a sign-in not long ago."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from erpd.accounts.may import Actor
from erpd.accounts.models import Membership, Person
from erpd.publish.methods import like

View = Callable[..., HttpResponse]

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
AFTER_SECOND_FACTOR = "after_second_factor"
"""What the session calls the page to which the set-up of a second factor leads back."""
# What shows that the person is there: a provider's answer may come without them.
_PROOFS = ("password", "mfa", "code")


def signed_in(view: View) -> View:
    """A page for people with an account; others are asked to sign in, whether or not there is such a page.

    Who has an office, administers an owner or answers requests sets up a second factor first. GET and POST
    alone, or what ``view`` says (``erpd.publish.methods``).
    """
    return _page(view, needs_factor=True)


def known(view: View) -> View:
    """The same for a page that leads to the set-up of a second factor, and so asks for none."""
    return _page(view, needs_factor=False)


def _page(view: View, *, needs_factor: bool) -> View:
    @like(view)
    @wraps(view)
    def page(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if needs_factor and lacks_second_factor(request.user):
            request.session[AFTER_SECOND_FACTOR] = request.get_full_path()
            return redirect("mfa_index")
        if needs_factor:
            request.session.pop(AFTER_SECOND_FACTOR, None)
        return view(request, *given, **named)

    return page


def lately(view: View) -> View:
    """Sudo mode: what is sent to a page is done within 15 minutes after a sign-in; later, it asks again."""

    @wraps(view)
    def page(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if request.method == "POST":
            demand_lately(request)
        return view(request, *given, **named)

    return page


def demand_lately(request: HttpRequest) -> None:
    """The same for one act of a page. What is sent again has no files."""
    if not signed_in_lately(request):
        raise ReauthenticationRequired  # allauth's middleware asks, then does what was sent


def signed_in_lately(request: HttpRequest) -> bool:
    """Whether the person gave a password or a second factor within the last 15 minutes, in this session."""
    records = get_authentication_records(request, request.user if request.user.is_authenticated else None)
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    return any(record["method"] in _PROOFS and record["at"] > since for record in records)


def actor(request: HttpRequest) -> Actor:
    """Who acts at a page."""
    return Actor(person=request.user if isinstance(request.user, Person) else None)


def needs_second_factor(person: Person) -> bool:
    """Whether a person must have one: whoever changes what others see or may do, or reads their requests."""
    needing = Q(role=Membership.Role.ADMIN) | Q(handles=True)
    return bool(person.office) or person.memberships.filter(needing).exists()


def lacks_second_factor(person: Person) -> bool:
    """Recovery codes alone are none."""
    return needs_second_factor(person) and not is_mfa_enabled(person, list(SECOND_FACTORS))
