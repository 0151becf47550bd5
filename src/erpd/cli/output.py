"""What the commands print: progress bars on a terminal, plain lines in a log, JSON when asked."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import explain

# A line in a log at most this often, in seconds.
_PACE = 10.0
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.REPAIR: "green"}

console = Console(highlight=False, soft_wrap=True)


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int | None], None]]:
    """Call what it gives with (done, total or None)."""
    if not sys.stderr.isatty():
        yield _log(title)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def show(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)

        yield show


def _log(title: str) -> Callable[[int, int | None], None]:
    last = time.monotonic()

    def show(done: int, total: int | None) -> None:
        nonlocal last
        if time.monotonic() - last >= _PACE:
            last = time.monotonic()
            print(f"{title}: {done:,}{f' of {total:,}' if total else ''}", file=sys.stderr, flush=True)

    return show


def print_finding(finding: Finding, times: int = 1, identifier: str = "") -> None:
    """One finding in plain words, with its severity and, of many, the record of this one."""
    amount = f" ({times:,} times)" if times > 1 else ""
    console.print(f"  [{_COLOURS[finding.severity]}]{finding.severity}[/]{amount} ", end="")
    console.print(explain(finding), markup=False, end="\n" if not identifier else f" — {identifier}\n")
