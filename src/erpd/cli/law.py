"""`erpd law`: read the law of the node, count days by it, and see what another regime would change."""

import json
import os
import sys
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import click

from erpd.access.law import (
    Applied,
    Due,
    Law,
    LawError,
    Pause,
    Place,
    PlaceUnknown,
    Regime,
    acts_of,
    due_by,
    lacking,
    read_law,
)
from erpd.access.law.reading import FOLDER
from erpd.access.law.regime import KINDS, Cause, Kind, Limit
from erpd.cli.output import json_of
from erpd.cli.starting import prepare, start
from erpd.metadata.text import counted
from erpd.node.home import HomeError, home, read_node

_ACT = "reg/2022/868"
_PAGE = 500


@click.group()
def law() -> None:
    """Read the law of the node, count days by it, and see what another regime would change."""


@law.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_of("folder", "faults")
def check(folder: Path | None, *, as_json: bool) -> None:
    """Check the files of FOLDER, by default those in the folder law of the home, before the node reads them.

    Exits with 1 if one of them is wrong, and says which key of which file.
    """
    folder = folder or _folder()
    if folder is None or not folder.is_dir():
        raise click.UsageError(
            f"There is no folder {folder or FOLDER}: the node has the regimes of the program."
        )
    faults: list[str] = []
    try:
        found = read_law(folder)
    except LawError as error:
        faults = str(error).splitlines()
    if as_json:
        click.echo(json.dumps({"folder": str(folder), "faults": faults}))
    elif faults:
        click.echo("\n".join(faults))
    else:
        own = len([each for name, each in found.regimes.items() if read_law().regimes.get(name) is not each])
        click.echo(
            f"{folder}: {counted(own, 'regime')}, {counted(len(found.overrides), 'override')}, no mistake."
        )
    sys.exit(bool(faults))


@law.command(name="list")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Only those that apply on this day.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print one JSON list of objects: id, version, name, act, since, until, limits.",
)
def list_(on: datetime | None, *, as_json: bool) -> None:
    """List the regimes, with their dates and limits."""
    known = _law()
    chosen = known.on(on.date()) if on else [known.regimes[name] for name in sorted(known.regimes)]
    if as_json:
        click.echo(json.dumps([_facts(known, each) for each in chosen]))
        return
    for each in chosen:
        until = known.until(each)
        days = f"from {each.since}{f' to {until}' if until else ''}" if each.since else "pending"
        click.echo(f"{each.id} (version {each.version}): {each.name.get('en', each.id)}, {days}")
        for kind in KINDS:
            if (limit := getattr(each.limits, kind)).amount:
                click.echo(f"  {kind}: {_length(limit)} ({limit.section})")
        for override in known.overrides:
            if override.overrides == each.id:
                click.echo(f"  shorter for {override.body or override.country}: {override.source}")


def _pauses(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> list[Pause]:
    return [_pause(each) for each in given]


def _pause(text: str) -> Pause:
    why, _, days = text.partition(":")
    since, _, until = days.partition(":")
    causes: dict[str, Cause] = {cause: cause for cause in get_args(Cause)}
    try:
        pause = Pause(causes[why], date.fromisoformat(since), date.fromisoformat(until) if until else None)
        if pause.until and pause.until < pause.since:
            raise ValueError(text)
    except (KeyError, ValueError):
        raise click.BadParameter(
            f"{text!r} is not CAUSE:DAY:DAY, such as returned:2026-03-10:2026-03-20. "
            f"Causes are {' and '.join(causes)}, and the second day is not before the first."
        ) from None
    return pause


@law.command()
@click.option("--received", required=True, metavar="DATE", help="The day, or the time with its zone.")
@click.option("--country", metavar="NL", help="Where the body is; by default, the country of the node.")
@click.option("--region", default="", metavar="BY", help="Its part of the country, with holidays of its own.")
@click.option("--zone", default="", metavar="ZONE", help="Its time zone, if not that of the capital.")
@click.option("--body", default="", metavar="IRI", help="The body, if it has an override.")
@click.option("--act", "acts", multiple=True, default=[_ACT], show_default=True, help="An act that applies.")
@click.option("--regime", metavar="ID", help="Count by this regime, also a pending one, whatever the acts.")
@click.option("--kind", type=click.Choice(KINDS), default="protected", show_default=True, help="Of request.")
@click.option("--extended", is_flag=True, help="Count the extension.")
@click.option(
    "--pause", "pauses", multiple=True, callback=_pauses, metavar="CAUSE:DAY:DAY", help="While it waited."
)
@json_of("received", "regimes", "due", "limit", "extension", "source")
def when(
    *,
    received: str,
    country: str | None,
    region: str,
    zone: str,
    body: str,
    acts: tuple[str, ...],
    regime: str | None,
    kind: Kind,
    extended: bool,
    pauses: list[Pause],
    as_json: bool,
) -> None:
    """Say when the decision on a request is due, and by which rule. Exits with 1 if no law sets a limit."""
    known = _law()
    place = Place(country if country is not None else _country(), region, zone)
    if regime and regime not in known.regimes:
        raise click.UsageError(f"There is no regime {regime!r}. Known: {', '.join(sorted(known.regimes))}.")
    try:
        place.check()
        day = _day(received, place)
        applied = (
            [known.applied(known.regimes[regime], day, place.country, body)]
            if regime
            else known.applying(acts, day, country=place.country, body=body)
        )
        due = due_by(applied, day, place, kind=kind, extended=extended, pauses=pauses)
    except PlaceUnknown as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps(_told(due, day, applied)))
    elif due is None:
        click.echo("No law that we know sets a limit for this.")
    else:
        more = f", extended by {_length(due.extension)}" if due.extension else ""
        said = f"due {due.day:%A %d %B %Y}" if due.day else "the clock stands still"
        click.echo(f"Received {day}: {said} ({_length(due.length)} from receipt{more}; {due.source}).")
    sys.exit(due is None)


