"""Read and write Dublin Core in the ``oai_dc`` schema, which every OAI-PMH 2.0 repository must offer (4.5).

docs/mappings/oai-dc.md shows the whole mapping as a table.
"""

from erpd.formats.oai_dc.document import MEDIA_TYPE, NAMESPACE
from erpd.formats.oai_dc.reading import read
from erpd.formats.oai_dc.writing import SCHEMA, element, write

__all__ = ["MEDIA_TYPE", "NAMESPACE", "SCHEMA", "element", "read", "write"]
