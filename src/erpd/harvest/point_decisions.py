"""How a national point decides about requests, read after a harvest from its register of decisions.

The European node shows it beside the data sets of the point. It costs the run nothing if it fails.
"""

import logging

from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone

from erpd.formats.decision_figures import Measured
from erpd.harvest.children.deciding import BOUNDS, LIMITS, Deciding
from erpd.harvest.models import DecisionsRead, PointFigures, SourceSettings
from erpd.harvest.opening import rules_of
from erpd.harvest.reach import networks_for
from erpd.register.models import Catalogue, DataSet
from erpd.sources.children.child import CannotStart, Child
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client

logger = logging.getLogger(__name__)

_AT_ONCE = 500  # rows


def read_decisions(settings: SourceSettings) -> None:
    """Replace what the point of a source said before, as a whole; what fails is logged, never raised.

    Only the European node does so, for protected data, and where the rules of the source name an address: a
    portal that has no such register is not asked for one. If there is none any more, its figures go; if it
    cannot be read, they stay, as they say of which period they are. The same failure is logged once.
    """
    try:
        address = _address(settings)
        if not address:
            DecisionsRead.objects.filter(source=settings.source_id).delete()
            return
        _keep(settings, address, *_asked(settings, address))
    except Exception:
        logger.exception("%s: its decisions could not be kept", settings)


def _address(settings: SourceSettings) -> str:
    is_protected = settings.source.catalogue.kind == Catalogue.Kind.PROTECTED
    is_european = django_settings.NODE.role == "european"
    return rules_of(settings).decisions if is_protected and is_european else ""


def _asked(settings: SourceSettings, address: str) -> tuple[dict[str, Measured] | None, str]:
    """The figures by IRI, and why there are none: a Reason, or "". None: what was known may stay."""
    today = timezone.now().date()
    try:
        # Without the credentials of the source: the register is public, and may be on another host.
        with (
            Client(LIMITS, networks_for(settings)) as client,
            Child(Deciding(client), address, BOUNDS) as child,
        ):
            return child.one("figures", address, today), ""
    except SourceError as failure:
        _log_once(settings, failure.rule, str(failure))
        return ({} if failure.rule == Reason.NOT_FOUND else None), failure.rule
    except CannotStart as failure:
        _log_once(settings, Reason.PROGRAM_ERROR, str(failure))
        return None, Reason.PROGRAM_ERROR


def _log_once(settings: SourceSettings, rule: str, why: str) -> None:
    if not DecisionsRead.objects.filter(source=settings.source_id, failure=rule).exists():
        logger.warning("%s: its decisions could not be read: %s", settings, why)


@transaction.atomic
def _keep(settings: SourceSettings, address: str, found: dict[str, Measured] | None, failure: str) -> None:
    before = DecisionsRead.objects.select_for_update().filter(source=settings.source_id).first()
    facts = {"address": address, "at": timezone.now(), "failure": failure}
    read, _ = DecisionsRead.objects.update_or_create(source_id=settings.source_id, defaults=facts)
    if found is None and before and before.address == address:
        return
    found = found or {}
    read.figures.all().delete()
    # Only about data sets of this source, whatever else the point speaks of.
    ours = DataSet.objects.filter(source=settings.source_id, deleted=False).values_list("pk", "iri")
    rows = (
        PointFigures(data_set_id=key, read=read, **found[iri]._asdict())
        for key, iri in ours.iterator()
        if iri in found
    )
    PointFigures.objects.bulk_create(rows, batch_size=_AT_ONCE)
