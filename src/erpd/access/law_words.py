"""The law in words, for all pages that tell of it."""

from collections.abc import Mapping

from django.utils.translation import get_language, gettext, ngettext

from erpd.access.law.regime import Extension, Limit


def in_words(texts: Mapping[str, str]) -> str:
    """A text of a regime in the reader's language; our English ones are translated like all others."""
    language = (get_language() or "en").partition("-")[0]
    if language in texts or not texts:
        return texts.get(language, "")
    return gettext(texts["en"]) if "en" in texts else next(iter(texts.values()))


def how_long(limit: Limit | Extension) -> str:
    """A length of time in words."""
    amount = limit.amount
    words = {
        "months": ngettext("%(amount)s month", "%(amount)s months", amount),
        "working-days": ngettext("%(amount)s working day", "%(amount)s working days", amount),
        "days": ngettext("%(amount)s day", "%(amount)s days", amount),
    }
    return words[limit.unit] % {"amount": amount}
