"""Writes the pages of docs/ that are generated from the code: `make generate`. A test says when."""

import re
from collections.abc import Collection, Iterator
from dataclasses import MISSING
from importlib.metadata import metadata
from importlib.resources import files
from inspect import getdoc
from pathlib import Path
from typing import get_args, get_type_hints

import click
from packaging.requirements import Requirement

from docs.findings_page import findings
from erpd.access.requests import table as requests
from erpd.access.requests.states import State
from erpd.access.requests.table import Action
from erpd.accounts.table import TABLE, Kind, Role
from erpd.cli import main
from erpd.cli.exits import MEANINGS
from erpd.metadata.profile import AND, Property, cases, load_profile
from erpd.metadata.terms import shorten
from erpd.node.environment import VARIABLES
from erpd.node.home import Node
from erpd.standalone.reports import REPORTS

DOCS = Path(__file__).parent
WIDTH = 100

COMMANDS = """\
# Commands

<!-- Generated from the commands themselves by `make generate`. -->

`erpd --help` and `erpd COMMAND --help` show the same texts. Name the home of the node with `--home` or
`ERPD_HOME`; `DATABASE_URL` names a database in PostgreSQL to use instead of the file in the home.

## Completion and man pages

The shell completes commands, options and names of rules once its startup file says so:

| shell | in | line |
|---|---|---|
| bash | `~/.bashrc` | `eval "$(_ERPD_COMPLETE=bash_source erpd)"` |
| zsh | `~/.zshrc` | `eval "$(_ERPD_COMPLETE=zsh_source erpd)"` |
| fish | `~/.config/fish/completions/erpd.fish` | `_ERPD_COMPLETE=fish_source erpd \\| source` |

`make man` in the repository writes a man page for each command into `build/man`; copy them to
`/usr/local/share/man/man1`.

## Exit codes

| code | meaning |
|---|---|
{exits}
## JSON

With `--json`, everything on the standard output is JSON, one object on each line; progress and warnings are
on the standard error. If something goes wrong, the last line is an object with the key `error`, and the same
is said in words on the standard error:

```json
{{"error": {{"message": "No such option '--jsn'.", "advice": "Try 'erpd run --help' for help.", "exit": 2}}}}
```

`advice` may be empty; then the message says it all. A run that failed is told with its whole ledger: there,
`error` also has the rule, the section of the guidelines, and the address. `erpd check --format json` and
`jsonl` tell errors likewise.

A harvest or worker that is told to end says as its last line how far its run has got; `run` is null if there
is none that somebody could go on with:

```json
{{"stopped": {{"message": "Run 7 of nl-cbs …", "source": "nl-cbs", "run": 7, "received": 40, "pages": 4}}}}
```
"""

CHECK_REPORTS = """\
# Reports of a check

<!-- Generated from src/erpd/standalone/reports/ by `make generate`. -->

`erpd check --format FORMAT` tells the same findings in each format, and ends with the same exit code.
Each is written while we check, so a file may be of any size.

| format | what it is |
|---|---|
{rows}
- `--json` is the same as `--format jsonl`; with another `--format` it is wrong use.
- `rule` is a name that `erpd explain` knows; `link` leads to its place in [Findings](findings.md).
- A file or address that cannot be read is an object like the others, of the kind `file`; its
  finding says why.
- Passwords and keys in addresses are left out. Messages are one line without control characters. JSON and XML
  are written in ASCII, so that they are right in every encoding of the output.
- In SARIF, reasons why a file cannot be read have `file-` before their names. `partialFingerprints` stay the
  same for the same fault, wherever in the file it is.
- In SHACL, errors are `sh:Violation`, warnings `sh:Warning` and repairs `sh:Info`; the file and the line
  stand in `rdfs:comment`. A result about a node without an IRI has a blank node as `sh:focusNode`.

[Check in a pipeline](guides/check-in-a-pipeline.md) shows them at work.

## JSON Schema

Version 1. It is also in the package, as `standalone/reports/schema.json`.

```json
{schema}```
"""

LICENCES = """\
# Licences

<!-- Generated from requirements/run.lock and what each package says of itself by `make generate`. -->

What is installed with `erpd` on Linux, and under which licence. NOTICE names what the pages bring from npm,
and the tables of the European Union.

| package | licence |
|---|---|
"""

