"""Packages, also those that say which of their fields are the record (see ``exact``)."""

from collections.abc import Iterable

from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.formats.ckan import data_set, distribution
from erpd.formats.ckan.fields import folded
from erpd.formats.ckan.values import is_empty, nested, text_of
from erpd.formats.json_values import Json
from erpd.metadata.graph import Graph
from erpd.metadata.iri import is_iri
from erpd.metadata.limits import MOST_TRIPLES
from erpd.metadata.record import Record

HOW, RDF_TEXT, UNREAD = "dcat_record", "dcat_rdf", "dcat_unread"
FIELDS, WITH_RDF, ONLY_RDF = "fields", "fields+rdf", "rdf"
_TEXTS = ("title", "notes", "version_notes", "name", "description")
_LISTED = {"keywords": "tags", **{f"{name}_translated": name for name in _TEXTS}}
# Objects, and the extras that repeat them: these count if another CKAN has dropped the object.
_REPEATED = {
    "publisher": ("publisher_uri", "publisher_name", "publisher_email", "publisher_url"),
    "contact": ("contact_uri", "contact_name", "contact_email", "contact_url"),
    "creator": ("creator_uri", "creator_name", "creator_email", "creator_url"),
    "temporal": ("temporal_start", "temporal_end"),
}
_PACKAGE = (
    *(
        "uri",
        "title",
        "notes",
        "version_notes",
        "tags",
        *_LISTED,
        "rights_holder",
        "spatial_coverage",
        "license",
    ),
    *_REPEATED,
    *(row.name for row in data_set.ROWS if row.name != "groups"),
    *(row.name for row in data_set.OF_HEALTH),
)
_CALLED = {"dct_format": "format", "dcat_media_type": "mimetype"}
_RESOURCE = (
    *("uri", "name", "name_translated", "description", "description_translated"),
    *("license", "access_services", "hash", "hash_algorithm", *_CALLED),
    *(row.name for row in distribution.ROWS if row.name not in _CALLED.values()),
)


def record_of(package: dict[str, Json], identifier: str, base: str) -> Record:
    """Return the record of a package. Raises Unreadable where it says too much."""
    said = _merged(package)
    how = text_of(said.get(folded(HOW)))
    if how not in (FIELDS, WITH_RDF, ONLY_RDF):
        return data_set.record_of(package, identifier, base)
    graph = Graph() if how == FIELDS else _graph(text_of(said.get(folded(RDF_TEXT))))
    if graph is None:
        return data_set.record_of(package, identifier, base)
    iri = text_of(said.get("uri"))
    if how == ONLY_RDF and is_iri(iri):
        return Record(identifier, graph, NamedNode(iri))
    record = data_set.record_of(_essential(said), identifier, base, infers=False)
    for triple in graph.triples():
        record.graph.add(*list(triple)[:3])
    return record


def _merged(package: dict[str, Json]) -> dict[str, Json]:
    """The fields of a package by their folded names; those of its own come before extras."""
    extras = nested(next((value for name, value in package.items() if folded(name) == "extras"), []))
    pairs = [
        (each["key"], each.get("value"))
        for each in (extras if isinstance(extras, list) else ())
        if isinstance(each, dict) and isinstance(each.get("key"), str)
    ]
    own = {folded(name): value for name, value in package.items() if not is_empty(nested(value))}
    return {folded(name): value for name, value in pairs} | own


# Triple terms within triple terms (RDF 1.2) cost the parser stack: 20,000 of them end the process.
_MOST_NESTED = 100


def _graph(text: str) -> Graph | None:
    """The triples of N-Triples; None if it is not that, or too much."""
    if text.count("<<") > _MOST_NESTED:
        return None
    try:
        triples = []
        for triple in parse(text.encode(), format=RdfFormat.N_TRIPLES, rename_blank_nodes=True):
            triples.append(triple)
            if len(triples) > MOST_TRIPLES:
                return None
        return Graph(triples)
    except (SyntaxError, ValueError):
        return None


def _essential(said: dict[str, Json]) -> dict[str, Json]:
    unread = nested(said.get(folded(UNREAD)))
    names = {name for name in unread if isinstance(name, str)} if isinstance(unread, list) else set()
    found = _picked(said, [name for name in _PACKAGE if name not in names])
    for name, repeated in _REPEATED.items():
        if name not in found and name not in names:
            found |= _picked(said, repeated)
    resources = nested(said.get("resources"))
    wanted = [name for name in _RESOURCE if f"resources/{_CALLED.get(name, name)}" not in names]
    found["resources"] = [
        {_CALLED.get(name, name): value for name, value in _picked(_folded(each), wanted).items()}
        for each in (resources if isinstance(resources, list) else ())
        if isinstance(each, dict)
    ]
    return found


def _folded(fields: dict[str, Json]) -> dict[str, Json]:
    return {folded(name): value for name, value in fields.items()}


def _picked(said: dict[str, Json], names: Iterable[str]) -> dict[str, Json]:
    found = {name: said[folded(name)] for name in names if said.get(folded(name)) is not None}
    for name, less in _LISTED.items():
        if name in found:
            found.pop(less, None)
    return found
