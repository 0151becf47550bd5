"""A data set as the template of another: its title and identifier are asked for before anything is stored."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from erpd.accounts.may import Verb
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.formats.delivery.fields import DATASET
from erpd.formats.delivery.typed import example_of
from erpd.formats.delivery.values import Json
from erpd.metadata.storable import storable
from erpd.register.arrival import LONGEST_TITLE
from erpd.submit.catalogue_pages.reaching import CataloguePlace, delivery_place
from erpd.submit.form.fields import STEPS
from erpd.submit.form.languages import ranks
from erpd.submit.form.opened import IDENTIFIER, TITLE, Misunderstood, Opened, copied
from erpd.submit.form.steps import Failed
from erpd.submit.form.words import help_for
from erpd.submit.models import Delivery
from erpd.submit.refusals import NotAllowed, Refusal

ANYWAY = "anyway"
_MOST_NAMESAKES = 20


@signed_in
def copy(request: HttpRequest, slug: str, catalogue: str, key: UUID) -> HttpResponse:
    """Ask what the copy is called; then make it, a draft. Only a button does that."""
    at = delivery_place(request, slug, catalogue, key)
    at.demand(Verb.CREATE)
    if at.delivery is None:
        raise Http404
    said = Opened(at, STEPS[0], at.delivery).said.get(TITLE, [])
    titles = [_title(text, request.POST) for text in (said if isinstance(said, list) else [said])]
    titles = titles or [_title({"value": "", "lang": get_language() or "en"}, request.POST)]
    rank = ranks(at.owner.title)
    titles.sort(key=lambda text: rank(text["lang"]))
    identifier = request.POST.get(IDENTIFIER, "").strip()
    failed, wrong, nameless = None, "", False
    namesakes: list[Delivery] = []
    if request.method == "POST":
        namesakes = _namesakes(at, [title["value"] for title in titles])
        nameless = not any(title["value"] for title in titles)
    if request.method == "POST" and not nameless and request.POST.get(ANYWAY, "") == _names(namesakes):
        wanted: list[Json] = [
            {name: title[name] for name in ("value", "lang") if title[name]}
            for title in titles
            if title["value"]
        ]
        try:
            made = copied(at, at.delivery, wanted, identifier)
        except NotAllowed as refusal:
            raise PermissionDenied from refusal
        except Refusal as refusal:
            failed = Failed(refusal)
        except Misunderstood:
            wrong = _("It cannot be copied, because some of its values are wrong.")
        else:
            messages.success(request, _("This is a copy, stored as a draft. Change what is different."))
            return redirect("catalogue:edit-step", slug, catalogue, made.pk, STEPS[0].name)
    facts = {
        "titles": titles,
        "identifier": identifier,
        "help": help_for(DATASET, IDENTIFIER),
        "example": example_of(DATASET, IDENTIFIER, at.languages),
        "failed": failed,
        "wrong": wrong,
        "nameless": nameless,
        "namesakes": namesakes,
        "anyway": _names(namesakes),
    }
    status = failed.refusal.status if failed and failed.refusal else 400 if wrong or nameless else 200
    status = 409 if namesakes and status == 200 else status
    return at.show("submit/form/copy.html", facts, status)


def _title(said: Json, sent: Any) -> dict[str, str]:
    """A title of the copy: what was typed. ``of``: that of the template, which is not taken for it."""
    text, language = (said["value"], said.get("lang") or "") if isinstance(said, dict) else (said, "")
    return {"value": sent.get(f"title-{language}", "").strip(), "lang": language, "of": text}


def _namesakes(at: CataloguePlace, titles: list[str]) -> list[Delivery]:
    """The data sets of the catalogue that have one of these titles already."""
    wanted = {storable(title[:LONGEST_TITLE]).casefold() for title in titles if title}
    among = Delivery.objects.filter(catalogue=at.catalogue, owner=at.owner, removed=None)
    found = {
        one.pk: one
        for title in wanted
        for one in among.filter(words__contains=title).order_by("-modified")[:_MOST_NAMESAKES]
        if any(known.casefold() == title for known in one.titles.values())
    }
    return list(found.values())


def _names(namesakes: list[Delivery]) -> str:
    """By which somebody says that they have seen these."""
    return " ".join(sorted(str(one.pk) for one in namesakes))