RIGHTS = """\
# Who may do what

<!-- Generated from src/erpd/accounts/table.py by `make generate`. -->

One function answers every page and API, from this table. What somebody may not see does not exist for them:
the answer is 404. What they may see but not do is refused with 403.

- Administrators, editors and readers are members of the data owner that the thing belongs to; for every other
  owner they are nobody. Members of an owner that was refused or closed can only look, like readers.
- *Self* is the person whose key or membership it is. *Signed in* is anybody with an account.
- A key acts in its catalogue only, and never does what its person may not: it needs a tick in the column
  *key* and one for its person.
- Readers of the desk, reviewers and operators work for the node. They do not edit what owners deliver.
- The command line may do everything: whoever can use it can read and write the database anyway.

Publishing and making a key also need an owner that is ready: approved, its contact address confirmed within
the last year, the newest agreement accepted. Everybody sees a published data set; the rows about data sets
are about drafts, those that were withdrawn, and those in test catalogues.
"""

SETTINGS = """\
# All settings and variables

<!-- Generated from src/erpd/node/home.py and src/erpd/node/environment.py by `make generate`. -->

Settings are in `node.toml` in the home of the node; [Settings of a node](node.md) explains them. Variables
of the environment complete them. Restart `erpd serve` and `erpd worker` after a change; whatever is wrong
is named in a sentence, and nothing is started.

## Settings in node.toml

| setting | what it takes | default | example |
|---|---|---|---|
"""
OF_THE_ENVIRONMENT = """
## Variables

Those with a tick hold a secret. Each of these can be in a file instead, which the variable of the same name
and `_FILE` names: `DATABASE_URL_FILE=/run/secrets/database`. Blanks and ends of lines around what is in it
do not count, except for those of `ERPD_SECRET_FILE`: it is read to the letter, as the file `secret` of the
home is. A variable and its file cannot both be set. An empty variable counts as not set.

| variable | what it names | secret | default |
|---|---|:-:|---|
"""

STATES = """\
# States of a request

<!-- Generated from src/erpd/access/requests/table.py by `make generate`. -->

A request for access has one part for each competent body, and each part has its own state. What may be done
to it, and by whom, follows from this table alone, at pages and in the API. What is wrong for the state is
refused with 409, and what your role may never do with 403. Whoever has no role for the part gets 404.

- The *requester* acts with their account, or with the private link that we sent to their address.
- A *handler* is a member of the body who answers requests.
- A *reviewer* is a member who was asked for an opinion, until they are taken off.
- A *system* is the body's own case system, with a key.

Other rules come on top, and each refusal names its rule: a time limit is extended once, before it ends; a
refusal needs grounds, an explanation and the redress; a fee needs an accepted estimate; what was returned can
be closed after 30 days without an answer. When an estimate ends without an answer, the request is under
review again by itself, and both sides are told.

"""

PROFILE_TEXTS = """\
# Profiles

<!-- Generated from src/erpd/metadata/profiles/ by `make generate`. -->

A profile says what a record must, should and may say. Each catalogue has one: `erpd` (the mandatory metadata
of the harvesting guidelines) if its data are protected, `open-data` if they are open. Others can hold beside
it, such as `dcat-ap-nl-3.0`, the profile of the Netherlands: beside all by `profiles` in
[`node.toml`](node.md), beside that of one catalogue by `erpd source add --profile`. What has been harvested
is checked again by the next run. To try several on a file, run
`erpd check --profile erpd --profile dcat-ap-nl-3.0 FILE`.

Where several hold at once, a field is named once, with the sections of all that ask for it, and the stricter
rule holds: mandatory before recommended, the smaller number of values, the values that all allow. The first
profile, which is the catalogue's own, decides which faults are errors.

## Mandatory in some cases

Some properties are mandatory only in some records. A case holds if the data set, or the distribution or
data service itself, names the act as its `dcatap:applicableLegislation`, or has one of the properties in
the fourth column. The Data Governance Act applies to all records of a catalogue of protected data. The
numbers are sections of DCAT-AP-NL 3.0; "Dataset", "Distribution" and "Data Service" are those of
HealthDCAT-AP, release 8, or of DCAT-AP for high-value data sets 3.0.

Two profiles turn on by themselves: they hold beside the profile of the catalogue for each data set in their
case, and for no other. `healthdcat-ap-8` does where the European Health Data Space applies; the form then
asks about health in its own step. `dcat-ap-hvd-3.0` does for high-value data sets. It also asks that a data
service gives access to the data, and that each distribution and service has a licence or rights. Nobody asked
for these profiles, so what they make mandatory is a warning there, and keeps no record out; it is an error
where the profile is checked alone (`erpd check --profile dcat-ap-hvd-3.0 FILE`).

| `when` | mandatory where | act | shown also by | properties |
|---|---|---|---|---|
"""

