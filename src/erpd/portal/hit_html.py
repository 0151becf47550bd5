"""A data set in a list of results, in HTML. A page has ten, and a template takes three times as long."""

from functools import lru_cache
from html import escape
from typing import NamedTuple
from uuid import UUID

from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from erpd.pages.templatetags.pages import in_words, is_foreign, lang
from erpd.pages.values import Value
from erpd.portal.hits import Hit, MarkedText

_NEXT = "</li>\n<li>"


class _Texts(NamedTuple):
    """The texts of all hits, in one language. Like all translations, they are HTML."""

    kind: tuple[str, str]
    """Of open and of protected data."""
    access: str
    described_in: str
    formats: str
    modified: str
    issued: str
    undated: str
    found_by: str


def written(hit: Hit) -> SafeString:
    """The HTML of a hit in the active language."""
    card, language = hit.card, get_language() or "en"
    texts = _texts(language)
    title = marked(hit.title)
    facts = [texts.kind[hit.is_protected]]
    if card.access.text:
        foreign = _lang(card.access.language, language)
        facts.append(f"{texts.access} <span{foreign}>{_text(card.access)}</span>")
    if name := _foreign(card.title_language, language):
        facts.append(texts.described_in % {"name": name})
    if card.formats:
        facts.append(f"{texts.formats} {', '.join(map(escape, card.formats))}")
    if card.modified:
        facts.append(f"{texts.modified} {_time(card.modified)}")
    else:
        facts.append(f"{texts.issued} {_time(card.issued)}" if card.issued else texts.undated)
    above = "\n".join(
        f'<li class="ecl-content-block__primary-meta-item"{_lang(each.language, language)}>{_text(each)}</li>'
        for each in (hit.country, card.publisher)
        if each.text
    )
    description = hit.description and (
        f'<p class="ecl-content-block__description"{_lang(card.description_language, language)}>'
        f"{marked(hit.description)}</p>"
    )
    reasons = hit.reasons and (
        f'<ul class="erpd-facts erpd-facts--reasons" aria-label="{texts.found_by}">'
        + "\n".join(
            f"<li>{escape(label)}: <mark{_lang(value.language, language)}>{_text(value)}</mark></li>"
            for label, value in hit.reasons
        )
        + "</ul>"
    )
    return SafeString(
        '<article class="ecl-content-item">'
        '<div class="ecl-content-block ecl-content-item__content-block">'
        f'<ul class="ecl-content-block__primary-meta-container">{above}</ul>\n'
        '<h3 class="ecl-content-block__title">'
        f'<a class="ecl-link ecl-link--standalone" href="{page_of(hit.key)}"'
        f"{_lang(card.title_language, language)}>"
        f"{f'<code>{title}</code>' if card.is_address else title}</a></h3>\n{description or ''}\n"
        f'<ul class="erpd-facts">\n<li>{_NEXT.join(facts)}</li>\n</ul>\n{reasons or ""}\n'
        "</div></article>"
    )


def page_of(key: UUID) -> str:
    """The address of a data set. To ask the table of addresses for it takes longer than the rest of a hit."""
    return f"{get_script_prefix()}datasets/{key}"


def marked(pieces: MarkedText) -> SafeString:
    """Text with the words that match the question in ``<mark>``."""
    return SafeString(
        "".join(f"<mark>{escape(text)}</mark>" if asked else escape(text) for text, asked in pieces)
    )


@lru_cache(100)
def _texts(_language: str) -> _Texts:
    """Those in the language, which is the active one."""
    label = '<span class="ecl-label ecl-label--{}">{}</span>'
    return _Texts(
        (label.format("low", gettext("Open")), label.format("high", gettext("Protected"))),
        gettext("Access:"),
        gettext("Described in %(name)s"),
        f'<span class="erpd-sr">{gettext("File formats:")}</span>',
        gettext("Modified:"),
        gettext("Issued:"),
        gettext("Date unknown"),
        gettext("Found by"),
    )


@lru_cache(1_000)
def _lang(tag: str, _language: str) -> str:
    return lang(tag)


@lru_cache(1_000)
def _foreign(tag: str, _language: str) -> str:
    """The name of the language with this tag; "" if it is that of the page."""
    return escape(in_words(tag)) if is_foreign(tag) else ""


def _text(value: Value) -> str:
    return escape(value.text)


def _time(day: Value) -> str:
    return f'<time datetime="{escape(day.machine)}">{escape(day.text)}</time>'
