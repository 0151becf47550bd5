"""The checklist of the harvesting guidelines (G6.1), and a 17th question: may publishers be told by mail?"""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erpd.accounts.addresses import validate_public
from erpd.accounts.faults import PlainForm
from erpd.harvest.schedule import WEEKLY
from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import EEA_COUNTRIES
from erpd.operate.editing.days import days_of
from erpd.operate.joining import concepts
from erpd.operate.joining.settings import options_of
from erpd.operate.joining.value_maps import MOST_BYTES, Maps, listed, maps_of
from erpd.operate.rehearsing.actions import HasSecret, NoAddress, check
from erpd.pages.languages import language_name
from erpd.register.catalogues import country_name
from erpd.sources import SOURCES

_LONG = 2_000  # characters
_CHOOSE = ("", _("Choose an answer"))
_YES, _NO = ("yes", _("yes")), ("no", _("no"))
_LINES = forms.Textarea({"rows": 3})
_FREE_OF_SECRETS = _(
    "The address contains a password or a key, and people read this request. Leave it out: the operator will "
    "ask you for it."
)


def on_the_web(text: str) -> None:
    """Raises ValidationError unless it is an address of the web without a password or a key."""
    try:
        check(text)
    except NoAddress as refusal:
        told = _("This is not an address of the web. It begins with https:// or http://.")
        raise ValidationError(told, code="no-address") from refusal
    except HasSecret as refusal:
        raise ValidationError(_FREE_OF_SECRETS, code="secret") from refusal


def _text(label: Any, help_text: Any = "", **more: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=_LONG, widget=_LINES, **more)


def _choice(label: Any, choices: Any = (), help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, help_text=help_text, choices=[_CHOOSE, *choices])


def _not_too_large(file: UploadedFile) -> None:
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError(_("The file is too large. Leave out what is in the European tables already."))


def _vocabulary_not_too_large(file: UploadedFile) -> None:
    if (file.size or 0) > concepts.MOST_BYTES:
        raise ValidationError(_("The file is too large. Send a part of the vocabulary."))


