"""What the sources of a node are set to, as a file says it. Secrets are never part of it."""

from pathlib import Path
from typing import Any

from erpd.harvest.as_files.document import STORED
from erpd.harvest.models import SourceSettings
from erpd.harvest.reach import is_of_owner
from erpd.metadata.declared import table_of
from erpd.metadata.profile import AND
from erpd.register.models import Catalogue, Source


def exported() -> dict[str, dict[str, Any]]:
    """Name -> facts, of each source that the operator looks after."""
    return {settings.source.slug: facts_of(settings) for settings in own_sources()}


def beside(sources: dict[str, dict[str, Any]], folder: Path) -> dict[str, dict[str, Any]]:
    """The same as a file in ``folder`` says it: paths in it are relative, which ``apply`` understands.

    So the folder can be moved, or be a clone on another machine.
    """
    return {name: {**facts, "url": _beside(str(facts["url"]), folder)} for name, facts in sources.items()}


def _beside(url: str, folder: Path) -> str:
    if "://" in url or not Path(url).is_relative_to(folder):
        return url
    relative = str(Path(url).relative_to(folder))
    return url if "://" in relative else relative


def own_sources() -> list[SourceSettings]:
    """The sources that were not removed and are no data owner's portal, by name."""
    found = SourceSettings.objects.filter(removed=None).select_related("source__catalogue")
    return [one for one in found.order_by("source__slug") if not is_of_owner(one)]


def facts_of(settings: SourceSettings) -> dict[str, Any]:
    """What a source is set to, without what is so for every source of which nothing is said.

    Raises DeclarationError if its rules are not TOML.
    """
    source, catalogue = settings.source, settings.source.catalogue
    rules = table_of(settings.rules)
    facts = {
        "protocol": settings.protocol,
        "url": settings.url,
        **{name: getattr(settings, name) for name in ("set", "query", "graph", "prefix")},
        "country": catalogue.country,
        "open": catalogue.kind == Catalogue.Kind.OPEN,
        "policy": str(source.policy) if source.policy != Source.Policy.STRICT else "",
        "profiles": list(filter(None, catalogue.profiles.split(AND))),
        "contact": settings.contact,
        "tell_publishers": settings.tell_publishers,
        "credentials": STORED if settings.secret else "",
    }
    said = {name: value for name, value in facts.items() if value}
    return {**said, **({} if settings.active else {"active": False}), **({"rules": rules} if rules else {})}
