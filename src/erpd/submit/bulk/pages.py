"""The pages of many data sets in one file: templates, the file, and how far it is."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from erpd.accounts.acts import Act, answer
from erpd.accounts.may import Verb
from erpd.accounts.readiness import hindrances
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.formats.spreadsheet.names import sheet_name
from erpd.formats.spreadsheet.writing import MEDIA_TYPE, headings_in_csv, records_written, template
from erpd.metadata.storable import storable
from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import vocabulary
from erpd.publish.methods import safe
from erpd.register.catalogues import profile_of
from erpd.submit.bulk.items import SPREADSHEET
from erpd.submit.bulk.report import RESULTS
from erpd.submit.bulk.storing import Result
from erpd.submit.catalogue_pages.reaching import CataloguePlace, place
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery, Upload

SYNTAXES = {
    **dict.fromkeys(("xlsx", "ods", "csv"), SPREADSHEET),
    "ttl": "ttl",
    "jsonld": "jsonld",
    "rdf": "rdf",
    "xml": "rdf",
    "nt": "nt",
}
MOST_PENDING = 3  # of an owner
MOST_A_DAY = 100  # of an owner
MOST_KEPT = 20  # of a catalogue; later ones of a day are counted only
MOST_WRITTEN = 1_000  # data sets in a spreadsheet that is asked for: each takes a millisecond
MOST_TRIPLES = 100_000  # that they have together: a second or two
_MOST_DIGITS = 10
_LONGEST_NAME = 120  # of a file
REFRESH = 2  # seconds
_TEMPLATE = "submit/bulk/upload.html"
_COUNTED = RESULTS | {Result.FLAWED: gettext_lazy("stored as drafts with errors")}
_PENDING = (Upload.State.WAITING, Upload.State.RUNNING)


class _Upload(Act):
    """A file with many data sets."""

    place: CataloguePlace
    stores = False

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A spreadsheet (.xlsx, .ods, .csv), or a catalogue in Turtle (.ttl), JSON-LD (.jsonld), RDF/XML "
            "(.rdf, .xml) or N-Triples (.nt)."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{suffix}" for suffix in SYNTAXES)}),
    )
    how = forms.ChoiceField(
        label=gettext_lazy("If a data set is refused"),
        choices={
            "rows": gettext_lazy("Store the others"),
            "whole": gettext_lazy("Store nothing of this file"),
        },
        initial="rows",
        widget=forms.RadioSelect,
    )
    then = forms.ChoiceField(
        label=gettext_lazy("New data sets"),
        choices={
            "draft": gettext_lazy(
                "Keep them as drafts, which only your organisation sees; drafts may have errors"
            ),
            "publish": gettext_lazy(
                "Publish them at once, and drafts that the file changes; those with errors are refused"
            ),
        },
        initial="draft",
        widget=forms.RadioSelect,
    )

    def clean_file(self) -> UploadedFile:
        """Bounded before it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if (file.size or 0) > most:
            said = _("The file is larger than %(most)s. Divide it into several.")
            raise forms.ValidationError(said % {"most": filesizeformat(most)})
        if self.suffix(file) not in SYNTAXES:
            said = _("We recognise a file by the end of its name. Choose one that ends in %(suffixes)s.")
            raise forms.ValidationError(
                said % {"suffixes": get_text_list([f".{each}" for each in SYNTAXES], _("or"))}
            )
        return file

    @staticmethod
    def suffix(file: UploadedFile) -> str:
        return (file.name or "").rpartition(".")[2].lower()

    def perform(self) -> str:
        at = self.place
        assert at.who.person  # who is signed in
        if Upload.objects.filter(owner=at.owner, state__in=_PENDING).count() >= MOST_PENDING:
            said = _("%(number)d files are being read already. Wait until one is done.")
            raise forms.ValidationError(said % {"number": MOST_PENDING})
        today = timezone.now() - timedelta(days=1)
        if Upload.objects.filter(owner=at.owner, created__gt=today).count() >= MOST_A_DAY:
            said = _("Your organisation has sent %(number)d files within a day. Send the next one tomorrow.")
            raise forms.ValidationError(said % {"number": MOST_A_DAY})
        file: UploadedFile = self.cleaned_data["file"]
        made = Upload.objects.create(
            owner=at.owner,
            catalogue=at.catalogue,
            person=at.who.person,
            name=storable((file.name or "")[:200]),
            syntax=SYNTAXES[self.suffix(file)],
            content=file.read(),
            language=get_language() or "en",
            stores=self.stores,
            whole=self.cleaned_data["how"] == "whole",
            publishes=self.cleaned_data["then"] == "publish",
        )
        done = Upload.objects.filter(catalogue=at.catalogue).exclude(state__in=_PENDING)
        old = done.filter(pk__in=list(done.order_by("-created").values_list("pk", flat=True)[MOST_KEPT:]))
        old.filter(created__lte=today).delete()
        old.update(report=b"", notes=[])
        self.after = reverse("bulk:upload", args=[at.owner.slug, at.catalogue.slug, made.pk])
        return _("We are reading the file.")


