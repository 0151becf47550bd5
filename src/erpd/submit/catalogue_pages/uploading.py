"""One data set from a file: checked, with what we find, and stored as a draft."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erpd.accounts.acts import answer
from erpd.accounts.checked import forget, keep, kept
from erpd.accounts.may import Verb
from erpd.accounts.models import Person
from erpd.accounts.readiness import hindrances
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.metadata.record import Record
from erpd.submit import actions
from erpd.submit.catalogue_pages.acts import DeliveryAct
from erpd.submit.catalogue_pages.reaching import delivery_place
from erpd.submit.catalogue_pages.record import facts_of
from erpd.submit.delivery_api import bodies
from erpd.submit.delivery_api.bodies import JSON
from erpd.submit.delivery_api.problems import Problem
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery
from erpd.submit.places import place_of
from erpd.submit.refusals import StillReading

MEDIA_TYPES = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "xml": "application/rdf+xml",
    "nt": "application/n-triples",
    "json": JSON,
}
_LONGEST_TOLD = 500  # characters of a fault
_MOST_TOLD = 20
_TEMPLATE = "submit/upload.html"


class _Upload(DeliveryAct):
    """A file with the metadata of one data set; without one, that which the person had checked here."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "The metadata of one data set: Turtle (.ttl), JSON-LD (.jsonld), RDF/XML (.rdf, .xml), "
            "N-Triples (.nt) or the JSON of the delivery API (.json)."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{suffix}" for suffix in MEDIA_TYPES)}),
    )
    checked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_file(self) -> UploadedFile | None:
        """Bounded before it is read; its name says what it is."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is None:
            return None
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if (file.size or 0) > most:
            said = _(
                "The file is larger than %(most)s. Describe the data and link to it instead of including it."
            )
            raise forms.ValidationError(said % {"most": filesizeformat(most)})
        if _suffix(file.name or "") not in MEDIA_TYPES:
            said = _("We recognise a file by the end of its name. Choose one that ends in %(suffixes)s.")
            raise forms.ValidationError(
                said % {"suffixes": get_text_list([f".{each}" for each in MEDIA_TYPES], _("or"))}
            )
        return file

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("file") and not said.get("checked") and "file" not in self.errors:
            self.add_error("file", _("Choose a file."))
        return said

    @property
    def person(self) -> Person:
        assert self.place.who.person
        return self.place.who.person

    @property
    def about(self) -> str:
        """What a file is checked for."""
        at = self.place
        return f"catalogue {at.catalogue.pk} {at.delivery.pk if at.delivery else ''}"

    def record(self) -> Record | None:
        """The record in the file. None, with errors at the field, if it cannot be read. Raises Refusal."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file:
            self.name_of_file, self.content = file.name or "", file.read()
        else:
            self.name_of_file, self.content = kept(self.person, self.about, self.cleaned_data["checked"])
        media_type, known = MEDIA_TYPES[_suffix(self.name_of_file)], self.place.delivery
        if media_type == JSON and b'"@' in self.content:  # the keywords of JSON-LD
            media_type = MEDIA_TYPES["jsonld"]
        try:
            with _one_at_a_time(self.person):
                return bodies.read(self.content, media_type, delivered(known) if known else None)
        except Problem as problem:
            told = [f"{one.path}: {one.message}" for one in problem.errors] or [problem.detail]
            self.add_error("file", [each[:_LONGEST_TOLD] for each in told[:_MOST_TOLD]])
            return None

    def store(self, record: Record) -> Delivery:
        at, known = self.place, self.place.delivery
        if known:
            record, edition = bodies.named(record, known.pk), self.cleaned_data["edition"]
            return actions.change(who=at.who, delivery=known, record=record, edition=edition)
        record = bodies.named(record, place_of(at.catalogue, record.identifier).key)
        return actions.deliver(who=at.who, catalogue=at.catalogue, record=record)


class Check(_Upload):
    """What would be stored, and what we find in it."""

    name = "check"

    def perform(self) -> str | HttpResponse:
        if not (record := self.record()):
            return ""
        with actions.dry_run():
            one = self.store(record)
        at, offered = self.place, Store(self.place)
        offered.initial["checked"] = keep(self.person, self.about, self.name_of_file, self.content)
        shown = {
            **facts_of(at, one),
            "delivery": at.delivery,
            "tried": one,
            "name_of_file": self.name_of_file,
            "hindrances": hindrances(at.owner),
            "acts": {"store": offered},
        }
        return at.show(_TEMPLATE, shown)


class Store(_Upload):
    name = "store"

    def perform(self) -> str:
        if not (record := self.record()):
            return ""
        one = self.store(record)
        forget(self.person)
        self.after = reverse(
            "catalogue:delivery", args=[self.place.owner.slug, self.place.catalogue.slug, one.pk]
        )
        if self.place.delivery:
            return _("The data set is stored.")
        return _("The data set is stored as a draft.")


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].lower()


@contextmanager
def _one_at_a_time(person: Person) -> Iterator[None]:
    """Each file is read in a process of its own, which takes memory: one for a person, in this process."""
    with _lock:
        if person.pk in _busy:
            raise StillReading
        _busy.add(person.pk)
    try:
        yield
    finally:
        with _lock:
            _busy.discard(person.pk)


_lock = Lock()
_busy = set[int]()  # the people whose files are being read


@signed_in
def upload(request: HttpRequest, slug: str, catalogue: str) -> HttpResponse:
    """Try or store a new data set."""
    at = delivery_place(request, slug, catalogue)
    at.demand(Verb.CREATE)
    return answer(at, _TEMPLATE, (Check, Store))


@signed_in
def replace(request: HttpRequest, slug: str, catalogue: str, key: UUID) -> HttpResponse:
    """Try or store what replaces the metadata of a data set."""
    at = delivery_place(request, slug, catalogue, key)
    at.demand(Verb.CHANGE)
    return answer(at, _TEMPLATE, (Check, Store))
