"""A file that somebody had checked is kept for an hour: what is then done is what was checked."""

from datetime import timedelta
from hashlib import sha256

from django.utils import timezone

from erpd.accounts.models import CheckedFile, Person
from erpd.accounts.refusal import Code, refusal
from erpd.metadata.masking import plain

KEPT = timedelta(hours=1)
_LONGEST_NAME = 200


def keep(person: Person, about: str, name: str, content: bytes) -> str:
    """Keep a file instead of the one that this person had checked before. Returns what names it in a form.

    ``about``: what it was checked for, such as a catalogue.
    """
    digest = sha256(content).hexdigest()
    facts = {"about": about, "digest": digest, "name": plain(name)[:_LONGEST_NAME], "content": content}
    CheckedFile.objects.update_or_create(person=person, defaults={**facts, "at": timezone.now()})
    return digest


def kept(person: Person, about: str, digest: str) -> tuple[str, bytes]:
    """The name and content of a file that this person had checked for this. Raises Refusal."""
    found = CheckedFile.objects.filter(person=person, about=about, digest=digest).first()
    if found is None or found.at < timezone.now() - KEPT:
        raise refusal(Code.CHECKED_GONE)
    return found.name, bytes(found.content)


def forget(person: Person) -> None:
    """It is done."""
    CheckedFile.objects.filter(person=person).delete()
