"""What the database and the home say, at the moment of the question."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from django.db import Error
from django.db.models import Count, Max
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from erpd.access.requests.late import late
from erpd.accounts.models import Mail
from erpd.accounts.outbox import stuck
from erpd.harvest import heartbeat
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.reconcile import holding
from erpd.operate.links.listing import nowhere
from erpd.operate.models import Proof, PublishersTold, Rehearsal, Trial
from erpd.publish.health import readiness, rooms
from erpd.register import catalogues
from erpd.register.derived import Lag
from erpd.register.models import LinkHost
from erpd.register.outage import is_outage
from erpd.submit.models import Portal, Upload

Metrics = Iterator[GaugeMetricFamily]

_MOST = 500  # sources with a name of their own
_OTHERS = "(others)"
_PAUSE = 300.0  # seconds: to count 500,000 data sets takes a quarter of one

_counted: tuple[float, Mapping[int, int]] | None = None


class Figures(Collector):
    """Each once, in this order; those of a database that does not answer are left out."""

    def collect(self) -> Metrics:
        yield from _disks()
        try:
            found = [one for figure in _OF_THE_DATABASE for one in figure()]
        except Error as error:
            if not is_outage(error):
                raise
            found = []
        yield _one("erpd_database_up", "Whether the database answers.", float(bool(found)))
        yield from found


def _runs() -> Metrics:
    named = SourceSettings.objects.filter(removed=None).order_by("pk").values_list("pk", "source__slug")
    names = dict(named[:_MOST])
    runs = Run.objects.order_by().values_list("settings", "state").annotate(Count("pk"))
    counted = Counter[tuple[str, str]]()
    for key, state, number in runs:
        counted[names.get(key, _OTHERS), state] += number
    yield _each("erpd_runs", "Harvests that are kept, by source and state.", ("source", "state"), counted)
    ends = Run.objects.filter(state=Run.State.DONE, settings__in=names).order_by().values_list("settings")
    last = {(names[key],): at.timestamp() for key, at in ends.annotate(Max("finished")) if at}
    yield _each("erpd_last_good_run", "When the last good one ended, in Unix time.", ("source",), last)
    held = SourceSettings.objects.filter(pk__in=names, runs__held__gt=0).distinct()
    waiting = {(names[one.pk],): run.held for one in held if (run := holding(one))}
    yield _each("erpd_held", "Data sets whose deletion waits for a person.", ("source",), waiting)


def _records() -> Metrics:
    global _counted  # noqa: PLW0603
    now = time.monotonic()
    if _counted is None or now - _counted[0] > _PAUSE:
        _counted = now, catalogues.numbers()
    kinds = {one.pk: str(one.kind) for one in catalogues.every().values()}
    by_kind = Counter[tuple[str, ...]]()
    for key, number in _counted[1].items():
        by_kind[(kinds.get(key, _OTHERS),)] += number
    text = "Data sets that are here, counted at most every five minutes."
    yield _each("erpd_data_sets", text, ("kind",), by_kind)


def _derived() -> Metrics:
    found = readiness()
    yield _one("erpd_change", "The last change of the register.", found.change)
    tables: tuple[tuple[str, str, Callable[[Lag], float]], ...] = (
        ("seconds", "For how long the first change has waited", lambda one: one.seconds),
        ("changes", "How many changes wait", lambda one: one.changes),
        ("missing", "Whether it does not exist yet", lambda one: one.change is None),
    )
    for name, text, of in tables:
        each = {(derived.name,): float(of(one)) for derived, one in found.lags.items()}
        yield _each(f"erpd_derived_{name}", f"{text}, for each copy of the register.", ("name",), each)


def _queues() -> Metrics:
    waiting = {
        "rehearsals": Rehearsal.objects.filter(state=Rehearsal.State.WAITING),
        "test harvests": Trial.objects.filter(state=Trial.State.WAITING),
        "previews": Portal.objects.filter(preview=Portal.Preview.WAITING),
        "uploads": Upload.objects.filter(state=Upload.State.WAITING),
        "runs to tell publishers of": PublishersTold.objects.filter(told=None),
        "mails": Mail.objects.filter(state=Mail.State.WAITING),
    }
    lengths = {(name,): float(found.count()) for name, found in waiting.items()}
    yield _each("erpd_waiting", "What waits for the worker or the server.", ("queue",), lengths)
    yield _one("erpd_mails_failed", "E-mails that are not tried again.", stuck.failed().count())
    yield _one("erpd_mails_late", "E-mails that have waited for more than an hour.", stuck.late().count())
    yield _one("erpd_requests_late", "Requests for access that are late.", late())


def _links() -> Metrics:
    yield _one("erpd_links_nowhere", "Links of data sets that lead nowhere.", nowhere().count())
    due = LinkHost.objects.filter(due__lte=timezone.now()).count()
    yield _one("erpd_link_hosts_due", "Hosts with links that it is time to try.", due)


def _worker() -> Metrics:
    try:
        worker = heartbeat.look()
    except OSError:
        return
    yield _one("erpd_worker_up", "Whether the worker of this home is well.", float(worker.is_well))
    yield _one(
        "erpd_worker_round_seconds", "Since its last sign of life; 0 if there was none.", worker.seconds
    )


def _disks() -> Metrics:
    try:
        found = rooms()
    except OSError:
        return
    free = {(str(one.folder),): one.free for one in found}
    yield _each("erpd_disk_free_bytes", "What is left on the disk of a folder.", ("folder",), free)
    least = {(str(one.folder),): one.least for one in found}
    yield _each("erpd_disk_least_bytes", "What has to be left there.", ("folder",), least)


def _proofs() -> Metrics:
    found = Proof.objects.exclude(passed=None)
    passed = {(one.name,): float(bool(one.passed)) for one in found}
    yield _each("erpd_proof_passed", "Whether the last one passed.", ("name",), passed)
    ended = {(one.name,): one.at.timestamp() for one in found}
    yield _each("erpd_proof_ended", "When it did, in Unix time.", ("name",), ended)


_Figure: TypeAlias = Callable[[], Metrics]
_OF_THE_DATABASE: tuple[_Figure, ...] = (_runs, _records, _derived, _queues, _links, _worker, _proofs)


def _one(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _each(name: str, text: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> GaugeMetricFamily:
    """``values``: by the values of the labels."""
    made = GaugeMetricFamily(name, text, labels=labels)
    for key in sorted(values):
        made.add_metric(key, values[key])
    return made
