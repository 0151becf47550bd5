"""How bodies that hold data publish them: on a national node, how; on the European one, whom to ask."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from erpd.pages.languages import reader_languages
from erpd.portal.catalogues import filled, tree
from erpd.portal.freshness import kept_while_unchanged
from erpd.publish.methods import safe

MOST = 60  # national points
NO_ADDRESS = "@localhost.localdomain"  # of a node whose operator named none


@safe
@kept_while_unchanged
def publishing(request: HttpRequest) -> HttpResponse:
    """The ways, what an owner gets, the conditions, whom to ask."""
    email = settings.NODE.email
    facts: dict[str, Any] = {"email": "" if email.endswith(NO_ADDRESS) else email, "place": "publish"}
    if settings.NODE.role == "european":
        every = [part for whole in filled(tree(reader_languages(request))) for part in filled(whole.parts)]
        facts["points"] = [part for part in every if part.is_protected][:MOST]
    return render(request, f"portal/publish_{settings.NODE.role}.html", facts)
