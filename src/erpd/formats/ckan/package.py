"""A record -> a package of CKAN's action API, which reads back as the same record (docs/mappings/ckan.md).

It has CKAN's own fields, those of the guidelines (G5.2.2, G5.3), the extras of ckanext-dcat, and the texts of
ckanext-fluent.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.formats.ckan import data_set, distribution
from erpd.formats.ckan.agents import agents, contacts
from erpd.formats.ckan.coverage import periods, places
from erpd.formats.ckan.distribution import ALGORITHMS
from erpd.formats.ckan.inverse import Inverse, by_language
from erpd.formats.ckan.statements import FIELD
from erpd.formats.json_values import Json
from erpd.metadata.ckan_alphabet import name_of, tag_of
from erpd.metadata.conditions import conditions_of, in_words
from erpd.metadata.graph import Term
from erpd.metadata.record import Record
from erpd.metadata.terms import ADMS, DCAT, DCT, ODRL, SPDX
from erpd.metadata.text import Text
from erpd.metadata.view import Agent, Distribution, View
from erpd.metadata.vocabularies import vocabulary

MOST_IN_A_PACKAGE = 10_000  # resources, tags and groups each
_FREE = re.compile(
    r"CC0|CC_PDM_.*|CC_BY(SA)?_\d.*|ODC_.*|OGL_[\d].*|ETALAB_.*|NLOD_.*|DLDE_(BY|ZERO)_.*|IODL_.*"
)
# Fields whose value is one text, in CKAN itself or for ckanext-dcat; all others are lists.
_ONE = {"url", "version", "access_rights", "rights", "dcat_type", "provenance", "frequency"}
_ONE |= {"temporal_resolution", "spatial_resolution_in_meters"}
_IN_CKAN = {"url", "version"}  # fields of the package itself
_IN_GUIDELINES = {"issued", "modified", "identifier"}  # (G5.3)
_AGENT_PARTS = ("uri", "name", "email", "url")


@dataclass(frozen=True, slots=True)
class Registration:
    """What the register says about a data set: its key and the times of its first and last change."""

    key: str
    created: datetime
    modified: datetime


def package_of(record: Record, registration: Registration, language: str = "en") -> dict[str, Json]:
    """The package of a record, without the guarantee of ``exact.package``.

    ``language``: that of texts which CKAN has in one language only, if the record has it; otherwise they are
    without a language, in English, or the first, as ckanext-dcat chooses.
    """
    return _Package(record, registration, language).made()


class _Package:
    def __init__(self, record: Record, registration: Registration, language: str) -> None:
        self.record, self.registration, self.language = record, registration, language
        self.view = View(record)
        self.inverse = Inverse(record.graph)
        self.extras: dict[str, Json] = {}
        self.unread: list[str] = []

    def made(self) -> dict[str, Json]:
        key, view = self.registration.key, self.view
        found: dict[str, Json] = {"id": key, "name": key}
        title = self._texts("title", view.record.values(DCT.title))
        if not title:  # CKAN has no package without one
            self.unread.append("title")
        found |= title or {"title": key}
        found |= self._texts("notes", view.record.values(DCT.description)) or {"notes": ""}
        found |= {"url": None, "version": None, **self._people(), **self._licence()}
        found |= {
            "state": "active",
            "type": "dataset",
            "private": False,
            "creator_user_id": None,
            "metadata_created": moment(self.registration.created),
            "metadata_modified": moment(self.registration.modified),
            **self._organization(),
            "groups": self._groups(),
            "tags": self._tags(),
        }
        self.extras["uri"] = self.record.iri
        found |= self._data_set()
        resources = list(self._resources())
        found |= {
            "resources": resources,
            "num_resources": len(resources),
            "num_tags": len(found["tags"]),
            "relationships_as_subject": [],
            "relationships_as_object": [],
        }
        if self.record.values(ODRL.hasPolicy):
            # To be read by people: the offer itself is in dcat_rdf (see ``exact``).
            self.extras["access_conditions"] = in_words(conditions_of(self.record), self.language)
        if self.unread:
            self.extras["dcat_unread"] = self.unread
        found["extras"] = [
            {"key": name, "value": as_text(value)} for name, value in self.extras.items() if value
        ]
        return found

    def _texts(self, name: str, terms: list[Term]) -> dict[str, Json]:
        """A text in one language, and in all if it has languages (ckanext-fluent)."""
        plain = Text.of(terms).best(self.language)[0]
        if not plain:
            return {}
        has_languages = any(isinstance(term, Literal) and term.language for term in terms)
        several = {f"{name}_translated": by_language(terms)} if has_languages or len(terms) > 1 else {}
        return {name: plain, **several}

    def _data_set(self) -> dict[str, Json]:
        """The fields of DCAT-AP: those of the guidelines in the package itself, the others as extras."""
        found: dict[str, Json] = {}
        rows = data_set.ROWS
        if any(map(self.record.values, data_set.SIGNS)):
            rows += data_set.OF_HEALTH
        for name, said, exact in self.inverse.fields(self.record.dataset, rows):
            value = said[0] if name in _IN_CKAN and isinstance(said, list) else said
            if not exact or value is not said:
                self.unread.append(name)
            if name == "access_rights":
                found["accessRights"] = value if isinstance(value, dict) else {"resource": value}
                self.extras[name] = next(iter(self._codes_or_names(DCT.accessRights)), "")
            elif name in _IN_CKAN or name in _IN_GUIDELINES:
                found[name] = value if name != "identifier" or isinstance(value, list) else [value]
                self.extras[name] = "" if name in _IN_CKAN else value
            else:
                self.extras[name] = value if name in _ONE or isinstance(value, list) else [value]
        for name, predicate, make in (
            ("publisher", DCT.publisher, agents),
            ("creator", DCT.creator, agents),
            ("contact", DCAT.contactPoint, contacts),
            ("rights_holder", DCT.rightsHolder, agents),
            ("temporal", DCT.temporal, periods),
            ("spatial_coverage", DCT.spatial, places),
            ("license", DCT.license, distribution.licence),
        ):
            value, exact = self.inverse.value(self.record.values(predicate), make)
            if value is None:
                continue
            if not exact:
                self.unread.append(name)
            if name == "publisher":
                found[name] = {"resource": value} if isinstance(value, str) else value
            elif name == "temporal":
                found[name] = value if isinstance(value, list) else [value]
            else:
                self.extras[name] = value
        notes = self._texts("version_notes", self.record.values(ADMS.versionNotes))
        self.extras |= notes
        self._repeat()
        return found

    def _repeat(self) -> None:
        """Say again, in ckanext-dcat's extras of one text each, what objects and lists have said."""
        for prefix, who in (
            ("publisher", self.view.publishers),
            ("contact", self.view.contacts),
            ("creator", [Agent(self.record.graph, node) for node in self.record.values(DCT.creator)]),
        ):
            if who:
                said = _said_of(who[0], self.language)
                self.extras |= {f"{prefix}_{part}": said[part] for part in _AGENT_PARTS}
        for period in self.view.periods[:1]:
            self.extras |= {"temporal_start": period.start, "temporal_end": period.end}
        for place in self.view.places[:1]:
            if isinstance(place.node, NamedNode):
                self.extras["spatial_uri"] = place.node.value
            self.extras["spatial_text"] = Agent(self.record.graph, place.node).called(self.language)
            if place.geometry.startswith("{"):  # ckanext-spatial knows GeoJSON only
                self.extras["spatial"] = place.geometry
        for predicate, values in self.record.graph.properties(self.record.dataset).items():
            if predicate.value.startswith(str(FIELD)):  # of the portal that it was harvested from
                name = predicate.value.removeprefix(str(FIELD))
                self.extras.setdefault(name, values[0].value)

    def _codes_or_names(self, predicate: NamedNode) -> Iterator[str]:
        for term in self.record.values(predicate):
            yield (
                term.value
                if isinstance(term, NamedNode)
                else Agent(self.record.graph, term).called(self.language)
            )

    def _people(self) -> dict[str, Json]:
        """CKAN's author and maintainer: creator and contact."""
        found: dict[str, Json] = {}
        creators = [Agent(self.record.graph, node) for node in self.record.values(DCT.creator)]
        for name, who in (("author", creators), ("maintainer", self.view.contacts)):
            said = _said_of(who[0], self.language) if who else {"name": "", "email": ""}
            found |= {name: said["name"] or None, f"{name}_email": said["email"] or None}
        return found

    def _licence(self) -> dict[str, Json]:
        """CKAN's licence of the package: that of the authority table, if there is exactly one."""
        codes = self.view.licence_codes
        if len(codes) != 1 or len(self.view.licences) != 1:
            return {
                "license_id": None,
                "license_title": None,
                "isopen": bool(codes) and all(map(is_free, codes)),
            }
        table = vocabulary("licence")
        return {
            "license_id": codes[0],
            "license_title": table.label(codes[0], self.language),
            "license_url": table.iri(codes[0]),
            "isopen": is_free(codes[0]),
        }

    def _organization(self) -> dict[str, Json]:
        publisher = self.view.publisher()
        made = organization(publisher) if publisher else None
        return {"owner_org": made and made["id"], "organization": made}

    def _groups(self) -> list[Json]:
        return [group(code, self.language) for code in self.view.themes[:MOST_IN_A_PACKAGE]]

    def _tags(self) -> list[Json]:
        """The keywords as tags, and, where a tag cannot say it, by language (ckanext-fluent)."""
        terms = self.view.keywords
        if any(
            not isinstance(term, Literal) or term.language or tag_of(term.value) != term.value
            for term in terms
        ):
            self.extras["keywords"] = by_language(terms)
        names = dict.fromkeys(filter(None, (tag_of(term.value) for term in terms[:MOST_IN_A_PACKAGE])))
        return [
            {"name": name, "display_name": name, "state": "active", "vocabulary_id": None} for name in names
        ]

    def _resources(self) -> Iterator[Json]:
        taken: set[str] = set()
        for place, one in enumerate(self.view.distributions[:MOST_IN_A_PACKAGE]):
            yield self._resource(one, place, taken)

    def _resource(self, one: Distribution, place: int, taken: set[str]) -> dict[str, Json]:
        key, graph = self.registration.key, self.record.graph
        said: dict[str, Json] = {}
        for name, value, exact in self.inverse.fields(one.node, distribution.ROWS):
            if not exact and f"resources/{name}" not in self.unread:
                self.unread.append(f"resources/{name}")
            said[name] = value
        links = [
            each.value for each in graph.objects(one.node, DCAT.accessURL) if not isinstance(each, BlankNode)
        ]
        downloads = [
            each.value
            for each in graph.objects(one.node, DCAT.downloadURL)
            if not isinstance(each, BlankNode)
        ]
        formats = [Agent(graph, each.value).called(self.language) or each.value.value for each in one.formats]
        codes = View(Record("", graph, self.record.dataset))._codes(
            "file-type", [each.value for each in one.formats]
        )
        found: dict[str, Json] = {
            "id": "",
            "package_id": key,
            "position": place,
            "state": "active",
            "url_type": None,
            "url": next(iter((*links, *downloads)), ""),
            **(self._texts("name", graph.objects(one.node, DCT.title)) or {"name": None}),
            **(self._texts("description", graph.objects(one.node, DCT.description)) or {"description": ""}),
            "format": next(iter((*codes, *formats)), ""),
            "mimetype": None,
            "size": said.pop("size", None),
            "hash": "",
            "created": moment(self.registration.created),
            "metadata_modified": moment(self.registration.modified),
            "last_modified": None,
        }
        for name, field in (("format", "dct_format"), ("mimetype", "dcat_media_type")):
            if name in said:
                found[field] = said.pop(name)
        if isinstance(found.get("dcat_media_type"), str):
            found["mimetype"] = found["dcat_media_type"].rpartition("/media-types/")[2]
        if isinstance(one.node, NamedNode):
            found["uri"] = one.node.value
        if "rights" in said and isinstance(said["rights"], str):
            said["rights"] = {"resource": said["rights"]}
        found |= said
        for name, predicate, make in (
            ("license", DCT.license, distribution.licence),
            ("access_services", DCAT.accessService, distribution.services),
        ):
            value, _ = self.inverse.value(graph.objects(one.node, predicate), make)
            if value is not None:
                found[name] = (
                    as_text(value) if name == "access_services" or isinstance(value, list) else value
                )
        found |= self._hash(one)
        found["id"] = resource_id(
            key, one.node.value if isinstance(one.node, NamedNode) else "", found, taken
        )
        return found

    def _hash(self, one: Distribution) -> dict[str, Json]:
        for checksum in self.record.graph.objects(one.node, SPDX.checksum)[:1]:
            value = self.record.graph.first(checksum, SPDX.checksumValue)
            algorithm = self.record.graph.first(checksum, SPDX.algorithm)
            if isinstance(value, Literal):
                named = {iri: name for name, iri in ALGORITHMS.items()}
                known = named.get(algorithm) if isinstance(algorithm, NamedNode) else None
                return {
                    "hash": value.value,
                    "hash_algorithm": known or (algorithm.value if algorithm else ""),
                }
        return {}


