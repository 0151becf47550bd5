"""What people are reminded of in time, by the worker: keys that expire, contact addresses to confirm."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from erpd.accounts.actions.contacts import remind as remind_of_contacts
from erpd.accounts.deeds import record
from erpd.accounts.mails import tell
from erpd.accounts.may import COMMAND_LINE, Kind
from erpd.accounts.models import Deed, Key, Owner

DAYS = (1, 7, 30)  # before its end, a key is told of
_MOST = 500  # keys of a round
_VERB = "warn"


def remind() -> int:
    """Write the mails that are due; returns how many. Each is written once, however often this is called."""
    return remind_of_keys() + remind_of_contacts()


@transaction.atomic
def remind_of_keys() -> int:
    """Tell whoever has a key that will expire within 30, 7 or 1 days, unless another has replaced it."""
    now = timezone.now()
    ending = Key.objects.select_related("person", "owner", "catalogue").filter(
        revoked=None,
        replaced_by=None,
        expires__gt=now,
        expires__lte=now + timedelta(days=DAYS[-1]),
        person__is_active=True,
        owner__state=Owner.State.APPROVED,
    )
    written = 0
    for key in ending.select_for_update(of=("self",), skip_locked=True).order_by("expires")[:_MOST]:
        left = -((now - key.expires) // timedelta(days=1))
        due = next(days for days in DAYS if left <= days)
        told = Deed.objects.filter(verb=_VERB, thing=Kind.KEY, name=key.prefix, owner=key.owner)
        if any(deed.detail["days"] <= due for deed in told):
            continue
        tell(
            key.person.email,
            "desk-key-expires" if key.desk else "key-expires",
            language=key.person.language,
            key=key.prefix,
            days=left,
            catalogue=(key.catalogue or key.owner).slug,
            name=key.name,
            address=key.used_from or "",
            owner=key.owner.slug,
        )
        record(who=COMMAND_LINE, verb=_VERB, thing=Kind.KEY, name=key.prefix, owner=key.owner, days=due)
        written += 1
    return written
