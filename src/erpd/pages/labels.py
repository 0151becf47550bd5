"""The labels of properties. Those in the profile tables are translated too: see translations.py."""

import re
from functools import lru_cache

from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, gettext_noop
from pyoxigraph import NamedNode

from erpd.metadata.conditions import FIELDS
from erpd.metadata.profile import load_profile
from erpd.metadata.terms import ACCESS, ODRL, shorten
from erpd.metadata.vocabularies import vocabulary

PROFILE = "dcat-ap-2.1.1"

# Properties that are in none of our profile tables but common in records.
USUAL = {
    "dcat:inSeries": gettext_noop("part of the series"),
    "dcatap:applicableLegislation": gettext_noop("applicable legislation"),
    "dcatap:hvdCategory": gettext_noop("category of high-value data"),
    "dct:alternative": gettext_noop("other title"),
    "dct:contributor": gettext_noop("contributor"),
    "dct:created": gettext_noop("creation date"),
    "dct:isReplacedBy": gettext_noop("is replaced by"),
    "dct:replaces": gettext_noop("replaces"),
    "dct:rightsHolder": gettext_noop("rights holder"),
    "dct:subject": gettext_noop("subject"),
    "foaf:mbox": gettext_noop("e-mail"),
    "foaf:phone": gettext_noop("telephone"),
    "locn:address": gettext_noop("address"),
    "locn:adminUnitL1": gettext_noop("country"),
    "locn:adminUnitL2": gettext_noop("region"),
    "locn:postCode": gettext_noop("postal code"),
    "locn:postName": gettext_noop("town"),
    "locn:thoroughfare": gettext_noop("street"),
    "owl:sameAs": gettext_noop("same as"),
    "prov:wasDerivedFrom": gettext_noop("derived from"),
    "rdf:type": gettext_noop("type"),
    "rdfs:comment": gettext_noop("comment"),
    "rdfs:label": gettext_noop("name"),
    "rdfs:seeAlso": gettext_noop("see also"),
    "skos:inScheme": gettext_noop("code list"),
    "vcard:country-name": gettext_noop("country"),
    "vcard:locality": gettext_noop("town"),
    "vcard:postal-code": gettext_noop("postal code"),
    "vcard:street-address": gettext_noop("street"),
}

# Property of an offer -> the condition of access that it says.
CONDITIONS = {field.term: field.json for field in FIELDS}

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def label_of_property(kind: NamedNode | None, predicate: NamedNode) -> str:
    """The label of a property of a class, otherwise of the same property elsewhere, otherwise its name."""
    return _label(kind, predicate, get_language())


@lru_cache(1_000)
def _label(kind: NamedNode | None, predicate: NamedNode, language: str | None) -> str:
    """In ``language``, which is the active one."""
    if predicate in CONDITIONS and (kind == ODRL.Offer or predicate.value.startswith(str(ACCESS))):
        return vocabulary("conditions-field").label(CONDITIONS[predicate], language or "en")
    classes = load_profile(PROFILE).classes
    for properties in (classes.get(kind, {}), *classes.values()) if kind else classes.values():
        if predicate in properties:
            return capfirst(gettext(properties[predicate].label))
    name = shorten(predicate)
    if name in USUAL:
        return capfirst(gettext(USUAL[name]))
    local = re.split(r"[/#:]", predicate.value.rstrip("/#"))[-1]
    return capfirst(_HUMP.sub(" ", local).replace("_", " ").replace("-", " ").lower())


def order_of(kind: NamedNode | None) -> dict[NamedNode, int]:
    """Property -> its position on the page, which is that in the profile table of its class."""
    properties = load_profile(PROFILE).classes.get(kind, {}) if kind else {}
    return {predicate: place for place, predicate in enumerate(properties)}


def is_class_of_profile(kind: NamedNode) -> bool:
    return kind in load_profile(PROFILE).labels
