"""The fields that can be asked for, as CKAN's index calls them, and what they are in ours."""

from uuid import UUID

from erpd.metadata.ckan_alphabet import tag_of
from erpd.metadata.vocabularies import code_in
from erpd.publish.ckan_api.errors import BadSearch
from erpd.register.search.fielded import EVERYTHING, Any, Condition, Term
from erpd.register.search.labels import LISTS
from erpd.register.search.schema import CONDITIONS

MOST_STARS = 4
LONGEST_PATTERN = 100  # characters
_STAR = "*"
# Name in queries -> field of the index.
_FIELDS = {
    "id": "key",
    "name": "key",
    "organization": "organization",
    "owner_org": "organization",
    "groups": "theme",
    "theme": "theme",
    "extras_theme": "theme",
    "tags": "tag",
    "res_format": "format",
    "license_id": "licence",
    "license": "licence",
    "access_rights": "access_right",
    "extras_access_rights": "access_right",
    "language": "language",
    "extras_language": "language",
    "publisher": "publisher",
    "publisher_name": "publisher",
    "extras_publisher_name": "publisher",
    "frequency": "frequency",
    "extras_frequency": "frequency",
    # Of the catalogue: how to tell protected from open data (G3.1).
    "kind": "kind",
    "catalogue": "catalogue",
    "country": "country",
    # Of the conditions of access.
    **{name: name for name in CONDITIONS},
}
_TABLES = {
    "theme": "data-theme",
    "format": "file-type",
    "licence": "licence",
    "access_right": "access-right",
    "language": "language",
    "frequency": "frequency",
}
_TEXTS = ("text", "notes", "description", "res_name", "res_description", "keywords")
_WORDS = dict.fromkeys(("title", "title_string", "title_ngram"), "title") | dict.fromkeys(_TEXTS, "text")
_TIMES = {"metadata_modified": "changed", "metadata_created": "registered"}
# Fields that have the same value everywhere.
_SAME = {
    "state": ("active",),
    "capacity": ("public",),
    "private": ("false",),
    "type": ("dataset",),
    "dataset_type": ("dataset",),
    "entity_type": ("package",),
    "site_id": ("default",),
}
# Fields that CKAN's index has and ours does not: an empty list would say that no data set fits.
_MISSING = frozenset(
    {
        *(
            "author",
            "author_email",
            "maintainer",
            "maintainer_email",
            "version",
            "url",
            "res_url",
            "res_type",
        ),
        *("num_resources", "num_tags", "views_total", "views_recent", "resources_accessed_total", "isopen"),
        *("index_id", "indexed_ts", "depends_on", "dependency_of", "data_dict", "validated_data_dict"),
    }
)
FACETS = {
    "organization": "publisher",
    "owner_org": "publisher",
    "groups": "theme",
    "tags": "tag",
    "res_format": "format",
    "license_id": "licence",
    "publisher": "publisher",
    "theme": "theme",
    "access_rights": "access_right",
    "language": "language",
    "kind": "kind",
    "catalogue": "catalogue",
    "country": "country",
    **{name: name for name in CONDITIONS},
}
"""Facet -> field of the index."""
SORTS = {
    "metadata_created": "registered",
    "metadata_modified": "changed",
    "id": "id_order",
    "name": "id_order",
    "title": "title_order",
    "title_string": "title_order",
    "title_ngram": "title_order",
    "modified": "modified",
    "score": "",
    "relevance": "",
}
"""Name in ``sort`` -> order of lists."""


def by_words(field: str) -> str | None:
    """``title`` or ``text`` if a field has words; otherwise None."""
    return _WORDS.get(field)


def time_field(field: str) -> str | None:
    """The time in our index; None if the field is not one."""
    return _TIMES.get(field)


def is_known(field: str) -> bool:
    """Whether our index, or CKAN's, has the field."""
    return field in _FIELDS or field in _SAME or field in _WORDS or field in _TIMES or field in _MISSING


def by_value(field: str, value: str, *, phrase: bool = False) -> Condition:
    """The data sets with this value; none if no field is called so. Raises BadSearch."""
    if field in _MISSING:
        raise BadSearch(
            f"{field} cannot be searched here. There are {', '.join(sorted({*_FIELDS, *_WORDS}))}."
        )
    if field in _SAME:
        return EVERYTHING if value in (*_SAME[field], _STAR) or field == "site_id" else Any()
    if field not in _FIELDS:
        return Any()
    name = _FIELDS[field]
    if phrase or _STAR not in value:
        return Term(name, _term(name, value)) if value else Any()
    if value.count(_STAR) > MOST_STARS or len(value) > LONGEST_PATTERN:
        raise BadSearch(f"{field}: at most {MOST_STARS} stars and {LONGEST_PATTERN} characters.")
    return Term(
        name, value.upper() if name in _TABLES else value.replace("-", "") if name == "key" else value
    )


def _term(name: str, value: str) -> str:
    """The value as our index has it."""
    match name:
        case "key":
            try:
                return UUID(value).hex
            except ValueError:
                return "-"  # no key
        case "tag":
            return tag_of(value) or "-"
        case "country":
            return value.upper()
        case _ if name in LISTS:
            return code_in(LISTS[name], value) or value
        case _ if name in _TABLES:
            return code_in(_TABLES[name], value) or value.upper()
        case _:
            return value
