"""The list of government organisations: searched, and extended by a file, which is tried first."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from erpd.accounts import checked
from erpd.accounts.actions.organisations import Imported, take_in
from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.owner_rows import organisation_row
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind
from erpd.accounts.models import Organisation
from erpd.accounts.organisation_lists import ListBroken, Listed, corporate_bodies, read_list
from erpd.accounts.organisations import matching
from erpd.accounts.paging import behind, cut, words
from erpd.accounts.sign_in.signed_in import demand_lately
from erpd.accounts.texts import in_language
from erpd.metadata.masking import plain

MOST_BYTES = 2_000_000  # a request is no larger (node/refusals.py); the command takes larger lists
_SAMPLE = 5
_TEMPLATE = "accounts/desk/organisations.html"
_ABOUT = "organisations"
_BODIES = "corporate-body"


@dataclass(slots=True)
class Tried:
    """What an import would do, and how the first organisations were read."""

    origin: str
    done: Imported
    sample: list[dict[str, Any]] = field(default_factory=list)


class Check(Act):
    """A list is read, and nothing else done."""

    name = "check"
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

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        file, bodies = said.get("file"), said.get("corporate_bodies")
        if "file" in self.errors:
            return said
        if bool(file is not None) == bool(bodies):
            raise ValidationError(_("Choose a file, or tick the table of corporate bodies."))
        if file and file.size > MOST_BYTES:
            text = _("The file is larger than %(most)s MB. Use `erpd organisations import`.")
            self.add_error("file", text % {"most": MOST_BYTES // 1_000_000})
        return said

    def perform(self) -> str | HttpResponse:
        who, person, file = self.place.who, self.place.who.person, self.cleaned_data["file"]
        assert person
        name, content = (plain(file.name), file.read()) if file else (_BODIES, b"")
        try:
            listed = _listed(name, content)
        except ListBroken as error:
            self.add_error("file", str(error))
            return ""
        done = take_in(who=who, listed=listed, origin=name, dry_run=True)
        sample = [_sample(one, *self.place.languages) for one in listed[:_SAMPLE]]
        offered = Import(self.place)
        offered.initial["checked"] = checked.keep(person, _ABOUT, name, content)
        facts = {"acts": {"import": offered}, "tried": Tried(name, done, sample)}
        return self.place.show(_TEMPLATE, _facts(self.place) | facts)


class Import(Act):
    """The list that was checked is imported, in sudo mode."""

    name = "import"
    place: Desk

    checked = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def perform(self) -> str:
        demand_lately(self.place.request)
        who, person = self.place.who, self.place.who.person
        assert person
        name, content = checked.kept(person, _ABOUT, self.cleaned_data["checked"])
        done = take_in(who=who, listed=_listed(name, content), origin=name)
        checked.forget(person)
        self.after = reverse("desk:organisations")
        return _told(done)


def _listed(name: str, content: bytes) -> list[Listed]:
    """Raises ListBroken."""
    return corporate_bodies() if (name, content) == (_BODIES, b"") else read_list(content)


@desk(Kind.NODE)
def organisations(request: HttpRequest) -> HttpResponse:
    """The list, ``?q=`` words; a file that is sent is checked, then imported."""
    place = Desk(request, "organisations")
    return answer(place, _TEMPLATE, (Check, Import), lambda: _facts(place))


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