@law.command()
@click.argument("regime")
@json_of("data_sets", "applies", "lacking_now", "lacking_then", "requests")
def compare(regime: str, *, as_json: bool) -> None:
    """Say what would change for the protected data sets and open requests of the node under REGIME.

    Counts the data sets to which it would apply today, and which fields of the list of data sets they lack
    now and then; and the open requests that would be due earlier or later, had it applied on their receipt.
    """
    start()
    prepare()
    from erpd.access.requests.what_if import counts as counts_of_requests

    known = _law()
    then = known.regimes.get(regime)
    if then is None:
        raise click.UsageError(f"There is no regime {regime!r}. Known: {', '.join(sorted(known.regimes))}.")
    now = [each for each in known.on(datetime.now().astimezone().date()) if each is not then]
    counts = _compared(now, then) | {"requests": counts_of_requests(known, then)}
    if as_json:
        click.echo(json.dumps(counts))
        return
    total = counted(counts["data_sets"], "protected data set")
    click.echo(f"{total}; {regime} would apply to {counts['applies']:,}.")
    for title, fields in (("now", counts["lacking_now"]), ("then", counts["lacking_then"])):
        listed = ", ".join(f"{name} {times:,}" for name, times in fields.items()) or "nothing"
        click.echo(f"  lacking {title}: {listed}")
    requests = counts["requests"]
    click.echo(
        f"{counted(requests['open'], 'open request')}; {regime} would apply to {requests['applies']:,}: "
        f"{requests['earlier']:,} due earlier, {requests['later']:,} later, {requests['late']:,} late today."
    )


def _compared(now: list[Regime], then: Regime) -> dict[str, Any]:
    from erpd.register.content import records
    from erpd.register.scope import scope
    from erpd.register.walk import FIRST, following

    within, after = scope("protected"), FIRST
    total, applies = 0, 0
    lack: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    while page := following(within, after, _PAGE):
        after = page[-1].key
        for _, record in records(page):
            total += 1
            named = acts_of(record)
            if named.isdisjoint(then.acts):
                continue
            applies += 1
            holding = [each for each in now if not named.isdisjoint(each.acts)]
            for counter, regimes in zip(lack, (holding, [then]), strict=True):
                fields = {
                    found.path.rpartition("/")[2] for each in regimes for found in lacking(record, each)
                }
                counter.update(fields)
    return {
        "regime": then.id,
        "data_sets": total,
        "applies": applies,
        "lacking_now": dict(sorted(lack[0].items())),
        "lacking_then": dict(sorted(lack[1].items())),
    }


def _folder() -> Path | None:
    try:
        return home() / FOLDER if os.environ.get("ERPD_HOME") else None
    except HomeError as error:
        raise click.UsageError(str(error)) from error


def _law() -> Law:
    try:
        return read_law(_folder())
    except LawError as error:
        raise click.ClickException(f"The law of this node is wrong.\n{error}") from error


def _country() -> str:
    try:
        return read_node(home()).country
    except HomeError as error:
        raise click.UsageError(f"Name a country: --country NL. ({error})") from error


def _day(received: str, place: Place) -> date:
    try:
        if len(received) <= len("2026-01-31"):
            return date.fromisoformat(received)
        return place.day_of(datetime.fromisoformat(received))
    except PlaceUnknown:
        raise
    except (ValueError, OverflowError):
        raise click.UsageError(
            f"--received: expected a date, or a time with its zone, found {received!r}. "
            "Example: 2026-01-31 or 2026-01-31T23:30+01:00"
        ) from None


def _length(limit: Any) -> str:
    return counted(limit.amount, limit.unit.replace("-", " ").removesuffix("s"))


def _told(due: Due | None, received: date, applied: list[Applied]) -> dict[str, Any]:
    facts: dict[str, Any] = {"received": str(received), "regimes": [_named(each.regime) for each in applied]}
    if due is None:
        return facts | {"due": None, "limit": None}
    extension = due.extension and {"amount": due.extension.amount, "unit": due.extension.unit}
    return facts | {
        "due": due.day and str(due.day),
        "limit": _limit(due.length),
        "extension": extension,
        "source": due.source,
    }


def _named(regime: Regime) -> dict[str, Any]:
    return {"id": regime.id, "version": regime.version}


def _limit(limit: Limit) -> dict[str, Any]:
    return {"amount": limit.amount, "unit": limit.unit}


def _facts(known: Law, regime: Regime) -> dict[str, Any]:
    until = known.until(regime)
    return _named(regime) | {
        "name": dict(regime.name),
        "act": regime.act,
        "since": regime.since and str(regime.since),
        "until": until and str(until),
        "limits": {kind: _limit(found) for kind in KINDS if (found := getattr(regime.limits, kind)).amount},
    }
