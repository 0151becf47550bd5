"""What is done at the pages of an owner's portals, each by a form."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.actions.owners import LONGEST_REASON
from erpd.accounts.acts import Act
from erpd.accounts.paging import number
from erpd.metadata.vocabularies import vocabulary
from erpd.sources import SOURCES
from erpd.submit.catalogue_pages.reaching import CataloguePlace
from erpd.submit.models import Portal
from erpd.submit.own_portal import actions
from erpd.submit.own_portal.wishes import EVERY, FILTERS, LONGEST_VALUE, MOST_VALUES, Wish

_EVERY = {1: _("every night"), 7: _("every week"), 14: _("every two weeks"), 28: _("every four weeks")}
_SETTINGS = {
    "set": _("Set"),
    "query": _("Filter of the portal"),
    "graph": _("Named graph"),
    "prefix": _("Metadata prefix"),
}
_LONGEST = {"set": 200, "query": 2000, "graph": 1000, "prefix": 100}  # characters, as in the database
_SEEN = {"publisher": "publishers", "keyword": "keywords"}  # filter -> what the preview saw of it
_SHOWN = 15  # of what was seen


@dataclass(frozen=True)
class PortalPlace(CataloguePlace):
    """A portal of a catalogue; None is one to come."""

    portal: Portal | None

    @property
    def address(self) -> tuple[str, str, int]:
        assert self.portal
        return self.owner.slug, self.catalogue.slug, self.portal.pk


class _Wish(Act):
    """The address, and how often."""

    place: PortalPlace

    url = forms.CharField(
        label=_("Address of the portal"),
        help_text=_(
            "The portal itself or, better, the interface from which others harvest it: "
            "https://data.example.org/oai. Everybody on the internet must be able to read it."
        ),
        max_length=1000,
        widget=forms.URLInput(attrs={"autocomplete": "url", "inputmode": "url"}),
    )
    protocol = forms.ChoiceField(
        label=_("Protocol"), required=False, help_text=_("If you are not sure, let us find it.")
    )
    every = forms.TypedChoiceField(
        label=_("How often it is harvested"),
        coerce=int,
        initial=7,
        choices=[(days, _EVERY[days]) for days in EVERY],
    )

    def prepare(self) -> None:
        titles = [(name, protocol.title) for name, protocol in SOURCES.items()]
        field: Any = self.fields["protocol"]
        field.choices = [("", gettext("Find it")), *titles]

    def wish(self) -> Wish:
        said = self.cleaned_data
        return Wish(said["url"].strip(), said["protocol"], every=said["every"])


class Propose(_Wish):
    """A portal that is not harvested yet."""

    name = "propose"

    def perform(self) -> str:
        at = self.place
        made = actions.propose(who=at.who, catalogue=at.catalogue, wish=self.wish())
        self.after = reverse("portals:portal", args=[at.owner.slug, at.catalogue.slug, made.pk])
        return gettext("We will look at the portal now.")


class Change(_Wish):
    """What goes, and all else that is known of a portal; of one that was approved, a new proposal."""

    name = "change"

    edition = forms.CharField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        super().prepare()
        portal = self._portal
        for name in ("url", "protocol", "every", "edition"):
            self.fields[name].initial = getattr(portal, name)
        known = SOURCES.get(portal.protocol)
        for option in known.options if known else ():
            self.fields[option.setting] = forms.CharField(
                label=_SETTINGS[option.setting],
                required=False,
                initial=getattr(portal, option.setting),
                max_length=_LONGEST[option.setting],
                help_text=self._help_of(option.setting),
            )
        for name in FILTERS:
            self.fields[name] = self._filter(name, portal.where.get(name, []))

    def _filter(self, name: str, values: list[str]) -> forms.Field:
        labels = {
            "identifier": _("Only data sets whose identifier or IRI begins with"),
            "publisher": _("Only data sets of these publishers"),
            "theme": _("Only data sets of these themes"),
            "keyword": _("Only data sets with one of these keywords"),
        }
        if name == "theme":
            table = vocabulary("data-theme")
            labelled = {table.label(code, *self.place.languages): code for code in table.concepts}
            return forms.MultipleChoiceField(
                label=labels[name],
                required=False,
                initial=values,
                choices=[(labelled[label], label) for label in sorted(labelled, key=str.casefold)],
                widget=forms.CheckboxSelectMultiple,
            )
        return forms.CharField(
            label=labels[name],
            required=False,
            initial="\n".join(values),
            max_length=MOST_VALUES * (LONGEST_VALUE + 2),
            help_text=self._help_of(name),
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def _help_of(self, name: str) -> str:
        seen = self._portal.seen
        if name == "set" and seen.get("sets"):
            return gettext("The portal has these sets: %(names)s.") % {"names": _some(seen["sets"])}
        if name in _SEEN and seen.get(_SEEN[name]):
            said = gettext("One in each line. In the first records we saw: %(names)s.")
            return said % {"names": _some(seen[_SEEN[name]])}
        if name in FILTERS:
            return gettext("One in each line.")
        return gettext("Leave it empty if you are not sure.")

    @property
    def _portal(self) -> Portal:
        assert self.place.portal
        return self.place.portal

    def wish(self) -> Wish:
        said = self.cleaned_data
        settings = {name: said.get(name, "") for name in _SETTINGS}
        kept = said["protocol"] == self._portal.protocol  # otherwise they are those of another protocol
        lines = {name: said[name].splitlines() for name in FILTERS if name != "theme"}
        where = {**lines, "theme": said["theme"]}
        given = settings if kept else {}
        return Wish(said["url"].strip(), said["protocol"], **given, where=where, every=said["every"])

    def perform(self) -> str:
        at, portal = self.place, self._portal
        if portal.state == Portal.State.APPROVED:
            portal = actions.propose(who=at.who, catalogue=at.catalogue, wish=self.wish(), changes=portal)
        else:
            edition = number(self.cleaned_data["edition"]) or 0
            actions.change(who=at.who, portal=portal, edition=edition, wish=self.wish())
        self.after = reverse("portals:portal", args=[at.owner.slug, at.catalogue.slug, portal.pk])
        return gettext("We will look at the portal again now.")


class _OfEdition(Act):
    """An act on a portal as it was seen."""

    place: PortalPlace

    edition = forms.CharField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        assert self.place.portal
        self.fields["edition"].initial = self.place.portal.edition

    @property
    def _facts(self) -> dict[str, Any]:
        edition = number(self.cleaned_data["edition"]) or 0
        return {"who": self.place.who, "portal": self.place.portal, "edition": edition}


class Look(_OfEdition):
    name = "look"

    def perform(self) -> str:
        actions.look_again(**self._facts)
        return gettext("We will look at the portal again now.")


class Submit(_OfEdition):
    name = "submit"

    message = forms.CharField(
        label=_("Message to the operator (optional)"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def perform(self) -> str:
        actions.submit(**self._facts, message=self.cleaned_data["message"])
        return gettext("The operator has been asked to approve it. We will send you an e-mail.")


class Cancel(_OfEdition):
    name = "cancel"

    def perform(self) -> str:
        actions.cancel(**self._facts)
        self.after = reverse("portals:list", args=self.place.address[:2])
        return gettext("It is cancelled.")


class _OfSource(Act):
    """An act on a portal that is harvested."""

    place: PortalPlace

    @property
    def _facts(self) -> dict[str, Any]:
        return {"who": self.place.who, "portal": self.place.portal}


class Pause(_OfSource):
    name = "pause"

    def perform(self) -> str:
        actions.pause(**self._facts)
        return gettext("It is paused. Its data sets stay as they are.")


class Resume(_OfSource):
    name = "resume"

    def perform(self) -> str:
        actions.resume(**self._facts)
        return gettext("It will be harvested again when it is due.")


class End(_OfSource):
    name = "end"

    data_sets = forms.ChoiceField(label=_("What becomes of its data sets"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        portal = self.place.portal
        number = portal.source.settings.present().count() if portal and portal.source else 0
        gone = gettext("They are withdrawn (%(number)d now): nobody finds them any more.")
        field: Any = self.fields["data_sets"]
        field.choices = [
            ("keep", gettext("They stay in the register as they are now.")),
            ("withdraw", gone % {"number": number}),
        ]

    def perform(self) -> str:
        withdraw = self.cleaned_data["data_sets"] == "withdraw"
        number = actions.end(**self._facts, withdraw=withdraw)
        if withdraw:
            return _withdrawn(number)
        said = ngettext(
            "The harvest has ended. %(number)d data set stays as it is.",
            "The harvest has ended. %(number)d data sets stay as they are.",
            number,
        )
        return said % {"number": number}


class Withdraw(_OfSource):
    name = "withdraw"

    def perform(self) -> str:
        return _withdrawn(actions.withdraw(**self._facts))


def _withdrawn(number: int) -> str:
    said = ngettext(
        "The harvest has ended. %(number)d data set is being withdrawn.",
        "The harvest has ended. %(number)d data sets are being withdrawn.",
        number,
    )
    return said % {"number": number}


def _some(names: list[str]) -> str:
    shown = "; ".join(names[:_SHOWN])
    return f"{shown}; …" if len(names) > _SHOWN else shown
