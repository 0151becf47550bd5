"""The settings of one source, and a new source."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind, Verb, demand
from erpd.accounts.sign_in.signed_in import lately
from erpd.harvest.opening import rules_of
from erpd.harvest.reach import is_of_owner
from erpd.harvest.rules import RulesError
from erpd.harvest.schedule import Schedule
from erpd.metadata.declared import DeclarationError
from erpd.operate.editing import actions
from erpd.operate.editing.days import days_of
from erpd.operate.place import SOURCE, SourcePlace, source_place
from erpd.register.models import Source
from erpd.sources import SOURCES
from erpd.sources.http.credentials import auth_from
from erpd.sources.links import is_local

NARROWED = {
    "set": _("Set"),
    "query": _("Filter"),
    "graph": _("Named graph"),
    "prefix": _("Metadata prefix"),
}
"""The options of protocols."""
_SCHEDULE = ("every", "begin", "end", "not_on", "pause")
_LONGEST_URL = 1_000
_LONGEST_RULES = 200_000


class _Address(Act):
    url = forms.CharField(
        label=_("Address"), max_length=_LONGEST_URL, widget=forms.TextInput({"inputmode": "url"})
    )


class _OnSettings(Act):
    """What replaces settings that somebody has looked at."""

    place: SourcePlace

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def prepare(self) -> None:
        self.fields["seen"].initial = actions.stamp(self.place.settings)


class Change(_OnSettings, _Address):
    """The address, what is read there, and when."""

    name = "change"
    place: SourcePlace

    policy = forms.ChoiceField(label=_("Records with errors"), choices=Source.Policy.choices)
    contact = forms.CharField(
        label=_("Whom to ask when it fails"),
        required=False,
        max_length=500,
        help_text=_("Name, e-mail address, telephone. Seen at the desk only."),
    )
    tell_publishers = forms.BooleanField(
        label=_("Tell publishers by e-mail when their data sets are refused or worse than before"),
        required=False,
        help_text=_("Only if those who run the source have agreed (question 17 of the checklist)."),
    )
    every = forms.IntegerField(label=_("Days between two runs"), min_value=1, max_value=366)
    begin = forms.TimeField(
        label=_("Harvested from (UTC)"),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        help_text=_("The same time twice means the whole day."),
    )
    end = forms.TimeField(
        label=_("Harvested until (UTC)"), widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    not_on = forms.CharField(
        label=_("Not on these days"),
        required=False,
        help_text=_("Days of maintenance, such as 2027-12-24, one on each line."),
        widget=forms.Textarea({"rows": 3}),
    )
    pause = forms.FloatField(
        label=_("Seconds between two requests"),
        min_value=0,
        max_value=60,
        help_text=_("More if the server is weak."),
        widget=forms.NumberInput({"step": "0.1"}),
    )

    def prepare(self) -> None:
        super().prepare()
        settings = self.place.settings
        for option in SOURCES[settings.protocol].options if settings.protocol in SOURCES else ():
            self.fields[option.setting] = forms.CharField(
                label=NARROWED[option.setting],
                required=False,
                max_length=getattr(settings._meta.get_field(option.setting), "max_length", None),
            )
            self.fields[option.setting].initial = getattr(settings, option.setting)
        table = {name: getattr(Schedule(), name) for name in _SCHEDULE}
        table |= actions.schedule_of(settings)
        for name, value in table.items():
            if name in self.fields:
                self.fields[name].initial = value
        self.fields["not_on"].initial = "\n".join(map(str, table["not_on"]))
        # Also what was sent where it had brought nothing yet: the action says why it is late.
        if self.data.get("protocol") or not actions.has_brought(settings):
            self.fields["protocol"] = forms.ChoiceField(
                label=_("Protocol"),
                choices=[(name, known.title) for name, known in SOURCES.items()],
                initial=settings.protocol,
                help_text=_("It can be changed until the source has brought data sets."),
            )
            self.order_fields(("protocol",))
        self.fields["url"].initial, self.fields["contact"].initial = settings.url, settings.contact
        self.fields["tell_publishers"].initial = settings.tell_publishers
        self.fields["policy"].initial = settings.source.policy
        if is_local(settings.url):
            self.fields["url"].disabled = True

    def clean_not_on(self) -> list[date]:
        return days_of(self.cleaned_data["not_on"], str(self["not_on"].label))

    def perform(self) -> str:
        settings, usual = self.place.settings, Schedule()
        said = {name: self.cleaned_data[name] for name in self.changed_data if name != "seen"}
        table = dict(actions.schedule_of(settings))
        if set(said.get("not_on", ())) == set(table.get("not_on", ())):  # lines end in another way in forms
            said.pop("not_on", None)
        changed = [name for name in _SCHEDULE if name in said]
        for name in changed:
            table[name] = value = said.pop(name)
            if value == getattr(usual, name) or value == []:
                del table[name]
        done = actions.change(
            who=self.place.who,
            settings=settings,
            said=said,
            schedule=table if changed else None,
            seen=self.cleaned_data["seen"],
        )
        if done:
            return gettext("Saved. Its password or key was removed: it belongs to the server before.")
        return gettext("Saved. The next run follows it.")


class Rules(_OnSettings):
    """Its rules, as TOML."""

    name = "rules"
    place: SourcePlace

    rules = forms.CharField(
        label=_("Rules"),
        required=False,
        strip=False,
        max_length=_LONGEST_RULES,
        widget=forms.Textarea({"rows": 14, "spellcheck": "false", "lang": "zxx"}),
    )

    def prepare(self) -> None:
        super().prepare()
        self.fields["rules"].initial = self.place.settings.rules

    def perform(self) -> str:
        text = self.cleaned_data["rules"].replace("\r\n", "\n")
        actions.set_rules(
            who=self.place.who, settings=self.place.settings, text=text, seen=self.cleaned_data["seen"]
        )
        return gettext("Saved. The next run follows it.")


class Credentials(Act):
    """A password or key in place of the one before; nobody can read it again."""

    name = "credentials"
    place: SourcePlace

    kind = forms.ChoiceField(
        label=_("How the source lets us in"),
        choices=[
            ("password", _("user name and password")),
            ("bearer", _("bearer token")),
            ("header", _("a header, such as X-API-Key: …")),
            ("parameters", _("parameters of each address, such as apikey=…")),
            ("none", _("without any: remove what is stored")),
        ],
    )
    user = forms.CharField(
        label=_("User name"), required=False, max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )
    secret = forms.CharField(
        label=_("Password, token, header or parameters"),
        required=False,
        strip=False,
        max_length=4_000,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        kind, secret = said.get("kind", ""), said.get("secret", "")
        if kind and kind != "none":
            if not secret:
                self.add_error("secret", _("Enter it: what is stored is never shown, only replaced."))
            if kind == "password" and not said.get("user"):
                self.add_error("user", _("Enter the user name, too."))
        return said

    def perform(self) -> str:
        kind, secret = self.cleaned_data["kind"], self.cleaned_data["secret"]
        auth = None
        if kind != "none":
            user = self.cleaned_data["user"] if kind == "password" else ""
            try:
                auth = auth_from(user=user, **{kind: secret})
            except ValueError as error:
                raise ValidationError({"secret": str(error)}) from error
        actions.set_credentials(who=self.place.who, settings=self.place.settings, auth=auth)
        return gettext("Replaced.") if auth else gettext("Removed.")


class Named(_Address):
    """What is called so, and read by this protocol at this address."""

    slug = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("Small letters, digits and hyphens, such as land-registry. It stays for good."),
    )
    protocol = forms.ChoiceField(
        label=_("Protocol"), choices=[(name, known.title) for name, known in SOURCES.items()]
    )
    field_order: tuple[str, ...] = ("slug", "protocol", "url")


class Add(Named):
    """A source that is not harvested yet."""

    name = "add"
    place: Desk

    country = forms.CharField(label=_("Country"), max_length=2, help_text=_("Two letters, such as NL."))
    open = forms.ChoiceField(
        label=_("What it holds"),
        choices=[("", _("protected data")), ("open", _("open data"))],
        required=False,
    )
    field_order = (*Named.field_order, "country", "open")

    def perform(self) -> str:
        said = self.cleaned_data
        facts = {"protocol": said["protocol"], "url": said["url"], "country": said["country"].upper()}
        facts |= {"open": True} if said["open"] else {}
        actions.add(who=self.place.who, name=said["slug"], said=facts)
        self.after = reverse("operate:settings", args=[said["slug"]])
        return gettext("Added. The worker harvests it in its next night window.")


@desk(Kind.SOURCE)
@lately
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """What a source is set to. For operators: others see that on its own page."""
    place = source_place(request, slug)
    place.demand(Verb.CHANGE)
    acts: list[type[Act]] = []
    is_broken = False
    if not place.settings.removed and not is_of_owner(place.settings):
        acts = [Change, Rules, Credentials]
        try:
            actions.schedule_of(place.settings)
        except DeclarationError:
            acts, is_broken = [Rules, Credentials], True
    mistakes = ""
    try:
        rules_of(place.settings)
    except RulesError as error:
        mistakes = str(error)
    facts = {"is_broken": is_broken, "mistakes": mistakes, "is_of_owner": is_of_owner(place.settings)}
    return answer(place, "operate/settings.html", acts, lambda: facts)


@desk(Kind.SOURCE)
@lately
def new(request: HttpRequest) -> HttpResponse:
    """A new source."""
    place = Desk(request, "sources")
    demand(place.who, Verb.CHANGE, SOURCE)
    return answer(place, "operate/new.html", (Add,))
