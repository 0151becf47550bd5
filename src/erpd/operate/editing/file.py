"""All sources as one TOML file: to be downloaded, and one that is sent is shown first, then applied."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind, Verb, demand
from erpd.accounts.sign_in.signed_in import lately
from erpd.harvest.as_files.applying import Applied
from erpd.harvest.as_files.document import written
from erpd.harvest.as_files.exporting import exported
from erpd.metadata.declared import DeclarationError
from erpd.metadata.masking import shown
from erpd.operate.editing import actions
from erpd.operate.place import SOURCE
from erpd.publish.methods import safe

_LONGEST = 500_000  # characters
_TEMPLATE = "operate/file.html"
_MOST = 200  # changes that are shown


class _File(Act):
    place: Desk

    text = forms.CharField(
        label=_("Sources, as TOML"),
        max_length=_LONGEST,
        widget=forms.Textarea({"rows": 20, "spellcheck": "false", "lang": "zxx"}),
    )


class Try(_File):
    """What a file would change."""

    name = "try"

    def perform(self) -> HttpResponse:
        text = self.cleaned_data["text"]
        done = actions.apply_file(who=self.place.who, text=text, dry_run=True)
        offered = Apply(self.place)
        offered.initial["text"] = text
        return self.place.show(_TEMPLATE, {"acts": {"apply": offered}, "tried": _told(done)})


class Apply(_File):
    """The file that was looked at, or another: it is checked once more."""

    name = "apply"

    def perform(self) -> str:
        done = actions.apply_file(who=self.place.who, text=self.cleaned_data["text"])
        self.after = reverse("operate:sources")
        number = len(done.changes)
        said = ngettext(
            "%(number)s source is new or changed.", "%(number)s sources are new or changed.", number
        )
        return said % {"number": number} if number else gettext("Nothing has changed.")


@desk(Kind.SOURCE)
@lately
def file(request: HttpRequest) -> HttpResponse:
    """A file is tried, then applied."""
    place = Desk(request, "sources")
    demand(place.who, Verb.CHANGE, SOURCE)
    return answer(place, _TEMPLATE, (Try, Apply), lambda: {"tried": None})


@desk(Kind.SOURCE)
@safe
def download(request: HttpRequest) -> HttpResponse:
    """All sources as a file, without their credentials."""
    demand(Desk(request, "sources").who, Verb.CHANGE, SOURCE)
    try:
        text = written(exported())
    except DeclarationError as error:
        return HttpResponse(str(error), "text/plain; charset=utf-8", status=409)
    headers = {"Content-Disposition": 'attachment; filename="sources.toml"'}
    return HttpResponse(text, "application/toml; charset=utf-8", headers=headers)


def _told(done: Applied) -> list[dict[str, Any]]:
    words = {"added": _("added"), "changed": _("changed")}
    return [
        {
            "source": one.source,
            "change": words.get(one.change, one.change),
            "settings": [(name, _value(old), _value(new)) for name, (old, new) in one.settings.items()],
        }
        for one in done.changes[:_MOST]
    ]


def _value(value: Any) -> str:
    return shown(str(value)) if value not in (None, "") else "–"
