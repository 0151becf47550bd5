"""How people without an account come to their requests: by a link to their address, which works once."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from erpd.access.models import AccessRequest, Link
from erpd.access.requests import starting
from erpd.access.requests.limits import answers_of
from erpd.accounts.actions.invitations import digest_of
from erpd.accounts.actions.profiles import kept_name
from erpd.accounts.addresses import public
from erpd.accounts.mails import tell
from erpd.accounts.visitors import DAY, VALID, NoSuchLink, TooMany, has_links_enough
from erpd.register.models import DataSet

MOST_LINKS = 2_000  # on the whole node in a day
_MOST_OPENED = 50
_MOST_REMOVED = 1_000
_LONGEST_BACK = 1000


@transaction.atomic
def begin(
    *,
    email: str,
    name: str,
    language: str,
    data_set: DataSet,
    title: str,
    back: str = "",
    answers: Mapping[str, Any] | None = None,
) -> None:
    """Send a link that starts a request for a data set, with the answers that are known.

    An address that had its links today gets no more, and nobody is told. Raises TooMany, ValidationError for
    an address that is none.
    """
    email = public(email)
    if not _gets_one(email):
        return
    link, token = _made(email, language)
    link.name, link.data_set = kept_name(name, 200), data_set
    link.back = back if len(back) <= _LONGEST_BACK else ""
    link.answers = answers_of(answers or {})
    link.save()
    tell(email, "request-to-confirm", language=language, name=title, token=token)


@transaction.atomic
def send(*, email: str, language: str) -> None:
    """Send a link to the requests of an address; nothing is sent, and nobody told, if there are none.

    Raises TooMany, ValidationError for an address that is none.
    """
    email = public(email)
    if not _gets_one(email):
        return
    link, token = _made(email, language)
    link.save()  # for every address, so that it takes as long
    if _requests(email):
        tell(email, "request-link", language=language, token=token)


def waiting(token: str) -> Link:
    """The link with this token. Raises NoSuchLink."""
    found = _waiting(token)
    if found is None:
        raise NoSuchLink
    return found


@transaction.atomic
def follow(*, token: str) -> tuple[AccessRequest | None, list[UUID]]:
    """Open the link: the request that it started, if it does, and all that may now be seen.

    Raises NoSuchLink, and what ``starting.start`` raises: then it can be opened again.
    """
    link = Link.objects.select_for_update(of=("self",)).filter(digest=digest_of(token)).first()
    if link is None or link.asked <= timezone.now() - VALID:
        raise NoSuchLink
    made = None
    if link.data_set:
        made = starting.start(
            email=link.email,
            name=link.name,
            language=link.language,
            data_sets=[link.data_set],
            back=link.back,
            answers=link.answers,
        )
    link.digest, link.name, link.answers = None, "", {}
    link.save(update_fields=["digest", "name", "answers"])
    return made, _requests(link.email)


def forget() -> int:
    """Erase old links, for the worker; returns how many."""
    old = Link.objects.filter(asked__lt=timezone.now() - max(VALID, DAY) - timedelta(hours=1))
    keys = list(old.values_list("pk", flat=True)[:_MOST_REMOVED])
    Link.objects.filter(pk__in=keys).delete()
    return len(keys)


def _gets_one(email: str) -> bool:
    """Raises TooMany."""
    today = Link.objects.filter(asked__gt=timezone.now() - DAY)
    if today.count() >= MOST_LINKS:
        raise TooMany
    return not has_links_enough(email, today)


def _made(email: str, language: str) -> tuple[Link, str]:
    token = secrets.token_urlsafe(32)
    return Link(email=email, language=language, digest=digest_of(token)), token


def _waiting(token: str) -> Link | None:
    since = timezone.now() - VALID
    return Link.objects.filter(digest=digest_of(token), asked__gt=since).select_related("data_set").first()


def _requests(email: str) -> list[UUID]:
    """Those that were made without an account; the newest come last, so that they are kept longest."""
    found = AccessRequest.objects.filter(email=email, person=None).order_by("-modified")
    return list(found.values_list("pk", flat=True)[:_MOST_OPENED])[::-1]