def organization(publisher: str) -> dict[str, Json]:
    """The organization of a publisher with this name."""
    name = name_of(publisher)
    return {
        "id": name,
        "name": name,
        "title": publisher,
        "display_name": publisher,
        "description": "",
        "type": "organization",
        "state": "active",
        "is_organization": True,
        "approval_status": "approved",
        "image_url": "",
        "image_display_url": "",
    }


def group(code: str, language: str) -> dict[str, Json]:
    """The group of a theme: its code is its name."""
    title = vocabulary("data-theme").label(code, language)
    return {
        "id": code.lower(),
        "name": code.lower(),
        "title": title,
        "display_name": title,
        "description": "",
        "image_display_url": "",
    }


def is_free(licence: str) -> bool:
    """Whether the licence with this code conforms to the Open Definition, as ``isopen`` says."""
    return _FREE.fullmatch(licence) is not None


def moment(at: datetime) -> str:
    """A time as CKAN writes it: UTC, without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def as_text(value: Json) -> str:
    """The value of an extra, which is text: lists and objects as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def resource_id(key: str, iri: str, resource: dict[str, Json], taken: set[str]) -> str:
    """The id of a resource: it tells the data set, and stays the same as long as IRI or links do."""
    named = iri or f"{resource['url']}\n{resource.get('format')}\n{resource['name']}"
    number = 0
    while True:
        mark = blake2b(f"{named}\n{number or ''}".encode("utf-8", "replace"), digest_size=6).hexdigest()
        if mark not in taken:
            taken.add(mark)
            return f"{key}-{mark}"
        number += 1


def _said_of(agent: Agent, language: str) -> dict[str, str]:
    return {
        "uri": agent.node.value if isinstance(agent.node, NamedNode) else "",
        "name": agent.called(language),
        "email": next((way.text for way in agent.emails), ""),
        "url": next((way.text for way in agent.pages), ""),
    }
