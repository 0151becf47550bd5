"""Harvest a source from the command line."""

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from erpd.cli.indexing import Indexer
from erpd.cli.output import console, print_finding, progress_bar
from erpd.cli.starting import prepare, start
from erpd.sources import SOURCES
from erpd.sources.http import Basic, Client, Header


@click.command()
@click.option("--protocol", type=click.Choice(list(SOURCES)), required=True)
@click.option("--url", required=True, help="The address of the source, or the path of a file.")
@click.option("--country", required=True, help="Whose data these are: IT, ITA or Italy.")
@click.option(
    "--open", "open_data", is_flag=True, help="Open data; else the country's protected data (G3.1)."
)
@click.option("--set", "set_", default="", help="Only this OAI-PMH set.")
@click.option("--prefix", default="", help="The OAI-PMH metadata prefix; else the server's DCAT-AP.")
@click.option(
    "--policy", type=click.Choice(["strict", "lenient"]), help="Strict rejects what lacks mandatory metadata."
)
@click.option("--user", default="", help="User name, where the source asks for one (G3.3.1).")
@click.option(
    "--password", default="", envvar="ERPD_SOURCE_PASSWORD", help="Its password; better in the variable."
)
@click.option("--header", default="", envvar="ERPD_SOURCE_HEADER", help="A key in a header: 'X-API-Key: …'.")
@click.option("--approve-deletions", is_flag=True, help="Delete what left the source, however much it is.")
@click.option("--dry-run", is_flag=True, help="Do everything and keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the ledger as JSON.")
def harvest(
    *,
    protocol: str,
    url: str,
    country: str,
    open_data: bool,
    set_: str,
    prefix: str,
    policy: str | None,
    user: str,
    password: str,
    header: str,
    approve_deletions: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Harvest a source once into the catalogue of its country; the same address again is the same source."""
    start()
    prepare()
    from django.conf import settings as node_settings

    from erpd.harvest.lease import LeaseLost, SourceBusy
    from erpd.harvest.run import harvest as run_harvest
    from erpd.harvest.settings import OtherCatalogue, Wanted, neighbours, settings_for
    from erpd.register.catalogues import UnknownCountry, country_code

    try:
        wanted = Wanted(protocol, _address(url), country_code(country), open_data, set_, prefix, policy or "")
        settings = settings_for(wanted)
    except (UnknownCountry, OtherCatalogue) as error:
        raise click.UsageError(str(error)) from error
    for other in neighbours(settings):
        click.echo(
            f"Note: {other.url} fills the catalogue {settings.source.catalogue.slug!r} as well. Both are "
            "filed there, for a country has only one such catalogue (G2); each may only change its own data sets.",
            err=True,
        )
    client = Client(allow_networks=node_settings.NODE.allow_networks, auth=_auth(user, password, header))
    try:
        with client, nullcontext() if dry_run else Indexer() as indexer, progress_bar("Harvesting") as bar:

            def progress(received: int, total: int | None) -> None:
                bar(received, total)
                if indexer:
                    indexer.advance(received)

            report = run_harvest(
                settings, client, dry_run=dry_run, approved=approve_deletions, progress=progress
            )
    except (SourceBusy, LeaseLost) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps({**report.ledger, **({"error": report.run.error} if report.failed else {})}))
    else:
        print_report(report, dry_run)
    sys.exit(1 if report.failed else 0)


def print_report(report: Any, dry_run: bool = False) -> None:
    """The ledger and the findings of a run, for people."""
    ledger = report.ledger
    kept = " (dry run: nothing was kept)" if dry_run else ""
    console.print(f"\n{report.run.settings.url}{kept}", style="bold", markup=False)
    bins = [f"{ledger[name]:,} {name}" for name in list(ledger)[1:9] if ledger[name]]
    received = f"{ledger['received']:,} records received in {ledger['seconds']:.1f} s"
    console.print(f"{received}: {', '.join(bins) or 'none'}")
    if ledger["gone"]:
        console.print(f"{ledger['gone']:,} left the source and were withdrawn.")
    if ledger["held"]:
        console.print(
            f"[yellow]{ledger['held']:,} did not come this time and were NOT withdrawn[/]: that is too many "
            "at once, or a record could not be read. If they are really gone, harvest again with "
            "--approve-deletions."
        )
    if report.findings:
        console.print("\n[bold]Findings[/] (one example of each)")
    for example in report.findings:
        print_finding(example.finding, example.times, example.identifier)
    if report.failed:
        error = report.run.error
        where = ", ".join(error[name] for name in ("url", "section") if error.get(name))
        console.print(f"\nThe run failed: {error['message']} ({where})", style="red", markup=False)
        console.print(f"{error['advice']} Nothing was deleted.", markup=False)


def _address(url: str) -> str:
    """A file is the same source from whichever folder it is named."""
    return url if "://" in url else str(Path(url).resolve())


def _auth(user: str, password: str, header: str) -> Basic | Header | None:
    if header:
        name, _, value = header.partition(":")
        try:
            return Header(name.strip(), value.strip())
        except ValueError as error:
            raise click.UsageError(str(error)) from error
    return Basic(user, password) if user else None
