"""Rehearsals are asked for here; the worker makes them (``making.py``)."""

import secrets

from django.db import transaction

from erpd.accounts.rates import Buckets
from erpd.accounts.visitors import network
from erpd.metadata.masking import has_user_info, secrets_in
from erpd.operate.models import Rehearsal
from erpd.sources.links import is_on_the_web

MOST_WAITING = 20
"""Of everybody together: each may take five minutes."""
OF_VISITORS = Buckets(5, 1 / 600)
"""Of one network: five at once, then one in ten minutes."""


class NoAddress(ValueError):
    """It is not a web address."""


class HasSecret(ValueError):
    """The address holds a password or a key, and results are passed on."""


class TooMany(Exception):
    """So many have been asked for, by this network or by all, that no more is taken now."""


def ask(*, url: str, client: str) -> Rehearsal:
    """Have an address rehearsed. ``client``: the IP address of whoever asks, which is not kept.

    Raises NoAddress, HasSecret, TooMany.
    """
    if not url.lower().startswith(("https://", "http://")) or not is_on_the_web(url):
        raise NoAddress
    if has_user_info(url) or secrets_in(url):
        raise HasSecret
    if OF_VISITORS.take(network(client)).wait:
        raise TooMany
    with transaction.atomic():
        waiting = Rehearsal.objects.filter(state__in=(Rehearsal.State.WAITING, Rehearsal.State.RUNNING))
        if waiting.count() >= MOST_WAITING:
            raise TooMany
        return Rehearsal.objects.create(key=secrets.token_urlsafe(24), url=url)
