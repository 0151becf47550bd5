"""The keys of an owner for the APIs. The text of a key is on the answer to the form that makes it alone."""

import secrets
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts import keys as actions
from erpd.accounts.acts import Act, Which, answer
from erpd.accounts.may import Kind, Verb, may
from erpd.accounts.models import Key
from erpd.accounts.owner_pages.places import OwnerPlace, owner_place
from erpd.accounts.paging import behind, cut, number
from erpd.accounts.rates import OF_KEYS
from erpd.accounts.refusal import Refusal
from erpd.accounts.sign_in.signed_in import lately, signed_in
from erpd.register.models import Catalogue

TRY = "/api/3/action/key_show"  # what a key may, and the rest of its rate
TRY_DESK = "/api/requests/v1/requests"  # the requests that it opens
_VERBS = {
    Verb.SEE: _("see"),
    Verb.CREATE: _("create"),
    Verb.CHANGE: _("change"),
    Verb.PUBLISH: _("publish"),
    Verb.WITHDRAW: _("withdraw"),
    Verb.ERASE: _("erase"),
}


class _Make(Act):
    """What every key is made with, and that it is shown once."""

    place: OwnerPlace

    key_name = forms.CharField(
        label=_("Name (optional)"),
        help_text=_("What the key is for, so that you recognise it here and in e-mails."),
        max_length=80,
        required=False,
    )
    days = forms.IntegerField(label=_("Valid for how many days?"))
    once = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def prepare(self) -> None:
        self.fields["days"].initial = settings.NODE.key_days
        self.fields["days"].help_text = gettext("At most %(days)s.") % {"days": settings.NODE.key_days}
        self.fields["once"].initial = secrets.token_urlsafe(16)

    def perform(self) -> HttpResponse:
        given = self.cleaned_data
        try:
            made, text = self.make(name=given["key_name"], days=given["days"], once=given["once"])
        except Refusal:
            # Sent once more, the form is another one.
            self.data = {**dict(self.data.items()), "once": secrets.token_urlsafe(16)}
            raise
        return _shown_once(self.place, made, text)

    def make(self, *, name: str, days: int, once: str) -> tuple[Key, str]:
        """Make it. Raises what the action raises."""
        raise TypeError(f"{self.name} makes nothing")


class Make(_Make):
    name = "make"
    field_order = ("catalogue", "key_name", "days", "once")

    catalogue = forms.ModelChoiceField(
        Catalogue.objects.none(),
        label=_("Catalogue"),
        help_text=_("A key works for this catalogue only. Start with the test catalogue."),
        to_field_name="slug",
        empty_label=None,
    )

    def prepare(self) -> None:
        super().prepare()
        catalogue = self.fields["catalogue"]
        assert isinstance(catalogue, forms.ModelChoiceField)
        catalogue.label_from_instance = self.place.title_of  # type: ignore[assignment]
        catalogue.queryset = Catalogue.objects.filter(holding__owner=self.place.owner).order_by("-pk")

    def make(self, *, name: str, days: int, once: str) -> tuple[Key, str]:
        catalogue = self.cleaned_data["catalogue"]
        return actions.make(who=self.place.who, catalogue=catalogue, name=name, days=days, once=once)


class MakeForDesk(_Make):
    """A key for requests for access, made by who answers them."""

    name = "make_for_desk"

    def prepare(self) -> None:
        super().prepare()
        self.fields["key_name"].help_text = gettext("Such as the name of your case system.")

    def make(self, *, name: str, days: int, once: str) -> tuple[Key, str]:
        owner = self.place.owner
        return actions.make_for_desk(who=self.place.who, owner=owner, name=name, days=days, once=once)


class _OfKey(Which):
    place: OwnerPlace

    def key(self) -> Key:
        found = self.place.owner.keys.filter(pk=self.cleaned_data["id"]).first()
        if found is None or not _may(self.place, Verb.SEE, found):
            raise Http404
        return found


class Rotate(_OfKey):
    name = "rotate"

    def perform(self) -> HttpResponse:
        made, text = actions.rotate(who=self.place.who, key=self.key())
        return _shown_once(self.place, made, text)


class Revoke(_OfKey):
    name = "revoke"

    def perform(self) -> str:
        revoked = actions.revoke(who=self.place.who, key=self.key())
        return gettext("The key %(key)s no longer works.") % {"key": revoked.prefix}


@signed_in
@lately
def keys(request: HttpRequest, slug: str) -> HttpResponse:
    """The keys that the person may see: their own; administrators and operators see all.

    ``?revoke=`` the number of one: asks whether to revoke it.
    """
    place = owner_place(request, slug)
    if request.method == "GET" and "revoke" in request.GET:
        return _ask(place)
    return answer(
        place, "accounts/owners/keys.html", (Make, MakeForDesk, Rotate, Revoke), lambda: _facts(place)
    )


def _ask(place: OwnerPlace) -> HttpResponse:
    """Whether to revoke a key."""
    found = place.owner.keys.filter(pk=number(place.request.GET["revoke"]) or 0, revoked=None)
    key = found.select_related("person", "catalogue").first()
    if key is None or not _may(place, Verb.ERASE, key):
        raise Http404
    return place.show("accounts/owners/revoke.html", {"room": "keys", "key": key})


def _facts(place: OwnerPlace) -> dict[str, Any]:
    found = place.owner.keys.select_related("person", "owner", "catalogue", "replaced_by")
    if not place.may(Verb.SEE, Kind.KEY):
        found = found.filter(person=place.who.person)
    page = cut(place.request, behind(place.request, found))
    now = timezone.now()
    return {
        "room": "keys",
        "page": page,
        "keys": [_row(place, key, now) for key in page.rows],
        "may_make": place.may(Verb.CREATE, Kind.KEY),
        "may_make_for_desk": place.may(Verb.CREATE, Kind.DESK_KEY),
    }


def _row(place: OwnerPlace, key: Key, now: datetime) -> dict[str, Any]:
    valid, replacement = actions.is_valid(key, now), getattr(key, "replaced_by", None)
    is_ones_own = key.person == place.who.person
    return {
        "key": key,
        "may": _able(key),
        "valid": valid,
        "rest": OF_KEYS.look(key.pk),
        "replaced_by": replacement,
        "may_rotate": valid and replacement is None and is_ones_own and _may(place, Verb.CREATE, key),
        "may_revoke": key.revoked is None and _may(place, Verb.ERASE, key),
    }


def _able(key: Key) -> list[str]:
    """What a key may do with the data sets of its catalogue."""
    return [str(_VERBS[Verb(verb)]) for verb in actions.about(key)["may"]]


def _may(place: OwnerPlace, verb: Verb, key: Key) -> bool:
    return may(place.who, verb, actions.thing_of(key))


def _shown_once(place: OwnerPlace, key: Key, text: str) -> HttpResponse:
    address = f"{settings.NODE.base_url}{TRY_DESK if key.desk else TRY}"
    line = f'curl "{address}" -H "Authorization: Bearer {text}"'
    shown = {"room": "keys", "key": key, "may": _able(key), "text": text, "line": line}
    return place.show("accounts/owners/new_key.html", shown)
