"""The actions, by name: what each does, and what ``help_show`` says about it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from erpd import __version__
from erpd.formats.ckan.package import group, is_free, organization
from erpd.metadata.ckan_alphabet import name_of
from erpd.metadata.vocabularies import vocabulary
from erpd.publish.ckan_api import package_search
from erpd.publish.ckan_api.arguments import Arguments, flag, limit, listed, needed, number, text
from erpd.publish.ckan_api.errors import NotFound
from erpd.publish.ckan_api.json_text import as_json
from erpd.publish.ckan_api.package_search import MOST_ROWS, as_list
from erpd.publish.ckan_api.packages import packages
from erpd.publish.ckan_api.written import language
from erpd.register.rows import streamed
from erpd.register.scope import Scope
from erpd.register.search.fielded import Term
from erpd.register.search.listing import values_of

CKAN = "2.11"  # the version of CKAN whose API this is
_KEY = 36  # characters


@dataclass(frozen=True, slots=True)
class Asking:
    """One request."""

    within: Scope
    arguments: Arguments
    reader: str
    """Anything that tells readers apart."""


def _package_list(asking: Asking) -> Iterator[bytes]:
    """Return the names of all data sets, in alphabetical order.

    limit: at most so many names
    offset: after so many names
    """
    start = number(asking.arguments, "offset", 0)
    end = start + limit(asking.arguments, "limit", 2**31)
    keys = asking.within.data_sets().order_by("key").values_list("key", flat=True)[start:end]
    return as_list(f'"{key}"'.encode() for key in streamed(keys))


def _package_show(asking: Asking) -> Iterator[bytes]:
    """Return a data set with its resources.

    id: its id, name or address
    """
    return _package(asking.within, needed(asking.arguments, "id", "name_or_id", "name"))


def _package_search(asking: Asking) -> Iterator[bytes]:
    """Search data sets.

    q: words, or a query of Lucene: title:water AND metadata_modified:[2026-01-01T00:00:00Z TO *]
    fq: a filter: organization:name, groups:econ, tags:"air quality", res_format:CSV, license_id:CC_BY_4_0,
        access_rights:RESTRICTED, kind:protected, catalogue:nl, country:NL. OR, AND, NOT, + and - join them.
    fq_list: further filters
    sort: metadata_created, metadata_modified, modified, title, id or score, with asc or desc. Without q and
        sort, the data sets come in the order of their registration, which edits do not change.
    start, rows: which page; at most 1,000 rows
    facet.field, facet.limit, facet.mincount: which fields to count: organization, groups, tags, res_format,
        license_id, access_rights, language, kind, catalogue, country
    fl: only these fields
    """
    return package_search.search(asking.within, asking.arguments, asking.reader)


def _with_resources(asking: Asking) -> Iterator[bytes]:
    """Return data sets with their resources, in the order of their registration.

    limit: at most so many, and at most 1,000
    offset: after so many
    page: in place of offset, the number of the page, from 1
    """
    return package_search.with_resources(asking.within, asking.arguments, asking.reader)


def _resource_show(asking: Asking) -> Iterator[bytes]:
    """Return a resource.

    id: its id
    """
    wanted = needed(asking.arguments, "id")
    package = json.loads(next(_package(asking.within, wanted[:_KEY])))
    for resource in package["resources"]:
        if resource["id"] == wanted:
            return iter([as_json(resource)])
    raise NotFound("Not found: Resource was not found.")


def _organization_list(asking: Asking) -> Iterator[bytes]:
    """Return the publishers of the data sets.

    all_fields: objects instead of names
    organizations: only these names
    sort: title asc, title desc, name asc, package_count desc
    limit, offset: which page
    """
    found = {name_of(title): (title, count) for title, count in values_of(asking.within, "publisher").items()}
    made = {name: organization(title) | _counted(count) for name, (title, count) in found.items()}
    return _listed(made, asking.arguments, "organizations")


def _organization_show(asking: Asking) -> Iterator[bytes]:
    """Return a publisher.

    id: its name
    include_datasets: also its data sets, up to 1,000
    """
    wanted = needed(asking.arguments, "id")
    for title, count in values_of(asking.within, "publisher").items():
        if name_of(title) == wanted:
            made = organization(title) | _counted(count)
            return _shown(made, asking, Term("organization", wanted))
    raise NotFound("Not found: Organization was not found.")


def _group_list(asking: Asking) -> Iterator[bytes]:
    """Return the themes of the data sets.

    all_fields: objects instead of names
    groups: only these names
    sort: title asc, title desc, name asc, package_count desc
    limit, offset: which page
    """
    made = {
        code.lower(): _group(code) | _counted(count)
        for code, count in values_of(asking.within, "theme").items()
    }
    return _listed(made, asking.arguments, "groups")


def _group_show(asking: Asking) -> Iterator[bytes]:
    """Return a theme.

    id: its name
    include_datasets: also its data sets, up to 1,000
    """
    wanted = needed(asking.arguments, "id")
    code = wanted.upper()
    if code not in vocabulary("data-theme").concepts:
        raise NotFound("Not found: Group was not found.")
    count = values_of(asking.within, "theme").get(code, 0)
    return _shown(_group(code) | _counted(count), asking, Term("theme", code))


def _tag_list(asking: Asking) -> Iterator[bytes]:
    """Return the keywords of the data sets.

    query: only those that contain this
    all_fields: objects instead of names
    limit, offset: which page
    """
    said = text(asking.arguments, "query").casefold()
    made = {
        tag: _tag(tag)
        for tag in sorted(values_of(asking.within, "tag"), key=lambda tag: (tag.casefold(), tag))
        if said in tag.casefold()
    }
    start, end = _page(asking.arguments)
    all_fields = flag(asking.arguments, "all_fields")
    return iter([as_json(list(made.values() if all_fields else made)[start:end])])


def _tag_show(asking: Asking) -> Iterator[bytes]:
    """Return a keyword.

    id: its name
    include_datasets: also its data sets, up to 1,000
    """
    wanted = needed(asking.arguments, "id")
    if wanted not in values_of(asking.within, "tag", Term("tag", wanted)):
        raise NotFound("Not found: Tag was not found.")
    return _shown(_tag(wanted), asking, Term("tag", wanted))


def _license_list(asking: Asking) -> Iterator[bytes]:
    """Return the licences: those of the authority table of the Publications Office."""
    table = vocabulary("licence")
    found = [
        {
            "id": code,
            "title": table.label(code, language()),
            "url": table.iri(code),
            "status": "active",
            "family": "",
            "maintainer": "",
            "is_generic": False,
            "domain_content": True,
            "domain_data": True,
            "domain_software": False,
            "od_conformance": "approved" if is_free(code) else "not reviewed",
            "osd_conformance": "not reviewed",
            "is_okd_compliant": is_free(code),
            "is_osi_compliant": False,
        }
        for code in table.concepts
    ]
    return iter([as_json(found)])


def _site_read(_: Asking) -> Iterator[bytes]:
    """Return true: everybody may read here."""
    return iter([b"true"])


def _status_show(_: Asking) -> Iterator[bytes]:
    """Return the name and address of this register, and the version of CKAN whose API it has."""
    node = settings.NODE
    said = {
        "site_title": node.title,
        "site_description": "",
        "site_url": node.base_url,
        "ckan_version": CKAN,
        "erpd_version": __version__,
        "error_emails_to": node.email,
        "locale_default": language(),
        "extensions": ["dcat"],
    }
    return iter([as_json(said)])


def _help_show(asking: Asking) -> Iterator[bytes]:
    """Return what an action does.

    name: its name
    """
    name = needed(asking.arguments, "name")
    if name not in ACTIONS:
        raise NotFound(f"Not found: Action {name[:60]!r} was not found. There are {', '.join(ACTIONS)}.")
    return iter([as_json(ACTIONS[name].__doc__)])


ACTIONS: dict[str, Callable[[Asking], Iterator[bytes]]] = {
    "package_search": _package_search,
    "package_show": _package_show,
    "package_list": _package_list,
    "current_package_list_with_resources": _with_resources,
    "resource_show": _resource_show,
    "organization_list": _organization_list,
    "organization_show": _organization_show,
    "group_list": _group_list,
    "group_show": _group_show,
    "tag_list": _tag_list,
    "tag_show": _tag_show,
    "license_list": _license_list,
    "site_read": _site_read,
    "status_show": _status_show,
    "help_show": _help_show,
}
"""Name -> what answers it, in pieces of JSON. Raises Refused, IndexNotReady and VersionBroken."""


def _package(within: Scope, wanted: str) -> Iterator[bytes]:
    """The package with this id, name or address."""
    try:
        keys = [] if ":" in wanted else [UUID(wanted)]  # Python reads urn:uuid:… too, which is an IRI
    except ValueError:
        keys = []
    keys = keys or [data_set.key for data_set in within.called([wanted])]
    found = next(packages(within, keys[:1]), None)
    if found is None:
        raise NotFound("Not found: Dataset was not found.")
    return iter([found])


def _listed(made: dict[str, dict[str, Any]], arguments: Arguments, only: str) -> Iterator[bytes]:
    """Names, or objects, of the page that is wanted."""
    wanted = listed(arguments, only)
    found = [made[name] for name in wanted if name in made] if wanted else list(made.values())
    by, _, direction = text(arguments, "sort", "order_by").strip().partition(" ")
    key = {"package_count": "package_count", "packages": "package_count", "name": "name"}.get(by, "title")
    found.sort(
        key=lambda each: (str(each[key]).casefold() if key != "package_count" else each[key], each["name"])
    )
    if direction.strip().lower() == "desc" or (key == "package_count" and not direction):
        found.reverse()
    start, end = _page(arguments)
    shown = found[start:end]
    return iter([as_json(shown if flag(arguments, "all_fields") else [each["name"] for each in shown])])


def _page(arguments: Arguments) -> tuple[int, int]:
    start = number(arguments, "offset", 0)
    return start, start + limit(arguments, "limit", 2**31)


def _shown(made: dict[str, Any], asking: Asking, which: Term) -> Iterator[bytes]:
    yield as_json(made)[:-1]
    if flag(asking.arguments, "include_datasets"):
        yield b',"packages":'
        yield from package_search.of_condition(asking.within, which, MOST_ROWS)
    yield b"}"


def _counted(count: int) -> dict[str, Any]:
    return {"package_count": count, "num_followers": 0, "users": [], "groups": [], "tags": [], "extras": []}


def _group(code: str) -> dict[str, Any]:
    shown = {"type": "group", "state": "active", "is_organization": False, "approval_status": "approved"}
    return group(code, language()) | shown | {"image_url": ""}


def _tag(name: str) -> dict[str, Any]:
    return {"id": name, "name": name, "display_name": name, "vocabulary_id": None}
