"""One data set from a file: tried, with what the checks find, or stored as a draft."""

from contextlib import nullcontext
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erpd.accounts.may import Verb
from erpd.accounts.readiness import hindrances
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.metadata.record import Record
from erpd.submit import actions
from erpd.submit.catalogue_pages.acts import edition_in, named, refused
from erpd.submit.catalogue_pages.reaching import Place, delivery, place
from erpd.submit.catalogue_pages.record import facts_of
from erpd.submit.delivery_api import bodies
from erpd.submit.delivery_api.bodies import JSON
from erpd.submit.delivery_api.problems import Problem
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery
from erpd.submit.places import place_of
from erpd.submit.refusals import Refusal

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


class FileForm(forms.Form):
    """A file with the metadata of one data set."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "The metadata of one data set: Turtle (.ttl), JSON-LD (.jsonld), RDF/XML (.rdf, .xml), "
            "N-Triples (.nt) or the JSON of the delivery API (.json)."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{suffix}" for suffix in MEDIA_TYPES)}),
    )

    def clean_file(self) -> UploadedFile:
        """Bounded before it is read; its name says what it is."""
        file: UploadedFile = self.cleaned_data["file"]
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if (file.size or 0) > most:
            said = _("The file is larger than %(most)s. Describe the data, and link to them.")
            raise forms.ValidationError(said % {"most": filesizeformat(most)})
        if self.suffix(file) not in MEDIA_TYPES:
            said = _("We recognise a file by the end of its name. Choose one that ends in %(suffixes)s.")
            raise forms.ValidationError(
                said % {"suffixes": get_text_list([f".{each}" for each in MEDIA_TYPES], _("or"))}
            )
        return file

    @staticmethod
    def suffix(file: UploadedFile) -> str:
        return (file.name or "").rpartition(".")[2].lower()

    def record(self, stored: Record | None) -> Record | None:
        """The record in the file, which replaces ``stored``.

        None, with errors at the field, if it cannot be read.
        """
        if not self.is_valid():
            return None
        file: UploadedFile = self.cleaned_data["file"]
        content, media_type = file.read(), MEDIA_TYPES[self.suffix(file)]
        if media_type == JSON and b'"@' in content:  # the keywords of JSON-LD
            media_type = MEDIA_TYPES["jsonld"]
        try:
            return bodies.read(content, media_type, stored)
        except Problem as problem:
            told = [f"{one.path}: {one.message}" for one in problem.errors] or [problem.detail]
            self.add_error("file", [each[:_LONGEST_TOLD] for each in told[:_MOST_TOLD]])
            return None


@signed_in
def upload(request: HttpRequest, slug: str, catalogue: str) -> HttpResponse:
    """Try or store a new data set."""
    at = place(request, slug, catalogue)
    at.demand(Verb.CREATE)
    return _answer(at, None)


@signed_in
def replace(request: HttpRequest, slug: str, catalogue: str, key: UUID) -> HttpResponse:
    """Try or store what replaces the metadata of a data set."""
    at = place(request, slug, catalogue)
    one = delivery(at, key)
    at.demand(Verb.CHANGE)
    return _answer(at, one)


def _answer(at: Place, known: Delivery | None) -> HttpResponse:
    request = at.request
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    facts = {"form": form, **(named(at, known) if known else {})}
    if request.method != "POST":
        return at.show("submit/upload.html", facts)
    record = form.record(delivered(known) if known else None)
    if record is None:
        return at.show("submit/upload.html", facts, status=400)
    is_dry = request.POST.get("do") != "store"
    try:
        with actions.dry_run() if is_dry else nullcontext():
            one = _stored(at, record, known)
    except Refusal as refusal:
        return refused(at, "submit/upload.html", facts, refusal)
    if is_dry:
        shown = facts_of(at, one) | {"delivery": known, "hindrances": hindrances(at.owner)}
        return at.show("submit/upload.html", shown | facts | {"tried": one})
    messages.success(
        request, _("The data set is stored.") if known else _("The data set is stored as a draft.")
    )
    return redirect("catalogue:delivery", at.owner.slug, at.catalogue.slug, one.pk)


def _stored(at: Place, record: Record, known: Delivery | None) -> Delivery:
    if known:
        record = bodies.named(record, known.pk)
        return actions.change(who=at.who, delivery=known, record=record, edition=edition_in(at.request))
    record = bodies.named(record, place_of(at.catalogue, record.identifier).key)
    return actions.deliver(who=at.who, catalogue=at.catalogue, record=record)
