"""What is wrong with this machine or this node, for the first page of the desk: each row has its page of the
documentation, ``docs/guides/operate-the-register.md``, which says what to do."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erpd.accounts.desk.waiting import Row
from erpd.accounts.outbox import stuck
from erpd.harvest import heartbeat
from erpd.operate.proofs import wrong
from erpd.publish.health import readiness, rooms


def _full() -> list[str]:
    try:
        return [str(one.folder) for one in rooms() if not one.is_enough]
    except OSError as error:
        return [str(error.filename)]


def _dead_workers() -> int:
    try:
        return int(not heartbeat.look().is_well)
    except OSError:
        return 1


def _behind() -> int:
    found = readiness()
    return len({*found.missing, *found.late, *(one.name for one, lacks in found.lacking.items() if lacks)})


def _mails() -> int:
    return stuck.failed().count() + stuck.late().count()


# Section of the documentation -> its words, and how many, or which. The most urgent first.
ALARMS: dict[str, tuple[Promise, Callable[[], int | list[str]]]] = {
    "disk": (_("Disks that are almost full"), _full),
    "worker": (_("Workers that do not run, so that no source is harvested"), _dead_workers),
    "derived": (_("Indexes and copies that are behind the register"), _behind),
    "proofs": (_("Proofs that failed, could not be made, or are too old"), wrong),
    "mail": (_("E-mails that have failed, or have waited for more than an hour"), _mails),
}


def alarms() -> list[Row]:
    """What is wrong, or 0 of it."""
    found = []
    for section, (words, look) in ALARMS.items():
        seen = look()
        number, named = (seen, "") if isinstance(seen, int) else (len(seen), f" ({', '.join(seen)})")
        found.append(Row(f"{words}{named}", number, section))
    return found
