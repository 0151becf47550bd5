"""`erpd check`. It needs no home; if one is given, its vocabularies are used."""

import json
import sys
from collections import Counter
from operator import attrgetter
from pathlib import Path
from typing import Any

import click

from erpd.cli.files import (
    NO_DATA_SET,
    error_line,
    locations,
    networks,
    own_vocabularies,
    profile_option,
)
from erpd.cli.output import console, print_finding
from erpd.formats.rdf.catalogue import Kind
from erpd.metadata.masking import masked
from erpd.metadata.profile import Profile, load_profile
from erpd.metadata.text import counted
from erpd.sources.errors import Reason, SourceError
from erpd.standalone.found import Found, has_errors
from erpd.standalone.reading import found_in

_urgency = attrgetter("urgency")


@click.command()
@locations
@profile_option("The profile to check against.")
@networks
@click.option("--as-is", is_flag=True, help="Also check the file as received, before any repairs.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per data set and catalogue.")
def check(
    locations: tuple[str, ...], profile: str, allow_network: tuple[str, ...], as_is: bool, as_json: bool
) -> None:
    """Check the data sets and catalogues in RDF files against the guidelines' mandatory metadata (section 4).

    With --home, the vocabularies imported into that node are used.
    """
    vocabularies = own_vocabularies()
    rules = load_profile(profile)
    faulty, totals = False, Counter[bool]()
    for location in locations:
        faulty |= _check_location(
            location, rules, allow_network, vocabularies, as_is=as_is, as_json=as_json, totals=totals
        )
    if totals.total() > 1 and not as_json:
        amount = counted(totals.total(), "data set")
        total = f"{amount}: {totals[True]:,} with all mandatory metadata, {totals[False]:,} without"
        console.print(f"\n{total}", style="bold")
    sys.exit(1 if faulty else 0)


def _check_location(
    location: str,
    rules: Profile,
    allow_network: tuple[str, ...],
    vocabularies: Path | None,
    *,
    as_is: bool,
    as_json: bool,
    totals: Counter[bool],
) -> bool:
    faulty, amount = False, 0
    try:
        for found in found_in(location, rules, allow_network, as_is=as_is, vocabularies=vocabularies):
            if found.kind is Kind.REST and not found.findings:
                continue
            if found.kind is Kind.DATA_SET:
                amount += 1
                totals[found.valid] += 1
            faulty |= not found.valid or (as_is and has_errors(found.as_is))
            if as_json:
                click.echo(json.dumps({"file": masked(location), **_facts(found, as_is)}))
            else:
                _print(found, rules, as_is)
    except SourceError as error:
        _print_error(location, error, as_json)
        return True
    if not amount:
        _print_error(
            location,
            SourceError(Reason.EMPTY_LIST, *NO_DATA_SET, "G4.1", location),
            as_json,
        )
        return True
    return faulty


def _facts(found: Found, as_is: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "kind": str(found.kind),
        "identifier": found.identifier,
        "valid": found.valid,
        "findings": [finding.as_dict() for finding in found.findings],
    }
    if as_is and found.read:
        came = [finding.as_dict() for finding in found.as_is]
        facts["as-is"] = {"valid": not has_errors(found.as_is), "findings": came}
    return facts


def _print(found: Found, rules: Profile, as_is: bool) -> None:
    title = found.identifier or "A part that could not be read"
    if found.kind is Kind.CATALOGUE:
        title = f"Catalogue {found.identifier}"
    if found.kind is Kind.REST:
        title = "What belongs to no data set or catalogue"
    console.print(f"\n{title}", style="bold", markup=False)
    if as_is and found.read and found.kind is not Kind.REST:
        for finding in sorted(found.as_is, key=_urgency):
            print_finding(finding)
        _print_verdict(not has_errors(found.as_is), rules, "as received, ")
    for finding in sorted(found.findings, key=_urgency):
        print_finding(finding)
    if found.kind is not Kind.REST:
        _print_verdict(found.valid, rules, "as repaired, " if as_is else "")


def _print_verdict(valid: bool, rules: Profile, how: str) -> None:
    section = " (section 4)" if rules.name == "erpd" else ""
    verdict = "[green]has all[/]" if valid else "[red]lacks[/]"
    errors = "" if valid else ": see the errors above"
    console.print(f"  {how}{verdict} mandatory metadata of {rules.title}{section}{errors}")


def _print_error(location: str, error: SourceError, as_json: bool) -> None:
    if as_json:
        facts: dict[str, Any] = {
            "file": masked(location),
            "valid": False,
            "rule": error.rule,
            "error": str(error),
        }
        click.echo(json.dumps(facts))
    else:
        click.echo(error_line(location, error), err=True)
