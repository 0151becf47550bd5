"""What is done at pages. A posted form is an act: it calls one action, and the next page says what was done.

If it is refused, or what was sent is wrong, the same page says why.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from erpd.accounts.faults import PlainForm
from erpd.accounts.may import Actor
from erpd.accounts.refusal import Refusal
from erpd.accounts.sign_in.signed_in import actor
from erpd.pages.languages import reader_languages


@dataclass(frozen=True)
class Place:
    """What a page is about, and who looks at it. Pages about the same things share a subclass."""

    request: HttpRequest

    @cached_property
    def who(self) -> Actor:
        return actor(self.request)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        return reader_languages(self.request)

    def facts(self) -> dict[str, Any]:
        """What each page of this place shows."""
        return {"place": "owners"}

    def show(self, template: str, facts: dict[str, Any], status: int = 200) -> HttpResponse:
        """Render a page of this place."""
        return render(self.request, template, {**self.facts(), **facts}, status=status)


class Act(PlainForm):
    """Something that is done at a page: the fields that it takes, and the action."""

    name: ClassVar[str]
    """What the field ``act`` of its form says."""
    refusal: Refusal | None = None
    more: ClassVar[str] = ""
    """The template of what a refusal says besides its texts."""
    after = ""
    """Where to go then; "" is the same page."""

    def __init__(self, place: Any, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id=f"{self.name}-%s", label_suffix="")
        self.place = place
        self.prepare()

    def prepare(self) -> None:
        """Fill what depends on the place: choices, first values."""

    @property
    def first_wrong(self) -> str:
        """The id of the first field that is marked."""
        return next((self[name].auto_id for name in self.errors if name in self.fields), "")

    def perform(self) -> str | HttpResponse:
        """Do it, once what was sent is valid.

        Returns what to tell the person on the next page, or an answer of its own, because nothing may
        remember it until a next page. Raises what actions raise: Refusal, ValidationError.
        """
        raise TypeError(f"{self.name} does nothing")


class Which(Act):
    """An act on one thing of a list."""

    id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)


def answer(
    place: Place,
    template: str,
    acts: Sequence[type[Act]] = (),
    facts: Callable[[], dict[str, Any]] = dict,
) -> HttpResponse:
    """Show a page with its acts, or do the one that was sent; then go on, or show what is wrong with it.

    ``facts``: what the page shows, asked after the act. The template has ``acts`` by name, and ``failed``.
    A form need not name the only act of its page. Raises Http404 for an act that the page does not offer.
    """
    request = place.request
    offered = {kind.name: kind(place) for kind in acts}
    failed: Act | None = None
    if request.method == "POST":
        named = request.POST.get("act", acts[0].name if len(acts) == 1 else "")
        kind = next((kind for kind in acts if kind.name == named), None)
        if kind is None:
            raise Http404
        sent = kind(place, request.POST, request.FILES)
        done = _done(sent)
        if isinstance(done, HttpResponse):
            return done
        if done:
            messages.success(request, done)
            return redirect(sent.after or request.get_full_path())
        offered[sent.name] = failed = sent
    status = 200 if failed is None else failed.refusal.status if failed.refusal else 400
    return place.show(template, {"acts": offered, "failed": failed, **facts()}, status)


def _done(sent: Act) -> str | HttpResponse:
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
