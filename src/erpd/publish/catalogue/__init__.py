"""The catalogue as DCAT-AP (G5.1.4): a description of itself, its data sets and its records, in pages."""

from erpd.publish.catalogue.pages import SYNTAXES, answer
from erpd.publish.door import Door

DOOR = Door(
    title="DCAT-AP catalogue",
    patterns=tuple(f"catalogue.{syntax}" for syntax in SYNTAXES),
    answer=answer,
    conforms_to="https://www.hydra-cg.com/spec/latest/core/",
    to_try="catalogue.ttl",
    harvested_as="dump",
    further={
        "RDF/XML": "catalogue.rdf",
        "N-Triples": "catalogue.nt",
        "JSON-LD": "catalogue.jsonld",
        "DCAT-AP 3.0.1 (RDF/XML)": "catalogue.rdf?profile=dcat-ap-3",
    },
)
