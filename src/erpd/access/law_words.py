"""The law in words, for all pages, letters and mails that tell of it."""

import re
from collections.abc import Mapping

from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, ngettext

from erpd.access.law.regime import Extension, Limit


def in_words(texts: Mapping[str, str]) -> str:
    """A text of a regime in the reader's language; our English ones are translated like all others."""
    language = (get_language() or "en").partition("-")[0]
    if language in texts or not texts:
        return texts.get(language, "")
    return gettext(texts["en"]) if "en" in texts else next(iter(texts.values()))


# As English texts of the Union cite, and no others: Article 6(1)(a) (Interinstitutional Style Guide, 10.6).
_CITED = re.compile(
    r"Article (?P<article>[0-9]{1,3}[a-z]{0,3})"
    r"(?:\((?P<paragraph>[0-9]{1,3}[a-z]?)\))?"
    r"(?:\((?P<point>[a-z]{1,3})\))?"
)


def cited(section: str) -> str:
    """A section of an act as the reader's language cites it; as it is, if it is not cited in English."""
    found = _CITED.fullmatch(section)
    if found is None:
        return section
    parts = {name: part for name, part in found.groupdict().items() if part}
    if "point" in parts:
        if "paragraph" in parts:
            return gettext("Article %(article)s(%(paragraph)s)(%(point)s)") % parts
        return gettext("Article %(article)s(%(point)s)") % parts
    if "paragraph" in parts:
        return gettext("Article %(article)s(%(paragraph)s)") % parts
    return gettext("Article %(article)s") % parts


cited_lazy = lazy(cited, str)
"""The same in the language of whoever reads it later, such as in a mail."""


def with_section(text: str, section: str) -> str:
    """A text with the section that says it, before its full stop."""
    if not (text and section.strip(", ")):
        return text
    stop = "." if text.endswith(".") else ""
    return f"{text.removesuffix('.')} ({section}){stop}"


def how_long(limit: Limit | Extension) -> str:
    """A length of time in words."""
    amount = limit.amount
    words = {
        "months": ngettext("%(amount)s month", "%(amount)s months", amount),
        "working-days": ngettext("%(amount)s working day", "%(amount)s working days", amount),
        "days": ngettext("%(amount)s day", "%(amount)s days", amount),
    }
    return words[limit.unit] % {"amount": amount}
