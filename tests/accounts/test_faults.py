"""What forms say of a field: which it is, what to do, and nothing in Django's words."""

from collections.abc import Iterator

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver
from django.utils.translation import override

from erpd.accounts.faults import PlainForm

COLOURS = [("r", "red"), ("g", "green")]


class Sample(PlainForm):
    """A field of each kind."""

    name = forms.CharField(label="Your name", max_length=5)
    own = forms.CharField(label="Question", error_messages={"required": "Write your question."})
    colour = forms.ChoiceField(label="Colour", choices=COLOURS)
    colours = forms.MultipleChoiceField(label="Colours", choices=COLOURS)
    agreed = forms.BooleanField(label="I agree")
    paper = forms.FileField(label="Paper")
    day = forms.DateField(label="First day")
    days = forms.IntegerField(label="Days", min_value=1, max_value=9)
    mail = forms.EmailField(label="Address")
    site = forms.URLField(label="Page", assume_scheme="https")


NOTHING = {
    "name": "“Your name” is empty. Fill it in.",
    "own": "Write your question.",
    "colour": "“Colour”: nothing is chosen. Choose an answer.",
    "colours": "“Colours”: nothing is chosen. Choose an answer.",
    "agreed": "“I agree” is not ticked. Tick it to go on.",
    "paper": "“Paper”: no file is chosen. Choose one.",
    "day": "“First day” is empty. Fill it in.",
}
WRONG = {
    "name": ("Johannes", "“Your name” has 8 characters; at most 5 are allowed. Shorten it."),
    "colour": ("blue", "“Colour”: what was chosen is not offered. Choose again."),
    "colours": (["r", "blue"], "“Colours”: what was chosen is not offered. Choose again."),
    "paper": (SimpleUploadedFile("a.txt", b""), "“Paper”: the file is empty. Choose another."),
    "day": ("31.1.2027", "“First day” takes a day, such as 2027-01-31."),
    "days": ("ten", "“Days” takes a whole number, such as 30."),
    "mail": ("me", "“Address” takes an e-mail address, such as name@example.org."),
    "site": ("a b", "“Page” takes an address of the web, such as https://www.example.org."),
}


def test_what_is_missing_is_named() -> None:
    said = Sample({}).errors
    assert {name: said[name] for name in NOTHING} == {name: [text] for name, text in NOTHING.items()}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named(name: str) -> None:
    value, text = WRONG[name]
    assert Sample({name: value}, {name: value}).errors[name] == [text]
    if name == "days":
        assert Sample({name: "0"}).errors[name] == ["“Days” takes a number from 1 on."]
        assert Sample({name: "10"}).errors[name] == ["“Days” takes a number up to 9."]


def test_it_is_said_in_the_language_of_the_page() -> None:
    with override("de"):
        assert Sample({}).errors["name"] == ["„Your name“ ist leer. Füllen Sie das Feld aus."]


def _forms(kind: type[PlainForm] = PlainForm) -> Iterator[type[PlainForm]]:
    for one in kind.__subclasses__():
        yield one
        yield from _forms(one)


def test_no_form_of_a_page_says_what_django_says() -> None:
    assert get_resolver().url_patterns  # which brings all pages
    found = {
        (form, name, code, message)
        for form in _forms()
        for name, field in form.base_fields.items()
        for kind in type(field).__mro__
        for code, message in getattr(kind, "default_error_messages", {}).items()
        if field.error_messages.get(code) is message
    }
    assert len(found) > 100
    for form, name, code, message in found:
        one = type("One", (PlainForm,), {name: form.base_fields[name]})({})
        one.errors.clear()
        one.add_error(name, ValidationError(message, code, {"max": 1, "length": 2, "value": 3, "pk": 4}))
        assert str(one[name].label) in one.errors[name][0], (form, name, code)
