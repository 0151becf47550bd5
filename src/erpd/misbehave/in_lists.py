"""Faults in the list: what is in it, how it is paged, how much is announced."""

import re
from dataclasses import replace

from erpd.misbehave.data_sets import ROOT, DataSet, data_set
from erpd.misbehave.exchange import PAGE, Listing, Now

_LAST_NUMBER = re.compile(r"discharges-(\d{6})")


# --- What is in it


def inserted(there: list[DataSet], now: Now) -> list[DataSet]:
    return [data_set(0), *there] if now.later else there


def deleted(there: list[DataSet], now: Now) -> list[DataSet]:
    return there[1:] if now.later else there


def changed(there: list[DataSet], now: Now) -> list[DataSet]:
    return [*there[:-1], replace(there[-1], title="Changed meanwhile")] if now.later else there


def turned(there: list[DataSet], now: Now) -> list[DataSet]:
    """Each page has another order: some data sets occur twice, others never, but the total is right."""
    places = max(now.page - 1, 0)
    return there[places:] + there[:places]


def half(there: list[DataSet], now: Now) -> list[DataSet]:
    return there[: len(there) // 2]


def all_but_one(there: list[DataSet], now: Now) -> list[DataSet]:
    return [one for one in there if one != now.victim]


def nothing(there: list[DataSet], now: Now) -> list[DataSet]:
    return []


def renamed(there: list[DataSet], now: Now) -> list[DataSet]:
    """The same data sets under other names."""
    return [
        replace(one, identifier=f"new-{one.identifier}", iri=one.iri.replace("/set/", "/new/"))
        for one in there
    ]


def renamed_each_time(there: list[DataSet], now: Now) -> list[DataSet]:
    """The same data sets under other names each time that the list is read from its start."""
    return [
        replace(
            one, identifier=f"{now.times}-{one.identifier}", iri=one.iri.replace("/set/", f"/{now.times}/")
        )
        for one in there
    ]


def dated_otherwise(there: list[DataSet], now: Now) -> list[DataSet]:
    return victim(there, now, issued="03/04/2024")


def victim(there: list[DataSet], now: Now, **facts: str) -> list[DataSet]:
    """The same data sets, with these values changed in the victim."""
    return [replace(one, **facts) if one == now.victim else one for one in there]


def placeholder(there: list[DataSet], now: Now) -> list[DataSet]:
    return victim(there, now, identifier="None", iri=f"{ROOT}/set/None")


def endless_identifier(there: list[DataSet], now: Now) -> list[DataSet]:
    name = "x" * 3000
    return [*there, replace(now.victim, identifier=name, iri=f"{ROOT}/set/{name}")]


def incomplete(there: list[DataSet], now: Now) -> list[DataSet]:
    return victim(there, now, access_rights="")


def same_identifier(there: list[DataSet], now: Now) -> list[DataSet]:
    """A second data set has the identifier of the victim."""
    other = replace(now.victim, iri=f"{ROOT}/set/another", title="Another data set")
    return sorted([*there, other], key=lambda one: (one.identifier, one.iri))


def same_iri(there: list[DataSet], now: Now) -> list[DataSet]:
    """A data set with its own identifier claims the IRI of the victim."""
    return [*there, replace(now.victim, identifier="zzz-copy", title="Another data set")]


def future(there: list[DataSet], now: Now) -> list[DataSet]:
    return [replace(one, datestamp="2199-12-31") for one in there]


def no_date(there: list[DataSet], now: Now) -> list[DataSet]:
    return [replace(one, datestamp="yesterday") for one in there]


# --- How it is paged


def _page(now: Now, number: int) -> list[DataSet]:
    return now.all[(number - 1) * PAGE : number * PAGE]


def token_loop(found: Listing, now: Now) -> Listing:
    return replace(found, next=1) if now.page == 2 else found


def repeated(found: Listing, now: Now) -> Listing:
    if now.page < 2:
        return found
    return replace(now.protocol.listing(now.protocol.first(now.request), now.all), next=now.page + 1)


def endless(found: Listing, now: Now) -> Listing:
    """An endless list of data sets; the announced total is that of a correct source."""
    if now.page < 1:
        return found
    begin = (now.page - 1) * PAGE
    if now.protocol.name == "ckan":
        known = _LAST_NUMBER.search(now.request.query.get("q", "") + now.request.query.get("fq", ""))
        begin = int(known[1]) if known else int(now.request.query.get("start", "0"))
    records = [data_set(number) for number in range(begin + 1, begin + PAGE + 1)]
    return Listing(records, len(now.all), now.page + 1)


def empty_page(found: Listing, now: Now) -> Listing:
    """Page 2 is empty; its data sets come on page 3, and so on."""
    if now.page < 2:
        return found
    records = [] if now.page == 2 else _page(now, now.page - 1)
    return replace(found, records=records, next=now.page + 1 if now.page <= now.last else 0)


def empty_pages(found: Listing, now: Now) -> Listing:
    return replace(found, records=[], next=now.page + 1) if now.page > 1 else found


def ends_early(found: Listing, now: Now) -> Listing:
    """The list ends halfway, but its full size is announced."""
    if now.protocol.name in ("oai-pmh", "hydra"):
        return replace(found, next=0) if now.here else found
    if now.page < 1 or (now.protocol.name == "sparql" and not found.names):
        return found  # the data sets already listed are described
    if now.protocol.name == "ckan":
        there = now.all[: len(now.all) // 2]
        return replace(found, records=[one for one in found.records if one in there])
    return replace(found, records=found.records[: len(now.all) // 2] if now.page == 1 else [])


def ends_early_unannounced(found: Listing, now: Now) -> Listing:
    return replace(found, total=None, next=0)


def capped(found: Listing, now: Now) -> Listing:
    """Never more than 3 rows, or 40 triples, however many are requested."""
    if now.page < 1:
        return found
    return replace(found, records=found.records[: 3 if found.names or now.protocol.name == "ckan" else 40])


def from_all_dates(found: Listing, now: Now) -> Listing:
    """The first page of the whole list, whatever dates are requested."""
    return now.protocol.listing(now.protocol.first(now.request), now.all) if now.page == 1 else found


# --- How much is announced


def count_too_high(found: Listing, now: Now) -> Listing:
    return found if found.total is None else replace(found, total=found.total + 5)


def count_too_low(found: Listing, now: Now) -> Listing:
    return found if found.total is None else replace(found, total=found.total // 2)


def uncounted(found: Listing, now: Now) -> Listing:
    return replace(found, total=None)
