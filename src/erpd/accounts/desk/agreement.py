"""The agreement with data owners: its versions, who accepted them; a new one."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from erpd.accounts.actions.agreements import LONGEST, add_version
from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind
from erpd.accounts.models import Acceptance, Agreement, Owner
from erpd.accounts.paging import behind, cut
from erpd.accounts.readiness import newest
from erpd.accounts.sign_in.signed_in import lately
from erpd.accounts.texts import in_language
from erpd.metadata.text import EU_LANGUAGES
from erpd.pages.languages import language_name, reader_languages
from erpd.publish.methods import safe

_VERSIONS = 50


@dataclass(frozen=True)
class _VersionPlace(Desk):
    texts: list[str]
    """The languages of the new version."""
    before: Agreement | None


class Publish(Act):
    """Text and changes in each of some languages."""

    name = "publish"
    place: _VersionPlace

    def prepare(self) -> None:
        before = self.place.before
        for code in self.place.texts:
            facts = {"language": language_name(code, code)}
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text (%(language)s)") % facts,
                max_length=LONGEST,
                required=False,
                initial=before.text.get(code, "") if before else "",
                widget=forms.Textarea({"rows": 14, "lang": code}),
            )
            if before:
                self.fields[f"changes_{code}"] = forms.CharField(
                    label=_("What has changed (%(language)s)") % facts,
                    max_length=LONGEST,
                    required=False,
                    help_text=_("Owners see this in the e-mail, and before they accept."),
                    widget=forms.Textarea({"rows": 3, "lang": code}),
                )

    def of(self, part: str) -> dict[str, str]:
        """The texts or the changes, by language."""
        return {code: self.cleaned_data.get(f"{part}_{code}", "") for code in self.place.texts}

    def perform(self) -> str:
        add_version(who=self.place.who, text=self.of("text"), changes=self.of("changes"))
        self.after = reverse("desk:agreement")
        return _("The new version is in force. Owners have been sent an e-mail.")


@desk(Kind.NODE)
@safe
def agreement(request: HttpRequest) -> HttpResponse:
    """The versions, newest first; who accepted the newest one, or ``?version=``."""
    versions = list(Agreement.objects.order_by("-version").annotate(accepted=Count("acceptance"))[:_VERSIONS])
    asked = request.GET.get("version", "")
    chosen = next((one for one in versions if str(one.version) == asked), versions[0] if versions else None)
    if asked and (chosen is None or str(chosen.version) != asked):
        raise Http404
    languages = reader_languages(request)
    facts: dict[str, Any] = {"versions": versions, "chosen": chosen}
    if chosen:
        facts["text"], facts["text_language"] = in_language(chosen.text, *languages)
        facts["changes"], facts["changes_language"] = in_language(chosen.changes, *languages)
        rows = Acceptance.objects.filter(agreement=chosen).select_related("owner", "person")
        facts["page"] = cut(request, behind(request, rows))
        missing = Owner.objects.filter(state=Owner.State.APPROVED).exclude(acceptances__agreement=chosen)
        facts["missing"] = missing.count()
    return Desk(request, "agreement").show("accounts/desk/agreement.html", facts)


@desk(Kind.NODE)
@lately
def new(request: HttpRequest) -> HttpResponse:
    """A new version, in the languages of ``?language=``; at first in those of the newest one. Sudo mode."""
    before = newest()
    asked = [code for code in EU_LANGUAGES if code in request.GET.getlist("language")]
    languages = asked or (list(before.text) if before else ["en"])
    facts = {
        "before": before,
        "all_languages": [(code, language_name(code, code), code in languages) for code in EU_LANGUAGES],
    }
    place = _VersionPlace(request, "agreement", languages, before)
    return answer(place, "accounts/desk/new_agreement.html", (Publish,), lambda: facts)
