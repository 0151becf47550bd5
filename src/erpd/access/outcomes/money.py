"""Amounts of money as people give them, and as they read them."""

import re
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

MOST = Decimal(10**9)
CENT = Decimal("0.01")


def amount(given: Decimal | int | str) -> Decimal:
    """An amount with two decimals. Raises ValidationError for what is none, below 0 or above ``MOST``."""
    try:
        found = Decimal(given)
    except (InvalidOperation, ValueError, TypeError):
        found = Decimal("NaN")
    if not (found.is_finite() and 0 <= found <= MOST and found == found.quantize(CENT)):
        raise ValidationError(
            _("“%(given)s” is not an amount. Write a number from 0 to %(most)s with at most two decimals.")
            % {"given": str(given)[:40], "most": MOST}
        )
    return found.quantize(CENT)


def currency_code(given: str) -> str:
    """The code of a currency. Raises ValidationError for what cannot be one."""
    code = given.strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise ValidationError(
            _("“%(given)s” is not the code of a currency. Write three letters, such as EUR.")
            % {"given": given[:40]}
        )
    return code


def in_words(least: Decimal, most: Decimal, currency: str) -> str:
    """An amount or a range in the language that is active."""
    high = f"{_number(most)} {currency}"
    if least == most:
        return high
    return _("%(least)s to %(most)s") % {"least": f"{_number(least)} {currency}", "most": high}


def _number(value: Decimal) -> str:
    return number_format(value, 2, use_l10n=True, force_grouping=True)
