"""The agreement with data owners: its versions, who accepted them; a new one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from erpd.accounts.actions.agreements import LONGEST, add_version
from erpd.accounts.desk.pages import desk, done, done_at, show
from erpd.accounts.may import Kind
from erpd.accounts.models import Acceptance, Agreement, Owner
from erpd.accounts.paging import behind, cut
from erpd.accounts.readiness import newest
from erpd.accounts.sign_in.signed_in import actor, lately
from erpd.accounts.texts import in_language
from erpd.metadata.text import EU_LANGUAGES
from erpd.pages.languages import language_name, reader_languages

_VERSIONS = 50


class Version(forms.Form):
    """Text and changes in each of some languages."""

    def __init__(self, data: Any, *, languages: list[str], before: Agreement | None) -> None:
        super().__init__(data)
        self.languages = languages
        for code in languages:
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
                    help_text=_("Owners read it in the e-mail, and before they accept."),
                    widget=forms.Textarea({"rows": 3, "lang": code}),
                )

    def of(self, part: str) -> dict[str, str]:
        """The texts or the changes, by language."""
        return {code: self.cleaned_data.get(f"{part}_{code}", "") for code in self.languages}


@desk(Kind.NODE)
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
    return show(request, "agreement", facts, page="agreement")


@desk(Kind.NODE)
@lately
def new(request: HttpRequest) -> HttpResponse:
    """A new version, in the languages of ``?language=``; at first in those of the newest one. Sudo mode."""
    before = newest()
    asked = [code for code in EU_LANGUAGES if code in request.GET.getlist("language")]
    languages = asked or (list(before.text) if before else ["en"])
    form, status = Version(None, languages=languages, before=before), 200
    if request.method == "POST":
        form = Version(request.POST, languages=languages, before=before)
        status = done(
            form, lambda: add_version(who=actor(request), text=form.of("text"), changes=form.of("changes"))
        )
        if status == 200:
            messages.success(request, _("The new version is in force. Owners have been sent an e-mail."))
            return done_at("desk:agreement")
    facts = {
        "form": form,
        "before": before,
        "all_languages": [(code, language_name(code, code), code in languages) for code in EU_LANGUAGES],
    }
    return show(request, "new_agreement", facts, page="agreement", status=status)
