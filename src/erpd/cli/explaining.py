"""`erpd explain`: what a rule means, with an example. It needs no home."""

import json
from collections.abc import Iterator
from difflib import get_close_matches
from textwrap import indent
from typing import Any

import click

from erpd.cli.output import json_of
from erpd.metadata.masking import plain
from erpd.metadata.rules import RULES, Rule
from erpd.metadata.rules.examples import Example, examples
from erpd.sources.errors import Reason
from erpd.standalone.reports.meaning import advice, meaning

_NAMES = dict.fromkeys([*RULES, *Reason])
_WORDS = {"path": "PROPERTY", "value": "VALUE", "repaired": "REPAIRED"}


@click.command()
@click.argument(
    "rules",
    nargs=-1,
    metavar="[RULE]…",
    shell_complete=lambda _context, _argument, begun: [name for name in _NAMES if name.startswith(begun)],
)
@json_of("rule", "of", "message", "advice", "section", "link", "example", each=True)
def explain(rules: tuple[str, ...], as_json: bool) -> None:
    """Say what a rule means, how to put it right, and show an example of wrong and right.

    Without a RULE, all are listed: first those of records, then why a file or a source cannot be read. Some
    names are in both lists; then both are explained.
    """
    named = [each for name in rules or _NAMES for each in _called(name)]
    if as_json:
        for each in named:
            click.echo(json.dumps(_facts(each)))
    elif rules:
        click.echo("\n\n".join("\n\n".join(_told(each)) for each in named))
    else:
        for kind, title in ((Rule, "In records"), (Reason, "Why a file or a source cannot be read")):
            click.secho(f"{title}:", bold=True)
            for each in filter(lambda one: isinstance(one, kind), named):
                click.echo(f"  {each}: {meaning(each, _WORDS)}")


def _called(name: str) -> list[Rule | Reason]:
    found: list[Rule | Reason] = [RULES[name]] if name in RULES else []
    found += [each for each in Reason if each == name]
    if not found:
        near = get_close_matches(name.lower(), _NAMES, 3)
        hint = f" Did you mean {', '.join(near)}?" if near else " `erpd explain` lists them all."
        raise click.UsageError(f"There is no rule “{plain(name)}”.{hint}")
    return found


def _told(rule: Rule | Reason) -> Iterator[str]:
    of = f" ({rule.section})" if isinstance(rule, Rule) else ", of a file or source"
    yield click.style(f"{rule}{of}", bold=True)
    yield f"{meaning(rule, _WORDS)} {advice(rule, _WORDS)}"
    if isinstance(rule, Rule):
        yield from _shown(examples()[rule])
    yield f"More: {rule.link}"


def _shown(example: Example) -> Iterator[str]:
    for text in (example.note, f"With the profile {example.profile}." if example.profile != "erpd" else ""):
        if text:
            yield text
    for title, text in (("Rules", example.rules), ("Wrong", example.wrong), ("Right", example.right)):
        if text:
            yield f"{title}:\n{indent(text, '    ')}"


def _facts(rule: Rule | Reason) -> dict[str, Any]:
    of_record = isinstance(rule, Rule)
    return {
        "rule": str(rule),
        "of": "record" if of_record else "file",
        "message": meaning(rule, _WORDS),
        "advice": advice(rule, _WORDS),
        "section": rule.section if isinstance(rule, Rule) else "",
        "link": rule.link,
        "example": examples()[rule]._asdict() if of_record else None,
    }
