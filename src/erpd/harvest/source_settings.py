"""The settings of a source, created at the first call and found again at the next."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings as django_settings
from django.db import transaction

from erpd.harvest.models import SourceSettings
from erpd.harvest.removing import restore
from erpd.metadata.masking import has_user_info, secrets_in, shown
from erpd.metadata.profile import AND
from erpd.register.catalogues import country_catalogue, own_profile
from erpd.register.models import Catalogue, Source
from erpd.register.one_at_a_time import one_at_a_time
from erpd.sources.links import in_one_form, is_local, is_on_the_web

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")

SET = "set sources"
"""What only one does at a time: otherwise two get one name or one address."""
# What makes a source: another set or filter of one address is another source (G3.1).
ADDRESS = ("protocol", "url", "set", "query", "graph")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an operator wants of a source. Empty values leave a setting as it is."""

    protocol: str
    url: str
    country: str
    """Two letters, see ``country_code``."""
    open_data: bool = False
    set: str = ""
    query: str = ""
    graph: str = ""
    prefix: str = ""
    policy: str = ""
    """A new source is strict."""
    rules: str | None = None
    """TOML; "" removes the rules."""
    secret: bytes | None = None
    """Encrypted credentials; b"" removes them."""
    profiles: tuple[str, ...] = ()
    """What the records of its catalogue follow, beside its own profile; only its own: nothing else."""
    name: str = ""
    """The name of a new source, for good, because it is part of what identifies its data sets; "" for one
    that follows from the address."""
    local: bool = False
    """Whether ``url`` may be a file of this machine: only for operators, who can read its files anyway."""


class UnfitAddress(ValueError):
    """The address of a source holds a secret, or is a file that whoever describes it must not name."""


class OtherCatalogue(ValueError):
    """The address is already a source of another catalogue."""


class OtherName(ValueError):
    """The source has another name, or the name is that of something else, or it is no name."""


def settings_for(wanted: Wanted) -> SourceSettings:
    """Create or change the settings of a source.

    Raises UnfitAddress, OtherName, OtherCatalogue if it already fills another catalogue, ValidationError if a
    value is too long.
    """
    _fit(wanted)
    with transaction.atomic():
        one_at_a_time(SET)
        catalogue = country_catalogue(
            wanted.country, open_data=wanted.open_data, european=django_settings.NODE.role == "european"
        )
        address = {name: getattr(wanted, name) for name in ADDRESS}
        known = sources_at(address)
        _refuse_second_catalogue(catalogue, known)
        if wanted.profiles:
            further = [name for name in wanted.profiles if name != own_profile(catalogue)]
            catalogue.profiles = AND.join(dict.fromkeys(further))
            catalogue.save(update_fields=["profiles"])
        here = [one for one in known if one.source.catalogue_id == catalogue.pk]
        found = next((one for one in here if one.url == wanted.url), here[0] if here else None)
        _refuse_other_name(wanted, found)
        if found is None:
            slug = wanted.name or _slug(catalogue, wanted)
            SourceSettings(**address).clean_fields(exclude=["source"])
            source, made = Source.objects.get_or_create(slug=slug, defaults={"catalogue": catalogue})
            if not made:
                raise OtherName(f"The name {slug!r} is taken already. Choose another one with --name.")
            local = wanted.local and is_local(wanted.url)
            found = SourceSettings.objects.create(source=source, **address, local=local)
        if wanted.policy:
            found.source.policy = wanted.policy
            found.source.save(update_fields=["policy"])
        if wanted.rules is not None:
            found.rules = wanted.rules
        found.prefix = wanted.prefix or found.prefix
        if wanted.secret is not None:
            found.secret = wanted.secret
        found.clean_fields(exclude=["source"])
        restore(found)
        found.save(update_fields=["rules", "prefix", "secret"])
    return found


def sources_at(address: Mapping[str, str]) -> list[SourceSettings]:
    """Return the sources at an address, however it is spelt.

    ``address``: its url, and what else of ADDRESS counts.
    """
    wanted = in_one_form(address["url"])
    others = {name: text for name, text in address.items() if name != "url"}
    found = SourceSettings.objects.filter(**others).select_related("source__catalogue").order_by("pk")
    return [one for one in found if in_one_form(one.url) == wanted]


def sources_beside(url: str) -> list[SourceSettings]:
    """Return the sources, not removed, on the same host and path, whatever their query, set or filter."""
    wanted = in_one_form(url).partition("?")[0]
    found = SourceSettings.objects.filter(removed=None).select_related("source__catalogue").order_by("pk")
    return [one for one in found if in_one_form(one.url).partition("?")[0] == wanted]


def _refuse_second_catalogue(catalogue: Catalogue, known: Iterable[SourceSettings]) -> None:
    """A source that was removed, and has no data sets, no longer holds its address."""
    for other in known:
        if other.source.catalogue_id == catalogue.pk or (other.removed and not other.present().exists()):
            continue
        name, holder = other.source.slug, other.source.catalogue.slug
        filled = "has been removed, but its data sets are still in" if other.removed else "fills"
        raise OtherCatalogue(
            f"{shown(other.url)} is the address of {name}, which {filled} the catalogue {holder!r}; a source "
            f"fills only one catalogue (G3.1). If {holder!r} is wrong, run `erpd source remove {name} "
            f"--withdraw`, then add it again. Otherwise use another set or URL for {catalogue.slug!r}."
        )


def _refuse_other_name(wanted: Wanted, found: SourceSettings | None) -> None:
    if not wanted.name:
        return
    if not NAME.fullmatch(wanted.name):
        raise OtherName(
            f"{wanted.name!r} is no name of a source. It has up to 80 small letters, digits, hyphens and "
            "underscores, and begins with a letter or digit: land-registry."
        )
    if found and found.source.slug != wanted.name:
        raise OtherName(
            f"{shown(found.url)} is the address of the source {found.source.slug}, which keeps its name, "
            "because it is part of what identifies its data sets. Use that name."
        )


def _fit(wanted: Wanted) -> None:
    """Addresses are shown in lists and messages, are part of what makes a source, and may name no file."""
    if not wanted.local and not wanted.url.lower().startswith(("https://", "http://")):
        raise UnfitAddress("A source needs an address that begins with https:// or http://.")
    if is_local(wanted.url):
        return
    if wanted.url.lower().startswith(("https://", "http://")) and not is_on_the_web(wanted.url):
        raise UnfitAddress(
            f"{shown(wanted.url)} is not a web address: it has no host, or its port is not one."
        )
    if has_user_info(wanted.url):
        raise UnfitAddress("Give the user name and the password with --user and --password, not in --url.")
    if secrets := secrets_in(wanted.url):
        names = ", ".join(secret.partition("=")[0] for secret in secrets)
        raise UnfitAddress(
            f"The address contains a secret ({names}), and addresses are shown in lists and messages. Leave "
            "it out of --url and put it into ERPD_SOURCE_PARAMETERS, or --parameters, as name=value: there "
            "it is encrypted."
        )


def neighbours(settings: SourceSettings) -> list[SourceSettings]:
    """Other sources of the same catalogue: a country has only one NSIP catalogue (G2, footnote 4)."""
    same = SourceSettings.objects.filter(source__catalogue=settings.source.catalogue_id, removed=None)
    return list(same.exclude(pk=settings.pk))


def _slug(catalogue: Catalogue, wanted: Wanted) -> str:
    """Part of every identity, so made of nothing that may change: a rebuilt register has the same keys."""
    address = "\n".join(getattr(wanted, name) for name in ADDRESS)
    return f"{catalogue.slug}-{hashlib.sha256(address.encode()).hexdigest()[:8]}"
