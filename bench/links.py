"""The links of the data sets of a loaded register: one of each, one that many share. Some lead nowhere."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from bench.batches import store

_SHARED = 1_000  # data sets that have the same link
_FAILING = 33  # one link in so many fails
_ANSWERS = ("404", "timeout", "403")
_NAMES = UUID(int=0)


def load_links(data_sets: Sequence[Any], now: Any) -> None:
    """Those of data sets of one source, thousands with numbers that follow each other."""
    from erpd.register.models import Link, LinkHost, LinkOf  # noqa: PLC0415

    name = f"{data_sets[0].source.slug}.example"
    host, _ = LinkHost.objects.get_or_create(name=name, defaults={"free": now, "due": now})
    links, said = dict[UUID, Any](), []
    for one in data_sets:
        number = int(one.identifier[1:])
        for place, path in ((number, f"get/{number}"), (number // _SHARED, f"terms/{number // _SHARED}")):
            address = f"https://{name}/{path}"
            key = uuid5(_NAMES, address)
            fails = place % _FAILING == 1
            answer = _ANSWERS[place % len(_ANSWERS)] if fails else "200"
            links[key] = Link(
                key=key,
                address=address,
                host=host,
                due=now + timedelta(days=place % 14),
                tried=now,
                answer=answer,
                works=not fails,
                failed=now - timedelta(days=3) if fails else None,
                failures=2 * fails,
                history=[[now.isoformat(), answer]],
            )
            said.append(LinkOf(data_set_id=one.key, link_id=key, kinds=1))
    store(links.values())
    store(said)
