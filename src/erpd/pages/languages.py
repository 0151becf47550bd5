"""The languages of a reader: those in which the pages speak, and those in which records are shown."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_info
from django.utils.translation.trans_real import parse_accept_lang_header

from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import vocabulary

PARAMETER = "lang"
MOST_LANGUAGES = 5  # of one reader


@cache
def interface_languages() -> tuple[str, ...]:
    """The languages into which the pages are translated, English first."""
    locale = Path(__file__).parent / "locale"
    translated = {path.parts[-3] for path in locale.glob("*/LC_MESSAGES/django.mo")}
    return ("en", *(code for code in EU_LANGUAGES if code in translated))


def chosen_language(request: HttpRequest) -> str:
    """The official language that ``?lang=`` asks for; "" where it asks for none."""
    wanted = request.GET.get(PARAMETER, "").lower()
    return wanted if wanted in EU_LANGUAGES else ""


def reader_languages(request: HttpRequest) -> tuple[str, ...]:
    """Best first: what was chosen now or before, then what the browser asks for (RFC 9110, 12.5.4)."""
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    wanted = [chosen_language(request), kept, *(tag.split("-")[0] for tag, _ in accepted)]
    return tuple(dict.fromkeys(code for code in wanted if code in EU_LANGUAGES))[:MOST_LANGUAGES] or ("en",)


def interface_language(languages: tuple[str, ...]) -> str:
    """The first of the reader's languages in which the pages speak, else English."""
    return next((code for code in languages if code in interface_languages()), "en")


def own_name(code: str) -> str:
    """A language in itself: "nederlands"."""
    return str(get_language_info(code)["name_local"])


def language_name(tag: str, *languages: str) -> str:
    """A language for readers of ``languages``; the tag itself where the authority table lacks it."""
    table = vocabulary("language")
    code = table.find(tag.split("-", maxsplit=1)[0])
    return table.label(code, *languages) if code else tag
