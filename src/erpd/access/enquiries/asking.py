"""The pages of who asks: the question, the link that sends it, and the private page with the answers."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from erpd.access.bodies.deciding import takes_requests
from erpd.access.can_i_get_it.pages import find, title_of
from erpd.access.enquiries import actions
from erpd.access.models import Body, Enquiry
from erpd.access.opened import open_here
from erpd.accounts.faults import PlainForm
from erpd.accounts.refusal import Refusal
from erpd.accounts.sign_in.signed_in import actor
from erpd.accounts.texts import in_language
from erpd.accounts.visitors import Address, NoSuchLink, TooMany, kept_by_nobody, takes
from erpd.pages.languages import reader_languages
from erpd.register.models import DataSet


class Asking(Address):
    """The form of a question to a body."""

    field_order = ("text", "email")

    text = forms.CharField(
        label=gettext_lazy("Your question"),
        help_text=gettext_lazy("Write no secrets and nothing about other people."),
        error_messages={"required": gettext_lazy("Write your question.")},
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=actions.LONGEST,
    )


class Again(PlainForm):
    """What the asker adds."""

    text = forms.CharField(
        label=gettext_lazy("Ask again"),
        error_messages={"required": gettext_lazy("Write your question.")},
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=actions.LONGEST,
    )


@kept_by_nobody
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask a body, about the data set that ``?dataset=`` names, if it does. 404 if nobody would answer."""
    body = Body.objects.filter(slug=slug).select_related("keeper").first()
    if body is None or not actions.takes_enquiries(body):
        raise Http404
    languages = reader_languages(request)
    data_set, title = _about(request.GET.get("dataset", ""), languages)
    name, name_language = in_language(body.title, *languages)
    facts: dict[str, Any] = {"body": body, "name": name, "name_language": name_language}
    facts |= {"data_set": data_set, "about": title}
    status = 200
    form = Asking(request.POST or None, label_suffix="")
    if request.method == "POST" and not form.is_valid():
        status = 400
    elif request.method == "POST":
        facts["email"] = form.cleaned_data["email"]
        status = _asked(request, body, form, data_set, title)
        facts["too_many"], facts["done"] = status != 200, status == 200
    return render(request, "access/enquiries/ask.html", {**facts, "form": form}, status=status)


def _asked(request: HttpRequest, body: Body, form: Asking, data_set: DataSet | None, title: str) -> int:
    """The status of the answer: 429 if too much was asked."""
    said = form.cleaned_data
    language = get_language() or "en"
    try:
        if takes(request):
            facts = {"email": said["email"], "text": said["text"], "language": language, "title": title}
            actions.ask(body=body, data_set=data_set, **facts)
            return 200
    except TooMany:
        pass
    return 429


def _about(key: str, languages: tuple[str, ...]) -> tuple[DataSet | None, str]:
    """The data set that an address names, and its title. Raises Http404 if visitors may not see it."""
    if not key:
        return None, ""
    try:
        found = find(UUID(key))
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found.data_set, title_of(found.record, languages).text


@kept_by_nobody
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Send a question by the link of a mail. A button does it: programs that check mails open every link."""
    facts: dict[str, Any] = {}
    try:
        sent = request.method == "POST"
        enquiry = actions.send(token=token) if sent else actions.waiting(token)
    except NoSuchLink:
        return render(request, "access/enquiries/confirm.html", {"is_invalid": True}, status=404)
    facts["name"] = in_language(enquiry.body.title, *reader_languages(request))[0]
    if sent and takes_requests(enquiry.body):
        facts["link"] = actions.link_of(enquiry)
    return render(request, "access/enquiries/confirm.html", {**facts, "enquiry": enquiry, "done": sent})


@kept_by_nobody
def own(request: HttpRequest, token: str) -> HttpResponse:
    """The private page of who asked: the answers, a place to write again, and the way to a request."""
    try:
        enquiry = actions.of_link(token)
    except NoSuchLink:
        return render(request, "access/enquiries/confirm.html", {"is_invalid": True}, status=404)
    form = Again(label_suffix="")
    status, refused = 200, None
    try:
        if request.method == "POST" and request.POST.get("act") == "request":
            made = actions.make_request(enquiry=enquiry, who=actor(request))
            # Only a draft that says what this page says. What was sent since is opened by its own links.
            if enquiry.request_id is None and made.person_id is None:
                open_here(request, made.pk)
            return redirect("asking:request", made.pk)
        if request.method == "POST":
            form = Again(request.POST, label_suffix="")
            if form.is_valid():
                actions.write_again(enquiry=enquiry, text=form.cleaned_data["text"])
                messages.success(request, _("Your text has been sent."))
                return redirect(request.path)
            status = 400
    except Refusal as refusal:
        refused, status = refusal.hindrances[0], refusal.status
    facts = _shown(enquiry, reader_languages(request))
    facts |= {"form": form, "refused": refused, "may_write": takes_requests(enquiry.body)}
    return render(request, "access/enquiries/own.html", facts, status=status)


def _shown(enquiry: Enquiry, languages: tuple[str, ...]) -> dict[str, Any]:
    name, language = in_language(enquiry.body.title, *languages)
    answers = enquiry.answers.order_by("pk")
    return {"enquiry": enquiry, "answers": answers, "name": name, "name_language": language}
