"""The description of the door."""

from urllib.parse import quote

from erpd.publish.door import Door
from erpd.publish.sparql.endpoint import answer

_TO_TRY = "ASK { ?dataset a <http://www.w3.org/ns/dcat#Dataset> }"

DOOR = Door(
    title="SPARQL 1.1",
    patterns=("sparql",),
    answer=answer,
    conforms_to="http://www.w3.org/TR/sparql11-protocol/",
    to_try=f"sparql?query={quote(_TO_TRY)}",
    harvested_as="sparql",
    methods=("GET", "HEAD", "POST"),
)
