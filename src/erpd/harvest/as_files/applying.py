"""Make the sources of a node as a file says, all of it or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from erpd.harvest import uncovered
from erpd.harvest.as_files.document import NONE, STORED, Declared
from erpd.harvest.as_files.exporting import exported, own_sources
from erpd.harvest.lease import idle
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.reach import is_of_owner
from erpd.harvest.reconcile import THRESHOLD
from erpd.harvest.removing import forget_recordings, mark, withdraw_due
from erpd.harvest.rules import RulesError, read_rules
from erpd.harvest.rules_text import rewritten
from erpd.harvest.secrets import SecretLost, seal, unseal
from erpd.harvest.source_settings import (
    ADDRESS,
    SET,
    OtherCatalogue,
    OtherName,
    UnfitAddress,
    Wanted,
    settings_for,
    sources_at,
)
from erpd.metadata.profile import AND
from erpd.register.catalogues import country_code, own_profile, profile_of
from erpd.register.models import DataSet
from erpd.register.one_at_a_time import one_at_a_time
from erpd.sources.http.credentials import Auth
from erpd.sources.links import in_one_form, is_local

REPLACED = "replaced"


class NotApplied(Exception):
    """The file has mistakes, and nothing was changed. ``str()`` has a line for each."""


class NeedsApproval(Exception):
    """So many data sets would be withdrawn that a person has to approve it. Nothing was changed."""


class Undecided(Exception):
    """Nobody said what becomes of the data sets of sources that are to be removed. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Prune:
    """What becomes of the sources that the file does not name."""

    withdraw: bool | None = None
    """Whether their data sets are withdrawn or kept; None if nobody has said so."""
    approved: bool = False
    """Whether a person said that it is right, however many there are."""


@dataclass(slots=True)
class Change:
    """What became of one source. Setting -> what it was, and what it is."""

    source: str
    change: str
    """``added``, ``changed``, ``removed``"""
    settings: dict[str, tuple[Any, Any]]


@dataclass(slots=True)
class Applied:
    """What a file changed, or would."""

    before: dict[str, dict[str, Any]]
    after: dict[str, dict[str, Any]]
    changes: list[Change] = field(default_factory=list)
    withdrawn: int = 0
    """Data sets of the sources that were removed."""
    kept: int = 0
    runs: list[Run] = field(default_factory=list)
    """Each stands for the withdrawals of one source."""


def apply(
    declared: Mapping[str, Declared],
    auths: Mapping[str, Auth],
    *,
    prune: Prune | None = None,
    dry_run: bool = False,
    place: Callable[[str], str] = str,
    faults: Sequence[str] = (),
) -> Applied:
    """Make the sources as declared, in one transaction, and return what was changed.

    ``auths``: the credentials that are named in the file. ``place`` returns the path of a local file.
    ``faults``: mistakes that were found already, which are told with the others.
    Sources that are not named stay, unless they are to be pruned. A dry run saves nothing.

    Raises NotApplied, SourceBusy, NeedsApproval, Undecided.
    """
    with transaction.atomic():
        one_at_a_time(SET)
        done = Applied(exported(), {})
        replaced = _set_all(declared, auths, place, list(faults))
        gone = [one for one in own_sources() if one.source.slug not in declared] if prune else []
        if prune:
            _remove(gone, prune, done, dry_run=dry_run)
        done.after = exported()
        done.changes = _changes(done, replaced)
        transaction.set_rollback(dry_run)
    if gone and not dry_run:
        for settings in gone:
            forget_recordings(settings)
        withdraw_due()
        for run in done.runs:
            run.refresh_from_db()
    return done


def _set_all(
    declared: Mapping[str, Declared],
    auths: Mapping[str, Auth],
    place: Callable[[str], str],
    faults: list[str],
) -> set[str]:
    """Set all sources. Returns the names of those whose credentials were replaced."""
    replaced = set()
    faults += _differing_profiles(declared)
    for name, one in declared.items():
        try:
            with transaction.atomic():
                if _set(name, one, auths.get(name), place(one.url) if is_local(one.url) else one.url):
                    replaced.add(name)
        except RulesError as error:
            faults += [f"sources.{name}.rules.{line}" for line in str(error).splitlines()]
        except ValidationError as error:
            faults += [f"sources.{name}.{key}: {' '.join(said)}" for key, said in error.message_dict.items()]
        except (OtherCatalogue, OtherName, UnfitAddress) as error:
            faults.append(f"sources.{name}: {error}")
    if faults:
        raise NotApplied("\n".join(faults))
    return replaced


def _differing_profiles(declared: Mapping[str, Declared]) -> list[str]:
    """A catalogue follows the same profiles, whichever source fills it."""
    said: dict[tuple[str, bool], tuple[str, set[str]]] = {}
    faults = []
    for name, one in declared.items():
        if one.profiles is not None:
            first, profiles = said.setdefault(
                (country_code(one.country), one.open), (name, set(one.profiles))
            )
            if profiles != set(one.profiles):
                faults.append(
                    f"sources.{name}.profiles: {first} fills the same catalogue, and names other profiles."
                )
    return faults