CONFLICTS = """
## Where the profiles differ

What satisfies one profile may not satisfy another: they allow different numbers of values, or want another
datatype. The last column is what holds where the first and the fourth are used together.

| property | {names} |
|---|{lines}
"""

WRITTEN = """
## What each door writes

Nothing is left out at any door because a profile allows fewer values: each value that is stored is written.

| | DCAT-AP 2.1.1 (every door, unless another is asked for) | DCAT-AP 3 (`?profile=dcat-ap-3`) | CKAN's API |
|---|---|---|---|
| `dcat:byteSize` | `xsd:decimal` | `xsd:nonNegativeInteger`, if it is a whole number | a number |
| `dcat:accessURL`, `dcat:downloadURL` | all | all | all; the first one is also the `url` of the resource |
| `dct:rights`, `dct:language`, `dcat:accessService` | all | all | all |
| `locn:geometry` | a literal | a node with the literal | [as its mapping says](mappings/ckan.md) |
| version of a data set | `owl:versionInfo` | `dcat:version` | [as its mapping says](mappings/ckan.md) |
| classes of values | as delivered | said by each value | – |
"""

# Where the lock file is looked at; on other systems a few more or fewer packages are needed.
LINUX = {
    "python_full_version": "3.11.0",
    "sys_platform": "linux",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
}


def licences() -> str:
    """docs/licences.md: a row for each package in requirements/run.lock."""
    lock = (DOCS.parent / "requirements" / "run.lock").read_text("utf-8")
    needed = map(Requirement, re.findall(r"^(\S+==.*?) *\\?$", lock, re.MULTILINE))
    names = [one.name for one in needed if one.marker is None or one.marker.evaluate(LINUX)]
    return LICENCES + "".join(f"| {name} | {licence_of(name)} |\n" for name in names)


def licence_of(name: str) -> str:
    """The licence that an installed package states in its core metadata."""
    said = metadata(name)
    classes = [each for each in said.get_all("Classifier", []) if each.startswith("License :: ")]
    named = said.get("License") or ""
    vague = "\n" in named or named == "Dual License"  # some tell the whole text, some not which two
    stated = said.get("License-Expression") or ("" if vague else named)
    return stated or ", ".join(each.rpartition(" :: ")[2] for each in classes)


def commands() -> str:
    """docs/commands.md: the help of each command, subcommands below their group."""
    exits = "".join(f"| {code:d} | {meaning} |\n" for code, meaning in MEANINGS.items())
    return COMMANDS.format(exits=exits) + "".join(_help("erpd", main, None))


def _help(name: str, command: click.Command, above: click.Context | None) -> Iterator[str]:
    context = click.Context(command, above, name, terminal_width=WIDTH, **command.context_settings)
    yield f"\n## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name_below in command.list_commands(context):  # `command.commands` knows no lazy ones
            if below := command.get_command(context, name_below):
                yield from _help(name_below, below, context)


def reports() -> str:
    """docs/check-reports.md: what the formats of `erpd check` are for, and the JSON Schema."""
    rows = (
        f"| `{name}` | {' '.join((getdoc(each) or '').partition(2 * chr(10))[0].split())} |\n"
        for name, each in REPORTS.items()
    )
    schema = files("erpd.standalone.reports").joinpath("schema.json").read_text("utf-8")
    return CHECK_REPORTS.format(rows="".join(rows), schema=schema)


def profiles() -> str:
    """docs/profiles.md: the cases, and where the profiles contradict each other."""
    names = [*_COMPARED, AND.join((_COMPARED[0], _COMPARED[-1]))]
    heads = CONFLICTS.format(names=" | ".join(f"`{name}`" for name in names), lines="---|" * len(names))
    return PROFILE_TEXTS + "".join(_cases()) + heads + "".join(_conflicts(names)) + WRITTEN


_COMPARED = ("erpd", "dcat-ap-2.1.1", "dcat-ap-3.0.1", "dcat-ap-nl-3.0")


def _cases() -> Iterator[str]:
    tables = [load_profile(name).classes for name in (_COMPARED[-1], "healthdcat-ap-8", "dcat-ap-hvd-3.0")]
    for case in cases().values():
        named = [
            f"`{shorten(kind)}` `{shorten(row.iri)}` ({duty.section.partition(', ')[2]})"
            for table in tables
            for kind, rows in table.items()
            for row in rows.values()
            for duty in row.duties
            if duty.case is case
        ]
        act = f"<{case.act.value}>" if case.act else ""
        given = ", ".join(f"`{shorten(each)}`" for each in case.given)
        yield f"| `{case.name}` | {case.label} | {act} | {given} | {'; '.join(named)} |\n"


