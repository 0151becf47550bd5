"""What the pages of the desk share: who may come in, the row of pages, refusals at a form."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erpd.accounts.may import Kind, Thing, Verb, may, seen
from erpd.accounts.refusal import Refusal
from erpd.accounts.sign_in.signed_in import View, actor, signed_in

# What one must be able to see of the whole node for a page.
_PAGES = (
    ("overview", _("Overview"), Kind.OWNER),
    ("owners", _("Data owners"), Kind.OWNER),
    ("mails", _("E-mail"), Kind.NODE),
    ("organisations", _("Organisations"), Kind.NODE),
    ("people", _("People"), Kind.NODE),
    ("agreement", _("Agreement"), Kind.NODE),
    ("audit", _("Audit log"), Kind.AUDIT),
)


def desk(kind: Kind) -> Callable[[View], View]:
    """A page for those who may see such things of every owner. For everybody else, it does not exist."""

    def decorate(view: View) -> View:
        @signed_in
        @wraps(view)
        def page(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            seen(actor(request), Thing(kind))
            return view(request, *given, **named)

        return page

    return decorate


def show(
    request: HttpRequest, template: str, facts: dict[str, Any], *, page: str, status: int = 200
) -> HttpResponse:
    """Render a page of the desk. ``page``: its name in the row of pages."""
    who = actor(request)
    pages = [
        {"address": f"desk:{name}", "label": label, "here": name == page}
        for name, label, kind in _PAGES
        if may(who, Verb.SEE, Thing(kind))
    ]
    for form in filter(None, (facts.get("form"), *facts.get("forms", {}).values())):
        form.label_suffix = ""
    facts = {"place": "desk", "pages": pages, "failed": status >= 400, **facts}
    return render(request, f"accounts/desk/{template}.html", facts, status=status)


def done(form: Form, action: Callable[[], object]) -> int:
    """Do it if the form is valid. Returns 200, or the status of an answer that shows the form's errors."""
    if not form.is_valid():
        return 400
    try:
        action()
    except Refusal as refusal:
        for one in refusal.hindrances:
            form.add_error(None, f"{one.text} {one.advice}")
        return 409
    except ValidationError as error:
        form.add_error(None, error.messages)
        return 400
    return 200


def done_at(page: str, **named: Any) -> HttpResponse:
    """Go on to the top of a page, which says what was done."""
    return HttpResponseRedirect(reverse(page, kwargs=named) + "#main")