class Checklist(PlainForm):
    """The questions in their order. What it takes becomes the settings of a source, see ``settings.py``."""

    country = _choice(_("1. Which country does your point cover?"))
    harvested_by = _text(
        _("2. Is it harvested by another portal already?"),
        _("By which, if so. We show each data set once, whichever way it comes."),
        required=False,
    )
    metadata = _choice(
        _("3. Does it provide the mandatory metadata?"),
        [_YES, ("partly", _("partly")), _NO],
        _("Those of section 4 of the harvesting guidelines. We harvest metadata, never the data."),
    )
    url = forms.CharField(
        label=_("4. What is the address of its interface?"),
        help_text=_("Where we ask for the list of data sets: without a password, and without a key."),
        max_length=1_000,
        widget=forms.URLInput,
        validators=[on_the_web],
    )
    filter = forms.CharField(
        label=_("5. Which set, filter or named graph brings only the protected data?"),
        help_text=_("As your interface takes it. Leave it empty if the address brings nothing else."),
        required=False,
        max_length=200,
    )
    how = _text(
        _("How can protected data be told apart from open data?"),
        _("This is essential if both come from the same address (G3.1)."),
        required=False,
    )
    language = _choice(_("6. What is the default language of the data sets?"))
    standard = _choice(
        _("7. Which metadata standard does it follow?"),
        [("dcat-ap", "DCAT-AP"), ("ckan", "CKAN"), ("other", _("another one"))],
    )
    representation = forms.CharField(
        label=_("8. In which representation do the metadata come?"),
        help_text=_("Such as RDF/XML, Turtle, JSON-LD or JSON."),
        max_length=200,
    )
    protocol = _choice(
        _("9. By which type of API are they read?"),
        [(name, one.title) for name, one in SOURCES.items()],
        _("OAI-PMH is recommended."),
    )
    authentication = _choice(
        _("10. Does one have to sign in to read it?"),
        [_NO, _YES],
        _("Do not write a password or a key here: the operator will ask you for it."),
    )
    vocabularies = _text(
        _("11. Which vocabularies of your own do the metadata use?"),
        _(
            "For categories, how often data are updated, and the like: their addresses. Leave it "
            "empty if you use those of the European Union."
        ),
        required=False,
    )
    maps = forms.FileField(
        label=_("What your values mean, as a table"),
        help_text=_(
            "CSV with three columns: theme, frequency, format, language, licence or access; your value; the "
            "term of the European table, by its code, name or address. Such as: frequency,every week,WEEKLY"
        ),
        required=False,
        validators=[_not_too_large],
    )
    vocabulary = forms.FileField(
        label=_("Your vocabulary, in SKOS"),
        help_text=_(
            "In Turtle, RDF/XML, JSON-LD or N-Triples. A concept with a skos:exactMatch to a European term "
            "means that term. With skos:closeMatch or skos:broadMatch, the operator asks you."
        ),
        required=False,
        validators=[_vocabulary_not_too_large],
    )
    dates = _choice(
        _("12. Are dates and times written as ISO 8601 says?"),
        [_YES, _NO],
        _("Such as 2026-05-31 or 2026-05-31T12:00:00Z. This is mandatory."),
    )
    every = forms.IntegerField(
        label=_("13. After how many days should we harvest again?"),
        help_text=_("1 is daily, 7 weekly, which is usual, 30 monthly."),
        min_value=1,
        max_value=366,
        initial=WEEKLY,
    )
    not_when = _text(
        _("14. When should we not harvest?"),
        _("Such as hours of maintenance. We harvest at night, between 20:00 and 06:00 UTC."),
        required=False,
    )
    not_on = forms.CharField(
        label=_("Not on these days"),
        required=False,
        help_text=_("Days of maintenance, such as 2027-12-24, one on each line."),
        max_length=_LONG,
        widget=_LINES,
    )
    publisher = forms.CharField(label=_("15. Who is the publisher of the point?"), max_length=200)
    publisher_email = forms.EmailField(
        label=_("E-mail address of the publisher"), max_length=254, validators=[validate_public]
    )
    homepage = forms.CharField(
        label=_("16. What is the address of its home page?"),
        max_length=1_000,
        widget=forms.URLInput,
        validators=[on_the_web],
    )
    tell_publishers = _choice(
        _("17. May we tell the publishers of data sets by e-mail what to put right?"),
        [_YES, _NO],
        _(
            "If yes, the address at which one asks about a data set gets an e-mail when its description is "
            "refused, or worse than before: one a week at most, with a link that stops them."
        ),
    )

    def offer(self, *languages: str) -> None:
        """Fill the lists that depend on the reader's languages."""
        countries = [(code, country_name(code, *languages)) for code in EEA_COUNTRIES]
        spoken = [(code, language_name(code, *languages)) for code in EU_LANGUAGES]
        for name, known in (("country", countries), ("language", spoken)):
            self.fields[name].choices = [_CHOOSE, *sorted(known, key=lambda one: one[1])]  # type: ignore[attr-defined]

    def clean_maps(self) -> Maps:
        file = self.cleaned_data["maps"]
        return maps_of(file.read()) if file else {}

    def clean_vocabulary(self) -> list[concepts.Row]:
        file = self.cleaned_data["vocabulary"]
        return concepts.rows_of(file.read(), file.name or "") if file else []

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("filter") and said.get("protocol") and not options_of(said["protocol"]):
            told = _(
                "This type of API brings all or nothing. Give an address that has only the protected data."
            )
            self.add_error("filter", told)
        return said

    def clean_not_on(self) -> list[str]:
        return [str(day) for day in days_of(self.cleaned_data["not_on"], str(self.fields["not_on"].label))]


def answered(answers: Mapping[str, Any], *languages: str) -> Iterator[tuple[str, str]]:
    """The questions with what was answered, for readers of ``languages``."""
    blank = Checklist()
    blank.offer(*languages)
    for name, field in blank.fields.items():
        said = answers.get(name, "")
        if name == "maps":
            said = [told for *_of, told in listed(said or {}, *languages)]
        if name == "vocabulary":
            said = concepts.told(said or [], *languages)
        known: dict[Any, Any] = dict(field.choices) if isinstance(field, forms.ChoiceField) else {}  # type: ignore[arg-type]
        text = "\n".join(said) if isinstance(said, list) else str(known.get(said, said))
        yield str(field.label), text


_LEARNT: dict[str, tuple[str, str | Promise]] = {
    "format-dcat": ("standard", "dcat-ap"),
    "format-ckan": ("standard", "ckan"),
    "metadata-whole": ("metadata", "yes"),
    "metadata-repaired": ("metadata", "partly"),
    "metadata-missing": ("metadata", "partly"),
    "dates-good": ("dates", "yes"),
    "dates-wrong": ("dates", "no"),
    "segregation-protected": ("how", _("The address brings nothing but protected data.")),
}
"""Codes of what a rehearsal says -> which question it answers, and how."""


def learnt(seen: Mapping[str, Any]) -> dict[str, str]:
    """What a rehearsal has answered already (``erpd.harvest.probing.facts``)."""
    if not seen.get("protocol"):
        return {}
    found = {"url": str(seen["url"]), "protocol": str(seen["protocol"])}
    if name := seen.get("about", {}).get("name"):
        found["publisher"] = str(name)[:200]
    for one in seen.get("aspects", []):
        if said := _LEARNT.get(one.get("code", "")):
            found[said[0]] = str(said[1])
        if one.get("aspect") == "format" and (name := one.get("facts", {}).get("format")):
            found["representation"] = str(name)[:200]
    return found
