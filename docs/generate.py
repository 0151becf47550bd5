"""Writes the pages of docs/ that follow from the code: `make generate`. A test says when."""

from collections.abc import Iterator
from pathlib import Path

import click

from erpd.cli import main
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import RULES, Rule, explain

DOCS = Path(__file__).parent
WIDTH = 100

COMMANDS = """\
# Commands

<!-- Written by `make generate` from the commands themselves. -->

`erpd --help` and `erpd COMMAND --help` say the same. The home of a node is named by `--home` or `ERPD_HOME`;
`DATABASE_URL` moves its database to PostgreSQL. Exit codes: 0 fine, 1 findings or a run that failed, 2 wrong
use.
"""

FINDINGS = """\
# Findings

<!-- Written by `make generate` from src/erpd/metadata/rules.py. -->

What can be found in a record, in the words in which it is told. *Property*, *value* and *repaired* stand for
the facts of the finding. A repair was made by us and changes nothing at the source. An error makes a strict
source reject the record; a lenient one takes it in and reports it. Why a source could not be read at all is
told in [Sources](sources.md).

| rule | what was found, and what to do |
|---|---|
"""


def commands() -> str:
    """docs/commands.md: the help of each command, subcommands below their group."""
    return COMMANDS + "".join(_help("erpd", main, None))


def _help(name: str, command: click.Command, above: click.Context | None) -> Iterator[str]:
    context = click.Context(command, above, name, terminal_width=WIDTH, **command.context_settings)
    yield f"\n## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name_below in command.list_commands(context):  # `command.commands` knows no lazy ones
            if below := command.get_command(context, name_below):
                yield from _help(name_below, below, context)


def findings() -> str:
    """docs/findings.md: a row for each rule of a finding."""
    return FINDINGS + "".join(f"| `{rule.name}` | {_told(rule)} |\n" for rule in RULES.values())


def _told(rule: Rule) -> str:
    facts = {"path": "*property*", "value": "*value*", "repaired": "*repaired*", "section": rule.section}
    told = explain(Finding(rule.name, Severity.WARNING, **facts))
    return told.replace("|", "\\|")


PAGES = {"commands.md": commands, "findings.md": findings}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")
