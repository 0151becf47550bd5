"""The reader's languages: the one of the pages, and those in which records are shown."""

from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import get_language_info
from django.utils.translation.trans_real import parse_accept_lang_header

from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import vocabulary

PARAMETER = "lang"
MOST_LANGUAGES = 5  # per reader


@cache
def interface_languages() -> tuple[str, ...]:
    """The languages that the pages exist in, English first."""
    locale = Path(__file__).parent / "locale"
    translated = {path.parts[-3] for path in locale.glob("*/LC_MESSAGES/django.mo")}
    return ("en", *(code for code in EU_LANGUAGES if code in translated))


def chosen_language(request: HttpRequest) -> str:
    """The official EU language that ``?lang=`` asks for, or ""."""
    wanted = request.GET.get(PARAMETER, "").lower()
    return wanted if wanted in EU_LANGUAGES else ""


def reader_languages(request: HttpRequest) -> tuple[str, ...]:
    """The reader's languages, best first: chosen now or before, then the browser's (RFC 9110, 12.5.4)."""
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    wanted = [chosen_language(request), kept, *(tag.split("-")[0] for tag, _ in accepted)]
    return tuple(dict.fromkeys(code for code in wanted if code in EU_LANGUAGES))[:MOST_LANGUAGES] or ("en",)


def interface_language(languages: tuple[str, ...]) -> str:
    """The first of the reader's languages that the pages exist in, otherwise English."""
    return next((code for code in languages if code in interface_languages()), "en")


@cache
def own_name(code: str) -> str:
    """The name of a language in that language: "nederlands"."""
    return str(get_language_info(code)["name_local"])


def language_name(tag: str, *languages: str) -> str:
    """The name of a language for readers of ``languages``; the tag itself if the authority table lacks it."""
    table = vocabulary("language")
    code = table.find(tag.split("-", maxsplit=1)[0])
    return table.label(code, *languages) if code else tag


@lru_cache(10_000)
def number_in(number: int, language: str | None) -> str:
    """A number in the notation of ``language``, which must be the active one."""
    return str(number_format(number))
