"""The pages on which an owner has its portal harvested, and follows the runs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from erpd.accounts.acts import Act, answer
from erpd.accounts.may import Kind, Verb
from erpd.accounts.paging import behind, cut
from erpd.accounts.readiness import hindrances
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.harvest.ledger import entries_of, ledger_of
from erpd.harvest.models import Entry, Run, SourceSettings
from erpd.harvest.removing import withdrawals
from erpd.harvest.source_settings import sources_beside
from erpd.metadata.masking import plain
from erpd.metadata.vocabularies import vocabulary
from erpd.pages.findings import Remark, remarks, summed
from erpd.publish.methods import safe
from erpd.register.arrival import REFUSED, Bin
from erpd.sources import SOURCES
from erpd.sources.errors import Reason
from erpd.submit.catalogue_pages.reaching import place
from erpd.submit.models import Portal
from erpd.submit.own_portal.acts import (
    Cancel,
    Change,
    End,
    Look,
    Pause,
    PortalPlace,
    Propose,
    Resume,
    Submit,
    Withdraw,
)
from erpd.submit.own_portal.words import DID, WOULD, Why, filter_words, numbers, why

MOST_PORTALS = 100
MOST_RUNS = 20
_MOST_REMARKS = 10
_SOON = 5  # seconds after which the page of a preview is shown again
_LATE = timedelta(minutes=10)  # a preview that waits longer
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A record as pages show it."""

    title: str
    language: str
    identifier: str
    publisher: str
    bin: str
    outcome: str
    remarks: list[Remark]


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as pages show it."""

    run: Run
    state: str
    why: Why | None
    numbers: list[tuple[str, int]]


@signed_in
@safe
def portals(request: HttpRequest, slug: str, catalogue: str) -> HttpResponse:
    """The portals of a catalogue."""
    at = _place(request, slug, catalogue)
    gone = (Portal.State.CANCELLED, Portal.State.REPLACED)
    found = Portal.objects.filter(catalogue=at.catalogue).exclude(state__in=gone)
    rows = [
        (one, standing(one))
        for one in found.select_related("source__settings").order_by("-pk")[:MOST_PORTALS]
    ]
    return at.show("submit/portals/list.html", {"rows": rows, "may_create": at.may(Verb.CREATE, Kind.PORTAL)})


@signed_in
def new(request: HttpRequest, slug: str, catalogue: str) -> HttpResponse:
    """Enter the address of a portal."""
    at = _place(request, slug, catalogue)
    at.demand(Verb.CREATE, Kind.PORTAL)
    return answer(at, "submit/portals/new.html", (Propose,))


@signed_in
def change(request: HttpRequest, slug: str, catalogue: str, number: int) -> HttpResponse:
    """Change the address, what goes, how often."""
    at = _place(request, slug, catalogue, number)
    at.demand(Verb.CHANGE, Kind.PORTAL)
    assert at.portal
    if at.portal.state not in (*Portal.OPEN, Portal.State.APPROVED):
        raise Http404
    return answer(at, "submit/portals/change.html", (Change,), lambda: shown(at.portal, at.languages))


@signed_in
def portal(request: HttpRequest, slug: str, catalogue: str, number: int) -> HttpResponse:
    """One portal: what was seen of it, what the operator said, its runs."""
    at = _place(request, slug, catalogue, number)
    one = at.portal
    assert one
    may_change = at.may(Verb.CHANGE, Kind.PORTAL)
    offered = list(_offered(one)) if may_change else []

    def facts() -> dict[str, Any]:
        said = shown(one, at.languages)
        hindered = hindrances(at.owner) if one.state == Portal.State.APPROVED else ()
        return {
            **said,
            "runs": runs_of(one),
            "offers_change": may_change and (one.state in Portal.OPEN or said["may_go_on"]),
            "hindrances": hindered,
            "withdrawal": _withdrawal(one),
            "present": one.source.settings.present().count() if said["is_ended"] and one.source else 0,
            "is_beside": one.state in Portal.OPEN and bool(beside(one)),
        }

    response = answer(at, "submit/portals/portal.html", offered, facts)
    if (_is_looked_at(one) or _withdrawal(one)) and request.method != "POST":
        response["Refresh"] = f"{_SOON}"
    return response


@signed_in
@safe
def run(request: HttpRequest, slug: str, catalogue: str, number: int, run: int) -> HttpResponse:
    """One run: what it brought, and what was not accepted, with the reasons."""
    at = _place(request, slug, catalogue, number)
    assert at.portal
    found = Run.objects.filter(pk=run, settings=at.portal.source_id).first()
    if found is None:
        raise Http404
    entries = entries_of(found).filter(bin__in=[str(one) for one in REFUSED])
    page = cut(request, behind(request, entries, newest_first=False))
    facts = {
        "row": _run_row(found),
        "run": found,
        "page": page,
        "rows": [_entry_row(entry) for entry in page.rows],
        "back": reverse("portals:portal", args=at.address),
    }
    return at.show("submit/portals/run.html", facts)


def beside(one: Portal) -> list[SourceSettings]:
    """Other sources on the same host and path: a query may mean nothing, and make it another address."""
    return [each for each in sources_beside(one.url) if each.source_id != one.source_id]


def _withdrawal(one: Portal) -> Run | None:
    """The withdrawal of its data sets, while that goes on."""
    return withdrawals().filter(settings=one.source_id).first() if one.source_id else None


def standing(one: Portal) -> str:
    """In which state it is, in a few words."""
    if one.state != Portal.State.APPROVED:
        return str(one.get_state_display())
    settings = one.source.settings if one.source else None
    if settings is None or settings.removed:
        return _("ended")
    return _("harvested") if settings.active else _("paused")


def shown(one: Portal | None, languages: Sequence[str]) -> dict[str, Any]:
    """What pages show of a portal: its settings, and what was seen."""
    assert one
    themes = vocabulary("data-theme")
    protocol = SOURCES.get(one.protocol)
    filters = [
        (
            filter_words(name),
            [themes.label(value, *languages) for value in values] if name == "theme" else values,
        )
        for name, values in one.where.items()
    ]
    settings = [getattr(one, option.setting) for option in protocol.options] if protocol else []
    seen: Mapping[str, Any] = one.seen
    is_approved = one.state == Portal.State.APPROVED
    is_living = bool(one.source and one.source.settings.removed is None)
    return {
        "portal": one,
        "standing": standing(one),
        "is_ended": is_approved and not is_living,
        "may_go_on": is_approved and one.source is not None,
        "is_paused": is_approved and is_living and not (one.source and one.source.settings.active),
        "protocol": protocol.title if protocol else "",
        "narrowed": [text for text in settings if text],
        "filters": filters,
        "is_looked_at": _is_looked_at(one),
        "is_late": one.preview == Portal.Preview.WAITING and one.asked < timezone.now() - _LATE,
        "seen": seen,
        "why": why(seen.get("error", {})),
        "would": numbers(seen.get("bins", {}), WOULD),
        "looks": [_look_row(look) for look in seen.get("looks", [])],
    }


def runs_of(one: Portal) -> list[RunRow]:
    """The last runs of its source, newest first."""
    if one.source_id is None or one.state != Portal.State.APPROVED:
        return []
    return [_run_row(each) for each in Run.objects.filter(settings=one.source_id).order_by("-pk")[:MOST_RUNS]]


def _place(request: HttpRequest, slug: str, catalogue: str, number: int | None = None) -> PortalPlace:
    """The portal of an address; without a number, one to come. Raises Http404."""
    at = place(request, slug, catalogue)
    if not at.may(Verb.SEE, Kind.PORTAL):
        raise Http404
    found = None
    if number is not None:
        rows = Portal.objects.select_related("catalogue", "source__settings", "by", "decided_by")
        found = rows.filter(pk=number, catalogue=at.catalogue).first()
        if found is None:
            raise Http404
    return PortalPlace(request, at.owner, at.catalogue, found)


def _offered(one: Portal) -> Iterator[type[Act]]:
    """What can be done with a portal in its state."""
    if one.state in Portal.OPEN:
        if one.state == Portal.State.DRAFT and not _is_looked_at(one):
            yield Look
            if one.preview == Portal.Preview.DONE and one.catalogue.kind != "test":
                yield Submit
        yield Cancel
    elif one.state == Portal.State.APPROVED and one.source and one.source.settings.removed is None:
        yield Pause if one.source.settings.active else Resume
        yield End
    elif _can_withdraw(one):
        yield Withdraw


def _can_withdraw(one: Portal) -> bool:
    """Whether it has ended, but its data sets are still in the register."""
    if one.state != Portal.State.APPROVED or not one.source or _withdrawal(one):
        return False
    return one.source.settings.present().exists()


def _is_looked_at(one: Portal) -> bool:
    """Whether the worker still has to say what it saw."""
    going_on = (Portal.Preview.WAITING, Portal.Preview.RUNNING)
    return one.state == Portal.State.DRAFT and one.preview in going_on


def _look_row(look: Mapping[str, Any]) -> Row:
    return Row(
        look["title"] or look["identifier"],
        look["language"],
        look["identifier"],
        look["publisher"],
        look["bin"],
        str(WOULD[Bin(look["bin"])]),
        remarks(summed(look["findings"]), 0, _MOST_REMARKS),
    )


def _entry_row(entry: Entry) -> Row:
    name = plain(entry.identifier, _LONGEST_TITLE)
    return Row(
        entry.title or name,
        "",
        name,
        "",
        entry.bin,
        str(DID[Bin(entry.bin)]),
        remarks(summed(entry.findings), 0, _MOST_REMARKS),
    )


def _run_row(one: Run) -> RunRow:
    ledger = ledger_of(one)
    counts = numbers(ledger, DID)
    is_end = one.error.get("rule") == Reason.REMOVED
    if one.gone:
        gone = _("withdrawn, because no longer there")
        counts.append((pgettext("number of data sets", "withdrawn") if is_end else gone, one.gone))
    if one.held:
        counts.append((_("no longer there; they stay until the operator approves"), one.held))
    return RunRow(one, _("ended") if is_end else str(one.get_state_display()), why(one.error), counts)
