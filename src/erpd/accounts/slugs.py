"""Short names of owners. Their catalogues and sources are named after them, so they never change."""

import re
from collections.abc import Iterator, Mapping

from django.utils.text import slugify

from erpd.accounts.models import Organisation, Owner
from erpd.accounts.texts import in_language
from erpd.register.models import WHOLE, Catalogue, Source

OPEN, TEST = "-open", "-test"

# At least three signs: two letters are countries (register/catalogues.py).
_FIT = re.compile(r"(?=.{3,40}\Z)[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")
_RESERVED = frozenset(
    (*WHOLE, "erpd", "apply", "mine", "new", "invitations", "transfers", "contact", "confirm")
)
_LONGEST_STEM = 36  # leaves room for a number


def short_name(title: str, longest: int) -> str:
    """What a title is called in addresses: as many whole words as fit; "" if no letter is left."""
    slug = slugify(title).replace("_", "-").strip("-")
    if len(slug) <= longest:
        return slug
    words = slug[: longest + 1].rpartition("-")[0]
    return words.rstrip("-") or slug[:longest]  # of one word that is too long, its beginning


def is_free(slug: str) -> bool:
    """Whether a new owner may have this name: it is well formed, and neither it nor its like is taken."""
    if not _FIT.fullmatch(slug) or slug in _RESERVED or slug.endswith((OPEN, TEST)):
        return False
    names = (slug, slug + OPEN, slug + TEST)
    taken = (
        Owner.objects.filter(slug=slug),
        Catalogue.objects.filter(slug__in=names),
        Source.objects.filter(slug__in=names),
    )
    return not any(rows.exists() for rows in taken)


def free_slug(title: Mapping[str, str], organisation: Organisation | None) -> str:
    """A short name that is free: of the organisation's mail domain, otherwise of the title."""
    return next(slug for slug in _ideas(title, organisation) if is_free(slug))


def _ideas(title: Mapping[str, str], organisation: Organisation | None) -> Iterator[str]:
    domains = organisation.domains[:1] if organisation else []
    stems = [*(domain.rsplit(".", 1)[0] for domain in domains), in_language(title)[0], *title.values()]
    slugs = [short_name(stem.replace(".", "-"), _LONGEST_STEM) for stem in stems]
    yield from slugs
    # Titles in Greek or Cyrillic leave nothing.
    stem = next((slug for slug in slugs if _FIT.fullmatch(slug)), "owner")
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1
