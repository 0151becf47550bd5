"""One value that no authority table covers: who says it, in which records, and what it means."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import desk
from erpd.accounts.may import Kind
from erpd.accounts.sign_in.signed_in import lately
from erpd.harvest.models import Run, Uncovered
from erpd.metadata.masking import shown
from erpd.operate.mapping import actions
from erpd.operate.mapping.effect import MOST_SOURCES, effect
from erpd.operate.mapping.pages import said_of
from erpd.operate.mapping.place import ValuePlace, value_place
from erpd.operate.mapping.terms import choices
from erpd.operate.sources.actions import ask_for_a_run

_TEMPLATE = "operate/value.html"
_MOST_SHOWN = 5  # records of a source
_ALL = "*"  # no source is called so


class _Mapping(Act):
    place: ValuePlace

    def chosen(self) -> list[Uncovered]:
        slug = self.cleaned_data["source"]
        return [one for one in self.place.mappable if slug in (_ALL, one.settings.source.slug)]


class Try(_Mapping):
    """What a map would do."""

    name = "try"

    term = forms.ChoiceField(label=_("What it means"))
    source = forms.ChoiceField(label=_("For which source"))

    def prepare(self) -> None:
        terms = choices(
            [one.settings for one in self.place.mappable], self.place.value.property, self.place.languages
        )
        self.fields["term"].choices = [("", "–"), *terms]  # type: ignore[attr-defined]
        slugs = [one.settings.source.slug for one in self.place.mappable]
        all_of_them = [(_ALL, _("all that say it"))] if len(slugs) > 1 else []
        self.fields["source"].choices = [*((slug, slug) for slug in slugs), *all_of_them]  # type: ignore[attr-defined]

    def perform(self) -> HttpResponse:
        term, sources = self.cleaned_data["term"], self.chosen()
        rules = {one.pk: actions.mapped(one.settings, one, term) for one in sources}
        effects = [effect(one, rules[one.pk], self.place.languages) for one in sources[:MOST_SOURCES]]
        save = Save(self.place)
        seen = actions.seen_of(sources)
        for name, said in {"term": term, "source": self.cleaned_data["source"], "seen": seen}.items():
            save.fields[name].initial = said
        tried = {
            "effects": effects,
            "is_none": any(one.is_none for one in effects),
            "term": dict(self.fields["term"].choices)[term],  # type: ignore[attr-defined]
            "records": sum(one.records for one in sources),
            "sources": len(sources),
        }
        facts = {"acts": {"try": self, "save": save}, "failed": None, "tried": tried}
        return self.place.show(_TEMPLATE, {**facts_of(self.place), **facts})


class Save(_Mapping):
    """The map whose effect was looked at."""

    name = "save"

    term = forms.CharField(max_length=1000, widget=forms.HiddenInput)
    source = forms.CharField(max_length=100, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def perform(self) -> str:
        said = self.cleaned_data
        number = actions.map_value(
            who=self.place.who, sources=self.chosen(), term=said["term"], seen=said["seen"]
        )
        told = ngettext(
            "Saved. The next run changes the record that says it, if the source still does: %(number)s.",
            "Saved. The next run changes the records that say it, if the source still does: %(number)s.",
            number,
        )
        return told % {"number": number}


class Ask(_Mapping):
    """A run of each source that maps it since."""

    name = "ask"

    def perform(self) -> str:
        asked = [one.settings for one in self.place.mapped if one.settings.active]
        if not asked:
            raise ValidationError(gettext("None of these sources is switched on."))
        for settings in asked:
            ask_for_a_run(who=self.place.who, settings=settings)
        return gettext("The worker will harvest them as soon as it can.")


@desk(Kind.SOURCE)
@lately
def value(request: HttpRequest) -> HttpResponse:
    """The value of ``?property=`` and ``?digest=``: a map is tried, then saved."""
    place = value_place(request)
    if request.method == "POST":
        place.demand()
    offered: list[type[Act]] = []
    if place.decides:
        offered += [Try] if place.mappable else []
        offered += [Ask] if place.mapped else []
    if request.method == "POST":  # what was offered once: the action says why it is late
        offered = [Try, Save, Ask]
    return answer(place, _TEMPLATE, offered, lambda: facts_of(place))


def facts_of(place: ValuePlace) -> dict[str, Any]:
    said_by = place.value.said_by
    runs = Run.objects.filter(settings__in=[one.settings_id for one in said_by]).exclude(
        state=Run.State.RUNNING
    )
    latest = runs.values("settings").annotate(latest=Max("pk")).values("latest")
    # Each record is in the list of a run that read everything.
    last = dict(runs.filter(pk__in=latest, since="").values_list("settings", "pk"))
    mappable = {one.pk for one in place.mappable}
    return {
        "text": shown(place.value.text) or "–",
        "property": said_of(place.value.property),
        "is_whole": place.is_whole,
        "decides": place.decides,
        "tried": None,
        "said_by": [
            {
                "slug": one.settings.source.slug,
                "records": one.records,
                "covered": one.covered,
                "is_mappable": one.pk in mappable,
                "run": last.get(one.settings_id),
                "examples": [(name, shown(name)) for name in one.examples[:_MOST_SHOWN]],
            }
            for one in said_by
        ],
    }
