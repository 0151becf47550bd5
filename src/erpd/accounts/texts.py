"""Names and texts that people write in several languages, as the database keeps them."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from erpd.metadata.storable import storable
from erpd.metadata.text import EU_LANGUAGES


def texts(given: Mapping[str, str], *, longest: int) -> dict[str, str]:
    """``given`` (language -> text) without empty texts. Raises ValidationError if it is unfit or empty."""
    kept = {language: storable(text).strip() for language, text in given.items()}
    kept = {language: text for language, text in kept.items() if text}
    if not kept:
        raise ValidationError(_("A text in at least one language is needed."), code="required")
    for language, text in kept.items():
        if language not in EU_LANGUAGES:
            raise ValidationError(
                _("“%(language)s” is not a language of the European Union. Use two letters, such as en.")
                % {"language": language[:20]},
                code="language",
            )
        if len(text) > longest:
            raise ValidationError(
                _("The text in “%(language)s” is longer than %(longest)s characters. Shorten it.")
                % {"language": language, "longest": longest},
                code="max_length",
            )
    return kept


def in_language(given: Mapping[str, str], *languages: str) -> tuple[str, str]:
    """The text for a reader of ``languages``, best first, otherwise in English or any; and its language."""
    for language in (*languages, "en", *given):
        if language in given:
            return given[language], language
    return "", ""
