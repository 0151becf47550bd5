"""The form of a check: a text, a file or an address, and the profiles to hold it against."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from erpd.accounts.faults import PlainForm
from erpd.metadata.profile import AND, PROFILES, load_profile
from erpd.operate.checking.running import file_name
from erpd.sources.links import is_on_the_web

LONGEST_TEXT = 2**20  # characters; longer ones are sent as files
LONGEST_ADDRESS = 2_000
FIRST = "erpd"  # whose rules say which faults are errors, if several are chosen


def profiles() -> list[tuple[str, str]]:
    """The profiles to choose from, with their titles."""
    names = (FIRST, *(name for name in PROFILES if name != FIRST))
    return [(name, load_profile(name).title) for name in names]


class Asking(PlainForm):
    """What is to be checked."""

    text = forms.CharField(
        label=_("Metadata"),
        help_text=_(
            "Paste a record or a catalogue: RDF in any syntax, ISO 19139, Dublin Core, or an answer of CKAN "
            "or OAI-PMH."
        ),
        required=False,
        strip=False,
        max_length=LONGEST_TEXT,
        error_messages={"max_length": _("The text is longer than 1 MB. Choose it as a file instead.")},
        widget=forms.Textarea(
            attrs={"rows": 14, "spellcheck": "false", "dir": "ltr", "class": "erpd-source"}
        ),
    )
    file = forms.FileField(
        label=_("or a file"), help_text=_("Also gzipped or zipped."), required=False, allow_empty_file=True
    )
    address = forms.CharField(
        label=_("or an address"),
        help_text=_("Everybody must be able to open it. We read it when you press the button, once."),
        required=False,
        max_length=LONGEST_ADDRESS,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    profile = forms.MultipleChoiceField(
        label=_("Profiles"),
        help_text=_(
            "If you choose several, the stricter rule holds, and each finding says which of them ask for it."
        ),
        choices=profiles,
        initial=[FIRST],
        widget=forms.CheckboxSelectMultiple,
    )
    name = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def clean_address(self) -> str:
        """Only of the web: a path would be one of ours."""
        address: str = self.cleaned_data["address"]
        if address and not is_on_the_web(address):
            raise forms.ValidationError(
                _(
                    "“or an address” takes an address of the web, such as https://www.example.org/catalogue.ttl."
                )
            )
        return address

    def clean(self) -> dict[str, Any]:
        """A file comes before the text of the one before it."""
        said = super().clean() or {}
        given = bool(said.get("file") or (said.get("text") or "").strip())
        if given and said.get("address"):
            self.add_error("address", _("Give either an address, or a text or a file."))
        elif not given and not said.get("address") and not self.errors:
            self.add_error("text", _("Paste the metadata here, choose a file, or give an address."))
        return said

    @property
    def profiles(self) -> str:
        """The profiles that were chosen, as ``load_profile`` takes them."""
        chosen = self.cleaned_data["profile"]
        return AND.join(name for name, title in profiles() if name in chosen)

    @property
    def called(self) -> str:
        """What the document is called."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if address := self.cleaned_data["address"]:
            return file_name(urlsplit(address).path.rpartition("/")[2])
        return file_name((file.name if file else self.cleaned_data["name"]) or "document")
