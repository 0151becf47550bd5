"""What is wrong with a field of a form, and what to do: Django's own messages name no field."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_EMPTY = _("“%(field)s” is empty. Fill it in.")
_NOT_CHOSEN = _("“%(field)s”: nothing is chosen. Choose an answer.")
_OTHER = _("“%(field)s”: %(said)s")
_NOT_OFFERED = _("“%(field)s”: what was chosen is not offered. Choose again.")
_WEB = _("“%(field)s” takes an address of the web, such as https://www.example.org.")
_UNFILLED: tuple[tuple[type[forms.Field], Promise], ...] = (
    (forms.BooleanField, _("“%(field)s” is not ticked. Tick it to go on.")),
    (forms.ChoiceField, _NOT_CHOSEN),
    (forms.ModelChoiceField, _NOT_CHOSEN),
    (forms.FileField, _("“%(field)s”: no file is chosen. Choose one.")),
)


def _of(field: type[forms.Field], code: str) -> str | Promise:
    return field.default_error_messages[code]


_REQUIRED = _of(forms.Field, "required")
# By identity: what a field or a validator of our own says stays as it is.
_OURS: Mapping[int, Promise] = {
    id(theirs): ours
    for theirs, ours in (
        (_of(forms.ChoiceField, "invalid_choice"), _NOT_OFFERED),
        (_of(forms.MultipleChoiceField, "invalid_choice"), _NOT_OFFERED),
        (_of(forms.ModelChoiceField, "invalid_choice"), _NOT_OFFERED),
        (_of(forms.ModelMultipleChoiceField, "invalid_choice"), _NOT_OFFERED),
        (_of(forms.IntegerField, "invalid"), _("“%(field)s” takes a whole number, such as 30.")),
        (_of(forms.DecimalField, "invalid"), _("“%(field)s” takes a number, such as 12.50.")),
        (_of(forms.DateField, "invalid"), _("“%(field)s” takes a day, such as 2027-01-31.")),
        (_of(forms.FileField, "empty"), _("“%(field)s”: the file is empty. Choose another.")),
        (
            validators.EmailValidator.message,
            _("“%(field)s” takes an e-mail address, such as name@example.org."),
        ),
        (_of(forms.URLField, "invalid"), _WEB),
        (validators.URLValidator.message, _WEB),
        (
            validators.MaxLengthValidator.message,
            _("“%(field)s” has %(show_value)s characters; at most %(limit_value)s are allowed. Shorten it."),
        ),
        (
            validators.MinLengthValidator.message,
            _("“%(field)s” has %(show_value)s characters; at least %(limit_value)s are needed."),
        ),
        (validators.MinValueValidator.message, _("“%(field)s” takes a number from %(limit_value)s on.")),
        (validators.MaxValueValidator.message, _("“%(field)s” takes a number up to %(limit_value)s.")),
        (
            validators.ProhibitNullCharactersValidator.message,
            _("“%(field)s” contains a character that cannot be stored. Type it again."),
        ),
    )
}


class PlainForm(forms.Form):
    """A form whose messages say which field they are about and what to do, in the language of the page."""

    required_css_class = "erpd-required"
    use_required_attribute = False  # our messages instead of the browser's

    def add_error(self, field: str | None, error: Any) -> None:
        """Mark a field: what Django would say of it is said in our words."""
        if field is not None:
            said = error if isinstance(error, ValidationError) else ValidationError(error)
            error = ValidationError([self._in_our_words(field, one) for one in said.error_list])
        super().add_error(field, error)

    def _in_our_words(self, name: str, error: ValidationError) -> ValidationError:
        field = self.fields[name]
        ours = _OURS.get(id(error.message))
        if error.message is _REQUIRED:
            ours = next((text for kind, text in _UNFILLED if isinstance(field, kind)), _EMPTY)
        elif ours is None and any(error.message is stock for stock in _stock(field)):
            ours = _OTHER
        if ours is None:
            return error
        facts = {**(error.params or {}), "field": self[name].label, "said": " ".join(error.messages)}
        return ValidationError(str(ours), code=error.code, params=facts)


def _stock(field: forms.Field) -> Iterator[str | Promise]:
    for kind in type(field).__mro__:
        yield from getattr(kind, "default_error_messages", {}).values()
