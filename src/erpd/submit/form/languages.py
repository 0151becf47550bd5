"""The one order of languages in the form: those of the country first, then English, then the others."""

from collections.abc import Callable, Mapping

from django.conf import settings

from erpd.metadata.text import EU_LANGUAGES, primary
from erpd.register.words import LANGUAGES_OF

ENGLISH = "en"


def national(title: Mapping[str, str]) -> tuple[str, ...]:
    """The languages of the node's country; of a node without one, those that the owner has a name in."""
    here = LANGUAGES_OF.get(settings.NODE.country, ()) or [tag for tag in EU_LANGUAGES if tag in title]
    return tuple(tag for tag in here if tag != ENGLISH)


def ranks(title: Mapping[str, str]) -> Callable[[str], int]:
    """Where a language comes in every field of the form; texts without one come last."""
    order = [*dict.fromkeys((*national(title), ENGLISH, *EU_LANGUAGES))]
    places = {tag: place for place, tag in enumerate(order)}
    return lambda tag: places.get(primary(tag), len(places) + (not tag))
