"""Namespaces and their terms. Sources: W3C DCAT, DCAT-AP 2.1.1 annex, EU Vocabularies."""

from functools import cache, lru_cache

from pyoxigraph import NamedNode


class Namespace:
    """A namespace. Its attributes are its terms: ``DCAT.Dataset``, or ``SH.class_`` for a reserved word."""

    def __init__(self, iri: str) -> None:
        self._iri = iri

    def __str__(self) -> str:
        return self._iri

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        term = _term(self._iri + name.removesuffix("_"))
        setattr(self, name, term)  # next time, Python finds it without calling us
        return term


_term = cache(NamedNode)

RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCT = Namespace("http://purl.org/dc/terms/")
DC11 = Namespace("http://purl.org/dc/elements/1.1/")
ADMS = Namespace("http://www.w3.org/ns/adms#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
LOCN = Namespace("http://www.w3.org/ns/locn#")
ODRL = Namespace("http://www.w3.org/ns/odrl/2/")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
PROV = Namespace("http://www.w3.org/ns/prov#")
SCHEMA = Namespace("http://schema.org/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
GEOSPARQL = Namespace("http://www.opengis.net/ont/geosparql#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
# Fields of CKAN packages for which DCAT-AP has no property.
CKAN = Namespace("urn:ckan:field:")

AUTHORITY = "http://publications.europa.eu/resource/authority/"

# HealthDCAT-AP, release 8, and what it takes from others: ISA Core Vocabularies, GeoDCAT-AP, CSV on the Web.
HEALTH = Namespace("http://healthdataportal.eu/ns/health#")
CV = Namespace("http://data.europa.eu/m8g/")
GEODCATAP = Namespace("http://data.europa.eu/930/")
CSVW = Namespace("http://www.w3.org/ns/csvw#")
DQV = Namespace("http://www.w3.org/ns/dqv#")
TIME = Namespace("http://www.w3.org/2006/time#")
DPV = Namespace("https://w3id.org/dpv#")
# Conditions of access for which ODRL has no term (docs/guides/conditions-of-access.md).
ACCESS = Namespace("https://w3id.org/erpd/conditions#")

PREFIXES: dict[str, str] = {
    prefix: str(namespace)
    for prefix, namespace in {
        "rdf": RDF,
        "rdfs": RDFS,
        "xsd": XSD,
        "dcat": DCAT,
        "dct": DCT,
        "adms": ADMS,
        "foaf": FOAF,
        "vcard": VCARD,
        "skos": SKOS,
        "locn": LOCN,
        "odrl": ODRL,
        "owl": OWL,
        "prov": PROV,
        "schema": SCHEMA,
        "spdx": SPDX,
        "dcatap": DCATAP,
        "gsp": GEOSPARQL,
        "time": TIME,
        "hydra": HYDRA,
        "ckan": CKAN,
        "dpv": DPV,
        "healthdcatap": HEALTH,
        "cv": CV,
        "geodcatap": GEODCATAP,
        "csvw": CSVW,
        "dqv": DQV,
        "access": ACCESS,
    }.items()
}


@cache
def expand(name: str) -> NamedNode:
    """Return the IRI of a prefixed name such as ``dct:title``. Raises KeyError if the prefix is unknown.

    >>> expand("dct:title").value
    'http://purl.org/dc/terms/title'
    """
    prefix, local = name.split(":", 1)
    return _term(PREFIXES[prefix] + local)


@lru_cache(maxsize=4096)  # sources may send any number of predicates
def shorten(term: NamedNode) -> str:
    """Return the prefixed name of an IRI, such as ``dct:title``, or the IRI itself if no prefix fits.

    >>> shorten(NamedNode("http://purl.org/dc/terms/title"))
    'dct:title'
    """
    iri = term.value
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