class Check(_Upload):
    name = "check"


class Store(_Upload):
    name = "store"
    stores = True


@signed_in
def bulk(request: HttpRequest, slug: str, catalogue: str) -> HttpResponse:
    """Take a file, to check it or to store what it says."""
    at = _place(request, slug, catalogue)
    return answer(at, _TEMPLATE, (Check, Store), lambda: _facts(at))


@signed_in
@safe
def upload(request: HttpRequest, slug: str, catalogue: str, key: UUID) -> HttpResponse:
    """How far a file is, or what came of it. Until then the page comes again by itself."""
    at = _place(request, slug, catalogue)
    one = _upload(at, key)
    pending = one.state in _PENDING
    counts = [(_COUNTED[result], one.counts.get(result, 0)) for result in Result]
    response = at.show(
        "submit/bulk/progress.html",
        {
            "upload": one,
            "pending": pending,
            "counts": counts,
            "seconds": REFRESH,
            "hindrances": hindrances(at.owner),
        },
    )
    if pending:  # a header, not an element: readers are told in words
        response["Refresh"] = str(REFRESH)
    return response


@signed_in
@safe
def report(request: HttpRequest, slug: str, catalogue: str, key: UUID) -> HttpResponse:
    """The file with its findings."""
    one = _upload(_place(request, slug, catalogue), key)
    if not one.report:
        raise Http404
    return _file(bytes(one.report), f"{one.created:%Y-%m-%d}-findings.xlsx")


@signed_in
@safe
def templates(request: HttpRequest, slug: str, catalogue: str, suffix: str) -> HttpResponse:
    """A spreadsheet to fill in, with the headings in the language asked for."""
    at = _place(request, slug, catalogue)
    asked = request.GET.get("in", "")
    language = asked if asked in EU_LANGUAGES else _language(at)
    profile, languages = profile_of(at.catalogue), (language, "en")
    name = f"{sheet_name('datasets', 'en').replace(' ', '-').lower()}-{language}"
    if suffix == "csv":
        return _file(headings_in_csv(profile, languages), f"{name}.csv", "text/csv; charset=utf-8")
    return _file(template(profile, languages, _), f"{name}.xlsx")


@signed_in
@safe
def written(request: HttpRequest, slug: str, catalogue: str) -> HttpResponse:
    """The data sets of the catalogue as a spreadsheet: to change and send again.

    A large catalogue comes in parts, and the name of the file says which one it is; ``from`` is the number of
    the first data set in it.
    """
    at = _place(request, slug, catalogue)
    asked = request.GET.get("from", "1")
    start = max(int(asked) if asked.isdecimal() and len(asked) < _MOST_DIGITS else 1, 1)
    found = _deliveries(at)
    records, triples = [], 0
    for one in found.order_by("created", "pk")[start - 1 : start - 1 + MOST_WRITTEN].iterator(100):
        records.append(delivered(one))
        triples += len(records[-1].graph)
        if triples > MOST_TRIPLES:
            break
    languages, number = (_language(at), "en"), found.count()
    part = f"-{start}-to-{start - 1 + len(records)}-of-{number}" if len(records) < number else ""
    return _file(
        records_written(records, profile_of(at.catalogue), languages, _), f"{at.catalogue.slug}{part}.xlsx"
    )


def _deliveries(at: CataloguePlace) -> QuerySet[Delivery]:
    return Delivery.objects.filter(owner=at.owner, catalogue=at.catalogue, removed=None)


def _place(request: HttpRequest, slug: str, catalogue: str) -> CataloguePlace:
    at = place(request, slug, catalogue)
    at.demand(Verb.CREATE)
    return at


def _upload(at: CataloguePlace, key: UUID) -> Upload:
    found = Upload.objects.filter(pk=key, owner=at.owner, catalogue=at.catalogue).first()
    if found is None:
        raise Http404
    return found


def _language(at: CataloguePlace) -> str:
    return next((each for each in (get_language() or "en", *at.languages) if each in EU_LANGUAGES), "en")


def _facts(at: CataloguePlace) -> dict[str, Any]:
    names = vocabulary("language")
    uploads = Upload.objects.filter(owner=at.owner, catalogue=at.catalogue).defer("content", "report")
    return {
        "language": _language(at),
        "languages": [(each, names.label(names.find(each), each)) for each in EU_LANGUAGES],
        "uploads": uploads.order_by("-created")[:MOST_KEPT],
        "hindrances": hindrances(at.owner),
        "most": MOST_WRITTEN,
        "number": _deliveries(at).count(),
    }


def _file(content: bytes, name: str, media_type: str = MEDIA_TYPE) -> HttpResponse:
    response = HttpResponse(content, media_type)
    response["Content-Disposition"] = content_disposition_header(True, name[-_LONGEST_NAME:]) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
