"""What operators set of sources: everything goes through what applies a file of sources."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Verb, demand
from erpd.harvest import uncovered
from erpd.harvest.as_files.applying import Applied, NotApplied, apply
from erpd.harvest.as_files.document import NONE, STORED, Declared, read, references, written
from erpd.harvest.as_files.exporting import facts_of
from erpd.harvest.lease import SourceBusy
from erpd.harvest.models import SourceSettings
from erpd.harvest.rules import RulesError, read_rules
from erpd.harvest.secrets import seal
from erpd.harvest.source_settings import SET
from erpd.metadata.declared import DeclarationError
from erpd.operate.place import SOURCE
from erpd.operate.refusals import Code, refusal
from erpd.register.catalogues import profile_of
from erpd.register.one_at_a_time import one_at_a_time
from erpd.sources.http.credentials import Auth
from erpd.sources.links import is_local, origin

MOST = 200  # mistakes that are told


@transaction.atomic
def change(
    *,
    who: Actor,
    settings: SourceSettings,
    said: Mapping[str, Any],
    seen: str,
    schedule: Mapping[str, Any] | None = None,
) -> bool:
    """Set a source to its own settings with ``said`` in place of some; "" takes one away.

    ``schedule``: another one in its rules, which keep their comments. ``seen``: the ``stamp`` of the settings
    that the person saw.

    Returns whether its credentials were dropped, because its address is now on another server, which must not
    get them.

    Raises PermissionDenied, Refusal while it is being harvested, if somebody has changed it since, or if its
    protocol would be another one although it has brought data sets, ValidationError with a line a mistake.
    """
    demand(who, Verb.CHANGE, SOURCE)
    settings = _not_since(settings, seen)
    if said.get("protocol", settings.protocol) != settings.protocol and has_brought(settings):
        raise refusal(Code.HAS_BROUGHT)
    facts = {**facts_of(settings), **said}
    if schedule is not None:
        facts["rules"] = {**facts.get("rules", {}), "schedule": dict(schedule)}
        if not schedule:
            del facts["rules"]["schedule"]
    facts = {name: value for name, value in facts.items() if value not in ("", {}, [])}
    dropped = bool(settings.secret) and _server(str(facts["url"])) != _server(settings.url)
    if dropped:
        facts["credentials"] = NONE
    apply_file(who=who, text=written({settings.source.slug: facts}))
    return dropped


def has_brought(settings: SourceSettings) -> bool:
    """Whether a source has data sets, or had: by another protocol they have other identifiers."""
    return settings.source.data_sets.exists()


@transaction.atomic
def add(*, who: Actor, name: str, said: Mapping[str, Any]) -> None:
    """Add a source. Raises what ``change`` raises, also if there is one of that name."""
    if SourceSettings.objects.filter(source__slug=name).exists():
        raise refusal(Code.NAME_TAKEN)
    done = apply_file(who=who, text=written({name: said}))
    if not any((one.source, one.change) == (name, "added") for one in done.changes):  # another just added it
        raise refusal(Code.NAME_TAKEN)


@transaction.atomic
def apply_file(*, who: Actor, text: str, dry_run: bool = False) -> Applied:
    """Make the sources as a file says; those that it does not name stay. A dry run saves nothing.

    Raises what ``change`` raises.
    """
    demand(who, Verb.CHANGE, SOURCE)
    try:
        declared, faults = read(text)
        faults += _not_from_here(declared)
        done = apply(declared, {}, dry_run=dry_run, faults=faults)
    except (DeclarationError, NotApplied) as error:
        raise ValidationError(_lines(str(error))) from error
    except SourceBusy as busy:
        raise refusal(Code.BEING_HARVESTED) from busy
    if not dry_run:
        for one in done.changes:
            is_new = one.change == "added"
            verb = "add" if is_new else "change"
            record(who=who, verb=verb, thing=Kind.SOURCE, name=one.source, settings=", ".join(one.settings))
    return done


@transaction.atomic
def set_rules(*, who: Actor, settings: SourceSettings, text: str, seen: str) -> None:
    """Give a source rules, as TOML with its comments. ``seen``: as of ``change``.

    Raises PermissionDenied, Refusal if somebody has changed it since, ValidationError.
    """
    demand(who, Verb.CHANGE, SOURCE)
    put_rules(who=who, settings=settings, text=text, seen=seen)


@transaction.atomic
def put_rules(*, who: Actor, settings: SourceSettings, text: str, seen: str, **noted: Any) -> None:
    """Like ``set_rules``, for an action that has asked itself whether it may change what it changes in them.

    ``noted``: what else the audit log says.
    """
    _not_since(settings, seen)
    try:
        read_rules(text, profile_of(settings.source.catalogue))
    except RulesError as error:
        raise ValidationError(_lines(str(error))) from error
    SourceSettings.objects.filter(pk=settings.pk).update(rules=text)
    uncovered.mark(settings)
    record(who=who, verb="change", thing=Kind.SOURCE, name=settings.source.slug, settings="rules", **noted)


@transaction.atomic
def set_credentials(*, who: Actor, settings: SourceSettings, auth: Auth | None) -> None:
    """Replace the credentials of a source, or take them away. Raises PermissionDenied."""
    demand(who, Verb.CHANGE, SOURCE)
    SourceSettings.objects.filter(pk=settings.pk).update(secret=seal(auth))
    verb = "replace credentials" if auth else "remove credentials"
    record(who=who, verb=verb, thing=Kind.SOURCE, name=settings.source.slug)


def _not_from_here(declared: Mapping[str, Declared]) -> list[str]:
    """What a page must not say: it would show files of the server, or send credentials to somebody else."""
    known = {one.source.slug: one for one in SourceSettings.objects.filter(source__slug__in=declared)}
    faults = []
    for name, one in declared.items():
        before = known.get(name)
        same = before is not None and before.url == one.url
        if is_local(one.url) and not same:
            faults.append(f"sources.{name}.url: a file of the server is named with the command line only.")
        if one.user or any(getattr(one, key) for key in references()):
            faults.append(
                f"sources.{name}: credentials are entered at the page of the source, not in a file."
            )
        elif before and before.secret and one.credentials != NONE and _server(before.url) != _server(one.url):
            faults.append(
                f"sources.{name}.credentials: the address is on another server, which must not get "
                f'the {STORED} ones. Say credentials = "{NONE}", and enter new ones at its page.'
            )
    return faults


def _server(url: str) -> object:
    """What gets the credentials of a source at this address."""
    try:
        return origin(urlsplit(url))
    except ValueError:  # no address
        return url


def _lines(text: str) -> list[str]:
    return text.splitlines()[:MOST]


def schedule_of(settings: SourceSettings) -> dict[str, Any]:
    """The table of its schedule in its rules. Raises DeclarationError."""
    table: dict[str, Any] = facts_of(settings).get("rules", {}).get("schedule", {})
    return table


def stamp(settings: SourceSettings) -> str:
    """Differs when anything does that the page of its settings shows in a form."""
    names = ("protocol", "url", "set", "query", "graph", "prefix", "contact", "tell_publishers", "rules")
    shown = [getattr(settings, name) for name in names]
    return sha256(json.dumps([*shown, str(settings.source.policy)]).encode()).hexdigest()


def _not_since(settings: SourceSettings, seen: str) -> SourceSettings:
    """The settings as they are now. Nothing that another operator set is overwritten without a word."""
    one_at_a_time(SET)
    now = SourceSettings.objects.select_related("source").get(pk=settings.pk)
    if stamp(now) != seen:
        raise refusal(Code.SET_SINCE)
    return now
