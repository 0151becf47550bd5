"""Updates the translators' files: run `python -m erpd.pages.translations` after changing texts.

Texts are in the templates and code of every floor, and in three tables that do not use gettext: the labels of
the profiles, the rules of the findings and the texts of spreadsheets. New texts are added untranslated;
`python -m erpd.pages.assets` compiles the files.
"""

import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize

from erpd.formats.delivery import typed
from erpd.formats.spreadsheet import texts
from erpd.harvest.probing import aspects
from erpd.metadata.profile import PROFILES, cases, load_profile
from erpd.metadata.rules import RULES

LOCALE = Path(__file__).parent / "locale"
PACKAGE = Path(__file__).parents[1]
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    "ngettext": (1, 2),
    # A word with several senses says which it has: "closed" of a request, of an account.
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    "npgettext": ((1, "c"), 2, 3),
}

# Headers that change with every run and carry no information.
OF_NO_USE = tuple(
    f'"{name}'
    for name in (
        "Project-Id",
        "Report-",
        "POT-Creation",
        "PO-Revision",
        "Last-Trans",
        "Language-Team",
        "Generated-By",
    )
)

Message = str | tuple[str, ...] | list[str]


class Text(NamedTuple):
    """A text that people read, in English."""

    message: Message
    """With a plural, a pair."""
    place: str
    """The file it is in."""
    context: str | None = None
    """Which of its senses the word has; None if it has one."""


def messages() -> Iterator[Text]:
    """Every text."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield from _extracted(path, path.read_text("utf-8"))
    for path in sorted(PACKAGE.glob("*/templates/**/*.html")):
        source = templatize(path.read_text("utf-8"), origin=path.name)
        yield from _extracted(path, "\n".join(line.strip() for line in source.splitlines()))
    for name in PROFILES:
        for properties in load_profile(name).classes.values():
            for row in properties.values():
                yield Text(row.label, f"metadata/profiles/{name}.toml")
    for case in cases().values():
        yield Text(case.label, "metadata/profiles/cases.toml")
    for rule in RULES.values():
        place = type(rule).__module__.removeprefix("erpd.").replace(".", "/") + ".py"
        yield Text(rule.message, place)
        yield Text(rule.advice, place)
        yield Text(rule.delivered, place)
    # Those of a floor above: the English texts in its tables.
    for path in sorted(PACKAGE.glob("access/law/regimes/*.toml")):
        for text in _english(tomllib.loads(path.read_text("utf-8"))):
            yield Text(text, path.relative_to(PACKAGE).as_posix())
    for text in texts.every():
        yield Text(text, "formats/spreadsheet/texts.toml")
    for text in aspects.texts():
        yield Text(text, "harvest/probing/aspects.py")
    for text in typed.texts():
        yield Text(text, "formats/delivery/typed.toml")


def _english(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _english(value)
        elif key == "en":
            yield value


def catalogue(language: str) -> Catalog:
    """All texts, with their existing translations into ``language``."""
    wanted = Catalog(locale=language, charset="utf-8", fuzzy=False, header_comment="# EUPL-1.2")
    for message, place, context in messages():
        wanted.add(message, locations=[(place, 0)], context=context)
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    if path.is_file():
        with path.open("rb") as readable:
            for known in read_po(readable, locale=language):
                ours = wanted.get(known.id, known.context) if known.id else None
                if ours and known.string:
                    ours.string = known.string
    return wanted


def missing(language: str) -> list[Message]:
    """The texts that are not translated yet."""
    return [
        message.id
        for message in catalogue(language)
        if message.id and not all(message.string if isinstance(message.string, tuple) else [message.string])
    ]


def write(language: str) -> Path:
    """Update the file of a language and return its path. The same texts always give the same bytes."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    written = BytesIO()
    write_po(written, catalogue(language), sort_output=True, include_lineno=False, width=100)
    lines = written.getvalue().decode().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(OF_NO_USE)), "utf-8")
    return path


def _extracted(path: Path, source: str) -> Iterator[Text]:
    place = path.relative_to(PACKAGE).as_posix()
    for _line, message, _comments, context in extract("python", BytesIO(source.encode()), KEYWORDS):
        yield Text(message if isinstance(message, str) else (message[0], message[1]), place, context)


def main() -> int:
    if not settings.configured:
        settings.configure()
    for folder in sorted(path for path in LOCALE.iterdir() if path.is_dir()):
        write(folder.name)
        print(f"{folder.name}: {len(missing(folder.name))} texts to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
