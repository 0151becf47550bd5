"""Dublin Core in the ``oai_dc`` schema that OAI-PMH 2.0 makes every repository offer (4.5), both ways.

The whole mapping is a table in docs/mappings/oai-dc.md.
"""

from erpd.formats.oai_dc.document import MEDIA_TYPE, NAMESPACE
from erpd.formats.oai_dc.reading import read
from erpd.formats.oai_dc.writing import SCHEMA, element, write

__all__ = ["MEDIA_TYPE", "NAMESPACE", "SCHEMA", "element", "read", "write"]
