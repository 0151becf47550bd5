"""What can be chosen in a field: radio buttons, boxes to tick, a list, or suggestions to those who type."""

from collections.abc import Collection
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import Vocabulary, table_called
from erpd.pages.explanations import ACCESS_RIGHTS
from erpd.pages.languages import language_name, own_name

MOST_TO_SEE = 20  # codes that are shown at once
MOST_TO_CHOOSE = 60  # in one list that opens
_PROVISIONAL = "OP_DATPRO"


class Choice(NamedTuple):
    """One of several."""

    value: str
    label: str
    is_chosen: bool
    note: Promise | str = ""


def choices(
    table: Vocabulary, codes: frozenset[str], chosen: Collection[str], languages: tuple[str, ...]
) -> list[Choice]:
    """The codes of a table by their labels, those of ``codes`` only; and what else was chosen."""
    found = {code: table.find(text) for text in chosen for code in [table.find(text)] if code}
    wanted = {code for code in codes or table.concepts if code in table.concepts and code != _PROVISIONAL}
    rows = [
        Choice(
            table.iri(code),
            table.label(code, *languages),
            code in found,
            ACCESS_RIGHTS.get(code, "") if table.name == "access-right" else "",
        )
        for code in wanted | found.keys()
    ]
    rows.sort(key=lambda row: row.label.casefold())
    return rows + [Choice(text, text, True) for text in chosen if text and not table.find(text)]


def suggestions(name: str, languages: tuple[str, ...]) -> SafeString:
    """The options of a ``datalist``: the labels of a table, each of which is understood again."""
    return _suggestions(name, languages)


@lru_cache(200)
def _suggestions(name: str, languages: tuple[str, ...]) -> SafeString:
    table = table_called(name)
    if table is None:
        return SafeString("")
    codes = [table.find(tag) for tag in EU_LANGUAGES] if name == "language" else [*table.concepts]
    labels = sorted(
        (table.label(code, *languages) for code in codes if code != _PROVISIONAL), key=str.casefold
    )
    return SafeString("".join(f'<option value="{escape(label)}">' for label in dict.fromkeys(labels)))


def language_options(chosen: str) -> SafeString:
    """The options of the list of languages, each by its own name."""
    return _language_options(chosen if len(chosen) < 40 else "", get_language() or "en")


@lru_cache(1_000)
def _language_options(chosen: str, reader: str) -> SafeString:
    codes = dict.fromkeys((*EU_LANGUAGES, chosen.lower() if chosen.lower() in EU_LANGUAGES else chosen, ""))
    lines = []
    for code in codes:
        name = (
            _own_name(code)
            if code in EU_LANGUAGES
            else language_name(code, reader)
            if code
            else _("no language")
        )
        mark = " selected" if code.lower() == chosen.lower() else ""
        lines.append(f'<option value="{escape(code)}"{mark}>{escape(name[:1].upper() + name[1:])}</option>')
    return SafeString("".join(lines))


def _own_name(code: str) -> str:
    """Maltese is not among the languages of Django."""
    try:
        return own_name(code)
    except KeyError:
        return language_name(code, code)
