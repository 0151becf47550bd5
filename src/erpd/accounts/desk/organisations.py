"""The list of government organisations: searched, and extended by a file, which is tried first."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from erpd.accounts.actions.organisations import Imported, take_in
from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.owner_rows import organisation_row
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind
from erpd.accounts.models import Organisation
from erpd.accounts.organisation_lists import ListBroken, Listed, corporate_bodies, read_list
from erpd.accounts.organisations import matching
from erpd.accounts.paging import behind, cut, words
from erpd.accounts.texts import in_language
from erpd.metadata.masking import plain

MOST_BYTES = 2_000_000  # a request is no larger (node/refusals.py); the command takes larger lists
_SAMPLE = 5
_TEMPLATE = "accounts/desk/organisations.html"


@dataclass(slots=True)
class Tried:
    """What an import would do, and how the first organisations were read."""

    origin: str
    done: Imported
    sample: list[dict[str, Any]] = field(default_factory=list)


class Import(Act):
    """A list, first as a dry run. ``tried`` names its bytes: what is imported is what was tried."""

    name = "import"
    place: Desk

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.json"}),
    )
    corporate_bodies = forms.BooleanField(
        label=gettext_lazy("The European Union's table of corporate bodies, instead of a file"),
        required=False,
    )
    tried = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    listed: list[Listed]
    origin: str
    digest: str

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        file, bodies = said.get("file"), said.get("corporate_bodies")
        if "file" in self.errors:
            return said
        if bool(file is not None) == bool(bodies):
            raise ValidationError(_("Choose a file, or tick the table of corporate bodies."))
        if bodies:
            self.listed, self.origin, self.digest = corporate_bodies(), "corporate-body", "corporate-body"
        else:
            self._read(file)
        if said.get("tried") and said["tried"] != self.digest:
            self.add_error("file", _("This is another list than the one that you tried. Try it first."))
        return said

    def _read(self, file: Any) -> None:
        if file.size > MOST_BYTES:
            text = _("The file is larger than %(most)s MB. Use `erpd organisations import`.")
            self.add_error("file", text % {"most": MOST_BYTES // 1_000_000})
            return
        content = file.read()
        self.origin, self.digest = plain(file.name)[:200], sha256(content).hexdigest()
        try:
            self.listed = read_list(content)
        except ListBroken as error:
            self.add_error("file", str(error))

    def perform(self) -> str | HttpResponse:
        dry_run = not self.cleaned_data["tried"]
        done = take_in(who=self.place.who, listed=self.listed, origin=self.origin, dry_run=dry_run)
        if not dry_run:
            self.after = reverse("desk:organisations")
            return _told(done)
        sample = [_sample(one, *self.place.languages) for one in self.listed[:_SAMPLE]]
        again = Import(self.place)
        again.initial = {"tried": self.digest, "corporate_bodies": self.digest == self.origin}
        facts = {"acts": {"import": again}, "tried": Tried(self.origin, done, sample)}
        return self.place.show(_TEMPLATE, _facts(self.place) | facts)


@desk(Kind.NODE)
def organisations(request: HttpRequest) -> HttpResponse:
    """The list, ``?q=`` words; a file that is sent is tried, then imported."""
    place = Desk(request, "organisations")
    return answer(place, _TEMPLATE, (Import,), lambda: _facts(place))


def _facts(place: Desk) -> dict[str, Any]:
    request = place.request
    page = cut(request, behind(request, matching(words(request)), newest_first=False))
    return {
        "q": words(request),
        "count": Organisation.objects.count(),
        "page": page,
        "organisations": [organisation_row(one, *place.languages) for one in page.rows],
        "most": MOST_BYTES // 1_000_000,
    }


def _told(found: Imported) -> str:
    added = ngettext("%(new)s organisation added", "%(new)s organisations added", found.new)
    rest = _("%(changed)s changed, %(unchanged)s unchanged.")
    return f"{added}, {rest}" % found._asdict()


def _sample(one: Listed, *languages: str) -> dict[str, Any]:
    title, language = in_language(one.title, *languages)
    return {"iri": one.iri, "title": title, "language": language, "domains": one.domains or []}
