"""An address says that it wants no more mails about data sets. We remember its digest, not the address."""

from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.utils import timezone

from erpd.accounts.actions.invitations import digest_of
from erpd.accounts.addresses import mailbox
from erpd.accounts.visitors import NoSuchLink
from erpd.operate.models import PublisherNotice, PublisherStop

_STOP = Signer(salt="erpd.operate.publishers")
_KEPT = timedelta(days=365)


def known_as(address: str) -> str:
    """The digest of a mailbox: somebody who stops it at one address is left alone at all of its names."""
    return digest_of(mailbox(address))


def stop_token(name: str) -> str:
    """What a mail has that ends them; it works for good."""
    return _STOP.sign_object(name)


def name_in(token: str) -> str:
    """Whose link this is. Raises NoSuchLink for links made up."""
    try:
        return str(_STOP.unsign_object(token))
    except (BadSignature, ValueError):
        raise NoSuchLink from None


def stop(*, token: str) -> None:
    """No mail about any data set goes there again. Raises NoSuchLink."""
    PublisherStop.objects.get_or_create(digest=name_in(token))


def forget() -> None:
    """Erase when an address was last told, a year later; for the worker. Who wants no mail is remembered."""
    PublisherNotice.objects.filter(at__lt=timezone.now() - _KEPT).delete()
