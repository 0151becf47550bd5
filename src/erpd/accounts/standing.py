"""Whether a data owner may have keys and publish (P: organizational conditions)."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from erpd.accounts.models import Agreement, Owner

CONFIRMED_FOR = timedelta(days=365)  # P, condition 2: the contact address is confirmed every year


def why_not_ready(owner: Owner) -> str:
    """Why an owner may neither get a key nor publish, and what to do; "" if it may."""
    if owner.state != Owner.State.APPROVED:
        return _("This data owner has not been approved. Wait for the operator, or ask them.")
    if owner.confirmed is None or timezone.now() - owner.confirmed > CONFIRMED_FOR:
        return _(
            "The contact address of this data owner was not confirmed within the last year. "
            "Confirm it on the page of the owner."
        )
    newest = Agreement.objects.order_by("-version").first()
    if newest and not owner.acceptances.filter(agreement=newest).exists():
        return _(
            "This data owner has not accepted the newest agreement. "
            "One of its administrators can accept it on the page of the owner."
        )
    return ""
