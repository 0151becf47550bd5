"""A letter as a page and as a PDF: for whoever sees its part, and for nobody else."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from erpd.access.models import Decision, Part
from erpd.access.opened import opened
from erpd.access.outcomes import granting
from erpd.access.requests.roles import demand, roles
from erpd.access.requests.table import Action, Role
from erpd.accounts.sign_in.signed_in import actor, signed_in
from erpd.metadata.masking import plain
from erpd.pages.letters.pdf import NotMade, pdf_of
from erpd.publish.methods import SAFE, answers

logger = logging.getLogger(__name__)

_RETRY = 60  # seconds


def _page(request: HttpRequest, reference: str) -> HttpResponse:
    decision = _decision_of(request, reference)
    return _shown(request, decision)


def _pdf(request: HttpRequest, reference: str) -> HttpResponse:
    decision = _decision_of(request, reference)
    found = as_file(decision, decision.letter, decision.part.reference)
    if found is None:
        found = _shown(request, decision, failed=True)
        found.headers["Retry-After"] = str(_RETRY)
    return found


def as_file(decision: Decision, letter: dict[str, Any], name: str) -> HttpResponse | None:
    """The letter of a decision as a PDF to download, called ``name``; None if it could not be made."""
    reference = decision.part.reference
    address = settings.NODE.base_url + reverse("letters:page", args=[reference])
    try:
        made = pdf_of(letter, at=decision.at, address=address)
    except NotMade as error:
        logger.error("The letter %s could not be set: %s", reference, plain(str(error)))
        return None
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _shown(request: HttpRequest, decision: Decision, *, failed: bool = False) -> HttpResponse:
    grant = granting.grant_of(decision.part)
    facts = {
        "place": "requests",
        "letter": decision.letter,
        "reference": decision.part.reference,
        "grant": grant,
        "back": _page_of(request, decision.part),
        "state": granting.state_in_words(grant),
        "failed": failed,
    }
    return render(request, "access/letter.html", facts, status=503 if failed else 200)


def _page_of(request: HttpRequest, part: Part) -> str:
    """The page of the part, for the side that looks."""
    if Role.REQUESTER in roles(actor(request), part, opened(request)):
        return reverse("asking:part", args=[part.reference])
    return reverse("handling:part", args=[part.body.slug, part.reference])


def _decision_of(request: HttpRequest, reference: str) -> Decision:
    """Raises Http404 if there is no letter, or they may not see it."""
    decisions = Decision.objects.select_related("part__request__person", "part__body__keeper")
    decision = decisions.filter(part__reference=reference).first()
    if decision is None or not decision.letter:
        raise Http404
    demand(actor(request), Action.SEE, decision.part, opened(request))
    return decision


def _private(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    known = signed_in(view)

    @answers(*SAFE)
    def page(request: HttpRequest, reference: str) -> HttpResponse:
        return (known if request.user.is_authenticated else view)(request, reference)

    return page


letter = _private(_page)
pdf = _private(_pdf)
