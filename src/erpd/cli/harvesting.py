"""Harvest from the command line: once, or replayed offline."""

import sys
from contextlib import nullcontext
from typing import Any, NoReturn

import click
from click.core import ParameterSource

from erpd.cli.describing import described, settings_from, tell_neighbours
from erpd.cli.exits import Busy, Exit, Failed
from erpd.cli.index import Indexer
from erpd.cli.output import answer, answers, bins_of, console, json_of, progress_bar, tell
from erpd.cli.starting import prepare, start
from erpd.cli.stopping import heed, told
from erpd.metadata.text import counted
from erpd.register.arrival import Bin
from erpd.sources.children.process import get_ready

LEDGER = ("received", *Bin, "gone", "held", "complete", "seconds", "error")  # what is told of a run


@click.command()
@described
@click.option("--source", default="", help="The name of an existing source, instead of the options above.")
@click.option("--replay", type=int, help="Replay this run offline with today's rules; nothing is saved.")
@click.option(
    "--approve-deletions", is_flag=True, help="Accept deletions and changes that were held back for approval."
)
@click.option("--dry-run", is_flag=True, help="Run the harvest without saving anything.")
@json_of(*LEDGER)
def harvest(
    *, source: str, replay: int | None, approve_deletions: bool, dry_run: bool, as_json: bool, **options: Any
) -> None:
    """Harvest a source once into its country's catalogue; adds it to the sources if it is new.

    Ctrl-C or SIGTERM ends it at the next page with 0; the next harvest goes on from there.
    """
    with told("Nothing was saved." if dry_run or replay else "Nothing was harvested.", as_json=as_json):
        heed()  # inside: the signal may come at once
        start()
        get_ready()
        prepare()
        _one_way("--replay" if replay is not None else "--source" if source else "")
        if replay is not None:
            _replay(replay, as_json)
        _harvest(source, options, approved=approve_deletions, dry_run=dry_run, as_json=as_json)


def _harvest(
    source: str, options: dict[str, Any], *, approved: bool, dry_run: bool, as_json: bool
) -> NoReturn:
    from django.db import transaction

    from erpd.harvest.lease import LeaseLost, SourceBusy
    from erpd.harvest.rehearsal import dry_run as run_dry
    from erpd.harvest.rules import RulesError
    from erpd.harvest.run import harvest as run_harvest
    from erpd.harvest.secrets import SecretLost
    from erpd.harvest.worker import client_for

    def describe() -> Any:
        return source_named(source) if source else settings_from(options)

    try:
        with transaction.atomic():
            settings = describe()
            transaction.set_rollback(dry_run)  # a dry run does not even save the source
        if not source:
            tell_neighbours(settings)
        with (
            client_for(settings) as client,
            nullcontext() if dry_run else Indexer() as indexer,
            progress_bar("Harvesting") as bar,
        ):

            def progress(received: int, total: int | None) -> None:
                bar(received, total)
                if indexer:
                    indexer.advance(received, total)

            if dry_run:
                report = run_dry(describe, client, approved=approved, progress=progress)
            else:
                report = run_harvest(settings, client, approved=approved, progress=progress)
    except (SourceBusy, LeaseLost) as error:
        raise Busy(str(error)) from error
    except (SecretLost, RulesError) as error:
        raise Failed(str(error)) from error
    tell(report, as_json=as_json, dry_run=dry_run)
    failed = report.failed or bool(indexer and indexer.failed)
    sys.exit(code_of(failed=failed, held=report.ledger["held"]))


def code_of(*, failed: bool, held: int) -> Exit:
    """How a harvest ended."""
    return Exit.FAILED if failed else Exit.HELD if held else Exit.FINE


def _one_way(chosen: str) -> None:
    """Check that no options describe a source if ``chosen`` names a source or run. Exits with 2."""
    context = click.get_current_context()
    free = {
        "--source": ("source", "approve_deletions", "dry_run", "as_json"),
        "--replay": ("replay", "as_json"),
    }
    for name in context.params if chosen else ():
        given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if given and name not in free[chosen]:
            option = name.removesuffix("_data").replace("_", "-")
            raise click.UsageError(
                f"--{option} cannot be combined with {chosen}. Use `erpd source add` to change a source."
            )


def source_named(slug: str, *, removed: bool = False) -> Any:
    """The settings of the source with this name. Exits with 2 if there is none, or if it was removed.

    ``removed``: also find one that was removed.
    """
    from erpd.harvest.models import SourceSettings

    settings = SourceSettings.objects.filter(source__slug=slug).select_related("source__catalogue").first()
    if settings is None or (settings.removed and not removed):
        gone = f"The source {slug!r} has been removed. Add it again with `erpd source add`"
        none = f"There is no source {slug!r}. Use `erpd source list` to see them all"
        raise click.UsageError(f"{gone if settings else none}.")
    return settings


def run_numbered(number: int) -> Any:
    """The run with this number. Exits with 2 if there is none."""
    from erpd.harvest.models import Run

    run = Run.objects.filter(pk=number).first()
    if run is None:
        raise click.UsageError(
            f"There is no run {number}. Use `erpd source list` to see the last run of each source."
        )
    return run


def _replay(number: int, as_json: bool) -> NoReturn:
    from erpd.harvest.lease import SourceBusy
    from erpd.harvest.ledger import report as report_of
    from erpd.harvest.rehearsal import replay

    run = run_numbered(number)
    before = report_of(run)
    try:
        with progress_bar("Replaying") as progress:
            again = replay(run, progress=progress)
    except SourceBusy as error:
        raise Busy(str(error)) from error
    tell(again, as_json=as_json, dry_run=True)
    if not as_json:
        console.print(f"\nRun {number} originally: {bins_of(before.ledger)}")
        console.print(f"With today's rules, against the current register: {bins_of(again.ledger)}")
    sys.exit(Exit.FAILED if again.failed else Exit.FINE)


@click.command()
@click.argument("number", type=int, metavar="RUN")
@answers("run", "restored", "withdrawn", "left_alone", "changed_by")
def undo(number: int) -> None:
    """Roll back exactly what a run changed."""
    start()
    prepare()
    from erpd.harvest.doubts import put_back
    from erpd.harvest.lease import SourceBusy

    run = run_numbered(number)
    try:
        with Indexer() as indexer:
            done = put_back(run)
    except SourceBusy as error:
        raise Busy(str(error)) from error
    _tell_undone(run, done)
    sys.exit(Exit.FAILED if indexer.failed or not done.restored else Exit.FINE)


def _tell_undone(run: Any, done: Any) -> None:
    restored, by = done.restored - done.withdrawn, sorted(done.changed_by)
    said = []
    if restored:
        said.append(f"{counted(restored, 'data set')} restored to the state before {run}.")
    if done.withdrawn:
        did = "it did" if done.withdrawn == 1 else "they did"
        said.append(f"{counted(done.withdrawn, 'data set')} withdrawn, because {did} not exist before {run}.")
    if not (done.restored or done.later):
        said.append(f"Nothing undone: {run} changed nothing, or was undone already.")
    if done.later:
        left = counted(done.later, "data set")
        them = "it" if done.later == 1 else "them"
        why = f"{', '.join(by)} changed {them} since. Undo that first" if by else "its IRI is taken"
        said.append(f"{left} left alone: {why}.")
    answer(
        *said,
        run=run.pk,
        restored=restored,
        withdrawn=done.withdrawn,
        left_alone=done.later,
        changed_by=by,
    )
