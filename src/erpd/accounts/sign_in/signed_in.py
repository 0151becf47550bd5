"""What a page of people with an account needs: who asks, their second factor, a sign-in not long ago."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.reauthentication import did_recently_authenticate
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from erpd.accounts.may import Actor
from erpd.accounts.models import Membership, Person
from erpd.publish.methods import SAFE, answers

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """A page for people with an account; others are asked to sign in, whether or not there is such a page.

    Operators, reviewers and administrators of owners set up a second factor first. GET and POST alone.
    """

    @answers(*SAFE, "POST")
    @never_cache
    @wraps(view)
    def page(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            answer: HttpResponse = redirect_to_login(request.get_full_path(), reverse("account_login"))
        elif lacks_second_factor(request.user):
            answer = redirect("mfa_index")
        else:
            answer = view(request, *given, **named)
        answer["X-Robots-Tag"] = "noindex"
        return answer

    return page


def lately(view: View) -> View:
    """Sudo mode: what is sent to a page is done within 15 minutes after a sign-in; later, it asks again."""

    @wraps(view)
    def page(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if request.method == "POST" and not did_recently_authenticate(request):
            again: HttpResponse = reauthentication_required(view)(request, *given, **named)
            return again
        return view(request, *given, **named)

    return page


def actor(request: HttpRequest) -> Actor:
    """Who acts at a page."""
    return Actor(person=request.user if isinstance(request.user, Person) else None)


def needs_second_factor(person: Person) -> bool:
    """Whether a person must have one: whoever can change what others see or may do."""
    return bool(person.office) or person.memberships.filter(role=Membership.Role.ADMIN).exists()


def lacks_second_factor(person: Person) -> bool:
    return needs_second_factor(person) and not is_mfa_enabled(person)
