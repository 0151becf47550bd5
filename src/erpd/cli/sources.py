"""Manage the sources of a node."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from erpd.cli.describing import described, settings_from, tell_neighbours
from erpd.cli.exits import Busy, Exit, Failed
from erpd.cli.harvesting import source_named
from erpd.cli.index import Indexer
from erpd.cli.listing import held
from erpd.cli.output import answer, answers, bins_of, console, in_json, json_of, typed
from erpd.cli.probing import probe
from erpd.cli.source_files import apply_, diff, export, show
from erpd.cli.starting import prepare, start
from erpd.metadata.masking import masked
from erpd.metadata.text import counted


@click.group()
def source() -> None:
    """Manage the sources that this node harvests."""


for command in (held, apply_, diff, export, show, probe):
    source.add_command(command)


@source.command()
@click.argument("given", nargs=-1, metavar="[NAME] [URL]")
@described
@answers("source", "catalogue", "also_filled_by")
def add(*, given: tuple[str, ...], **options: Any) -> None:
    """Add a source or change its settings; the worker then harvests it when it is due.

    NAME and URL are the same as --name and --url.
    """
    start()
    _take_words(given, options)
    prepare()
    settings = settings_from(options)
    others = tell_neighbours(settings)
    slug = settings.source.slug
    catalogue = settings.source.catalogue.slug
    answer(
        f"{slug} fills the catalogue {catalogue!r}. Next: {typed(f'source probe {slug}')}",
        source=slug,
        catalogue=catalogue,
        also_filled_by=others,
    )


def _is_file(word: str) -> bool:
    """Whether it is a file and cannot be the name of a source; `./name` has a slash."""
    from erpd.harvest.source_settings import NAME

    try:
        return not NAME.fullmatch(word) and Path(word).exists()
    except (OSError, ValueError):
        return False


def _take_words(given: tuple[str, ...], options: dict[str, Any]) -> None:
    """What was given without an option: a web address or a file is the URL, anything else the name.

    Exits with 2 if something is given twice.
    """
    for word in given:
        is_url = "/" in word or _is_file(word)
        option = "url" if is_url else "name"
        if options[option]:
            raise click.UsageError(
                f"{masked(word)!r} would be a second {option}, beside {masked(options[option])!r}. "
                "Use `erpd source add NAME URL --protocol oai-pmh --country NL`, or --name and --url."
            )
        options[option] = word


@source.command(name="list")
@json_of(
    "active",
    "held",
    "source",
    "protocol",
    "url",
    "set",
    "query",
    "graph",
    "catalogue",
    "policy",
    "profiles",
    "credentials",
    "last",
    each=True,
)
def list_(as_json: bool) -> None:
    """List all sources with their last runs."""
    start()
    prepare()
    from erpd.harvest.ledger import ledger_of
    from erpd.harvest.models import SourceSettings
    from erpd.harvest.reconcile import holding

    listed = SourceSettings.objects.filter(removed=None).select_related("source__catalogue")
    if not (as_json or listed.exists()):
        click.echo("There are no sources yet. Add one with `erpd source add`.")
    for settings in listed.order_by("source__slug"):
        run, whole = settings.runs.order_by("-pk").first(), holding(settings)
        waiting = whole.held if whole else 0
        if as_json:
            click.echo(json.dumps(_facts(settings, run, waiting)))
            continue
        off = "" if settings.active else "  (off)"
        console.print(f"{settings.source.slug}  {settings}{off}", style="bold", markup=False)
        if run is None:
            console.print("  never harvested")
            continue
        console.print(
            f"  run {run.pk}, {run.started:%Y-%m-%d %H:%M} UTC, {_outcome(run, bins_of(ledger_of(run)))}"
        )
        if run.error:
            console.print(f"  {run.error['message']}", markup=False)
        if waiting:
            console.print(
                f"  {counted(waiting, 'deletion')} held for your approval. To list them: "
                f"{typed(f'source held {settings.source.slug}')}",
                markup=False,
            )


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _outcome(run: Any, bins: str) -> str:
    """How a run ended, with its bins; those of a run that was rolled back no longer hold."""
    from erpd.harvest.ending import rolled_back

    return f"rolled back; it had brought: {bins}" if rolled_back(run) else f"{run.state}: {bins}"


def _facts(settings: Any, run: Any, held: int) -> dict[str, Any]:
    from erpd.harvest.ending import rolled_back
    from erpd.metadata.profile import AND
    from erpd.register.catalogues import profile_of

    last = (
        {"run": run.pk, "state": run.state, "rolled_back": rolled_back(run), "error": run.error}
        if run
        else None
    )
    return {
        "active": settings.active,
        "held": held,
        "source": settings.source.slug,
        "protocol": settings.protocol,
        "url": masked(settings.url),
        **{name: masked(getattr(settings, name)) for name in ("set", "query", "graph")},
        "catalogue": settings.source.catalogue.slug,
        "policy": settings.source.policy,
        "profiles": profile_of(settings.source.catalogue).name.split(AND),
        "credentials": bool(settings.secret),
        "last": last,
    }


@source.command()
@click.argument("name")
@answers("source", "run", "started", "values")
def values(name: str) -> None:
    """List values that neither an authority table nor a rule of this source covers, most frequent first."""
    start()
    prepare()
    from erpd.harvest.ledger import last_taken
    from erpd.harvest.uncovered import unmapped

    settings = source_named(name)
    run, rows = last_taken(settings), unmapped(settings)
    for prop, value, times in () if in_json() else rows:
        console.print(f"{times:>8,}  {prop}  {value}", markup=False)
    if run is None:
        undone = "Every run of this source has been undone."
        told = undone if settings.runs.exists() else "This source has not been harvested yet."
    else:
        covered = "" if rows else "Every value found is covered. "
        told = (
            f"{covered}This is as of {run}, {run.started:%Y-%m-%d %H:%M} UTC. Rules changed since then count "
            f"from the next run; `erpd harvest --replay {run.pk}` shows what they would do."
        )
    answer(
        told,
        source=name,
        run=run and run.pk,
        started=run and run.started.isoformat(timespec="seconds"),
        values=[{"property": prop, "value": value, "times": times} for prop, value, times in rows],
    )


@source.command()
@click.argument("name")
@answers("source", "withdrawn", "run")
def approve(name: str) -> None:
    """Approve the deletions that the last complete run of a source held back."""
    start()
    prepare()
    from erpd.harvest.lease import SourceBusy
    from erpd.harvest.reconcile import NothingHeld
    from erpd.harvest.reconcile import approve as withdraw_held

    settings = source_named(name)
    try:
        with Indexer() as indexer:
            run = withdraw_held(settings)
    except NothingHeld as error:
        raise Failed(str(error)) from error
    except SourceBusy as error:
        raise Busy(str(error)) from error
    gone = counted(run.gone, "data set")
    answer(
        f"{gone} withdrawn by {run}. To restore: {typed(f'undo {run.pk}')}",
        source=name,
        withdrawn=run.gone,
        run=run.pk,
    )
    sys.exit(Exit.FAILED if indexer.failed else Exit.FINE)


@source.command()
@click.argument("name")
@click.option("--on/--off", default=None, help="Whether the worker harvests this source.")
@answers("source", "active")
def active(name: str, on: bool | None) -> None:
    """Switch harvesting of a source by the worker on or off."""
    start()
    prepare()
    settings = source_named(name)
    if on is None:
        raise click.UsageError(f"Say --on or --off. {name} is {'on' if settings.active else 'off'}.")
    settings.active = on
    settings.save(update_fields=["active"])
    answer(f"{name} is {'on' if on else 'off'}.", source=name, active=on)


@source.command()
@click.argument("name")
@click.option("--withdraw", is_flag=True, help="Withdraw its data sets.")
@click.option("--keep", is_flag=True, help="Keep its data sets in their catalogue.")
@answers("source", "withdrawn", "run", "kept")
def remove(name: str, *, withdraw: bool, keep: bool) -> None:
    """Remove a source, and withdraw its data sets or keep them; asks which if no option answers so."""
    start()
    prepare()
    from erpd.harvest.lease import SourceBusy
    from erpd.harvest.removing import remove as take_out

    if withdraw and keep:
        raise click.UsageError("--withdraw cannot be combined with --keep. Choose one.")
    settings = source_named(name, removed=True)
    present = settings.present().count()
    if settings.removed and not present:
        told = f"{name} has been removed already, and has no data sets."
        answer(told, source=name, withdrawn=0, run=None, kept=0)
        return
    held = counted(present, "data set")
    if present and not (withdraw or keep):
        if in_json() or not _is_terminal():
            raise click.UsageError(f"{name} has {held}. Say what becomes of them: --withdraw or --keep.")
        choices = click.Choice(["withdraw", "keep"])
        withdraw = click.prompt(f"{name} has {held}. What becomes of them?", type=choices) == "withdraw"
    try:
        with Indexer() as indexer:
            done = take_out(settings, withdraw=withdraw)
    except SourceBusy as error:
        raise Busy(str(error)) from error
    kept = " Its ledger is kept." if settings.runs.exists() else ""
    gone = done.run.gone if done.run else 0
    answer(
        f"{name} is removed, with its credentials and recordings.{kept}",
        f"{counted(gone, 'data set')} withdrawn by {done.run}. To restore: {typed(f'undo {done.run.pk}')}"
        if done.run
        else "",
        f"{counted(done.kept, 'data set')} kept in the catalogue {settings.source.catalogue.slug!r}."
        if done.kept
        else "",
        source=name,
        withdrawn=gone,
        run=done.run and done.run.pk,
        kept=done.kept,
    )
    sys.exit(Exit.FAILED if indexer.failed else Exit.FINE)
