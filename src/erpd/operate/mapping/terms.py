"""The terms that a value may mean: those of the authority table that the profile of a source names."""

from collections.abc import Iterable, Sequence

from erpd.harvest.models import SourceSettings
from erpd.metadata.profile import Profile
from erpd.metadata.terms import expand
from erpd.metadata.vocabularies import vocabulary
from erpd.register.catalogues import profile_of


def terms_for(settings: SourceSettings, name: str) -> dict[str, tuple[str, str]]:
    """IRI -> table and code, of what a property may have in the records of a source."""
    return terms_of(profile_of(settings.source.catalogue), name)


def terms_of(profile: Profile, name: str) -> dict[str, tuple[str, str]]:
    """The same, of what a profile lets a property have in every class: a map is for all of them."""
    try:
        term = expand(name)
    except (KeyError, ValueError):
        return {}
    rows = [row[term] for row in profile.classes.values() if term in row and row[term].vocabulary]
    return {
        vocabulary(row.vocabulary).iri(code): (row.vocabulary, code)
        for row in rows
        for code in vocabulary(row.vocabulary).concepts
        if all(not other.codes or code in other.codes for other in rows if other.vocabulary == row.vocabulary)
    }


def as_rules_say(terms: dict[str, tuple[str, str]], iri: str) -> str:
    """A term as an operator would write it: its code, where that can only mean it."""
    tables = {table for table, _ in terms.values()}
    return terms[iri][1] if len(tables) == 1 else iri


def choices(sources: Iterable[SourceSettings], name: str, languages: Sequence[str]) -> list[tuple[str, str]]:
    """The terms for a form, in the language of the reader, by their names."""
    known: dict[str, tuple[str, str]] = {}
    for one in {profile_of(each.source.catalogue).name: each for each in sources}.values():
        known |= terms_for(one, name)
    said = [
        (iri, f"{vocabulary(table).label(code, *languages)} ({code})") for iri, (table, code) in known.items()
    ]
    return sorted(said, key=lambda one: one[1].casefold())
