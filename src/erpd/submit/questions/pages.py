"""The pages of questions: ask, confirm by the link of a mail, and the list that the owner sees."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from erpd.accounts.may import Kind, Verb
from erpd.accounts.owner_pages.places import owner_place
from erpd.accounts.paging import behind, cut
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.accounts.visitors import Address, NoSuchLink, TooMany, kept_by_nobody, takes
from erpd.publish.methods import safe
from erpd.submit.models import Question
from erpd.submit.questions import actions
from erpd.submit.questions.askable import askable


class Asking(Address):
    """The form in which a question is asked."""

    field_order = ("text", "email")

    text = forms.CharField(
        label=_("Your question"),
        help_text=_("Ask about this data set only. To ask for access, follow “Can I get it?” on its page."),
        error_messages={"required": _("Write your question.")},
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=actions.LONGEST,
    )


@kept_by_nobody
def asking(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask about a data set. 404 if nobody here can be asked about it."""
    delivery = askable(key)
    if delivery is None:
        raise Http404
    facts: dict[str, Any] = {"delivery": delivery, "name": delivery.title or delivery.identifier}
    status = 200
    form = Asking(request.POST or None, label_suffix="")
    if request.method == "POST" and not form.is_valid():
        status = 400
    elif request.method == "POST":
        facts["email"] = form.cleaned_data["email"]
        status = _asked(request, delivery, form)
        facts["too_many"], facts["done"] = status != 200, status == 200
    return render(request, "submit/questions/ask.html", {**facts, "form": form}, status=status)


def _asked(request: HttpRequest, delivery: Any, form: Asking) -> int:
    """The status of the answer: 429 if too much was asked."""
    if not takes(request):
        return 429
    said = form.cleaned_data
    language = get_language() or "en"
    try:
        actions.ask(delivery=delivery, email=said["email"], text=said["text"], language=language)
    except TooMany:
        return 429
    return 200


@kept_by_nobody
def confirming(request: HttpRequest, token: str) -> HttpResponse:
    """Send a question by the link of a mail. A button does it: programs that check mails open every link."""
    facts: dict[str, Any] = {}
    try:
        sent = request.method == "POST"
        facts["question"] = actions.send(token=token) if sent else actions.waiting(token)
        facts["done"] = sent
    except NoSuchLink:
        return render(request, "submit/questions/confirm.html", {"is_invalid": True}, status=404)
    return render(request, "submit/questions/confirm.html", facts)


@signed_in
@safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions that an owner was sent, newest first, for its members."""
    place = owner_place(request, slug)
    if not place.may(Verb.SEE, Kind.QUESTION):
        raise Http404
    rows = Question.objects.filter(owner=place.owner, sent__isnull=False)
    page = cut(request, behind(request, rows))
    return place.show("submit/questions/list.html", {"room": "questions", "page": page})
