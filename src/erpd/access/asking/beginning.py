"""The page on which a request begins, from a data set; and the pages of links, for people without account."""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.asking import links
from erpd.access.asking.places import AskerPlace
from erpd.access.bodies.deciding import takes_requests
from erpd.access.can_i_get_it.asking import read
from erpd.access.can_i_get_it.pages import Found, find, find_named, title_of, where_to_ask
from erpd.access.can_i_get_it.rule import UNION
from erpd.access.models import AccessRequest, Part
from erpd.access.opened import open_here
from erpd.access.questions import Kind, Question, common
from erpd.access.questions.difference import text_in
from erpd.access.questions.of_every_body import CATEGORY, PURPOSE, TRANSFER
from erpd.access.questions.question import NO, YES
from erpd.access.requests import starting
from erpd.accounts.acts import Act, answer
from erpd.accounts.refusal import Refusal
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.accounts.texts import in_language
from erpd.accounts.visitors import Address, NoSuchLink, TooMany, kept_by_nobody, takes
from erpd.metadata.iri import is_iri
from erpd.pages.values import Value, host_of
from erpd.sources.links import is_on_the_web

_MOST_DRAFTS = 20
_LONGEST = 1000  # characters of an address
_ASKED = {"who": CATEGORY, "purpose": PURPOSE, "where": TRANSFER}


@dataclass(frozen=True)
class Beginning(AskerPlace):
    """A data set for which somebody asks."""

    found: Found

    @property
    def back(self) -> str:
        """Where they came from, if that is an address of the web."""
        said = self.request.GET.get("return", "")
        return said if len(said) <= _LONGEST and is_on_the_web(said) and is_iri(said) else ""

    @property
    def brought(self) -> dict[str, str]:
        """What they answered to "Can I get it?", as answers to what every body asks."""
        said = read(self.request.GET)[0]
        found = {_ASKED[question]: code for question, code in said.items()}
        if TRANSFER in found:
            found[TRANSFER] = NO if found[TRANSFER] == UNION else YES
        return found

    @property
    def title(self) -> Value:
        return title_of(self.found.record, self.languages)

    def drafts(self) -> list[tuple[UUID, str]]:
        """Their requests to which the data set can be added."""
        found = self.mine.filter(parts__state=Part.State.DRAFT).distinct()[:_MOST_DRAFTS]
        return [(one.pk, _called(one, self.languages)) for one in found]


class _WithAnswers(Act):
    """What was answered to "Can I get it?" is shown, can be changed, and goes into the request."""

    def prepare(self) -> None:
        place = cast(Beginning, self.place)
        self.brought = place.brought
        for one in common(*place.languages):
            if one.id in self.brought:
                self.fields[one.id] = forms.ChoiceField(
                    label=text_in(one.label, *place.languages),
                    choices=[("", _("Answer it later")), *_choices(one, *place.languages)],
                    initial=self.brought[one.id],
                    required=False,
                )

    def answers(self) -> dict[str, Any]:
        """As a request keeps them."""
        said = {name: self.cleaned_data[name] for name in self.brought if self.cleaned_data[name]}
        return said | {name: [said[name]] for name in (PURPOSE,) if name in said}


class Start(_WithAnswers):
    """A request of somebody with an account begins."""

    name = "start"

    def perform(self) -> HttpResponse:
        place = self.place
        made = starting.start(
            person=place.who.person,
            language=get_language() or "en",
            data_sets=[place.found.data_set],
            back=place.back,
            answers=self.answers(),
        )
        return redirect("asking:request", made.pk)


class Add(Act):
    """The data set goes into a request that was begun before."""

    name = "add"

    to = forms.ChoiceField(label=_("Add it to a request that you have begun"))

    def prepare(self) -> None:
        drafts = [(str(key), called) for key, called in self.place.drafts()]
        cast(forms.ChoiceField, self.fields["to"]).choices = drafts

    def perform(self) -> HttpResponse:
        place = self.place
        request = AccessRequest.objects.get(pk=self.cleaned_data["to"])
        starting.add(who=place.who, request=request, data_set=place.found.data_set, opened=place.opened)
        messages.success(place.request, gettext("Added to your request."))
        return redirect("asking:request", request.pk)


