"""What is written about a request: to the requester, or for the body alone. Each has a page of its own."""

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.attachments import actions as attachments
from erpd.access.handling.acts import Events, PartAct, long_text
from erpd.access.handling.places import PartPlace
from erpd.access.models import Event, Part
from erpd.access.requests import talking
from erpd.access.requests.limits import LONGEST_TEXT
from erpd.access.requests.table import Action

_KINDS = _("A PDF, ODT, DOCX, ODS, XLSX, CSV, plain text, PNG or JPEG file, of up to 10 MB.")


class _Write(PartAct):
    file = forms.FileField(label=_("File (optional)"), help_text=_KINDS, required=False)
    field_order = ("text", "file")
    _checked: attachments.Checked | None = None

    def perform(self) -> str | HttpResponse:
        if sent := self.cleaned_data["file"]:  # before anything is locked: a scan may take a minute
            self._checked = attachments.check_upload(sent)
        return super().perform()

    def same(self, mine: Events) -> Events:
        return mine.filter(text=self.cleaned_data["text"].strip())

    def _attach(self, part: Part, event: Event) -> None:
        if self._checked:
            attachments.store(who=self.place.who, part=part, event=event, file=self._checked)


class Message(_Write):
    """A message to the requester."""

    name = "message"
    action = Action.MESSAGE
    title = _("Write to the requester")
    about = _(
        "They are told by mail, and read it on their page. To have answers changed, return the request."
    )
    button = _("Send to the requester")
    audience = "both"

    text = long_text(_("Message to the requester"), max_length=LONGEST_TEXT)

    def do(self, part: Part) -> str:
        event = talking.message(who=self.place.who, part=part, text=self.cleaned_data["text"])
        self._attach(part, event)
        return gettext("The message is sent to the requester.")


class Note(_Write):
    """A note that the body alone sees."""

    name = "note"
    action = Action.NOTE
    title = _("Write a note for the body only")
    about = _("Handlers and reviewers of this request read it. It never leaves the body.")
    button = _("Save the note for the body")
    minds_others = False

    text = long_text(_("Note for the body only"), max_length=LONGEST_TEXT)

    def do(self, part: Part) -> str:
        event = talking.note(who=self.place.who, part=part, text=self.cleaned_data["text"])
        self._attach(part, event)
        return gettext("The note is saved. Only the body sees it.")


class NoAnswer(PartAct):
    """What waits needs no answer, such as thanks: it goes from the list of what is to do."""

    name = "no-answer"
    action = Action.NOTE
    button = _("Mark it as needing no answer")
    look = "secondary"

    @classmethod
    def fits(cls, place: PartPlace) -> bool:
        return place.is_handler and place.part.waits

    def same(self, mine: Events) -> Events:
        return mine.filter(detail__aside=True)

    def do(self, part: Part) -> str:
        talking.set_aside(who=self.place.who, part=part)
        return gettext("It is no longer in the list of what is to do.")
