"""Keeps which links data sets have, in the transaction in which they are scored."""

from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone

from erpd.register.links.addresses import Address
from erpd.register.models import Link, LinkHost, LinkOf
from erpd.register.rows import insert


def keep(found: Mapping[UUID, Mapping[Address, int]]) -> None:
    """Keep the links of these data sets in place of those before; only one process may do so at a time.

    A link that no data set has any more is removed when it would be tried.
    """
    rows = LinkOf.objects.filter(data_set__among=found).values_list("data_set", "link", "kinds")
    before = {(key, link): kinds for key, link, kinds in rows}
    after = {
        (key, address.key): (kinds, address) for key, each in found.items() for address, kinds in each.items()
    }
    gone: dict[UUID, list[UUID]] = {}
    for (key, link), kinds in before.items():
        if (key, link) not in after or after[key, link][0] != kinds:
            gone.setdefault(key, []).append(link)
    for key, links in gone.items():
        LinkOf.objects.filter(data_set=key, link__among=links).delete()
    new = {which: what for which, what in after.items() if before.get(which) != what[0]}
    if new:
        _add_links({address for _, address in new.values()})
        insert(
            LinkOf,
            [
                {"data_set_id": key, "link_id": link, "kinds": kinds}
                for (key, link), (kinds, _) in new.items()
            ],
        )


def _add_links(wanted: set[Address]) -> None:
    """Have these links, and their hosts locked: whoever removes a link has its host locked, too."""
    now = timezone.now()
    hosts = sorted({one.host for one in wanted})
    LinkHost.objects.bulk_create([LinkHost(name=name, free=now) for name in hosts], ignore_conflicts=True)
    LinkHost.objects.filter(pk__among=hosts).update(due=now)
    known = set(Link.objects.filter(pk__among=[one.key for one in wanted]).values_list("pk", flat=True))
    empty = {name: field.get_default() for name, field in _FIELDS.items()}
    insert(
        Link,
        [
            {**empty, "key": one.key, "address": one.text, "host_id": one.host, "due": now}
            for one in wanted
            if one.key not in known
        ],
    )


_FIELDS = {field.attname: field for field in Link._meta.concrete_fields}
