"""Tries the links of data sets, host by host, each again after ``link_days`` of the settings.

A host is asked once a second at most, by one worker. What a worker does is done by another if it dies.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from erpd.register.models import Link, LinkHost
from erpd.register.rows import update
from erpd.sources.errors import Reason
from erpd.sources.http.client import Client
from erpd.sources.http.trying import LIMITS, PAUSE, Answer, try_link

_STEP, _TURN = 20, 10.0  # links that are tried in one go, seconds after which no other is begun
_PAUSE = timedelta(seconds=PAUSE)
_TAKES = timedelta(minutes=5)  # no try takes longer: with each redirect, HEAD and GET
_DOWN = timedelta(minutes=5)  # for which a host that cannot be reached is left alone
_LONGEST_PAUSE = timedelta(days=1)
_DAY = timedelta(days=1)
_TOGETHER = 500  # links that one failure of their server is the answer of
_KEPT = 12  # changes of an answer
_NETWORK = (Reason.UNREACHABLE, Reason.TIMEOUT)
_WITNESS = timedelta(hours=1)  # if another host answered since, it is not this node that reaches nothing
_OFFLINE = 3  # hosts of which none has ever answered, before it is taken to be this node


def try_due(networks: Sequence[str] = ()) -> int:
    """Try some of the links that are due; returns how many.

    Only public addresses and ``networks`` are called: what records say is not to lead us into a network that
    is closed to those who wrote them.
    """
    if not settings.NODE.link_days or not (host := _take()):
        return 0
    done, until = 0, time.monotonic() + _TURN
    agent = f"erpd (+{settings.NODE.base_url})"
    with Client(LIMITS, networks, user_agent=agent) as client:
        while host:
            _try(client, host)
            done += 1
            host = _take() if done < _STEP and time.monotonic() < until else ""
    return done


def _take() -> str:
    """A host that is free, with a link that is due; nobody else has it until ``_TAKES`` is over."""
    now = timezone.now()
    for one in LinkHost.objects.filter(due__lte=now, free__lte=now).order_by("due")[:_STEP]:
        if LinkHost.objects.filter(pk=one.pk, free=one.free).update(free=now + _TAKES):
            return one.name
    return ""


def _try(client: Client, host: str) -> None:
    link = Link.objects.filter(host=host, due__lte=timezone.now()).order_by("due").first()
    answer, offline = None, False
    if link and link.data_sets.exists():
        answer = try_link(client, link.address)
        offline = answer.said in _NETWORK and _is_offline(host)
    with transaction.atomic():
        locked = LinkHost.objects.select_for_update().get(pk=host)
        locked.free = timezone.now()
        if link and answer:
            _keep(locked, link, answer, offline=offline)
        elif link and not link.data_sets.exists():  # a data set may have got it again
            link.delete()
        locked.due = locked.links.order_by("due").values_list("due", flat=True).first()
        locked.save()


def _keep(host: LinkHost, link: Link, answer: Answer, *, offline: bool) -> None:
    now = host.tried = timezone.now()
    host.free = now + max(_PAUSE, min(timedelta(seconds=answer.pause), _LONGEST_PAUSE))
    if answer.status:
        host.answered = now
    elif answer.said in _NETWORK:
        host.free = now + _DOWN
    if offline:
        return
    same = [link]
    if answer.of_server:
        due = host.links.filter(due__lte=now).exclude(pk=link.pk).order_by("due")[:_TOGETHER]
        same += [one for one in due if _server(one) == _server(link)]
    for one in same:
        _note(one, answer, now)
    update(same, "due", "tried", "answer", "works", "failed", "failures", "history", "is_news")


def _is_offline(host: str) -> bool:
    """Whether it may be this node that reaches nothing. Then a link that worked last is tried next."""
    now = timezone.now()
    others = LinkHost.objects.exclude(pk=host).filter(tried__isnull=False)
    if others.filter(answered__gt=now - _WITNESS).exists():
        return False
    witness = Link.objects.filter(host__in=others, works=True).order_by("-tried").first()
    if witness is None:
        return others.count() >= _OFFLINE
    Link.objects.filter(pk=witness.pk).update(due=now)
    LinkHost.objects.filter(pk=witness.host_id).update(due=now)
    return True


def _server(link: Link) -> tuple[str, str]:
    parts = urlsplit(link.address)
    return parts.scheme, parts.netloc


def _note(link: Link, answer: Answer, now: datetime) -> None:
    """What one more answer says of a link. It is broken once it has failed twice, a day apart or more."""
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:  # that says nothing of the link
        link.due = now + _DAY
        return
    if link.answer != answer.said:
        link.answer = answer.said
        link.history = [[now.isoformat(timespec="seconds"), answer.said], *link.history][:_KEPT]
    days, before = settings.NODE.link_days, link.works
    link.tried = now
    if answer.works is False:
        link.failed = link.failed or now
        link.failures += 1
        if now - link.failed >= _DAY:
            link.works = False
        days = min(days, 2 ** min(link.failures - 1, 9))
    else:
        link.failed, link.failures, link.works = None, 0, answer.works
    link.due = now + days * _DAY
    link.is_news = link.is_news or link.works != before
