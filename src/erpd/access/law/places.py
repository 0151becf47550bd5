"""Where a limit ends: the zone of a country, and its working days (Regulation 1182/71, Article 2)."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SATURDAY = 5
_FIRST, _LAST = 1971, 2200  # years; the regulation is of 1971
# As the Union writes them, where ISO 3166 does not.
_ISO = {"EL": "GR", "UK": "GB"}
# The zone of the capital. A body elsewhere, in the Canary Islands or the Azores, names its own.
_ZONES = {
    "AT": "Vienna",
    "BE": "Brussels",
    "BG": "Sofia",
    "CH": "Zurich",
    "CZ": "Prague",
    "DE": "Berlin",
    "DK": "Copenhagen",
    "EE": "Tallinn",
    "ES": "Madrid",
    "FI": "Helsinki",
    "FR": "Paris",
    "GB": "London",
    "GR": "Athens",
    "HR": "Zagreb",
    "HU": "Budapest",
    "IE": "Dublin",
    "IT": "Rome",
    "LI": "Vaduz",
    "LT": "Vilnius",
    "LU": "Luxembourg",
    "LV": "Riga",
    "MT": "Malta",
    "NL": "Amsterdam",
    "NO": "Oslo",
    "PL": "Warsaw",
    "PT": "Lisbon",
    "RO": "Bucharest",
    "SE": "Stockholm",
    "SI": "Ljubljana",
    "SK": "Bratislava",
}
_OTHER_ZONES = {"CY": "Asia/Nicosia", "IS": "Atlantic/Reykjavik"}


def iso_code(country: str) -> str:
    """The code of a country in ISO 3166: GR for EL, GB for UK."""
    return _ISO.get(country, country)


class PlaceUnknown(ValueError):
    """We do not know the zone or the holidays of a place. The message says what to name."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a body is."""

    country: str
    """Two letters."""
    region: str = ""
    """A part of it with holidays of its own, as ISO 3166-2 has it after the hyphen: "BY" for Bavaria."""
    zone: str = ""
    """Its time zone, if it is not that of the capital: "Atlantic/Canary"."""

    def day_of(self, instant: datetime) -> date:
        """Return which day it is there. Raises ValueError if ``instant`` has no zone, and PlaceUnknown."""
        if instant.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return instant.astimezone(self._zone()).date()

    def is_working(self, day: date) -> bool:
        """Whether it is no Saturday, no Sunday and no public holiday there. Raises PlaceUnknown."""
        return day.weekday() < _SATURDAY and day not in _holidays(self._iso(), self.region, day.year)

    def check(self) -> None:
        """Raise PlaceUnknown if we know too little of it."""
        self._zone()
        _holidays(self._iso(), self.region, 2026)

    def _iso(self) -> str:
        return iso_code(self.country)

    def _zone(self) -> ZoneInfo:
        country = self._iso()
        name = self.zone or _OTHER_ZONES.get(country) or f"Europe/{_ZONES.get(country, '')}"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise PlaceUnknown(
                f"We do not know the time zone of {self.zone or self.country or 'no country'}. "
                "Name one of the IANA database, such as Europe/Brussels."
            ) from None


@cache
def _holidays(country: str, region: str, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415  # takes a third of a second, and few processes count days

    if not _FIRST <= year <= _LAST:
        raise PlaceUnknown(f"We do not know the holidays of {year}. Name a year from {_FIRST} to {_LAST}.")
    try:
        return frozenset(holidays.country_holidays(country, region or None, years=[year], observed=True))
    except NotImplementedError:
        where = f"{country}-{region}" if region else country or "no country"
        raise PlaceUnknown(
            f"We do not know the holidays of {where}. Name a country by two letters, such as DE, and a "
            "region as ISO 3166-2 does, such as BY for Bavaria."
        ) from None
