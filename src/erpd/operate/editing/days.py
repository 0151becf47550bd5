"""Days of maintenance, as people type them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_MOST = 400


def days_of(text: str, label: str) -> list[date]:
    """The days of a field, in their order, none twice. Raises ValidationError, with the field's label."""
    try:
        days = sorted({date.fromisoformat(word) for word in text.split()})
    except ValueError as error:
        raise ValidationError(
            _("“%(field)s” takes days such as 2027-12-24, one on each line."), params={"field": label}
        ) from error
    if len(days) > _MOST:
        raise ValidationError(_("There are too many days. Leave out those that are past."))
    return days
