"""The translators' files: nothing left out, nothing broken."""

import re

import pytest

from erpd.pages import translations

LANGUAGES = ("de", "fr", "nl")
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+[^>]*>")


def test_texts_are_collected_from_every_floor() -> None:
    assert {
        ("running", "harvest/models.py", "run"),
        ("Lenient: accepted and reported", "register/models.py", None),
        ("Not found", "pages/templates/404.html", None),
        ("Language of the data", "portal/facets.py", None),
        ("landing page", "metadata/profiles/erpd.toml", None),
        ("closed", "access/requests/states.py", "state of a request"),
        ("closed", "accounts/templates/accounts/desk/person.html", "account"),
    } <= set(translations.messages())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    if missing := translations.missing(language):
        pytest.skip(f"{len(missing)} texts are shown in English until they are translated into {language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_say_the_same_facts(language: str) -> None:
    for message in translations.catalogue(language):
        texts = [message.id] if isinstance(message.id, str) else list(message.id)
        translated = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if message.id and any(translated):
            assert len(texts) == len(translated)
            for text, other in zip(texts, translated, strict=True):
                assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(other)), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_files_are_in_step_with_the_texts(language: str, tmp_path, monkeypatch) -> None:
    kept = (translations.LOCALE / language / "LC_MESSAGES" / "django.po").read_text("utf-8")
    wanted = translations.catalogue(language)
    monkeypatch.setattr(translations, "catalogue", lambda _: wanted)
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    assert translations.write(language).read_text("utf-8") == kept, "run `make translations`"
