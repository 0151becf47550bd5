"""Which networks may be called for a source although they are not public."""

from collections.abc import Callable

from django.conf import settings as django_settings

from erpd.harvest.models import SourceSettings

OF_OWNERS: list[Callable[[SourceSettings], bool]] = []
"""Whether a source is the portal of a data owner; from the floors above."""


def networks_for(settings: SourceSettings) -> tuple[str, ...]:
    """Return the networks that may be called for a source.

    What the operator's own sources may call is closed to the portals of data owners, for good: once it is
    approved, a portal may still send redirects, or move its name to an address inside.
    """
    node = django_settings.NODE
    found: tuple[str, ...] = node.allow_networks
    if any(is_of_owner(settings) for is_of_owner in OF_OWNERS):
        found = node.owner_networks
    return found
