"""The data sets as a national portal writes them: nested RDF/XML."""

from xml.sax.saxutils import escape

from bench.data_sets import AUTHORITY, BASE, DataSet, Distribution

_XSD = "http://www.w3.org/2001/XMLSchema#"
NAMESPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" '
    'xmlns:dct="http://purl.org/dc/terms/" xmlns:foaf="http://xmlns.com/foaf/0.1/" '
    'xmlns:vcard="http://www.w3.org/2006/vcard/ns#"'
)


def rdf_xml(made: DataSet) -> str:
    """The element ``rdf:RDF``."""
    texts = "".join(
        f'<dct:title xml:lang="{tag}">{escape(title)}</dct:title>'
        f'<dct:description xml:lang="{tag}">{escape(description)}</dct:description>'
        for tag, (title, description) in made.texts.items()
    )
    tag, code = made.language.tag, made.language.code
    keywords = "".join(
        f'<dcat:keyword xml:lang="{tag}">{escape(word)}</dcat:keyword>' for word in made.keywords
    )
    themes = "".join(_link("dcat:theme", f"{AUTHORITY}/data-theme/{theme}") for theme in made.themes)
    distributions = "".join(
        _distribution(made, index, distribution) for index, distribution in enumerate(made.distributions)
    )
    return (
        f'<rdf:RDF {NAMESPACES}><dcat:Dataset rdf:about="{made.iri}">{texts}{keywords}{themes}'
        f"<dct:identifier>{made.number}</dct:identifier>"
        f'<dct:publisher><foaf:Agent rdf:about="{BASE}/id/organisation/{tag}-{made.publisher}">'
        f'<foaf:name xml:lang="{tag}">{escape(made.publisher_name)}</foaf:name></foaf:Agent></dct:publisher>'
        + _link("dct:accessRights", f"{AUTHORITY}/access-right/{made.access}")
        + _link("dct:language", f"{AUTHORITY}/language/{code}")
        + _link("dct:accrualPeriodicity", f"{AUTHORITY}/frequency/{made.frequency}")
        + _link("dct:spatial", f"{AUTHORITY}/country/{made.language.country}")
        + _link("dcat:landingPage", f"{BASE}/{tag}/dataset/{made.number}")
        + _typed("dct:issued", made.issued, "date")
        + _typed("dct:modified", made.modified, "date")
        + "<dcat:contactPoint><vcard:Organization>"
        f'<vcard:fn xml:lang="{tag}">{escape(made.publisher_name)}</vcard:fn>'
        + _link("vcard:hasEmail", f"mailto:{tag}-{made.publisher}@data.example")
        + "</vcard:Organization></dcat:contactPoint><dct:temporal><dct:PeriodOfTime>"
        + _typed("dcat:startDate", made.start, "date")
        + _typed("dcat:endDate", made.end, "date")
        + f"</dct:PeriodOfTime></dct:temporal>{distributions}</dcat:Dataset></rdf:RDF>"
    )


def _distribution(made: DataSet, index: int, distribution: Distribution) -> str:
    title = escape(distribution.title)
    return (
        f'<dcat:distribution><dcat:Distribution rdf:about="{made.iri}/{index}">'
        f'<dct:title xml:lang="{made.language.tag}">{title}</dct:title>'
        + _link("dct:format", f"{AUTHORITY}/file-type/{distribution.format}")
        + _typed("dcat:byteSize", str(distribution.bytes), "decimal")
        + _link("dcat:accessURL", f"{BASE}/access/{made.number}/{index}")
        + _link("dct:rights", f"{BASE}/id/conditions/{distribution.conditions}")
        + _link("dct:license", f"{AUTHORITY}/licence/CC_BY_4_0")
        + f'<dct:description xml:lang="{made.language.tag}">{title}, {distribution.format}'
        "</dct:description></dcat:Distribution></dcat:distribution>"
    )


def _link(name: str, iri: str) -> str:
    return f'<{name} rdf:resource="{iri}"/>'


def _typed(name: str, value: str, datatype: str) -> str:
    return f'<{name} rdf:datatype="{_XSD}{datatype}">{value}</{name}>'
