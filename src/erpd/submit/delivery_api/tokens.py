"""Access tokens: a key is exchanged for one that lasts an hour and dies with the key."""

from datetime import UTC, datetime

from django.core import signing
from django.utils import timezone

from erpd.accounts.keys import is_valid
from erpd.accounts.models import Key

SECONDS = 3600
_SIGNER = signing.TimestampSigner(sep=".", salt="erpd.submit.delivery_api.tokens")
_LONGEST = 400
_OF_DIGEST = (
    16  # signs of the key's digest: a token is of this key, whatever number a restored database gives
)


def issue(client: str, key: Key) -> str | None:
    """Return a token for a key. ``client`` is the slug of its data owner, or the beginning of the key."""
    if client not in (key.owner.slug, key.prefix):
        return None
    return _SIGNER.sign_object([key.pk, key.digest[:_OF_DIGEST]])


def key_of_token(token: str) -> tuple[Key, datetime] | None:
    """Return the key of a token, and when the token was issued; None if either is not valid any more."""
    if len(token) > _LONGEST:
        return None
    try:
        number, digest = _SIGNER.unsign_object(token, max_age=SECONDS)
        issued = signing.b62_decode(token.split(".")[-2])
    except (signing.BadSignature, ValueError, TypeError):
        return None
    key = Key.objects.select_related("person", "owner", "catalogue").filter(pk=number, desk=False).first()
    if key is None or key.digest[:_OF_DIGEST] != digest or not is_valid(key, timezone.now()):
        return None
    return key, datetime.fromtimestamp(issued, UTC)
