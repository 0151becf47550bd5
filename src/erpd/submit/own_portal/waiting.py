"""Which sources are owners' portals, and which wait: for their owner, or for the operator's decision."""

from django.urls import reverse
from django.utils.translation import gettext

from erpd.accounts.desk.waiting import Panel, Row
from erpd.accounts.readiness import hindrances
from erpd.harvest.models import SourceSettings
from erpd.submit.models import Portal


def barred() -> set[int]:
    """The sources that wait until their owner may publish again."""
    approved = Portal.objects.filter(state=Portal.State.APPROVED, source__settings__active=True)
    found = approved.select_related("catalogue__holding__owner")
    return {one.source_id for one in found if one.source_id and hindrances(one.catalogue.holding.owner)}


def is_of_owner(settings: SourceSettings) -> bool:
    """Whether a source is an owner's portal."""
    return Portal.objects.filter(source=settings.source_id).exists()


def waiting() -> Panel:
    """What the first page of the desk says of those that wait for approval."""
    number = Portal.objects.filter(state=Portal.State.SUBMITTED).count()
    return Panel([Row(gettext("Portals waiting for approval"), number, "portals", reverse("portals:desk"))])
