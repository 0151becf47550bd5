"""How people name another data owner in a form."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.models import Owner


class OwnerField(forms.SlugField):
    """An approved data owner, by its short name.

    Everybody knows approved ones by their catalogues; whether there are others is told to nobody.
    """

    def __init__(self) -> None:
        super().__init__(
            label=_("Short name of the other data owner"),
            help_text=_("Ask them for it: it is on the overview page of their organisation."),
            max_length=50,
        )

    def clean(self, value: Any) -> Owner:
        slug = super().clean(value)
        found = Owner.objects.filter(slug=slug, state=Owner.State.APPROVED).first()
        if found is None:
            raise ValidationError(
                gettext("There is no data owner with this short name. Ask them for theirs.")
            )
        return found
