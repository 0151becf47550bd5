"""What a person says a value means: a rule of each source that says it."""

import tomllib
from collections.abc import Sequence
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from erpd.accounts.may import Actor, Verb, demand
from erpd.harvest.models import SourceSettings, Uncovered
from erpd.harvest.rules_text import rewritten
from erpd.harvest.source_settings import SET
from erpd.metadata.masking import shown
from erpd.operate.editing.actions import put_rules, stamp
from erpd.operate.mapping.terms import as_rules_say, terms_for
from erpd.operate.place import SOURCE
from erpd.operate.refusals import Code, refusal
from erpd.register.one_at_a_time import one_at_a_time


def mapped(settings: SourceSettings, one: Uncovered, term: str) -> str:
    """The rules of a source with a map from a value to the IRI ``term``; nothing is saved.

    Raises ValidationError if the records of the source may not have it, or if its rules are not TOML.
    """
    slug, terms = settings.source.slug, terms_for(settings, one.property)
    if term not in terms:
        said = gettext("%(source)s: its records may not have this value, by their profile.")
        raise ValidationError(said % {"source": slug})
    try:
        rules = tomllib.loads(settings.rules)
    except tomllib.TOMLDecodeError as error:
        said = gettext("%(source)s: its rules are not TOML. Correct them first, in its settings.")
        raise ValidationError(said % {"source": slug}) from error
    maps = rules.get("values", {})
    own = {**maps.get(one.property, {}), one.value: as_rules_say(terms, term)}
    return rewritten(settings.rules, {**rules, "values": {**maps, one.property: own}})


def seen_of(sources: Sequence[Uncovered]) -> str:
    """Differs when the rules of one of these sources do, or when they are others."""
    stamps = sorted(f"{one.settings.source.slug} {stamp(one.settings)}" for one in sources)
    return sha256("\n".join(stamps).encode()).hexdigest()


@transaction.atomic
def map_value(*, who: Actor, sources: Sequence[Uncovered], term: str, seen: str) -> int:
    """Let the rules of each of these sources say that the value means ``term``; all of them or none.

    ``seen``: what ``seen_of`` returned when the person looked at the effect. Returns how many records said it
    at the last runs: so many the next ones change, at least.

    Raises PermissionDenied, Refusal if the rules have changed since, ValidationError.
    """
    demand(who, Verb.DECIDE, SOURCE)
    one_at_a_time(SET)
    keys = [one.pk for one in sources]
    now = list(
        Uncovered.objects.filter(pk__in=keys, covered=False).select_related("settings__source__catalogue")
    )
    if len(now) != len(keys) or seen_of(now) != seen:
        raise refusal(Code.SET_SINCE)
    for one in sorted(now, key=lambda one: one.settings_id):
        settings = one.settings
        noted = {"property": one.property, "value": shown(one.value), "meaning": term}
        text = mapped(settings, one, term)
        put_rules(who=who, settings=settings, text=text, seen=stamp(settings), **noted)
    return sum(one.records for one in now)
