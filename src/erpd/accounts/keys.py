"""Keys for the APIs: made, found by their text, rotated, revoked (P: "linked to … account, catalog … owner").

A key is ``erpd_<8 letters>_<43 signs>``. The letters are shown in lists; of the whole, only a digest is kept.
"""

import re
import secrets
import string
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import salted_hmac

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand, may, seen
from erpd.accounts.models import Holding, Key, Membership, Owner, Person
from erpd.accounts.readiness import ready
from erpd.accounts.refusal import Code, refusal
from erpd.register.models import Catalogue
from erpd.register.prepared import Prepared

OVERLAP = timedelta(days=14)  # for which a key and the one that replaces it are both valid
MOST = 20  # valid keys of a person for a catalogue
_WRITERS = (Membership.Role.EDITOR, Membership.Role.ADMIN)
_MINUTE = timedelta(minutes=1)
TEXT = re.compile(r"erpd_([a-z]{8})_[A-Za-z0-9_-]{43}")
_NOBODYS = "0" * 64


@transaction.atomic
def make(
    *,
    who: Actor,
    catalogue: Catalogue,
    person: Person | None = None,
    name: str = "",
    days: int | None = None,
    once: str = "",
) -> tuple[Key, str]:
    """Make a key of ``person`` (otherwise of ``who``) for one catalogue. Returns it with its text.

    ``once``: random signs of the form that asks; sent again, it makes no second key.
    Raises Http404 or PermissionDenied, and Refusal if the owner is not ready or the person may not write.
    """
    person = person or who.person
    holding = Holding.objects.select_related("owner").filter(catalogue=catalogue).first()
    if holding is None or person is None:
        raise Http404(catalogue.slug)
    _allow(who, holding.owner, catalogue, person)
    return _make(who, person, holding.owner, catalogue, name=name, days=days, once=once)


@transaction.atomic
def make_for_desk(
    *, who: Actor, owner: Owner, name: str = "", days: int | None = None, once: str = ""
) -> tuple[Key, str]:
    """Make a key of ``who`` for the desk of the competent body that an owner keeps, like ``make``.

    It opens the requests for access that its person answers, and nothing of data sets.
    """
    person = who.person
    if person is None:
        raise Http404(owner.slug)
    _allow(who, owner, None, person)
    return _make(who, person, owner, None, name=name, days=days, once=once)


@transaction.atomic
def rotate(*, who: Actor, key: Key, days: int | None = None) -> tuple[Key, str]:
    """Make the key that replaces ``key``, which stays valid for 14 days. Raises as ``make`` does."""
    key = _locked(key)
    _allow(who, key.owner, key.catalogue, key.person)
    now = timezone.now()
    if key.revoked or key.expires <= now:
        raise refusal(Code.KEY_ENDED, key=key.prefix)
    if Key.objects.filter(replaces=key).exists():
        raise refusal(Code.KEY_ROTATED, key=key.prefix)
    made = _make(who, key.person, key.owner, key.catalogue, name=key.name, days=days, replaces=key)
    Key.objects.filter(pk=key.pk).update(expires=min(key.expires, now + OVERLAP))
    return made


@transaction.atomic
def revoke(*, who: Actor, key: Key) -> Key:
    """End a key at once. Raises Http404 if they may not see it, PermissionDenied if they may only see it."""
    key = _locked(key)
    demand(who, Verb.ERASE, thing_of(key))
    if key.revoked is None:
        key.revoked = timezone.now()
        key.save(update_fields=["revoked"])
        _note(who, "revoke", key)
    return key


def thing_of(key: Key) -> Thing:
    """A key as the table of who may do what has it."""
    kind = Kind.DESK_KEY if key.desk else Kind.KEY
    return Thing(kind, key.owner_id, key.catalogue_id, key.person_id)


def find(text: str, address: str | None = None, *, desk: bool = False) -> Key | None:
    """The valid key with this text, or None. It takes the same time whatever is wrong with it.

    Keys of desks (``desk``) and of catalogues do not open each other's doors: there, they are unknown.
    Valid: neither expired nor revoked, its person active, its owner approved. Remembers, once a minute, when
    and from which ``address`` it was used.
    """
    match = TEXT.fullmatch(text.strip())
    prefix = match[1] if match else ""
    key = _with_prefix(prefix)
    same = compare_digest(digest_of(text.strip()), key.digest if key else _NOBODYS)
    now = timezone.now()
    if not (key and same and key.desk is desk and is_valid(key, now)):
        return None
    if key.used is None or now - key.used >= _MINUTE:
        unused = Q(used=None) | Q(used__lte=now - _MINUTE)
        Key.objects.filter(unused, pk=key.pk).update(used=now, used_from=address)
        key.used, key.used_from = now, address
    return key


def _with_prefix(prefix: str) -> Key | None:
    """The key with this prefix, its person, owner and catalogue."""
    for row in _by_prefix(prefix):
        values = iter(row)
        made: list[Any] = []
        for model in _JOINED.values():
            names = [field.attname for field in model._meta.concrete_fields]
            columns = list(islice(values, len(names)))
            made.append(None if columns[0] is None else model.from_db(connection.alias, names, columns))
        key: Key = made[0]
        key.person, key.owner, key.catalogue = made[1:]
        return key
    return None


