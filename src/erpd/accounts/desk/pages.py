"""What the pages of the desk share: who may come in, the row of pages, paging by key, refusals at a form."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erpd.accounts.may import Kind, Thing, Verb, may, seen
from erpd.accounts.refusal import Refusal
from erpd.accounts.sign_in.signed_in import View, actor, signed_in
from erpd.metadata.storable import storable

Row = TypeVar("Row")

SIZE = 50  # rows of a page
LONGEST_WORDS = 200  # characters that people look for

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


class Page(NamedTuple):
    """A page of a list."""

    rows: Sequence[Any]
    further: str
    """The address of the next page; "" at the end."""
    first: str
    """The address of the first page; "" if this is it."""


def cut(request: HttpRequest, rows: Iterable[Row], key: Callable[[Row], object], size: int = SIZE) -> Page:
    """The first rows, and the addresses of other pages: ``?after=`` the key of the last one."""
    found = list(islice(rows, size + 1))
    query = request.GET.copy()
    was_turned = query.pop("after", None)
    first = f"?{query.urlencode()}" if was_turned else ""
    further = ""
    if len(found) > size:
        query["after"] = str(key(found[size - 1]))
        further = f"?{query.urlencode()}"
    return Page(found[:size], further, first)


def after(request: HttpRequest) -> int | None:
    """The number behind which a page begins."""
    said = request.GET.get("after", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 18 else None


def words(request: HttpRequest, name: str = "q") -> str:
    """What somebody looks for."""
    return storable(request.GET.get(name, "")).strip()[:LONGEST_WORDS]
