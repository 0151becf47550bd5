"""The data sets as a national portal writes them: nested RDF/XML, in pages of OAI-PMH."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from bench.data_sets import BASE, DataSet, Distribution

_AUTHORITY = "http://publications.europa.eu/resource/authority"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NAMESPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" '
    'xmlns:dct="http://purl.org/dc/terms/" xmlns:foaf="http://xmlns.com/foaf/0.1/" '
    'xmlns:vcard="http://www.w3.org/2006/vcard/ns#"'
)
_STAMP = "2025-01-01T00:00:00Z"
FORMATS = (
    "<ListMetadataFormats><metadataFormat><metadataPrefix>dcat_ap</metadataPrefix>"
    "<schema>http://www.openarchives.org/OAI/2.0/rdf.xsd</schema>"
    "<metadataNamespace>http://www.w3.org/1999/02/22-rdf-syntax-ns#</metadataNamespace></metadataFormat>"
    "</ListMetadataFormats>"
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
    themes = "".join(_link("dcat:theme", f"{_AUTHORITY}/data-theme/{theme}") for theme in made.themes)
    distributions = "".join(
        _distribution(made, index, distribution) for index, distribution in enumerate(made.distributions)
    )
    return (
        f'<rdf:RDF {_NAMESPACES}><dcat:Dataset rdf:about="{made.iri}">{texts}{keywords}{themes}'
        f"<dct:identifier>{made.number}</dct:identifier>"
        f'<dct:publisher><foaf:Agent rdf:about="{BASE}/id/organisation/{tag}-{made.publisher}">'
        f'<foaf:name xml:lang="{tag}">{escape(made.publisher_name)}</foaf:name></foaf:Agent></dct:publisher>'
        + _link("dct:accessRights", f"{_AUTHORITY}/access-right/{made.access}")
        + _link("dct:language", f"{_AUTHORITY}/language/{code}")
        + _link("dct:accrualPeriodicity", f"{_AUTHORITY}/frequency/{made.frequency}")
        + _link("dct:spatial", f"{_AUTHORITY}/country/{made.language.country}")
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
        + _link("dct:format", f"{_AUTHORITY}/file-type/{distribution.format}")
        + _typed("dcat:byteSize", str(distribution.bytes), "decimal")
        + _link("dcat:accessURL", f"{BASE}/access/{made.number}/{index}")
        + _link("dct:rights", f"{BASE}/id/conditions/{distribution.conditions}")
        + _link("dct:license", f"{_AUTHORITY}/licence/CC_BY_4_0")
        + f'<dct:description xml:lang="{made.language.tag}">{title}, {distribution.format}'
        "</dct:description></dcat:Distribution></dcat:distribution>"
    )


def _link(name: str, iri: str) -> str:
    return f'<{name} rdf:resource="{iri}"/>'


def _typed(name: str, value: str, datatype: str) -> str:
    return f'<{name} rdf:datatype="{_XSD}{datatype}">{value}</{name}>'


def answer(inside: str) -> bytes:
    """One answer of an OAI-PMH server."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>{_STAMP}</responseDate><request>{BASE}/oai</request>{inside}</OAI-PMH>"
    ).encode()


def page(data_sets: Iterable[DataSet], token: str, size: int) -> bytes:
    """A page of ListRecords; no token: the last one."""
    records = "".join(
        f"<record><header><identifier>oai:data.example:{made.number}</identifier><datestamp>{_STAMP}</datestamp>"
        f"</header><metadata>{rdf_xml(made)}</metadata></record>"
        for made in data_sets
    )
    end = f'<resumptionToken completeListSize="{size}">{token}</resumptionToken>'
    return answer(f"<ListRecords>{records}{end}</ListRecords>")
