"""What an owner wants of its portal: its address, what goes, how often; and the settings that follow."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from erpd.harvest.models import SourceSettings
from erpd.harvest.source_settings import ADDRESS
from erpd.metadata.masking import has_user_info, secrets_in
from erpd.metadata.storable import storable
from erpd.metadata.vocabularies import vocabulary
from erpd.register.models import Source
from erpd.sources import SOURCES
from erpd.sources.links import is_on_the_web
from erpd.sources.protocol import Setting
from erpd.submit.models import Portal

EVERY = (1, 7, 14, 28)  # days
FILTERS = ("identifier", "publisher", "theme", "keyword")
MOST_VALUES = 20  # of one filter
LONGEST_VALUE = 200
LONGEST_ADDRESS = 1000
_SETTINGS: tuple[Setting, ...] = ("set", "query", "graph", "prefix")


@dataclass(frozen=True, slots=True)
class Wish:
    """What people may choose."""

    url: str
    protocol: str = ""
    """Of ``SOURCES``; "" if it is to be found."""
    set: str = ""
    query: str = ""
    graph: str = ""
    prefix: str = ""
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Filter -> values; a data set has one value of each."""
    every: int = 7


def fit(wish: Wish) -> dict[str, object]:
    """The fields of a portal for a wish. Raises ValidationError, by field, if it is unfit."""
    fit_address(wish.url)
    if wish.protocol and wish.protocol not in SOURCES:
        raise ValidationError({"protocol": _("Choose one of the list.")})
    if wish.every not in EVERY:
        raise ValidationError({"every": _("Choose one of the list.")})
    known = SOURCES.get(wish.protocol)
    chosen: dict[str, object] = {name: storable(getattr(wish, name)).strip() for name in _SETTINGS}
    for name in _SETTINGS:
        if chosen[name] and not (known and known.understands(name)):
            raise ValidationError({name: _("This does not apply to the protocol. Leave it empty.")})
    where = {name: _values(name, wish.where.get(name, ())) for name in FILTERS}
    return {
        "url": wish.url.strip(),
        "protocol": wish.protocol,
        **chosen,
        "where": {name: values for name, values in where.items() if values},
        "every": wish.every,
    }


def fit_address(url: str) -> None:
    """Only a web address: no file of this machine, and nothing secret, because addresses are shown.

    Whether it is public is seen at each connection. Raises ValidationError.
    """
    url = url.strip()
    if storable(url) != url or any(sign.isspace() or not sign.isprintable() for sign in url):
        raise ValidationError({"url": _("This is not a web address.")})
    if not url.lower().startswith(("https://", "http://")):
        raise ValidationError({"url": _("Enter an address that begins with https:// or http://.")})
    if not is_on_the_web(url) or len(url) > LONGEST_ADDRESS:
        raise ValidationError({"url": _("This is not a web address.")})
    if has_user_info(url) or secrets_in(url):
        raise ValidationError(
            {
                "url": _(
                    "The address has a password or key in it. Only what everybody may read is harvested: "
                    "leave it out."
                )
            }
        )


def _values(name: str, given: Sequence[str]) -> list[str]:
    values = list(dict.fromkeys(filter(None, (storable(text).strip() for text in given))))
    if len(values) > MOST_VALUES or any(len(text) > LONGEST_VALUE for text in values):
        said = _("At most %(most)s values, each of at most %(longest)s characters.")
        raise ValidationError({name: said % {"most": MOST_VALUES, "longest": LONGEST_VALUE}})
    if name != "theme":
        return values
    codes = [vocabulary("data-theme").find(text) for text in values]
    if "" in codes:
        said = _("“%(value)s” is not a theme of the Publications Office.")
        raise ValidationError({name: said % {"value": values[codes.index("")]}})
    return list(dict.fromkeys(codes))


def rules_of(portal: Portal) -> str:
    """The rules of its source, in TOML. A JSON string is one of TOML, too."""
    lines = [f"{name} = {_listed(values)}" for name, values in portal.where.items()]
    filters = ["[where]", *lines] if lines else []
    return "\n".join([*filters, "[schedule]", f"every = {portal.every}", ""])


def _listed(values: Sequence[str]) -> str:
    # DEL is the only character that JSON leaves as it is and TOML does not take.
    return json.dumps(list(values), ensure_ascii=False).replace("\x7f", "\\u007f")


def address_of(portal: Portal) -> dict[str, str]:
    """What makes it the same source as another one."""
    return {name: getattr(portal, name) for name in ADDRESS}


def settings_of(portal: Portal, slug: str) -> SourceSettings:
    """The settings that its source would have, which are not saved."""
    policy = Source.Policy.STRICT
    source = Source(slug=slug, catalogue=portal.catalogue, policy=policy)
    return SourceSettings(
        source=source, **address_of(portal), prefix=portal.prefix, rules=rules_of(portal), local=False
    )
