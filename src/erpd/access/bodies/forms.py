"""What is filled in about a competent body. Tables are typed one line a row, with a bar between two cells."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.bodies import actions
from erpd.access.bodies.costs import COSTS
from erpd.access.models import Body
from erpd.accounts.acts import Act
from erpd.accounts.models import Owner
from erpd.accounts.texts import in_language
from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import EEA_COUNTRIES, vocabulary
from erpd.pages.languages import language_name
from erpd.register.models import Catalogue

BAR = "|"
_LONGEST_TABLE = 60_000
_LINES = {"rows": 5}


class Save(Act):
    """A body is entered or changed."""

    name = "save"

    title = forms.CharField(label=_("Name of the body"), max_length=actions.LONGEST_TITLE)
    language = forms.ChoiceField(
        label=_("Language of what you write here"),
        help_text=_("Names in other languages stay."),
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    contact = forms.EmailField(label=_("E-mail address"), required=False)
    ask = forms.CharField(
        label=_("Where to ask"),
        help_text=_("The address of the page with your procedure: https://…"),
        max_length=1000,
        required=False,
    )
    aim = forms.IntegerField(
        label=_("Days to a decision that you aim at"),
        help_text=_("Not the limit of the law: your own aim. Leave it empty if you have none."),
        min_value=1,
        max_value=999,
        required=False,
    )
    redress = forms.CharField(
        label=_("Who reviews your decisions"),
        help_text=_("An impartial body with the expertise (Article 9)."),
        max_length=300,
        required=False,
    )
    redress_address = forms.CharField(
        label=_("Its address"), max_length=1000, widget=forms.Textarea({"rows": 3}), required=False
    )
    redress_within = forms.CharField(
        label=_("Time limit of the review"),
        help_text=_("In words, such as: within six weeks of the decision."),
        max_length=300,
        required=False,
    )
    redress_language = forms.ChoiceField(label=_("Language of the review"), required=False)
    tariff = forms.CharField(
        label=_("Tariff"),
        help_text=_("One line for each item: what it is for | how much. Such as: Extract to 1 GB | 250 EUR"),
        max_length=_LONGEST_TABLE,
        widget=forms.Textarea(_LINES),
        required=False,
    )
    discounts = forms.CharField(
        label=_("Discounts"),
        help_text=_("One line for each category: who pays less | on which criteria (Article 6(4))."),
        max_length=_LONGEST_TABLE,
        widget=forms.Textarea(_LINES),
        required=False,
    )
    costs = forms.MultipleChoiceField(
        label=_("Costs that the fees cover (Article 6(5))"),
        choices=list(COSTS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    method = forms.CharField(
        label=_("How fees are calculated (Article 6(6))"),
        max_length=4000,
        widget=forms.Textarea(_LINES),
        required=False,
    )
    online = forms.ChoiceField(
        label=_("Can fees be paid online? (Article 6(2))"),
        choices=[("", _("Not said")), ("yes", _("Yes")), ("no", _("No"))],
        required=False,
    )

    @property
    def body(self) -> Body | None:
        found: Body | None = self.place.body
        return found

    def prepare(self) -> None:
        here, body = get_language() or "en", self.body
        languages = [(code, language_name(code, here)) for code in EU_LANGUAGES]
        self._choices("language", languages)
        self._choices("redress_language", [("", _("Not said")), *languages])
        table = vocabulary("country")
        countries = [(code, table.label(table.find(code), here)) for code in EEA_COUNTRIES]
        self._choices("country", [("", _("Not said")), *sorted(countries, key=lambda one: one[1])])
        self.fields["language"].initial = here
        if body is None:
            return
        title, language = in_language(body.title, body.language)
        first = {name: getattr(body, name) for name in _PLAIN} | {
            "title": title,
            "language": language or body.language,
            "tariff": lines(body.tariff),
            "discounts": lines(body.discounts),
            "online": {None: "", True: "yes", False: "no"}[body.online],
        }
        for name, value in first.items():
            self.fields[name].initial = value

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean_tariff(self) -> list[tuple[str, str]]:
        return rows(self.cleaned_data["tariff"])

    def clean_discounts(self) -> list[tuple[str, str]]:
        return rows(self.cleaned_data["discounts"])

    def clean_ask(self) -> str:
        said: str = self.cleaned_data["ask"]
        return actions.link(said) if said else ""

    def facts(self) -> actions.Facts:
        said = {
            name: self.cleaned_data[name] for name in (*_PLAIN, "title", "language", "tariff", "discounts")
        }
        online = {"": None, "yes": True, "no": False}[self.cleaned_data["online"]]
        return actions.Facts(**said, online=online)

    def decides(self) -> actions.DecidesFor | None:
        """For whom it decides; None if that is not theirs to say."""
        return None

    def perform(self) -> str | HttpResponse:
        who, body, keeper = self.place.who, self.body, self.place.keeper
        if body:
            actions.change(who=who, body=body, facts=self.facts(), decides=self.decides())
        else:
            body = actions.create(who=who, facts=self.facts(), keeper=keeper, decides=self.decides())
            if keeper is None:
                self.after = reverse("bodies:change", args=[body.slug])
        return gettext("Saved. Everybody sees it on the page of the body.")


class SaveAtDesk(Save):
    """The operator also says for whom it decides."""

    owners = forms.ModelMultipleChoiceField(
        label=_("Data owners for whose catalogues it decides"),
        queryset=Owner.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    catalogues = forms.ModelMultipleChoiceField(
        label=_("Catalogues for which it decides, if nothing else says so"),
        queryset=Catalogue.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    publishers = forms.CharField(
        label=_("Publishers for which it decides"),
        help_text=_("Their IRIs, one on each line."),
        widget=forms.Textarea(_LINES),
        max_length=_LONGEST_TABLE,
        required=False,
    )

    def prepare(self) -> None:
        super().prepare()
        owners = Owner.objects.filter(state=Owner.State.APPROVED).order_by("slug")
        cast(Any, self.fields["owners"]).queryset = owners
        held = Catalogue.objects.filter(kind=Catalogue.Kind.PROTECTED).order_by("slug")
        cast(Any, self.fields["catalogues"]).queryset = held
        if self.body:
            self.fields["owners"].initial = list(self.body.owners.values_list("pk", flat=True))
            self.fields["catalogues"].initial = list(self.body.catalogues.values_list("pk", flat=True))
            known = self.body.publishers.order_by("iri").values_list("iri", flat=True)
            self.fields["publishers"].initial = "\n".join(known)

    def decides(self) -> actions.DecidesFor:
        said = self.cleaned_data
        return actions.DecidesFor(
            owners=list(said["owners"]),
            catalogues=list(said["catalogues"]),
            publishers=[line for line in said["publishers"].splitlines() if line.strip()],
        )


class Remove(Act):
    """A body is removed."""

    name = "remove"

    def perform(self) -> str:
        actions.remove(who=self.place.who, body=self.place.body)
        self.after = self.place.list_address
        return gettext("Removed.")


def rows(text: str) -> list[tuple[str, str]]:
    """The rows of a table as it was typed. Raises ValidationError for a line without a bar."""
    found = []
    for line in text.splitlines():
        left, bar, right = (part.strip() for part in line.partition(BAR))
        if not line.strip():
            continue
        if not (left and bar and right):
            said = gettext("“%(line)s” has one side only. Write both, with a bar between: Extract | 250 EUR")
            raise ValidationError(said % {"line": line.strip()[:80]})
        found.append((left, right))
    return found


def lines(table: list[list[str]]) -> str:
    """A table as it is typed."""
    return "\n".join(f" {BAR} ".join(row) for row in table)


_PLAIN = (
    *("country", "contact", "ask", "aim", "redress", "redress_address", "redress_within"),
    *("redress_language", "costs", "method"),
)
