"""What the commands print: progress bars on a terminal, plain lines in a log, JSON when asked."""

import json
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from click.core import ParameterSource
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from erpd.cli.saying import say
from erpd.metadata.findings import Finding
from erpd.metadata.text import counted

Command = TypeVar("Command", bound=Callable[..., Any])

# Seconds between two lines in a log.
_PACE = 10.0

_SECTIONS = "; G4.1 is section 4.1 of the harvesting guidelines"

console = Console(emoji=False, highlight=False, soft_wrap=True)
errors = Console(stderr=True, emoji=False, highlight=False, soft_wrap=True)


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show progress while the block runs. It yields a function to call with (done, total or None)."""
    if not sys.stderr.isatty():
        yield _log(title)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def show(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)

        yield show


@contextmanager
def progress_of_parts(title: str) -> Iterator[Callable[[str, int], None]]:
    """Show which part is being done while the block runs. It yields a function to call with (part, done)."""
    if not sys.stderr.isatty():
        log = _log(title)
        yield lambda part, done: log(done, None, f"{part}, ")
        return
    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda part, done: bar.update(task, description=f"{title}: {escape(part)}", completed=done)


def _log(title: str) -> Callable[..., None]:
    last = time.monotonic()

    def show(done: int, total: int | None, part: str = "") -> None:
        nonlocal last
        if time.monotonic() - last >= _PACE:
            last = time.monotonic()
            say(f"{title}: {part}{done:,}{f' of {total:,}' if total else ''}")

    return show


def print_finding(
    finding: Finding,
    times: int = 1,
    identifier: str = "",
    to: Console = console,
    others: Sequence[str] = (),
) -> None:
    """Print one finding in plain words, with its severity, how often it occurs, and the record it is from."""
    from erpd.standalone.reports import text  # sources and formats, which take long to import

    text.print_finding(to, finding, times, identifier, others=others)


def typed(words: str) -> str:
    """A command of erpd for people to type, with the home that this one was given."""
    context = click.get_current_context(silent=True)
    root = context.find_root() if context else None
    if root and root.get_parameter_source("home") is ParameterSource.COMMANDLINE:
        return f"erpd --home {shlex.quote(str(root.params['home']))} {words}"
    return f"erpd {words}"


def json_of(*keys: str, each: bool = False) -> Callable[[Command], Command]:
    """The option ``--json`` of a command that takes ``as_json``: what it prints has these keys."""
    what = "one JSON object for each" if each else "one JSON object"
    return click.option("--json", "as_json", is_flag=True, help=f"Print {what}: {', '.join(keys)}.")


_ASKED = "erpd.answers"  # where the context has the keys of the object that is asked for


def answers(*keys: str) -> Callable[[Command], Command]:
    """Give a command the option ``--json``, with which ``answer`` prints an object with these keys."""

    def keep(context: click.Context, _: click.Parameter, asked: bool) -> None:
        context.meta[_ASKED] = keys if asked else ()

    words = f"Print one JSON object: {', '.join(keys)}."
    return click.option("--json", is_flag=True, expose_value=False, callback=keep, help=words)


def in_json() -> bool:
    """Whether what this command says is asked for in JSON; see ``answers``."""
    return bool(click.get_current_context().meta.get(_ASKED))


def answer(*sentences: str, **facts: Any) -> None:
    """Print what a command has done: in sentences, empty ones left out, or the same as an object."""
    keys = click.get_current_context().meta[_ASKED]
    if keys:
        click.echo(json.dumps({key: facts[key] for key in keys}, ensure_ascii=False))
        return
    for sentence in filter(None, sentences):
        click.echo(sentence)


def tell(
    report: Any, *, as_json: bool, dry_run: bool = False, listed: bool = False, named: bool = False
) -> None:
    """Print the report of a run: its ledger and, unless ``as_json``, its findings.

    ``named``: the object says which run of which source it is. ``listed``: the caller lists its records too,
    so nothing says how to do that.
    """
    if as_json:
        which = {"source": report.run.settings.source.slug, "run": report.run.pk} if named else {}
        error = {"error": report.run.error} if report.failed else {}
        click.echo(json.dumps({**which, **report.ledger, **error}))
    else:
        _print_report(report, dry_run)
        if not (dry_run or listed):
            _tell_how_to_list(report)


def _print_report(report: Any, dry_run: bool) -> None:
    from erpd.harvest.ending import rolled_back
    from erpd.harvest.reconcile import holding
    from erpd.metadata.masking import shown
    from erpd.sources.errors import Reason

    ledger = report.ledger
    kept = " (dry run: nothing was saved)" if dry_run else f" (run {report.run.pk})"
    console.print(f"\n{shown(report.run.settings.url)}{kept}", style="bold", markup=False)
    received = counted(ledger["received"], "record")
    undone = report.run.error.get("rule") == Reason.UNDONE
    if undone:
        console.print("This run was undone.", style="red")
    elif report.failed and rolled_back(report.run):
        console.print("The run failed and was rolled back. Nothing has changed.", style="red")
    took = "so far" if ledger["seconds"] is None else f"in {ledger['seconds']:.1f} s"
    if ledger["received"]:
        console.print(f"{received} received {took}: {bins_of(ledger)}")
    else:
        console.print(f"Nothing received {took}.")
    if ledger["gone"]:
        gone = counted(ledger["gone"], "data set")
        console.print(f"Withdrawn because no longer at the source: {gone}.")
    if ledger["held"]:
        held, slug = counted(ledger["held"], "data set"), report.run.settings.source.slug
        because = report.run.get_held_because_display()
        console.print(f"[yellow]Gone from the source but NOT withdrawn: {held}[/], because {because}.")
        if holding(report.run.settings) == report.run:
            console.print(
                f"They are still shown. To list them: {typed(f'source held {slug}')}\n"
                f"If they are really gone: {typed(f'source approve {slug}')}",
                markup=False,
            )
    if report.findings:
        console.print(f"\n[bold]Findings[/] (one example of each{_SECTIONS})")
    for example in report.findings:
        print_finding(example.finding, example.times, example.identifier, others=example.others)
    if report.failed and not undone:
        error = report.run.error
        places = ", ".join(error[name] for name in ("url", "section") if error.get(name))
        where = f" ({places})" if places else ""
        console.print(f"\nThe run failed: {error['message']}{where}", style="red", markup=False)
        deleted = "" if "Nothing was" in error["advice"] + error["message"] else " Nothing was deleted."
        console.print(f"{error['advice']}{deleted}", markup=False)


def _tell_how_to_list(report: Any) -> None:
    """Which command lists the records that a person has to look at, one by one."""
    from erpd.harvest.ending import rolled_back
    from erpd.register.arrival import REFUSED, Bin

    number, brought = report.run.pk, [name for name in (Bin.NEW, Bin.CHANGED) if report.ledger[name]]
    if brought and rolled_back(report.run):
        bins = "".join(f" --bin {name}" for name in brought)
        click.echo(f"To list what it had brought: {typed(f'run {number}{bins}')}")
    elif any(report.ledger[name] for name in REFUSED):
        click.echo(f"To list the records that were not accepted: {typed(f'run {number}')}")


def bins_of(ledger: dict[str, Any]) -> str:
    """The bins that are not empty, as text: "12 new, 3 changed"."""
    return (
        ", ".join(f"{ledger[name]:,} {name}" for name in list(ledger)[1:9] if ledger[name])
        or "nothing received"
    )
