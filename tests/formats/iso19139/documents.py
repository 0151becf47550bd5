"""Records as geoportals write them, put together from parts, and what is read of them."""

import pytest

from erpd.formats import Unreadable
from erpd.formats.iso19139 import read
from erpd.metadata.terms import DCAT, DCT
from tests.needs import SHARED

FOLDER = SHARED / "csw-iso19139"
FILES = sorted(FOLDER.rglob("*.xml"))
needs_recordings = pytest.mark.skipif(not FILES, reason="the recorded answers of shared/data are absent")
AUTHORITY = "http://publications.europa.eu/resource/authority/"
INSPIRE = "http://inspire.ec.europa.eu/metadata-codelist/"

SPACES = " ".join(
    f'xmlns:{prefix}="{space}"'
    for prefix, space in {
        "gmd": "http://www.isotc211.org/2005/gmd",
        "gco": "http://www.isotc211.org/2005/gco",
        "gmx": "http://www.isotc211.org/2005/gmx",
        "srv": "http://www.isotc211.org/2005/srv",
        "gml": "http://www.opengis.net/gml/3.2",
        "xlink": "http://www.w3.org/1999/xlink",
    }.items()
)


def text(name, value):
    return f"<gmd:{name}><gco:CharacterString>{value}</gco:CharacterString></gmd:{name}>"


def within(inside, *names):
    """The same, in elements of these names, the outermost first."""
    for name in reversed(names):
        inside = f"<gmd:{name}>{inside}</gmd:{name}>"
    return inside


def anchor(name, href, value="x"):
    return f'<gmd:{name}><gmx:Anchor xlink:href="{href}">{value}</gmx:Anchor></gmd:{name}>'


def code(name, kind, value):
    return f'<gmd:{name}><gmd:{kind} codeList="x" codeListValue="{value}"/></gmd:{name}>'


def party(name, role, mail="info@data.example", inside=""):
    address = (
        f"<gmd:address><gmd:CI_Address>{text('electronicMailAddress', mail)}</gmd:CI_Address></gmd:address>"
    )
    contact = f"<gmd:contactInfo><gmd:CI_Contact>{address}</gmd:CI_Contact></gmd:contactInfo>"
    return (
        f"<gmd:CI_ResponsibleParty>{text('organisationName', name)}{inside}{contact}"
        f"{code('role', 'CI_RoleCode', role)}</gmd:CI_ResponsibleParty>"
    )


def online(link, protocol="", function="", name=""):
    parts = f"<gmd:linkage><gmd:URL>{link}</gmd:URL></gmd:linkage>"
    parts += text("protocol", protocol) if protocol else ""
    parts += text("name", name) if name else ""
    parts += code("function", "CI_OnLineFunctionCode", function) if function else ""
    return f"<gmd:onLine><gmd:CI_OnlineResource>{parts}</gmd:CI_OnlineResource></gmd:onLine>"


def constraints(inside):
    return (
        f"<gmd:resourceConstraints><gmd:MD_LegalConstraints>{inside}</gmd:MD_LegalConstraints>"
        "</gmd:resourceConstraints>"
    )


def document(info="", citation="", after="", before="", distribution="", language="dut"):
    """A record with a title; each part is put in where ISO 19139 has it."""
    given = within(distribution, "distributionInfo", "MD_Distribution")
    cited = within(text("title", "Percelen") + citation, "citation", "CI_Citation")
    about = within(cited + info, "identificationInfo", "MD_DataIdentification")
    head = text("fileIdentifier", "file-1") + code("language", "LanguageCode", language)
    return f"<gmd:MD_Metadata {SPACES}>{head}{before}{about}{given}{after}</gmd:MD_Metadata>".encode()


def options(*lines, size=""):
    return (
        f"<gmd:transferOptions><gmd:MD_DigitalTransferOptions>{size}{''.join(lines)}"
        "</gmd:MD_DigitalTransferOptions></gmd:transferOptions>"
    )


def record_of(**parts):
    return read(document(**parts), "file-1")


def values(record, predicate, node=None):
    return [term.value for term in record.graph.objects(node or record.dataset, predicate)]


def node(record, predicate, of=None):
    (found,) = record.graph.objects(of or record.dataset, predicate)
    return found


def extent(inside):
    return f"<gmd:extent><gmd:EX_Extent>{inside}</gmd:EX_Extent></gmd:extent>"


def read_or_rule(content):
    """The record, or the rule of why there is none."""
    try:
        return read(content, "x")
    except Unreadable as error:
        return error.rule


def offers(record):
    """Address -> (file type or format, endpoint or "")."""
    return {
        values(record, DCAT.accessURL, each)[0]: (
            "".join(value.rpartition("/")[2] for value in values(record, DCT.format, each)),
            "".join(
                values(record, DCAT.endpointURL, service)[0]
                for service in record.graph.objects(each, DCAT.accessService)
            ),
        )
        for each in record.distributions
    }


def ends(record):
    return [
        [(value.value, value.datatype) for value in record.graph.objects(period, predicate)]
        for period in record.values(DCT.temporal)
        for predicate in (DCAT.startDate, DCAT.endDate)
    ]
