"""The pages of the body's handlers: the questions, those that wait first, and one with its answers."""

from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erpd.access.enquiries import actions
from erpd.access.handling.places import DeskPlace, desk_place
from erpd.access.models import Enquiry
from erpd.accounts.acts import Act, answer
from erpd.accounts.paging import behind, cut
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.publish.methods import safe


@dataclass(frozen=True)
class EnquiryPlace(DeskPlace):
    """One question."""

    enquiry: Enquiry


class Reply(Act):
    """Answer the question."""

    name = "answer"

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy("It goes to the person by e-mail, and is on their private page."),
        error_messages={"required": gettext_lazy("Write your answer.")},
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=actions.LONGEST,
    )

    def perform(self) -> str:
        place = self.place
        actions.answer(who=place.who, enquiry=place.enquiry, text=self.cleaned_data["text"])
        return _("Your answer has been sent.")


@signed_in
@safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions that were sent to a body: those that wait for an answer, or all with ``?all``."""
    place = _desk(request, slug)
    rows = Enquiry.objects.filter(body=place.body, sent__isnull=False)
    waiting = rows.filter(waits=True)
    shows_all = "all" in request.GET
    page = cut(request, behind(request, rows if shows_all else waiting))
    facts = {"page": page, "shows_all": shows_all, "waiting": waiting.count()}
    return place.show("access/enquiries/listing.html", facts)


@signed_in
def one(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """One question, what was answered, and the form of an answer."""
    desk = _desk(request, slug)
    enquiry = Enquiry.objects.filter(body=desk.body, pk=key, sent__isnull=False).first()
    if enquiry is None:
        raise Http404
    place = EnquiryPlace(request, desk.body, desk.is_handler, enquiry)
    facts = {"enquiry": enquiry, "answers": enquiry.answers.order_by("pk").select_related("person")}
    return answer(place, "access/enquiries/one.html", (Reply,), lambda: facts)


def _desk(request: HttpRequest, slug: str) -> DeskPlace:
    place = desk_place(request, slug)
    actions.demand_handler(place.who, place.body)
    return place
