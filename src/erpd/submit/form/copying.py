"""A data set as the template of another: its title and identifier are asked for before anything is stored."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from erpd.accounts.may import Verb
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.formats.delivery.values import Json
from erpd.submit.catalogue_pages.reaching import delivery_place
from erpd.submit.form.fields import STEPS
from erpd.submit.form.languages import ranks
from erpd.submit.form.opened import IDENTIFIER, TITLE, Misunderstood, Opened, copied
from erpd.submit.form.steps import Failed
from erpd.submit.form.words import WORDS
from erpd.submit.refusals import NotAllowed, Refusal


@signed_in
def copy(request: HttpRequest, slug: str, catalogue: str, key: UUID) -> HttpResponse:
    """Ask what the copy is called; then make it, a draft. Only a button does that."""
    at = delivery_place(request, slug, catalogue, key)
    at.demand(Verb.CREATE)
    if at.delivery is None:
        raise Http404
    said = Opened(at, STEPS[0], at.delivery).said.get(TITLE, [])
    titles = [_title(text, request.POST) for text in (said if isinstance(said, list) else [said])]
    rank = ranks(at.owner.title)
    titles.sort(key=lambda text: rank(text["lang"]))
    identifier = request.POST.get(IDENTIFIER, "").strip()
    failed, wrong = None, ""
    if request.method == "POST":
        wanted: list[Json] = [
            {name: text for name, text in title.items() if text} for title in titles if title["value"]
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
        "help": WORDS[f"DcatDataset.{IDENTIFIER}"],
        "failed": failed,
        "wrong": wrong,
    }
    status = failed.refusal.status if failed and failed.refusal else 400 if wrong else 200
    return at.show("submit/form/copy.html", facts, status)


def _title(said: Json, sent: Any) -> dict[str, str]:
    """A title of the copy: what was typed, or first that of the template."""
    text, language = (said["value"], said.get("lang") or "") if isinstance(said, dict) else (said, "")
    return {"value": sent.get(f"title-{language}", text).strip(), "lang": language}
