"""Harvest from the command line: once, replayed offline, or whatever is due."""

import sys
import threading
import time
from contextlib import nullcontext
from typing import Any

import click
from click.core import ParameterSource

from erpd.cli.describing import described, settings_from, tell_neighbours
from erpd.cli.exits import Busy, Exit, Failed
from erpd.cli.index import Indexer
from erpd.cli.output import bins_of, console, progress_bar, tell, typed
from erpd.cli.relief import Relief
from erpd.cli.starting import prepare, start
from erpd.cli.supervising import Kind, keep_running
from erpd.metadata.text import counted
from erpd.sources.children.process import end_with, get_ready

# Seconds between two checks of what is due, and before another try where the database does not answer.
_PACE = 60
_SOON = 5


@click.command()
@described
@click.option("--source", default="", help="The name of an existing source, instead of the options above.")
@click.option("--replay", type=int, help="Replay this run offline with today's rules; nothing is saved.")
@click.option(
    "--approve-deletions", is_flag=True, help="Accept deletions and changes that were held back for approval."
)
@click.option("--dry-run", is_flag=True, help="Run the harvest without saving anything.")
@click.option("--json", "as_json", is_flag=True, help="Print the ledger as JSON.")
def harvest(
    *, source: str, replay: int | None, approve_deletions: bool, dry_run: bool, as_json: bool, **options: Any
) -> None:
    """Harvest a source once into its country's catalogue; adds it to the sources if it is new."""
    start()
    get_ready()
    prepare()
    from erpd.harvest.lease import LeaseLost, SourceBusy
    from erpd.harvest.rehearsal import dry_run as run_dry
    from erpd.harvest.rules import RulesError
    from erpd.harvest.run import harvest as run_harvest
    from erpd.harvest.secrets import SecretLost
    from erpd.harvest.worker import client_for

    _one_way("--replay" if replay is not None else "--source" if source else "")
    if replay is not None:
        _replay(replay, as_json)
        return
    from django.db import transaction

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
                report = run_dry(describe, client, approved=approve_deletions, progress=progress)
            else:
                report = run_harvest(settings, client, approved=approve_deletions, progress=progress)
    except (SourceBusy, LeaseLost) as error:
        raise Busy(str(error)) from error
    except (SecretLost, RulesError) as error:
        raise Failed(str(error)) from error
    tell(report, as_json=as_json, dry_run=dry_run)
    failed = report.failed or bool(indexer and indexer.failed)
    sys.exit(_code(failed=failed, held=report.ledger["held"]))


def _code(*, failed: bool, held: int) -> Exit:
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


def _replay(number: int, as_json: bool) -> None:
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
@click.option("--once", is_flag=True, help="Harvest what is due, then stop.")
@click.option("--beside", default=0, hidden=True)
def worker(once: bool, beside: int) -> None:
    """Harvest each source when it is due: weekly, at night, unless its rules say otherwise (G3.4.1)."""
    if beside:
        end_with(sys.stdin.fileno())
    elif not once:
        keep_running(Kind.WORKER)
    start()
    from django.db import Error, connection

    from erpd.access.chores import CHORES
    from erpd.accounts.outbox.sending import send_due
    from erpd.accounts.reminding import remind
    from erpd.accounts.tidying import tidy
    from erpd.harvest.removing import withdraw_due
    from erpd.harvest.worker import work
    from erpd.register.outage import explain_outage, is_outage
    from erpd.register.repeating import repeat
    from erpd.submit.form.keeping import forget_old
    from erpd.submit.own_portal.previews import look_due
    from erpd.submit.questions.actions import forget

    def tell_and_index(report: Any) -> None:
        with Indexer():
            tell(report, as_json=False)

    relief = Relief(beside)
    told, ready = "", False  # an outage is told once, however long it lasts
    while True:
        pause = _PACE
        try:
            if not ready:
                prepare()
                if not once:
                    for name, beside_it in (
                        ("mail", lambda: send_due().sent),
                        ("previews", look_due),
                        ("withdrawals", withdraw_due),
                    ):
                        threading.Thread(target=repeat, args=(name, beside_it), daemon=True).start()
            ready = True
            once_only = (look_due, withdraw_due) if once else ()
            for task in (remind, *CHORES, tidy, forget, forget_old, *once_only):
                task()
            with Indexer() as indexer:  # also indexes what was stored before
                done = work(tell_and_index, around=relief.watch)
            told = ""
            if once:
                send_due()
                relief.wait()
                failures = f", {done.failed} failed" if done.failed else ""
                click.echo(f"{done.harvested} harvested{failures}.{'' if done.seen else _next_due()}")
                sys.exit(_code(failed=bool(done.failed or indexer.failed), held=done.held))
        except Error as error:
            if once or not is_outage(error):
                raise
            if (reason := explain_outage(error)) != told:
                click.echo(f"{reason} The worker goes on as soon as it can.", err=True)
            told, pause = reason, _SOON
        connection.close()  # it may be broken, and nobody needs it meanwhile
        time.sleep(pause)


def _next_due() -> str:
    """Which source is due next, and when; to the hour, within a year."""
    from erpd.harvest.worker import next_due

    found = next_due()
    if found is None:
        return " No source is waiting: add one with `erpd source add`, or see `erpd source list`."
    name, at = found
    return f" Next: {name}, {at:%Y-%m-%d %H:%M} UTC. To harvest it now: {typed(f'harvest --source {name}')}"


@click.command()
@click.argument("number", type=int, metavar="RUN")
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
    if restored := done.restored - done.withdrawn:
        click.echo(f"{counted(restored, 'data set')} restored to the state before {run}.")
    if done.withdrawn:
        did = "it did" if done.withdrawn == 1 else "they did"
        click.echo(f"{counted(done.withdrawn, 'data set')} withdrawn, because {did} not exist before {run}.")
    if not (done.restored or done.later):
        click.echo(f"Nothing undone: {run} changed nothing, or was undone already.")
    if done.later:
        left = counted(done.later, "data set")
        them = "it" if done.later == 1 else "them"
        by = sorted(done.changed_by)
        why = f"{', '.join(by)} changed {them} since. Undo that first" if by else "its IRI is taken"
        click.echo(f"{left} left alone: {why}.")
