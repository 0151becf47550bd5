"""The page of a data set that an owner delivered: what visitors see, findings, history, files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erpd.accounts.deed_words import who
from erpd.accounts.may import Kind, Verb
from erpd.accounts.models import Deed, Transfer
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.accounts.texts import in_language
from erpd.formats.delivery.writing import data_set_of
from erpd.formats.rdf.document import write
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.findings import Finding
from erpd.metadata.record import Record
from erpd.pages.findings import distribution_names, remarks, summed
from erpd.pages.record_page import record_facts
from erpd.pages.turning import Turning
from erpd.publish.methods import safe
from erpd.register.catalogues import profile_of
from erpd.register.models import Catalogue, Version
from erpd.register.preparing import prepare
from erpd.submit.catalogue_pages.reaching import CataloguePlace, delivery, place, title_of
from erpd.submit.form.fields import STEPS
from erpd.submit.form.opened import Opened
from erpd.submit.form.steps import links, pointed
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery

NOTES = "notes"  # field of the address: which of the findings
MOST_NOTES = 50  # on a page
MOST_EVENTS = 50
JSON = "json"
SUFFIXES = {"ttl": "Turtle", "jsonld": "JSON-LD", JSON: "JSON"}
_DONE = {
    "create": gettext_lazy("stored"),
    "change": gettext_lazy("changed"),
    "publish": gettext_lazy("published"),
    "withdraw": gettext_lazy("withdrawn"),
    "offer": gettext_lazy("offered to another owner"),
    "accept transfer": gettext_lazy("accepted from another owner"),
    "refuse transfer": gettext_lazy("transfer refused"),
    "cancel transfer": gettext_lazy("transfer cancelled"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the history."""

    at: datetime
    text: str
    by: str = ""


@signed_in
@safe
def record(request: HttpRequest, slug: str, catalogue: str, key: UUID) -> HttpResponse:
    """The page of a data set."""
    at = place(request, slug, catalogue)
    one = delivery(at, key)
    opened = Opened(at, STEPS[0], one)
    href = links(opened) if at.may(Verb.CHANGE) else None
    facts = {"at_delivery": True, "pointed": list(pointed(opened))}
    response = at.show("submit/record.html", facts_of(at, one, href) | facts)
    response["ETag"] = f'"{one.edition}"'
    return response


@signed_in
@safe
def download(request: HttpRequest, slug: str, catalogue: str, key: UUID, suffix: str) -> HttpResponse:
    """A data set as it was delivered, as a file."""
    if suffix not in SUFFIXES:
        raise Http404
    one = delivery(place(request, slug, catalogue), key)
    if suffix == JSON:
        content, media_type = (
            msgspec.json.format(msgspec.json.encode(data_set_of(delivered(one)))),
            "application/json",
        )
    else:
        syntax = SYNTAXES[suffix]
        content, media_type = write(delivered(one).graph.triples(), suffix), syntax.media_types[0]
    response = HttpResponse(content, media_type)
    response["Content-Disposition"] = f'attachment; filename="{one.pk}.{suffix}"'
    return response


def facts_of(
    at: CataloguePlace, one: Delivery, href: Callable[[Finding], str] | None = None
) -> dict[str, Any]:
    """What the page of a data set shows. ``href``: where a finding is put right."""
    title, language = title_of(one, at.languages)
    found = summed(one.findings)
    notes = Turning.read(at.request, NOTES, len(found), MOST_NOTES, "findings")
    protected = one.catalogue.kind != Catalogue.Kind.OPEN
    pending = Transfer.objects.filter(
        from_owner=at.owner, kind=Transfer.Kind.DATA_SET, name=str(one.pk), state=Transfer.State.PENDING
    )
    offered = pending.select_related("to_owner").first()
    shown = as_shown(one)
    return {
        **record_facts(at.request, shown, at.languages, protected=protected),
        "delivery": one,
        "title_text": title,
        "title_language": language,
        "remarks": remarks(
            found,
            notes.start,
            notes.size,
            delivered=True,
            href=href or (lambda finding: ""),
            names=lambda: distribution_names(shown, at.languages),
        ),
        "notes": notes,
        "versions": list(_versions(one)),
        "deeds": list(_deeds(at, one)) if at.may(Verb.SEE, Kind.AUDIT) else [],
        "files": SUFFIXES.items(),
        "page": f"{settings.NODE.base_url}/datasets/{one.pk}",
        "is_public": one.state == Delivery.State.PUBLISHED and not at.is_test,
        "offered": offered,
        "offered_to": in_language(offered.to_owner.title, *at.languages)[0] if offered else "",
    }


def as_shown(one: Delivery) -> Record:
    """The record as visitors see it, or would if it were published: mended."""
    record = delivered(one)
    prepare(record, profile_of(one.catalogue), source=one.source.slug, node=settings.NODE.base_url)
    return record


def _versions(one: Delivery) -> Iterator[Event]:
    """What everybody saw of it, newest first."""
    if not one.data_set_id:
        return
    found = (
        Version.objects.filter(data_set=one.data_set_id).order_by("-change").annotate(size=Length("content"))
    )
    rows = list(found.values_list("change", "at", "size")[: MOST_EVENTS + 1])
    for (_change, moment, size), before in zip(rows[:MOST_EVENTS], [*rows[1:], None], strict=False):
        if not size:
            text = _("withdrawn")
        elif before is None or not before[2]:
            text = _("published")
        else:
            text = _("changed")
        yield Event(moment, text)


def _deeds(at: CataloguePlace, one: Delivery) -> Iterator[Event]:
    """Who did what to it, newest first."""
    here = Q(name=one.identifier, detail__catalogue=at.catalogue.slug) | Q(name=str(one.pk))
    found = Deed.objects.filter(here, owner=at.owner, thing=Kind.DATA_SET)
    for deed in found.select_related("person").order_by("-pk")[:MOST_EVENTS]:
        yield Event(deed.at, str(_DONE.get(deed.verb, deed.verb)), who(deed))