class Begin(_WithAnswers, Address):
    """Somebody without an account gets a link that starts their request."""

    name = "begin"
    field_order = ("full_name", "email")

    full_name = forms.CharField(label=_("Your name"), max_length=200)

    def perform(self) -> HttpResponse:
        place, said = cast(Beginning, self.place), self.cleaned_data
        facts = {"email": said["email"]}
        if not takes(place.request):
            return place.show("access/asking/sent.html", {"too_many": True}, 429)
        try:
            links.begin(
                email=said["email"],
                name=said["full_name"],
                language=get_language() or "en",
                data_set=place.found.data_set,
                title=place.title.text,
                back=place.back,
                answers=self.answers(),
            )
        except TooMany:
            return place.show("access/asking/sent.html", {"too_many": True}, 429)
        return place.show("access/asking/sent.html", facts)


@kept_by_nobody
def new(request: HttpRequest) -> HttpResponse:
    """Ask for access to a data set: ``?dataset=`` its id or IRI; ``return=`` the address to go back to."""
    return (_new_of_known if request.user.is_authenticated else _new)(request)


def _new(request: HttpRequest) -> HttpResponse:
    found = find_named(request.GET.get("dataset", ""))
    if found is None:
        raise Http404
    place = Beginning(request, found)
    body = found.decider.body if found.decider else None
    facts: dict[str, Any] = {
        "data_title": place.title,
        "data_set": found.data_set,
        "is_open": found.facts.is_open,
        "brought": place.brought,
    }
    if found.facts.is_open or body is None or not takes_requests(body):
        ask = "" if found.facts.is_open else where_to_ask(found, get_language() or "en")
        facts["ask"] = Value(host_of(ask), href=ask) if ask else None
        return place.show("access/asking/elsewhere.html", facts)
    facts["body"], (facts["name"], facts["name_language"]) = body, in_language(body.title, *place.languages)
    facts["sign_in"] = f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
    acts: list[type[Act]] = [Start if place.who.person else Begin]
    if place.drafts():
        acts.append(Add)
    return answer(place, "access/asking/new.html", acts, lambda: facts)


_new_of_known = signed_in(_new)


@kept_by_nobody
def new_link(request: HttpRequest) -> HttpResponse:
    """Send a new link to the requests of an address. The answer is the same for every address."""
    place = AskerPlace(request)
    form = Address(request.POST or None, label_suffix="")
    if request.method != "POST":
        return place.show("access/asking/new_link.html", {"form": form})
    if not form.is_valid():
        return place.show("access/asking/new_link.html", {"form": form}, 400)
    email = form.cleaned_data["email"]
    try:
        if not takes(request):
            raise TooMany
        links.send(email=email, language=get_language() or "en")
    except TooMany:
        return place.show("access/asking/sent.html", {"too_many": True}, 429)
    return place.show("access/asking/sent.html", {"email": email, "is_known_only": True})


@kept_by_nobody
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Open a link. A button does it: programs that check mails open every link."""
    facts: dict[str, Any] = {"place": "asking"}
    try:
        link = links.waiting(token)
        facts["data_title"] = _title_for(link.data_set, request) if link.data_set else None
        if request.method != "POST":
            return render(request, "access/asking/follow.html", facts)
        made, keys = links.follow(token=token)
    except NoSuchLink:
        return render(request, "access/asking/follow.html", {**facts, "is_invalid": True}, status=404)
    except Refusal as refusal:
        return render(
            request, "access/asking/follow.html", {**facts, "refusal": refusal}, status=refusal.status
        )
    open_here(request, *keys)
    if not request.user.is_authenticated:
        request.session.set_expiry(0)  # until the browser is closed: others may use it
    if made:
        return redirect("asking:request", made.pk)
    return redirect("asking:mine")


def _title_for(data_set: Any, request: HttpRequest) -> Value | None:
    found = find(data_set.key)
    return title_of(found.record, AskerPlace(request).languages) if found else None


def _choices(question: Question, *languages: str) -> list[tuple[str, str]]:
    if question.kind is Kind.YES_NO:
        return [(YES, gettext("Yes")), (NO, gettext("No"))]
    return [(one.id, text_in(one.label, *languages)) for one in question.options]


def _called(request: AccessRequest, languages: tuple[str, ...]) -> str:
    titles = [in_language(one.title, *languages)[0] or one.iri for one in request.wanted.order_by("pk")[:3]]
    return ", ".join(titles)
