"""The faults of the delivery API in the language of whoever reads them."""

from django.utils.translation import gettext_lazy as _

from erpd.formats.delivery.faults import Code, Fault
from erpd.formats.delivery.fields import THINGS
from erpd.formats.delivery.values import MAILBOX, MEDIA_TYPE, TELEPHONE

_TEXTS = {
    Code.REQUIRED_FIELD: _("This is mandatory. Please fill it in."),
    Code.INVALID_URI: _("This is not a link. Write an address in full: https://…"),
    Code.INVALID_PATTERN: _("This value is not allowed here. Choose one from the list."),
    Code.INVALID_DATE: _("This is not a date. Write 2024-05-31, or 2024-05-31T12:00:00Z with its zone."),
    Code.INVALID_DURATION: _("This is not a duration (ISO 8601). Write it as P1D, PT15M or P1Y2M3D."),
    Code.INVALID_NUMERIC_VALUE: _("This is not a number from 0. Write digits only."),
    Code.INVALID_SIZE: _("There are several values where one is allowed, or a text is empty."),
    Code.INVALID_CONTACT_POINT: _("This is not a contact point. Give its name and an e-mail address."),
    Code.INVALID_FIELD_VALUE: _("This value cannot be read. Write it as in the example."),
    Code.FIELD_NOT_MODIFIABLE: _("This is permanent (G3.4.3). Leave it, or deliver a new data set."),
}  # fmt: skip
_OF_KINDS = (
    (MAILBOX, _("This is not an e-mail address. Write one such as info@example.org.")),
    (TELEPHONE, _("This is not a telephone number. Write one such as +31 70 123 4567.")),
    (MEDIA_TYPE, _("This is not a media type of the IANA register. Write one such as text/csv.")),
)
_LINKS = {
    row.name: text for thing in THINGS for row in thing.rows for kind, text in _OF_KINDS if row.kind is kind
}


def told(fault: Fault) -> str:
    """Return what is wrong with a field, and how to put it right."""
    field = next((step for step in reversed(fault.at) if isinstance(step, str)), "")
    if fault.code is Code.INVALID_URI and field in _LINKS:
        return str(_LINKS[field])
    return str(_TEXTS.get(fault.code, fault.message))
