"""Rehearsals are asked for here; the worker makes them (``making.py``)."""

import secrets

from django.db import transaction
from django.utils.crypto import salted_hmac

from erpd.accounts.rates import Buckets
from erpd.accounts.visitors import network
from erpd.metadata.masking import has_user_info, secrets_in
from erpd.operate.models import Rehearsal
from erpd.register.one_at_a_time import one_at_a_time
from erpd.sources.links import is_on_the_web

MOST_WAITING = 20
"""Of everybody together: each may take five minutes."""
MOST_OF_A_NETWORK = 2
"""Of those that wait, so that one or two networks do not fill the places of all."""
OF_VISITORS = Buckets(5, 1 / 600)
"""Of one network: five at once, then one in ten minutes."""


class NoAddress(ValueError):
    """It is not a web address."""


class HasSecret(ValueError):
    """The address holds a password or a key, and results are passed on."""


class TooMany(Exception):
    """So many have been asked for, by all or by this network lately, that no more is taken now."""


class TooManyOfYours(Exception):
    """As many of this network wait as may."""


def check(url: str) -> None:
    """Whether a stranger may give this address. Raises NoAddress, HasSecret."""
    if not url.lower().startswith(("https://", "http://")) or not is_on_the_web(url):
        raise NoAddress
    if has_user_info(url) or secrets_in(url):
        raise HasSecret


def ask(*, url: str, client: str) -> Rehearsal:
    """Have an address rehearsed. ``client``: the IP address of whoever asks, which is not kept.

    Raises NoAddress, HasSecret, TooMany, TooManyOfYours.
    """
    check(url)
    asker = network(client)
    mark = salted_hmac("erpd.rehearsal", asker, algorithm="sha256").hexdigest()
    with transaction.atomic():
        one_at_a_time("ask for a rehearsal")
        waiting = Rehearsal.objects.filter(state__in=(Rehearsal.State.WAITING, Rehearsal.State.RUNNING))
        if waiting.filter(asker=mark).count() >= MOST_OF_A_NETWORK:
            raise TooManyOfYours
        if waiting.count() >= MOST_WAITING:
            raise TooMany
        if OF_VISITORS.take(asker).wait:  # last: who cannot be served now has used up nothing
            raise TooMany
        return Rehearsal.objects.create(key=secrets.token_urlsafe(24), url=url, asker=mark)
