"""Makes the previews that wait, in a worker. A worker that is killed loses nothing: another makes it anew."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from erpd.accounts.models import Holding, Owner
from erpd.harvest import holder
from erpd.harvest.children.looking import Look
from erpd.harvest.discovering import LIMITS
from erpd.harvest.previewing import SECONDS, preview
from erpd.metadata.findings import Severity
from erpd.metadata.storable import storable_json
from erpd.register.arrival import Bin
from erpd.register.content import facts_of
from erpd.register.outage import is_outage
from erpd.sources.children.child import CannotStart
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client
from erpd.sources.http.guard import is_public
from erpd.submit.models import Portal
from erpd.submit.own_portal.wishes import LONGEST_ADDRESS, settings_of

logger = logging.getLogger(__name__)

MOST_DEATHS = 2  # workers that died during one preview
MOST_FINDINGS = 20  # of one record
_LONGEST = timedelta(seconds=2 * SECONDS)  # without a sign of it, a worker on another machine is dead
_MOST = 20  # of a round
_OURS: dict[str, object] = {"error": {"rule": str(Reason.PROGRAM_ERROR)}}


def look_due() -> int:
    """Make the previews that wait; returns how many."""
    done = 0
    while done < _MOST:
        if not _waiting().exists():  # without a lock, because most often there is none
            break
        with holder.working() as mine:
            portal = _take(mine)
            if portal is None:
                break
            try:
                _write(portal, *_made(portal))
            except Exception as error:
                if is_outage(error):
                    raise
                logger.exception("The preview of portal %s failed", portal.pk)
                _write(portal, Portal.Preview.FAILED, _OURS)
        done += 1
    return done


def _waiting() -> QuerySet[Portal]:
    going_on = Q(preview=Portal.Preview.WAITING) | Q(preview=Portal.Preview.RUNNING)
    return Portal.objects.filter(going_on, state=Portal.State.DRAFT).order_by(
        F("begun").asc(nulls_first=True), "asked", "pk"
    )


@transaction.atomic
def _take(mine: str) -> Portal | None:
    """The preview that has waited longest and that nobody makes."""
    for portal in _waiting().select_for_update(skip_locked=True)[: 2 * _MOST]:
        if portal.preview == Portal.Preview.RUNNING:
            if holder.lives(portal.holder, portal.begun, _LONGEST):
                continue
            portal.deaths += holder.has_died(portal.holder, portal.asked)
            holder.remove(portal.holder)
        portal.holder, portal.begun = mine, timezone.now()
        portal.preview = Portal.Preview.RUNNING
        portal.save(update_fields=["holder", "begun", "preview", "deaths"])
        return portal
    return None


def _made(portal: Portal) -> tuple[Portal.Preview, dict[str, object]]:
    """How it ended, and what was seen: nothing else is kept."""
    holding = Holding.objects.select_related("owner").filter(catalogue=portal.catalogue).first()
    if holding is None or holding.owner.state != Owner.State.APPROVED:
        return Portal.Preview.FAILED, {"error": {"rule": "owner"}}
    if portal.deaths >= MOST_DEATHS:
        return Portal.Preview.FAILED, {"error": {"rule": str(Reason.SET_ASIDE)}}
    networks = django_settings.NODE.owner_networks
    slug = portal.source.slug if portal.source else f"{portal.catalogue.slug}-portal"
    try:
        with Client(LIMITS, networks) as client:
            seen = preview(settings_of(portal, slug), client, "en")
    except SourceError as error:
        return Portal.Preview.FAILED, {"error": {"rule": str(error.rule), "url": error.url}}
    except CannotStart:
        return Portal.Preview.FAILED, _OURS
    if len(seen.url) > LONGEST_ADDRESS:
        return Portal.Preview.FAILED, {"error": {"rule": str(Reason.BAD_ADDRESS), "url": portal.url}}
    bins = {str(place): number for place, number in seen.bins.items()}
    return Portal.Preview.DONE, {
        "protocol": seen.protocol,
        "url": seen.url,
        "is_inside": bool(networks) and not is_public(urlsplit(seen.url).hostname or ""),
        "total": seen.total,
        "bins": bins,
        "looked_at": sum(seen.bins.values()),
        "fit": seen.bins[Bin.NEW],
        "looks": [_row(look) for look in seen.looks],
        "sets": seen.sets,
        "publishers": seen.publishers,
        "themes": seen.themes,
        "keywords": seen.keywords,
    }


def _row(look: Look) -> dict[str, object]:
    """A record as it is kept. Its worst findings come first."""
    order = list(Severity)
    findings = sorted(look.findings, key=lambda one: order.index(one.severity))[:MOST_FINDINGS]
    return {
        "identifier": look.identifier,
        "title": look.title,
        "language": look.language,
        "publisher": look.publisher,
        "bin": str(look.bin),
        "findings": [_short(facts) for facts in facts_of(findings)],
        "more": max(0, len(look.findings) - MOST_FINDINGS),
    }


def _short(facts: dict[str, str]) -> dict[str, str]:
    return {name: value[:500] if isinstance(value, str) else value for name, value in facts.items()}


def _write(portal: Portal, how: Portal.Preview, seen: dict[str, object]) -> None:
    """Keep it, unless the portal was changed meanwhile or another worker has taken it over."""
    found = {name: seen[name] for name in ("protocol", "url") if name in seen}
    mine = Portal.objects.filter(
        pk=portal.pk, holder=portal.holder, edition=portal.edition, state=Portal.State.DRAFT
    )
    mine.update(preview=how, seen=storable_json(seen), holder="", **found)
