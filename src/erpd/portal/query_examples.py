"""Queries to begin with, on the page where people write SPARQL."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_PREFIXES = """PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX dcatap: <http://data.europa.eu/r5r/>
"""


@dataclass(frozen=True, slots=True)
class Example:
    """A query, and what it shows. ``name`` stands in addresses."""

    title: Promise
    name: str
    body: str

    @property
    def query(self) -> str:
        """The whole query, with the prefixes that it uses."""
        used = [line for line in _PREFIXES.splitlines() if line.split()[1] in self.body]
        return "\n".join([*used, "", self.body.strip(), ""])


EXAMPLES = (
    Example(
        _("Data sets and their titles"),
        "titles",
        """
SELECT ?dataset ?title {
  ?dataset a dcat:Dataset ;
    dct:title ?title .
}
LIMIT 100""",
    ),
    Example(
        _("Data sets in each catalogue"),
        "catalogues",
        """
SELECT ?catalogue ?title (COUNT(?dataset) AS ?datasets) {
  ?catalogue dcat:dataset ?dataset ;
    dct:title ?title .
}
GROUP BY ?catalogue ?title
ORDER BY DESC(?datasets)""",
    ),
    Example(
        _("Data sets on health"),
        "health",
        """
SELECT ?dataset ?title {
  ?dataset dcat:theme <http://publications.europa.eu/resource/authority/data-theme/HEAL> ;
    dct:title ?title .
}
LIMIT 100""",
    ),
    Example(
        _("Titles that contain a word"),
        "word",
        """
SELECT ?dataset ?title {
  ?dataset a dcat:Dataset ;
    dct:title ?title .
  FILTER CONTAINS(LCASE(?title), "mobility")
}
LIMIT 100""",
    ),
    Example(
        _("Data sets by access right"),
        "access-rights",
        """
SELECT ?right (COUNT(DISTINCT ?dataset) AS ?datasets) {
  ?dataset a dcat:Dataset .
  OPTIONAL { ?dataset dct:accessRights ?right }
}
GROUP BY ?right
ORDER BY DESC(?datasets)""",
    ),
    Example(
        _("The publishers with the most data sets"),
        "publishers",
        """
SELECT ?publisher (SAMPLE(?named) AS ?name) (COUNT(DISTINCT ?dataset) AS ?datasets) {
  ?dataset a dcat:Dataset ;
    dct:publisher ?publisher .
  OPTIONAL { ?publisher foaf:name ?named }
}
GROUP BY ?publisher
ORDER BY DESC(?datasets)
LIMIT 50""",
    ),
    Example(
        _("Formats of the distributions"),
        "formats",
        """
SELECT ?format (COUNT(?distribution) AS ?distributions) {
  ?dataset dcat:distribution ?distribution .
  ?distribution dct:format ?format .
}
GROUP BY ?format
ORDER BY DESC(?distributions)""",
    ),
    Example(
        _("Protected data (Data Governance Act): where to ask for access"),
        "dga",
        """
SELECT ?dataset ?title ?publisher ?contact {
  ?dataset a dcat:Dataset ;
    dct:title ?title ;
    dct:accessRights ?right .
  FILTER(?right IN (
    <http://publications.europa.eu/resource/authority/access-right/RESTRICTED>,
    <http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC>))
  OPTIONAL { ?dataset dct:publisher ?publisher }
  OPTIONAL { ?dataset dcat:contactPoint ?contact }
}
LIMIT 100""",
    ),
    Example(
        _("Data sets that name the Data Governance Act as the law that applies"),
        "applicable-legislation",
        """
SELECT ?dataset ?title {
  ?dataset dcatap:applicableLegislation <http://data.europa.eu/eli/reg/2022/868/oj> ;
    dct:title ?title .
}
LIMIT 100""",
    ),
    Example(
        _("High-value data sets, by category (reporting under Regulation (EU) 2023/138)"),
        "hvd",
        """
SELECT ?category (COUNT(DISTINCT ?dataset) AS ?datasets) {
  ?dataset dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> .
  OPTIONAL { ?dataset dcatap:hvdCategory ?category }
}
GROUP BY ?category
ORDER BY DESC(?datasets)""",
    ),
    Example(
        _("Data sets without a contact"),
        "no-contact",
        """
SELECT ?dataset ?title {
  ?dataset a dcat:Dataset ;
    dct:title ?title .
  FILTER NOT EXISTS { ?dataset dcat:contactPoint ?contact }
}
LIMIT 100""",
    ),
    Example(
        _("The most recently changed records"),
        "newest",
        """
SELECT ?dataset ?modified {
  ?record a dcat:CatalogRecord ;
    foaf:primaryTopic ?dataset ;
    dct:modified ?modified .
}
ORDER BY DESC(?modified)
LIMIT 50""",
    ),
    Example(
        _("Everything about one data set, as a graph"),
        "graph",
        """
CONSTRUCT { ?subject ?property ?value }
WHERE {
  { SELECT ?graph { GRAPH ?graph { ?dataset a dcat:Dataset } } LIMIT 1 }
  GRAPH ?graph { ?subject ?property ?value }
}""",
    ),
)
