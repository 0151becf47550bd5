"""`erpd check`. It needs no home; if one is given, its vocabularies are used."""

import sys

import click

from erpd.cli.exits import Exit
from erpd.cli.files import (
    NO_DATA_SET,
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
from erpd.formats.rdf.catalogue import Kind
from erpd.metadata.findings import Severity
from erpd.metadata.profile import Profile
from erpd.sources.errors import Reason, SourceError
from erpd.standalone.asked import Asked, Place
from erpd.standalone.given import Given
from erpd.standalone.reading import found_in
from erpd.standalone.reports import REPORTS, Report
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
    default="text",
    show_default=True,
    help="How to tell what was found: text for people, json (one document), jsonl (one JSON object for each "
    "data set and catalogue), sarif for code scanning, junit for test reports, github for GitHub Actions.",
)
@click.option("--json", "form", flag_value="jsonl", help="The same as --format jsonl.")
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
    form: str,
    summary: bool,
    quiet: bool,
) -> None:
    """Check data sets, catalogues, services and series against the guidelines' section 4, or other profiles.

    FILE is RDF in any syntax, plain, gzipped or zipped, or records of CKAN, ISO 19139, Dublin Core, OAI-PMH
    or CBS. In a FOLDER, all files with a known ending are checked. - is standard input.

    Exits with 0 if all is fine, 1 if there are findings, 2 for wrong use, 3 if something cannot be read.

    With --home, the vocabularies imported into that node are used.
    """
    if summary and form != "text":
        raise click.UsageError("--summary is text. For programs, --format json ends with a summary.")
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
    with Given(sys.stdin.buffer) as given, watching(quiet=quiet, beside=beside) as watch:
        checking = _Checking(asked, report, watch, Severity(fail_on))
        for location in locations:
            try:
                for place in given.places(location):
                    checking.check(place)
            except SourceError as error:
                checking.fail(location, error)
    report.end()
    sys.exit(checking.exit)


class _Checking:
    """Checks place after place, and knows how the command ends."""

    def __init__(self, asked: Asked, report: Report, watch: Watching, fail_on: Severity) -> None:
        self._asked, self._report, self._watch = asked, report, watch
        self._bad = set(list(Severity)[: list(Severity).index(fail_on) + 1])
        self.exit = Exit.FINE

    def check(self, place: Place) -> None:
        self._watch.begin(place.location)
        described = False
        try:
            for found in found_in(place, self._asked, self._watch.reading):
                self._watch.found()
                described |= found.kind not in (Kind.REST, Kind.CATALOGUE_RECORD)
                if any(finding.severity in self._bad for finding in (*found.findings, *found.as_is)):
                    self.exit = self.exit or Exit.FAILED
                self._report.found(place.location, found)
        except SourceError as error:
            self.fail(place.location, error)
            return
        if not described:
            self.fail(place.location, SourceError(Reason.EMPTY_LIST, *NO_DATA_SET, "G4.1", place.location))

    def fail(self, location: str, error: SourceError) -> None:
        self._watch.end()
        self.exit = Exit.UNREAD
        self._report.failed(location, error)