def _conflicts(names: list[str]) -> Iterator[str]:
    for kind, rows in load_profile(_COMPARED[0]).classes.items():
        for iri in rows:
            found = [load_profile(name).classes.get(kind, {}).get(iri) for name in names]
            said = [row for row in found if row]
            if len(said) == len(found) and len({(row.max, _kind(row), row.datatypes) for row in said}) > 1:
                cells = [f"{row.min}..{row.max or 'n'} {_kind(row)}" for row in said]
                yield f"| `{shorten(kind)}` `{shorten(iri)}` | {' | '.join(cells)} |\n"


def _kind(row: Property) -> str:
    if row.datatypes:
        return f"`{shorten(row.datatypes[0])}`"
    return "text" if row.kind == "literal" else "resource"


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def settings() -> str:
    """docs/settings.md: a row for each key of node.toml, and one for each variable."""
    keys = []
    for name, hint in get_type_hints(Node, include_extras=True).items():
        (meta,) = get_args(hint)[1:]
        default = Node.__dataclass_fields__[name].default
        shown = "required" if default is MISSING else "none" if default in ("", ()) else f"`{_toml(default)}`"
        keys.append(f"| [`{name}`](node.md) | {meta.description} | {shown} | `{meta.examples[0]}` |\n")
    names = (
        f"| `{name}` | {one.meaning} | {'✓' if one.secret else ''} | {one.default or 'none'} |\n"
        for name, one in VARIABLES.items()
    )
    return "".join((SETTINGS, *keys, OF_THE_ENVIRONMENT, *names))


def rights() -> str:
    """docs/who-may-what.md: for each kind of thing, a row for each verb and a column for each role."""
    return RIGHTS + "".join(map(_rights_on, Kind))


def _rights_on(kind: Kind) -> str:
    rows = {verb: allowed for (one, verb), allowed in TABLE.items() if one is kind}
    names = [role for role in Role if any(role in allowed for allowed in rows.values())]
    lines = [["", *(_COLUMNS.get(name, name) for name in names)], ["---", *([":-:"] * len(names))]]
    lines += [[verb, *("✓" if name in allowed else "" for name in names)] for verb, allowed in rows.items()]
    table = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    if not rows:
        table = ""
    return f"\n## {kind.capitalize()}\n\n{_KINDS.get(kind, '')}{table}"


def states() -> str:
    """docs/request-states.md: a row for each action, a column for each state, and who may in the cells."""
    lines = [["", *State], ["---", *(["---"] * len(State))]]
    for action in Action:
        cells = (requests.TABLE[state].get(action, ()) for state in State)
        lines.append([action, *map(_roles, cells)])
    return STATES + "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _roles(given: Collection[str]) -> str:
    named = [role for role in requests.Role if role in given]
    return "all" if len(named) == len(requests.Role) else ", ".join(named)


_COLUMNS = {Role.PERSON: "signed in"}
_KINDS = {
    Kind.OWNER: "To *create* one is to ask for it; to *agree* is to accept the agreement; to *decide* is to "
    "approve, refuse or close it.\n\n",
    Kind.MEMBER: "To *create* one is to invite somebody; to *erase* one is to remove them.\n\n",
    Kind.KEY: "To *erase* one is to revoke it.\n\n",
    Kind.DESK_KEY: "For the competent body that an owner keeps: with it, the body's own case system answers "
    "requests for access. It opens nothing else. To *erase* one is to revoke it.\n\n",
    Kind.CATALOGUE: "Only test catalogues can be *emptied*.\n\n",
    Kind.QUESTION: "What visitors asked about the data sets of the owner.\n\n",
    Kind.PORTAL: "An owner's own portal. To *create* one is to enter its address; to *change* one is also to "
    "send it to the operator, to pause, resume and end it; to *decide* is to approve or refuse it.\n\n",
    Kind.REQUEST: "It depends on its state: [States of a request](request-states.md).\n",
    Kind.SOURCE: "That the node harvests. To *change* one is to change its settings, to switch it on or off, "
    "and to accept a point that asks to be harvested. To *decide* is to let it be harvested, and to say what "
    "a person has to say about its records: deletions, changed identifiers, what a value means, a run that "
    "is undone.\n\n",
    Kind.NODE: "Its mail, its list of organisations, the agreement, accounts and offices.\n\n",
}
PAGES = {
    "check-reports.md": reports,
    "commands.md": commands,
    "findings.md": findings,
    "licences.md": licences,
    "profiles.md": profiles,
    "request-states.md": states,
    "settings.md": settings,
    "who-may-what.md": rights,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")
