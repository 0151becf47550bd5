"""`erpd source probe`: rehearse a source of this node, or an address that is none yet."""

import sys
from typing import Any

import click

from erpd.cli.exits import Exit, Failed, Unread
from erpd.cli.harvesting import source_named
from erpd.cli.output import answer, answers, console, in_json, print_finding
from erpd.cli.starting import prepare, start
from erpd.metadata.masking import shown
from erpd.metadata.text import counted

_LEGEND = " (G4.1 is section 4.1 of the harvesting guidelines.)"
# What an operator's own source may take: a dump is downloaded and sorted before its first record.
_PATIENCE = 7200.0
_MEMORY = 2 * 2**30
_PROCESSOR = 1800.0


@click.command()
@click.argument("name", metavar="NAME_OR_URL")
@answers(
    "source",
    "protocol",
    "url",
    "total",
    "received",
    "fine",
    "faulty",
    "bins",
    "sets",
    "about",
    "aspects",
    "findings",
    "error",
)
def probe(name: str) -> None:
    """Rehearse a source, or any web address: read its beginning twice, and say whether it is ready.

    It says by which protocol the address answers, what would be taken, ten aspects of the guidelines, and
    what to put right. Nothing is saved.
    """
    start()
    prepare()
    from django.conf import settings as django_settings

    from erpd.harvest.discovering import LIMITS, Allowance
    from erpd.harvest.probing import probe as probing
    from erpd.harvest.probing.facts import facts
    from erpd.harvest.rules import RulesError
    from erpd.harvest.secrets import SecretLost
    from erpd.harvest.worker import client_for
    from erpd.sources.errors import SourceError
    from erpd.sources.http.client import Client

    is_address = "://" in name
    settings = probing.settings_of(name) if is_address else source_named(name)
    try:
        if is_address:
            client, allowance = Client(LIMITS, django_settings.NODE.allow_networks), None
        else:
            client, allowance = client_for(settings), Allowance(_PATIENCE, _MEMORY, _PROCESSOR)
        with client:
            seen = probing.probe(settings, client, allowance=allowance)
    except SourceError as error:
        raise Unread(str(error).removesuffix(error.advice).rstrip(), error.advice) from error
    except (SecretLost, RulesError) as error:
        raise Failed(str(error)) from error
    answer(
        *_sentences(seen),
        source=shown(name) if is_address else name,
        **facts(seen),
    )
    for kind in () if in_json() else seen.kinds:
        print_finding(kind.finding, kind.times)
        if kind.change:
            _print_lines("- ", kind.change.before)
            _print_lines("+ ", kind.change.after)
        elif kind.example:
            console.print("    For example:")
            _print_lines("  ", kind.example)
    if seen.error:
        sys.exit(Exit.UNREAD)


def _sentences(seen: Any) -> list[str]:
    from erpd.harvest.probing.aspects import QUESTIONS, VERDICTS

    amount = counted(seen.total or seen.received, "record")
    amount = f"{seen.received:,} of {amount}" if seen.total else amount
    aspects = [
        f"{VERDICTS[one.verdict]}: {QUESTIONS[one.aspect].label} ({one.section}). {one.text()}"
        for one in seen.answers
    ]
    return [
        f"{seen.protocol} at {shown(seen.url)}",
        *aspects,
        f"{amount} looked at: {seen.fine:,} without errors, {seen.faulty:,} with errors.{_LEGEND}",
    ]


def _print_lines(mark: str, text: str) -> None:
    for line in text.splitlines():
        console.print(f"    {mark}{line}", markup=False)
