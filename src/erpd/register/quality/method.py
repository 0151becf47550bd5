"""By which method descriptions are scored, as a digest: when it changes, all are scored anew."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version

from django.conf import settings

from erpd.metadata.profile import Profile, load_profile
from erpd.metadata.quality import MQA, PROTECTED
from erpd.metadata.quality.measuring import VOCABULARIES
from erpd.metadata.quality.metrics import MACHINE_READABLE, NON_PROPRIETARY, OF_FILES
from erpd.metadata.vocabularies import vocabulary
from erpd.register.quality.scoring import PROFILE


def method() -> str:
    """What a score depends on, beside the description: this release, the metrics, the profile and its tables,
    and whether links are tried.

    The tables are those that this process reads, so it needs a restart to know of others, as all of it does.
    """
    return _method(tries_links=settings.NODE.link_days > 0)


@cache
def _method(*, tries_links: bool) -> str:
    profile = load_profile(PROFILE)
    tables = [_table(name) for name in sorted({*VOCABULARIES, *_named_in(profile)})]
    metrics = (MQA, PROTECTED, OF_FILES, MACHINE_READABLE, NON_PROPRIETARY)
    depends = (version("erpd"), in_order((metrics, profile)), tables, tries_links)
    return sha256(repr(depends).encode()).hexdigest()[:20]


def _named_in(profile: Profile) -> Iterator[str]:
    for properties in profile.classes.values():
        yield from (one.vocabulary for one in properties.values() if one.vocabulary)


def _table(name: str) -> tuple[str, ...]:
    try:
        table = vocabulary(name)
    except (KeyError, ValueError):  # a broken file: others say so
        return (name,)
    return (name, table.base, *sorted(table.concepts))


def in_order(value: object) -> object:
    """The same in lists only: a set has another order in each process."""
    if is_dataclass(value) and not isinstance(value, type):
        return [in_order(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, Mapping):
        return sorted((repr(key), in_order(each)) for key, each in value.items())
    if isinstance(value, set | frozenset):
        return sorted(repr(in_order(each)) for each in value)
    if isinstance(value, tuple | list):
        return [in_order(each) for each in value]
    return repr(value)
