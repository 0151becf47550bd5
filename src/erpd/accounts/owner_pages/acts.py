"""What the pages of owners share: who asks for which owner, and the acts that a page offers as forms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from erpd.accounts.may import Actor, Kind, Thing, Verb, may, seen
from erpd.accounts.models import Owner
from erpd.accounts.readiness import hindrances
from erpd.accounts.refusal import Refusal
from erpd.accounts.sign_in.signed_in import actor
from erpd.accounts.texts import in_language
from erpd.pages.languages import reader_languages
from erpd.register.models import Catalogue


@dataclass(frozen=True, slots=True)
class Place:
    """Who asks, in which languages."""

    who: Actor
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnerPlace(Place):
    """Who asks, for which owner. They may see it."""

    owner: Owner

    def may(self, verb: Verb, kind: Kind = Kind.OWNER, *, person: int | None = None) -> bool:
        return may(self.who, verb, Thing(kind, self.owner.pk, person=person))

    def title_of(self, catalogue: Catalogue) -> str:
        """The title of a catalogue of the owner, and its short name."""
        return f"{in_language(catalogue.title, *self.languages)[0]} ({catalogue.slug})"

    def facts(self) -> dict[str, Any]:
        """What each page of an owner shows."""
        name, language = named(self, self.owner)
        return {
            "owner": self.owner,
            "name": name,
            "name_language": language,
            "hindrances": hindrances(self.owner),
            "may_change": self.may(Verb.CHANGE),
            "may_transfer": self.may(Verb.TRANSFER),
            "may_see_audit": self.may(Verb.SEE, Kind.AUDIT),
            "may_see_members": self.may(Verb.SEE, Kind.MEMBER),
        }


class Page(NamedTuple):
    """What an act shows at once, because nothing may remember it until a next page."""

    template: str
    facts: dict[str, Any]


class Act(forms.Form):
    """Something that is done at a page: the fields that it takes, and the action.

    ``perform`` is called when what was sent is valid, and returns what to tell the person on the next page,
    or a page of its own. It raises what actions raise: Refusal and ValidationError are shown at the form.
    """

    name: ClassVar[str]
    required_css_class = "erpd-required"
    use_required_attribute = False  # our messages instead of the browser's, in the language of the page
    refusal: Refusal | None = None
    after = ""
    """Where to go then; "" is the same page."""

    def __init__(self, place: Any, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{self.name}-%s", label_suffix="")
        self.place = place
        self.prepare()

    def prepare(self) -> None:
        """Fill what depends on the place: choices, first values."""

    @property
    def first_wrong(self) -> str:
        """The id of the first field that is marked."""
        return next((self[name].auto_id for name in self.errors if name in self.fields), "")

    def perform(self) -> str | Page:
        raise TypeError(f"{self.name} does nothing")


class Which(Act):
    """An act on one thing of a list."""

    id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)


def place_of(request: HttpRequest) -> Place:
    return Place(actor(request), reader_languages(request))


def named(place: Place, owner: Owner) -> tuple[str, str]:
    """The name of an owner for the reader, and the language of the name."""
    return in_language(owner.title, *place.languages)


def owner_place(request: HttpRequest, slug: str) -> OwnerPlace:
    """The owner of the address. Raises Http404 if there is none, or not for the person."""
    owner = Owner.objects.filter(slug=slug).first()
    if owner is None:
        raise Http404
    who = actor(request)
    seen(who, Thing(Kind.OWNER, owner.pk))
    return OwnerPlace(who, reader_languages(request), owner)


def answer(
    request: HttpRequest,
    template: str,
    place: Place,
    acts: Sequence[type[Act]],
    facts: Callable[[], dict[str, Any]],
) -> HttpResponse:
    """Show a page with its acts, or do the one that was sent; then go on, or show what is wrong with it."""
    offered = {kind.name: kind(place) for kind in acts}
    failed: Act | None = None
    if request.method == "POST":
        kind = next((kind for kind in acts if kind.name == request.POST.get("act")), None)
        if kind is None:
            raise Http404
        sent = kind(place, request.POST)
        done = _done(sent)
        if isinstance(done, Page):
            return render(request, done.template, {"place": "owners", **done.facts})
        if done:
            messages.success(request, done)
            return redirect(sent.after or request.get_full_path())
        offered[sent.name] = failed = sent
    status = 200 if failed is None else 409 if failed.refusal else 400
    shown = {"acts": offered, "failed": failed, "place": "owners", **facts()}
    return render(request, template, shown, status=status)


def _done(sent: Act) -> str | Page:
    """Do it; "" if that failed."""
    if not sent.is_valid():
        return ""
    try:
        return sent.perform()
    except Refusal as refusal:
        sent.refusal = refusal
    except ValidationError as error:
        sent.add_error(None, error)
    return ""
