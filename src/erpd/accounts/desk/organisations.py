"""The list of government organisations: searched, and extended by a file, which is tried first."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from erpd.accounts.actions.organisations import Imported, take_in
from erpd.accounts.desk.owner_rows import organisation_row
from erpd.accounts.desk.pages import desk, done, done_at, show
from erpd.accounts.may import Kind
from erpd.accounts.models import Organisation
from erpd.accounts.organisation_lists import ListBroken, Listed, corporate_bodies, read_list
from erpd.accounts.organisations import matching
from erpd.accounts.paging import behind, cut, words
from erpd.accounts.sign_in.signed_in import actor
from erpd.accounts.texts import in_language
from erpd.metadata.masking import plain
from erpd.pages.languages import reader_languages

MOST_BYTES = 2_000_000  # a request is no larger (node/refusals.py); the command takes larger lists
_SAMPLE = 5


class Import(forms.Form):
    """A list, first as a dry run. ``tried`` names its bytes: what is imported is what was tried."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.json"}),
    )
    corporate_bodies = forms.BooleanField(
        label=gettext_lazy("The European Union's table of corporate bodies, instead of a file"),
        label_suffix="",
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


@dataclass(slots=True)
class Tried:
    """What an import would do, and how the first organisations were read."""

    origin: str
    done: Imported
    sample: list[dict[str, Any]] = field(default_factory=list)


@desk(Kind.NODE)
def organisations(request: HttpRequest) -> HttpResponse:
    """The list, ``?q=`` words; a file that is sent is tried, then imported."""
    languages = reader_languages(request)
    form, tried, status = Import(), None, 200
    if request.method == "POST":
        kept: list[Imported] = []
        dry_run = not request.POST.get("tried")
        form = Import(request.POST, request.FILES)

        def bring() -> None:
            kept.append(take_in(who=actor(request), listed=form.listed, origin=form.origin, dry_run=dry_run))

        status = done(form, bring)
        if status == 200 and not dry_run:
            messages.success(request, _told(kept[0]))
            return done_at("desk:organisations")
        if status == 200:
            tried = Tried(form.origin, kept[0], [_sample(one, *languages) for one in form.listed[:_SAMPLE]])
            initial = {"tried": form.digest, "corporate_bodies": form.digest == form.origin}
            form = Import(initial=initial)
    page = cut(request, behind(request, matching(words(request)), newest_first=False))
    facts = {
        "q": words(request),
        "count": Organisation.objects.count(),
        "page": page,
        "organisations": [organisation_row(one, *languages) for one in page.rows],
        "form": form,
        "tried": tried,
        "most": MOST_BYTES // 1_000_000,
    }
    return show(request, "organisations", facts, page="organisations", status=status)


def _told(found: Imported) -> str:
    added = ngettext("%(new)s organisation added", "%(new)s organisations added", found.new)
    rest = _("%(changed)s changed, %(unchanged)s unchanged.")
    return f"{added}, {rest}" % found._asdict()


def _sample(one: Listed, *languages: str) -> dict[str, Any]:
    title, language = in_language(one.title, *languages)
    return {"iri": one.iri, "title": title, "language": language, "domains": one.domains or []}
