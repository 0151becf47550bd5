"""Somebody comes by the link of an invitation and signs in, or up, before it is answered."""

import re

from erpd.accounts.actions.invitations import pending
from erpd.accounts.models import Invitation

_INVITATION = re.compile(r"/owners/invitations/([^/]+)/")


def invited_by(after: str | None) -> Invitation | None:
    """The invitation to which the sign-in leads (``next``), if its link still works."""
    found = _INVITATION.fullmatch(after or "")
    return pending(found[1]) if found else None
