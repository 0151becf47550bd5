"""A run, told to people or as JSON."""

import json
from typing import Any

import click

from erpd.cli.output import console, print_finding


def tell(report: Any, *, as_json: bool, dry_run: bool = False) -> None:
    """The ledger, and for people the findings."""
    if as_json:
        click.echo(json.dumps({**report.ledger, **({"error": report.run.error} if report.failed else {})}))
    else:
        _print_report(report, dry_run)


def _print_report(report: Any, dry_run: bool) -> None:
    ledger = report.ledger
    kept = " (dry run: nothing was kept)" if dry_run else f" (run {report.run.pk})"
    console.print(f"\n{report.run.settings.url}{kept}", style="bold", markup=False)
    console.print(f"{ledger['received']:,} records received in {ledger['seconds']:.1f} s: {bins_of(ledger)}")
    if ledger["gone"]:
        console.print(f"{ledger['gone']:,} left the source and were withdrawn.")
    if ledger["held"]:
        console.print(
            f"[yellow]{ledger['held']:,} did not come this time and were NOT withdrawn[/]: that is too many "
            "at once, or a record could not be read. If they are really gone: "
            f"erpd source approve {report.run.settings.source.slug}"
        )
    if report.findings:
        console.print("\n[bold]Findings[/] (one example of each)")
    for example in report.findings:
        print_finding(example.finding, example.times, example.identifier)
    if report.failed:
        error = report.run.error
        places = ", ".join(error[name] for name in ("url", "section") if error.get(name))
        where = f" ({places})" if places else ""
        console.print(f"\nThe run failed: {error['message']}{where}", style="red", markup=False)
        console.print(f"{error['advice']} Nothing was deleted.", markup=False)


def bins_of(ledger: dict[str, Any]) -> str:
    """The bins that are not empty, in words."""
    return ", ".join(f"{ledger[name]:,} {name}" for name in list(ledger)[1:9] if ledger[name]) or "none"