def _set(name: str, one: Declared, auth: Auth | None, url: str) -> bool:
    """Returns whether the credentials were replaced."""
    address: dict[str, Any] = {key: url if key == "url" else getattr(one, key) for key in ADDRESS}
    known = SourceSettings.objects.filter(source__slug=name).select_related("source__catalogue").first()
    if known and is_of_owner(known):
        raise OtherName("This is the portal of a data owner, which the desk looks after.")
    if known:
        _move(known, address)
    stored = known.rules if known else ""
    rules = rewritten(stored, one.rules or {})
    if one.credentials == STORED and not (known and known.secret):
        raise UnfitAddress(
            f"credentials: expected {STORED} ones, but the node has none. Name them, with password_env or so."
        )
    new = auth is not None and not (known and _same(known, auth))
    settings = settings_for(
        Wanted(
            **address,
            country=country_code(one.country),
            open_data=one.open,
            prefix=one.prefix,
            policy=one.policy,
            rules=rules,
            secret=seal(auth) if new else b"" if one.credentials == NONE else None,
            name=name,
            local=True,
        )
    )
    settings.prefix, settings.active, settings.contact = one.prefix, one.active, one.contact
    settings.tell_publishers = one.tell_publishers
    settings.save(update_fields=["prefix", "active", "contact", "tell_publishers"])
    catalogue = settings.source.catalogue
    if one.profiles is not None:
        further = [profile for profile in one.profiles if profile != own_profile(catalogue)]
        catalogue.profiles = AND.join(dict.fromkeys(further))
        catalogue.save(update_fields=["profiles"])
    read_rules(settings.rules, profile_of(catalogue))
    if known and rules != stored:
        uncovered.mark(settings)
    return new and known is not None


def _move(known: SourceSettings, address: Mapping[str, str]) -> None:
    """Give a source the address that the file says: its data sets stay its own."""
    if all(getattr(known, key) == value for key, value in address.items()):
        return
    others = [one for one in sources_at(address) if one.pk != known.pk]
    if others:
        raise OtherName(f"Its address is that of the source {others[0].source.slug}.")
    with idle(known, "change its address") as locked:
        moved = in_one_form(locked.url) != in_one_form(address["url"]) or any(
            getattr(locked, key) != address[key] for key in ADDRESS if key != "url"
        )
        for key, value in address.items():
            setattr(locked, key, value)
        locked.local = is_local(address["url"])
        locked.clean_fields(exclude=["source"])
        locked.save(update_fields=[*ADDRESS, "local"])
        if moved:
            locked.forget()


def _same(settings: SourceSettings, auth: Auth) -> bool:
    try:
        return unseal(settings.secret) == auth
    except SecretLost:
        return False


def _remove(gone: list[SourceSettings], prune: Prune, done: Applied, *, dry_run: bool) -> None:
    amounts = {one.source.slug: one.present().count() for one in gone}
    with_any = {name: amount for name, amount in amounts.items() if amount}
    if with_any and prune.withdraw is None and not dry_run:
        raise Undecided(", ".join(f"{name} ({amount:,})" for name, amount in with_any.items()))
    if prune.withdraw:
        done.withdrawn = sum(amounts.values())
        if not prune.approved:
            _refuse_too_many(gone)
    else:
        done.kept = sum(amounts.values())
    for one in gone:
        run = mark(one, withdraw=bool(prune.withdraw))
        if run:
            done.runs.append(run)


def _refuse_too_many(gone: list[SourceSettings]) -> None:
    """More than a fifth of what a catalogue holds is withdrawn only if a person says so, as in a harvest."""
    for catalogue in {one.source.catalogue for one in gone}:
        sources = [one.source_id for one in gone if one.source.catalogue_id == catalogue.pk]
        alive = DataSet.objects.filter(catalogue=catalogue, deleted=False)
        going, all_of_them = alive.filter(source__in=sources).count(), alive.count()
        if going > THRESHOLD * all_of_them:
            raise NeedsApproval(
                f"{going:,} of the {all_of_them:,} data sets of the catalogue {catalogue.slug!r} would be "
                "withdrawn, more than a fifth."
            )


def _changes(done: Applied, replaced: set[str]) -> list[Change]:
    found = []
    for name in sorted({*done.before, *done.after}):
        before, after = done.before.get(name), done.after.get(name)
        keys = dict.fromkeys((*(before or {}), *(after or {})))
        pairs = {key: ((before or {}).get(key), (after or {}).get(key)) for key in keys}
        settings = {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
        if name in replaced and "credentials" not in settings:
            settings["credentials"] = (STORED, REPLACED)
        if settings:
            kind = "added" if before is None else "removed" if after is None else "changed"
            found.append(Change(name, kind, settings))
    return found
