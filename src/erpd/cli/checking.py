"""`erpd check`. It needs no home; if one is given, its vocabularies are used."""

import sys
from pathlib import Path

import click

from erpd.cli.files import NO_DATA_SET, locations, networks, own_vocabularies, profile_option
from erpd.formats.rdf.catalogue import Kind
from erpd.metadata.profile import load_profile
from erpd.sources.errors import Reason, SourceError
from erpd.standalone.reading import found_in
from erpd.standalone.reports import REPORTS, Report


@click.command()
@locations
@profile_option("The profile to check against.")
@networks
@click.option("--as-is", is_flag=True, help="Also check the file as received, before any repairs.")
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
def check(
    locations: tuple[str, ...], profile: str, allow_network: tuple[str, ...], as_is: bool, form: str
) -> None:
    """Check the data sets and catalogues in RDF files against the guidelines' mandatory metadata (section 4).

    With --home, the vocabularies imported into that node are used.
    """
    vocabularies = own_vocabularies()
    report = REPORTS[form](sys.stdout, load_profile(profile), as_is=as_is)
    report.begin()
    fine = [_check_location(location, report, allow_network, vocabularies) for location in locations]
    report.end()
    sys.exit(0 if all(fine) else 1)


def _check_location(
    location: str, report: Report, allow_network: tuple[str, ...], vocabularies: Path | None
) -> bool:
    """Tell the report what is found there, and return whether it is fine."""
    fine, amount = True, 0
    try:
        for found in found_in(
            location, report.profile, allow_network, as_is=report.as_is, vocabularies=vocabularies
        ):
            amount += found.kind is Kind.DATA_SET
            fine &= report.fine(found)
            report.found(location, found)
        if not amount:
            raise SourceError(Reason.EMPTY_LIST, *NO_DATA_SET, "G4.1", location)
    except SourceError as error:
        report.failed(location, error)
        return False
    return fine
