"""What stands in where pycsw is missing: lxml builds the pages. `python -m bench.plain_xml SIZE`."""

import json
import sys

from lxml import etree

from bench.data_sets import data_set
from bench.measured import timed
from bench.rdf_xml import rdf_xml

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_PAGE = 250


def page(records: list[tuple[str, bytes]]) -> bytes:
    """A page of ListRecords from identifiers and RDF/XML."""
    answer = etree.Element(f"{_OAI}OAI-PMH", nsmap={None: _OAI[1:-1]})
    listed = etree.SubElement(answer, f"{_OAI}ListRecords")
    for identifier, content in records:
        record = etree.SubElement(listed, f"{_OAI}record")
        header = etree.SubElement(record, f"{_OAI}header")
        etree.SubElement(header, f"{_OAI}identifier").text = identifier
        etree.SubElement(record, f"{_OAI}metadata").append(etree.fromstring(content))
    return etree.tostring(answer, xml_declaration=True, encoding="UTF-8")


if __name__ == "__main__":
    made = [(f"oai:data.example:{n}", rdf_xml(data_set(n)).encode()) for n in range(int(sys.argv[1]))]
    with timed() as clock:
        for start in range(0, len(made), _PAGE):
            page(made[start : start + _PAGE])
    print(json.dumps(clock.figures()))
