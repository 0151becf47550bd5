"""`erpd check`. It needs no home; if one is given, its vocabularies are used."""

import sys
from collections.abc import Iterator
from io import TextIOWrapper

import click

from erpd.cli.exits import Exit
from erpd.cli.files import (
    came_as,
    ignored,
    locations,
    networks,
    own_profiles,
    own_vocabularies,
    profile_option,
    quiet_option,
    together,
)
from erpd.cli.watching import Watching, watching
from erpd.formats import Format
from erpd.metadata.findings import Severity
from erpd.metadata.profile import Profile
from erpd.sources.children.process import forking
from erpd.sources.errors import SourceError
from erpd.standalone.asked import Asked
from erpd.standalone.checking import Checking
from erpd.standalone.found import Found
from erpd.standalone.given import Given
from erpd.standalone.reading import found_in
from erpd.standalone.reports import REPORTS
from erpd.standalone.reports.brief import Silent, Summary


@click.command()
@locations
@came_as
@profile_option("The profile to check against.")
@own_profiles
@networks
@click.option("--as-is", is_flag=True, help="Also check the file as received, before any repairs.")
@click.option(
    "--fail-on",
    type=click.Choice([str(severity) for severity in Severity]),
    default=str(Severity.ERROR),
    show_default=True,
    help="The least serious finding that makes the command exit with 1.",
)
@ignored
@click.option(
    "--format",
    "form",
    type=click.Choice(list(REPORTS)),
    default=None,
    show_default="text",
    help="How to tell what was found: text for people, json (one document), jsonl (one JSON object for each "
    "data set and catalogue), sarif for code scanning, junit for test reports, github for GitHub Actions, "
    "shacl as validators with shapes.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format jsonl.")
@click.option("--summary", is_flag=True, help="Print only how often each rule was found, and the totals.")
@quiet_option
def check(
    *,
    locations: tuple[str, ...],
    came_as: str | Format,
    profile: str,
    own: tuple[Profile, ...],
    allow_network: tuple[str, ...],
    as_is: bool,
    fail_on: str,
    ignore: frozenset[str],
    form: str | None,
    as_json: bool,
    summary: bool,
    quiet: bool,
) -> None:
    """Check data sets, catalogues, services and series against the guidelines' section 4, or other profiles.

    FILE is RDF in any syntax, plain, gzipped or zipped, or records of CKAN, ISO 19139, Dublin Core, OAI-PMH
    or CBS. In a FOLDER, all files with a known ending are checked. - is standard input.

    Exits with 0 if all is fine, 1 if there are findings, 2 for wrong use, 3 if something cannot be read.

    With --home, the vocabularies imported into that node are used.
    """
    if as_json and form not in (None, "jsonl"):
        raise click.UsageError(f"--json is --format jsonl. Leave out one of --json and --format {form}.")
    form = "jsonl" if as_json else form or "text"
    if summary and form != "text":
        raise click.UsageError("--summary is text. For programs, --format json ends with a summary.")
    if isinstance(sys.stdout, TextIOWrapper):  # a report that ends in the middle says less than an escape
        sys.stdout.reconfigure(errors="backslashreplace")
    vocabularies = own_vocabularies()
    asked = Asked(
        together(profile, own),
        format=came_as,
        as_is=as_is,
        ignore=ignore,
        keep=False,
        placed=not (quiet or summary),
        allow_network=allow_network,
        vocabularies=vocabularies,
    )
    kind = Silent if quiet else Summary if summary else REPORTS[form]
    report = kind(sys.stdout, asked.profile, as_is=as_is)
    beside = sys.stdout.isatty() and kind is REPORTS[form]
    report.begin()
    with forking(), Given(sys.stdin.buffer) as given, watching(quiet=quiet, beside=beside) as watch:
        checking = Checking(report, Severity(fail_on))
        for location in locations:
            try:
                for place in given.places(location):
                    watch.begin(place.location)
                    checking.check(place.location, _counted(found_in(place, asked, watch.reading), watch))
            except SourceError as error:
                checking.fail(location, error)
    report.end()
    sys.exit(Exit.UNREAD if checking.unread else Exit.FAILED if checking.failed else Exit.FINE)


def _counted(all_found: Iterator[Found], watch: Watching) -> Iterator[Found]:
    try:
        for found in all_found:
            watch.found()
            yield found
    finally:
        watch.end()
