"""Which networks may be called for a source although they are not public."""

from collections.abc import Callable

from django.conf import settings as django_settings

from erpd.harvest.models import SourceSettings

OF_OWNERS: list[Callable[[SourceSettings], bool]] = []
"""Whether a source is the portal of a data owner; from the floors above."""
OF_STRANGERS: list[Callable[[SourceSettings], bool]] = []
"""Whether somebody without an account has asked for a source; from the floors above."""


def is_of_owner(settings: SourceSettings) -> bool:
    """Whether a source is the portal of a data owner, which the desk and its owner look after."""
    return any(is_theirs(settings) for is_theirs in OF_OWNERS)


def networks_for(settings: SourceSettings) -> tuple[str, ...]:
    """Return the networks that may be called for a source.

    What the operator's own sources may call is closed to the portals of data owners, for good: once it is
    approved, a portal may still send redirects, or move its name to an address inside. For the same reason,
    nothing that is not public is called for a source that a stranger has asked for.
    """
    node = django_settings.NODE
    if any(is_theirs(settings) for is_theirs in OF_STRANGERS):
        return ()
    found: tuple[str, ...] = node.allow_networks
    if is_of_owner(settings):
        found = node.owner_networks
    return found
