"""The page of one's own account; what of django-allauth's pages needs more care."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.socialaccount import app_settings
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from erpd.accounts.actions.profiles import describe
from erpd.accounts.sign_in.forms import Profile
from erpd.accounts.sign_in.signed_in import SECOND_FACTORS, actor, known, lacks_second_factor


@known
def account(request: HttpRequest) -> HttpResponse:
    """One's name and language; the way to address, password, second factor and sessions."""
    who = actor(request)
    person = who.person
    assert person
    given = request.POST if request.method == "POST" else None
    form = Profile(given, initial={"name": person.name, "language": person.language})
    if form.is_valid():
        describe(who=who, **form.cleaned_data)
        messages.success(request, _("Your changes are saved."))
        return redirect("account")
    shown = {
        "form": form,
        "place": "account",
        "factors": Authenticator.objects.filter(user=person, type__in=SECOND_FACTORS).count(),
        "lacks_second_factor": lacks_second_factor(person),
        "sessions": UserSession.objects.filter(user=person).count(),
        "providers": bool(app_settings.PROVIDERS),
    }
    return render(request, "accounts/account.html", shown, status=400 if form.errors else 200)


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """Removes a passkey, unless it is the last second factor of somebody whose role needs one."""

    def form_valid(self, form: Any) -> HttpResponse:
        factors = get_adapter()
        if not factors.can_delete_authenticator(self.get_object()):
            messages.error(self.request, factors.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        answer: HttpResponse = super().form_valid(form)
        return answer
