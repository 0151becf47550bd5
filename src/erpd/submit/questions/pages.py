"""The pages of questions: ask, confirm by the link of a mail, and the list that the owner sees."""

from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from erpd.accounts.addresses import validate_public
from erpd.accounts.may import Kind, Verb
from erpd.accounts.owner_pages.places import owner_place
from erpd.accounts.paging import behind, cut
from erpd.accounts.rates import Buckets
from erpd.accounts.sign_in.signed_in import View, signed_in
from erpd.publish.methods import SAFE, answers
from erpd.submit.models import Question
from erpd.submit.questions import actions
from erpd.submit.questions.actions import NoSuchLink, TooMany
from erpd.submit.questions.askable import askable

OF_ASKERS = Buckets(10, 1 / 3600)
"""Questions from one network: ten at once, then one an hour. So a few do not use up what the node takes."""


class Asking(forms.Form):
    """The form in which a question is asked."""

    required_css_class = "erpd-required"
    use_required_attribute = False

    text = forms.CharField(
        label=_("Your question"),
        help_text=_("Ask about this data set only. To ask for access, follow “Can I get it?” on its page."),
        error_messages={"required": _("Write your question.")},
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=actions.LONGEST,
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The answer comes here. We send you a link first, so that nobody writes in your name."),
        error_messages={"required": _("Write your e-mail address.")},
        max_length=254,
        validators=[validate_public],
    )


def _kept_by_nobody(view: View) -> View:
    @answers(*SAFE, "POST")
    @wraps(view)
    def page(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        response = view(request, *given, **named)
        add_never_cache_headers(response)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return page


@_kept_by_nobody
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
    if OF_ASKERS.take(_network(request.META.get("REMOTE_ADDR", ""))).wait:
        return 429
    said = form.cleaned_data
    language = get_language() or "en"
    try:
        actions.ask(delivery=delivery, email=said["email"], text=said["text"], language=language)
    except TooMany:
        return 429
    return 200


def _network(client: str) -> str:
    """The network of a client: a site of IPv6 has 2^16 networks of 2^64 addresses each (RFC 6177)."""
    try:
        version = ip_address(client).version
    except ValueError:
        return client
    return str(ip_network(f"{client}/{24 if version == 4 else 48}", strict=False))


@_kept_by_nobody
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
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions that an owner was sent, newest first, for its members."""
    place = owner_place(request, slug)
    if not place.may(Verb.SEE, Kind.QUESTION):
        raise Http404
    rows = Question.objects.filter(owner=place.owner, sent__isnull=False)
    page = cut(request, behind(request, rows))
    return place.show("submit/questions/list.html", {"room": "questions", "page": page})