_JOINED: dict[str, type[Any]] = {"": Key, "person__": Person, "owner__": Owner, "catalogue__": Catalogue}
_COLUMNS = [
    f"{path}{field.attname}" for path, model in _JOINED.items() for field in model._meta.concrete_fields
]
_by_prefix = Prepared(lambda prefix: Key.objects.filter(prefix=prefix).values_list(*_COLUMNS))


def is_valid(key: Key, now: datetime) -> bool:
    """Whether a key opens anything."""
    fresh = key.revoked is None and key.expires > now
    return fresh and key.person.is_active and key.owner.state == Owner.State.APPROVED


def digest_of(text: str) -> str:
    """What is kept of a key. It is 256 random bits, so one round of SHA-256 keeps it secret."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def about(key: Key) -> dict[str, Any]:
    """What a page, an API and the command line say about a key."""
    verbs = [
        verb.value
        for verb in (Verb.SEE, Verb.CREATE, Verb.CHANGE, Verb.PUBLISH, Verb.WITHDRAW, Verb.ERASE)
        if not key.desk and may(Actor(key=key), verb, Thing(Kind.DATA_SET, key.owner_id, key.catalogue_id))
    ]
    return {
        "key": key.prefix,
        "name": key.name,
        "account": key.person.email,
        "owner": key.owner.slug,
        "catalogue": key.catalogue.slug if key.catalogue else None,
        "desk": key.desk,
        "test": bool(key.catalogue and key.catalogue.kind == Catalogue.Kind.TEST),
        "may": verbs,
        "created": key.created,
        "expires": key.expires,
        "revoked": key.revoked,
        "last_used": key.used,
        "last_used_from": key.used_from,
        "valid": is_valid(key, timezone.now()),
    }


def _make(
    who: Actor,
    person: Person,
    owner: Owner,
    catalogue: Catalogue | None,
    *,
    name: str,
    days: int | None,
    replaces: Key | None = None,
    once: str = "",
) -> tuple[Key, str]:
    most = settings.NODE.key_days
    if days is not None and not 1 <= days <= most:
        raise refusal(Code.KEY_DAYS, most=most, days=days)
    if catalogue:
        ready(owner)
        if not person.is_active or not owner.memberships.filter(person=person, role__in=_WRITERS).exists():
            raise refusal(Code.NO_WRITER, person=person.email, owner=owner.slug)
    now = timezone.now()
    living = Key.objects.filter(
        person=person, owner=owner, catalogue=catalogue, revoked=None, expires__gt=now
    )
    if living.count() >= MOST:
        where = (catalogue or owner).slug
        raise refusal(Code.TOO_MANY_KEYS, person=person.email, number=MOST, catalogue=where)
    prefix = _prefix(f"{person.pk} {once}" if once else secrets.token_hex())
    text = f"erpd_{prefix}_{secrets.token_urlsafe(32)}"
    key = Key(
        person=person,
        owner=owner,
        catalogue=catalogue,
        desk=catalogue is None,
        name=name[:80],
        prefix=prefix,
        digest=digest_of(text),
        expires=now + timedelta(days=most if days is None else days),
        replaces=replaces,
    )
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError as error:  # somebody else rotated it meanwhile, or the form was sent twice
        if replaces:
            raise refusal(Code.KEY_ROTATED, key=replaces.prefix) from error
        raise refusal(Code.KEY_MADE, key=prefix) from error
    _note(who, "rotate" if replaces else "create", key, expires=key.expires.isoformat(timespec="seconds"))
    return key, text


def _prefix(seed: str) -> str:
    """The visible letters of a key. They are no secret, but nobody can choose those of another's."""
    digest = salted_hmac("erpd.accounts.keys", seed, algorithm="sha256").digest()
    return "".join(string.ascii_lowercase[byte % 26] for byte in digest[:8])


def _allow(who: Actor, owner: Owner, catalogue: Catalogue | None, person: Person) -> None:
    """A key is made by the person for whom it acts: nobody acts in another's name.

    Those of a catalogue are made on the command line, too; those of a desk (no catalogue) open what people
    asked for, and so only by who answers them.
    """
    if catalogue:
        seen(who, Thing(Kind.CATALOGUE, owner.pk, catalogue.pk))
        thing = Thing(Kind.KEY, owner.pk, catalogue.pk, person.pk)
    else:
        seen(who, Thing(Kind.OWNER, owner.pk))
        thing = Thing(Kind.DESK_KEY, owner.pk, person=person.pk)
    demand(who, Verb.CREATE, thing)
    if who.person != person and not (who.host and catalogue):
        raise PermissionDenied


def _locked(key: Key) -> Key:
    found = Key.objects.select_related("person", "owner", "catalogue").select_for_update(of=("self",))
    return found.get(pk=key.pk)


def _note(who: Actor, verb: str, key: Key, **detail: object) -> None:
    """The line of the audit log."""
    where = {"catalogue": key.catalogue.slug} if key.catalogue else {}
    facts = {"account": key.person.email, **where, **detail}
    record(who=who, verb=verb, thing=Kind.KEY, name=key.prefix, owner=key.owner, **facts)
