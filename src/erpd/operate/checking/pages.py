"""The page: a form, what was found by section, and the corrected version as a file."""

import re
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from erpd.formats.rdf.syntaxes import SYNTAXES as RDF
from erpd.formats.rdf.syntaxes import Syntax
from erpd.operate.checking.asking import LONGEST_TEXT, Asking
from erpd.operate.checking.running import Refused, Why, bytes_of, checked
from erpd.pages.findings import LONGEST_REMARK, remarks
from erpd.pages.values import LONGEST_TITLE, legible
from erpd.publish.methods import SAFE, answers
from erpd.sources.children.child import Child
from erpd.sources.errors import SourceError
from erpd.standalone.asked import Place
from erpd.standalone.examining import Examined
from erpd.standalone.reports.sections import Sort, Spot

_TEMPLATE = "operate/check.html"
_SYNTAXES = {name: RDF[name] for name in ("ttl", "rdf", "jsonld")}  # of the corrected version
_GUIDELINES = re.compile(r"\bG(?=\d)")


@csrf_exempt  # nothing is stored, and nobody is known: a form of another site could do no more than its owner
@answers(*SAFE, "POST")
def check(request: HttpRequest) -> HttpResponse:
    """Check what is sent, or send back the corrected version."""
    if request.method != "POST":
        return render(request, _TEMPLATE, {"form": Asking(label_suffix="")})
    response = _answered(request)
    add_never_cache_headers(response)
    return response


def _answered(request: HttpRequest) -> HttpResponse:
    try:
        form = Asking(request.POST, request.FILES, label_suffix="")
    except RequestDataTooBig:  # a text; the server has refused files that are too large
        return render(request, "413.html", {"most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE}, status=413)
    if not form.is_valid():
        return render(request, _TEMPLATE, {"form": form}, status=400)
    try:
        return checked(request, _given(form), form.called, form.profiles, partial(_made, request, form))
    except Refused as refused:
        facts: dict[str, Any] = {
            "form": form,
            "wait": refused.wait,
            "status": refused.why.value,
            "error": refused.error,
        }
        facts["broken"] = refused.why is Why.BROKEN
        response = render(request, _TEMPLATE, facts, status=refused.why.value)
        for name, value in refused.headers.items():
            response[name] = value
        return response


def _made(request: HttpRequest, form: Asking, child: Child, place: Place) -> HttpResponse:
    if request.POST.get("act") == "correct":
        syntax = _SYNTAXES.get(request.POST.get("to", ""), _SYNTAXES["ttl"])
        return _corrected(form.called, syntax, *child.one("corrected", place, syntax.name))
    return _shown(request, form, child.one("examined", place, LONGEST_TEXT))


def _given(form: Asking) -> str | bytes:
    """An address, or a document."""
    said = form.cleaned_data
    if said["file"]:
        content: bytes = said["file"].read()
        return content
    return str(said["address"]) or bytes_of(said["text"])


def _corrected(name: str, syntax: Syntax, content: bytes, lost: int) -> HttpResponse:
    """The corrected version. The name of the file says if it lacks something."""
    name = name.partition(".")[0] or "document"
    lacking = f"-without-{lost}" if lost else ""
    response = HttpResponse(content, f"{syntax.media_types[0]}; charset=utf-8")
    file = f"{name}-corrected{lacking}.{syntax.suffixes[0]}"
    saved_as = content_disposition_header(as_attachment=True, filename=file)
    response["Content-Disposition"] = saved_as or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _shown(request: HttpRequest, form: Asking, examined: Examined) -> HttpResponse:
    totals = examined.totals
    facts: dict[str, Any] = {
        "form": form,
        "examined": examined,
        "lacking": totals.data_sets - totals.valid,
        "sections": [(_section(name), [_row(sort) for sort in sorts]) for name, sorts in examined.sections],
        "error": examined.error,
        "unread": _unread(examined.error) if examined.error else [],
        "syntaxes": _SYNTAXES.values(),
        "kept": bool(form.cleaned_data["address"]) or not form.cleaned_data["file"],
    }
    if form.cleaned_data["file"] and examined.text is not None:
        facts["kept"] = True
        data = request.POST.copy()
        data["text"], data["name"] = examined.text, form.called
        facts["form"] = again = Asking(data, label_suffix="")
        again.is_valid()
    return render(request, _TEMPLATE, facts)


def _unread(error: SourceError) -> list[dict[str, Any]]:
    """The documents of an archive that cannot be read."""
    return [
        {"place": ":".join(map(str, (legible(one.entry, LONGEST_REMARK), *(one.at or ())))), "error": one}
        for one in (error, *error.others)
    ]


def _section(name: str) -> str:
    """What people call the sections that state a rule."""
    return _GUIDELINES.sub(_("Harvesting guidelines, section "), name) or _("Other findings")


def _row(sort: Sort) -> dict[str, Any]:
    (remark,) = remarks([{**sort.finding.as_dict(), "times": sort.times, "others": sort.others}], 0, 1)
    return {
        "remark": remark,
        "spots": [_spot(one) for one in sort.spots],
        "more": sort.times - len(sort.spots),
    }


def _spot(spot: Spot) -> dict[str, Any]:
    return {
        "name": legible(spot.identifier, LONGEST_TITLE),
        "entry": legible(spot.entry, LONGEST_REMARK),
        "at": spot.position,
        "quote": spot.quote,
    }
