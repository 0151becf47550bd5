"""What in the metadata may be about a person: pointed out before publishing, never refused.

Metadata are seen by everybody and copied by other portals, which may keep them for good.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from erpd.formats.delivery.values import Json
from erpd.submit.form.fields import step_of

MOST = 20
_LONGEST = 20_000  # characters of a text that are looked at
_MAIL = re.compile(
    r"(?<![\w.+-])([\w+-]{1,64}(?:\.[\w+-]{1,64}){0,5})@(?:[\w-]{1,63}\.){1,6}[a-z]{2,20}", re.IGNORECASE
)
_TELEPHONE = re.compile(
    r"(?<![\w/.+-])(?!\d{1,2}[./-]\d{1,2}[./-]\d{4})(?:\+\d{2}|0\d)[\d ()./-]{6,16}\d(?![\w/-])"
)
# A form of address, then a name: "Dr. Anna de Vries", "mevrouw Jansen", "Frau Müller".
_NAME = re.compile(
    r"\b(?:[Mm]r|[Mm]rs|[Mm]s|[Dd]r|[Pp]rof|[Dd]rs|[Ii]r|[Dd]hr|[Mm]evr|[Mm]w|[Mm]evrouw|[Mm]eneer|[Dd]e heer"
    r"|[Hh]err|[Ff]rau|Mme|Monsieur|Madame|[Ss]ignor|[Ss]ignora|[Ss]eñor|[Ss]eñora|[Pp]ani?)\b\.?\s{1,3}"
    r"(?:[A-Z]\.\s?){0,3}(?:(?:van|von|de|der|den|ten|te|la|di)\s){0,3}[^\W\d_a-z][^\W\d_]{1,40}"
)
# Parts of addresses of teams and desks, in the languages of the Union's public sector.
_ROLES = re.compile(
    r"info|data|open|contact|kontakt|contat|help|desk|service|servizi|loket|post|mail|office|buero|sekret|secret|admin"
    r"|support|team|micro|stat|press|presse|dpo|privacy|beheer|redactie|registr|portal|portail|portaal|geo|catalog|archi"
    r"|library|biblio|research|ask|enquir|inquir|webmaster|noreply|kancelaria|urzad|protocol|public|(?:gis|it|ict)\b"
)


class Personal(NamedTuple):
    """Something that may be about a person, and the field where it is."""

    step: str
    number: int | None
    field: str
    what: object
    """In words."""
    text: str


MAIL, TELEPHONE, NAME = (
    _("This looks like the e-mail address of a person. Use one of a team, if you can."),
    _("This looks like a telephone number. Numbers belong in the contact point; leave private ones out."),
    _("This looks like the name of a person. Leave it out, unless it has to be known."),
)


def personal(said: dict[str, Json]) -> list[Personal]:
    """What in the JSON of a data set may be about a person; at most ``MOST``."""
    found: list[Personal] = []
    for name, value in said.items():
        for number, field, text, is_mailbox in _texts(name, value):
            for what, excerpt in _in(text[:_LONGEST], is_mailbox=is_mailbox):
                found.append(Personal(step_of(name).name, number, field, what, excerpt[:100]))
                if len(found) >= MOST:
                    return found
    return found


def is_of_a_person(local: str) -> bool:
    """Whether the part of an address before its @ looks like a name: "j.jansen", not "open-data"."""
    parts = [part for part in re.split(r"[._+-]", local.casefold()) if part]
    return len(parts) > 1 and all(part.isalpha() for part in parts) and not any(map(_ROLES.match, parts))


def _in(text: str, *, is_mailbox: bool) -> Iterator[tuple[object, str]]:
    for mail in _MAIL.finditer(text):
        if not is_mailbox or is_of_a_person(mail[1]):
            yield MAIL, mail[0]
    if not is_mailbox:
        for pattern, what in ((_TELEPHONE, TELEPHONE), (_NAME, NAME)):
            for match in pattern.finditer(text):
                yield what, match[0]


def _texts(name: str, value: Json, number: int | None = None) -> Iterator[tuple[int | None, str, str, bool]]:
    """The texts in a field, each with the number of its distribution and the field of the form."""
    values = value if isinstance(value, list) else [value]
    for place, each in enumerate(values):
        is_distribution = name == "dcatDistribution"
        if isinstance(each, dict) and "value" not in each:
            here = f"{name}-0-" if is_distribution else f"{name}-{place}-"
            for inside, more in each.items():
                for _number, field, text, is_mailbox in _texts(inside, more):
                    yield place if is_distribution else number, here + field, text, is_mailbox
            continue
        text = each["value"] if isinstance(each, dict) else each
        if isinstance(text, str):
            mailbox = text.startswith("mailto:")
            if mailbox or not (text.startswith("tel:") or "://" in text[:20]):
                yield number, name, text.removeprefix("mailto:"), mailbox
