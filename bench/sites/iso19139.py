"""A data set as a geoportal writes it: ISO 19139, with the namespaces on each record."""

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from bench.data_sets import AUTHORITY, BASE, DataSet, Distribution, data_set

_NAMESPACES = (
    'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" '
    'xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"'
)
_LISTS = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"
_MEGABYTE = 1024 * 1024
_SECRECY = {"NON_PUBLIC": "confidential", "RESTRICTED": "restricted"}
_FREQUENCIES = {
    "ANNUAL": "annually",
    "MONTHLY": "monthly",
    "QUARTERLY": "quarterly",
    "WEEKLY": "weekly",
    "DAILY": "daily",
    "IRREG": "irregular",
}


def record(number: int) -> bytes:
    """The element ``gmd:MD_Metadata``."""
    made = data_set(number)
    language = _code("LanguageCode", made.language.code.lower())
    party = _party(made, "pointOfContact")
    parts = (
        _gmd("fileIdentifier", _text(f"set-{number:07}")),
        _gmd("language", language),
        _gmd("hierarchyLevel", _code("MD_ScopeCode", "dataset")),
        _gmd("contact", party),
        _gmd("dateStamp", f"<gco:Date>{made.modified}</gco:Date>"),
        _gmd("metadataStandardName", _text("ISO 19115")),
        _gmd("metadataStandardVersion", _text("2003")),
        '<gmd:locale><gmd:PT_Locale id="EN">',
        _gmd("languageCode", _code("LanguageCode", "eng")),
        "</gmd:PT_Locale></gmd:locale>",
        _gmd("identificationInfo", _identification(made, language, party)),
        _gmd("distributionInfo", _distribution_info(made)),
    )
    return f"<gmd:MD_Metadata {_NAMESPACES}>{''.join(parts)}</gmd:MD_Metadata>".encode()


def _identification(made: DataSet, language: str, party: str) -> str:
    titles, descriptions = ({tag: texts[place] for tag, texts in made.texts.items()} for place in (0, 1))
    dates = (("publication", made.issued), ("revision", made.modified))
    citation = (
        _gmd("title", _texts(titles))
        + "".join(_gmd("date", _date(kind, date)) for kind, date in dates)
        + _gmd("identifier", _gmd("MD_Identifier", _gmd("code", _anchor(made.iri))))
    )
    words = "".join(_gmd("keyword", _text(word)) for word in made.keywords)
    themes = "".join(_gmd("keyword", _anchor(f"{AUTHORITY}/data-theme/{each}")) for each in made.themes)
    licence = f"{AUTHORITY}/licence/CC_BY_4_0"
    conditions = f"{BASE}/id/conditions/{made.distributions[0].conditions}"
    legal = "".join(_gmd("otherConstraints", _anchor(link)) for link in (licence, conditions))
    secrecy = _gmd("classification", _code("MD_ClassificationCode", _SECRECY[made.access]))
    frequency = _code("MD_MaintenanceFrequencyCode", _FREQUENCIES[made.frequency])
    return _gmd(
        "MD_DataIdentification",
        _gmd("citation", _gmd("CI_Citation", citation))
        + _gmd("abstract", _texts(descriptions))
        + _gmd("pointOfContact", _party(made, "publisher"))
        + _gmd("pointOfContact", party)
        + _gmd(
            "resourceMaintenance",
            _gmd(
                "MD_MaintenanceInformation",
                _gmd("maintenanceAndUpdateFrequency", frequency),
            ),
        )
        + _gmd("descriptiveKeywords", _gmd("MD_Keywords", words))
        + _gmd("descriptiveKeywords", _gmd("MD_Keywords", themes))
        + _gmd("resourceConstraints", _gmd("MD_LegalConstraints", legal))
        + _gmd("resourceConstraints", _gmd("MD_SecurityConstraints", secrecy))
        + _gmd("language", language)
        + _gmd("extent", _gmd("EX_Extent", _extent(made))),
    )


def _extent(made: DataSet) -> str:
    place = _gmd("code", _anchor(f"{AUTHORITY}/country/{made.language.country}"))
    identifier = _gmd("geographicIdentifier", _gmd("MD_Identifier", place))
    period = (
        f"<gml:TimePeriod><gml:beginPosition>{made.start}</gml:beginPosition>"
        f"<gml:endPosition>{made.end}</gml:endPosition></gml:TimePeriod>"
    )
    temporal = _gmd("EX_TemporalExtent", _gmd("extent", period))
    return _gmd("geographicElement", _gmd("EX_GeographicDescription", identifier)) + _gmd(
        "temporalElement", temporal
    )


def _distribution_info(made: DataSet) -> str:
    options = "".join(_transfer(made, index, each) for index, each in enumerate(made.distributions))
    return _gmd("MD_Distribution", options)


def _transfer(made: DataSet, index: int, distribution: Distribution) -> str:
    """The format of each file is its protocol: MD_Format is of all of them together."""
    link = f"{BASE}/access/{made.number}/{index}"
    online = (
        _gmd("linkage", f"<gmd:URL>{link}</gmd:URL>")
        + _gmd("protocol", _text(distribution.format))
        + _gmd("name", _text(distribution.title))
        + _gmd("description", _text(f"{distribution.title}, {distribution.format}"))
        + _gmd("function", _code("CI_OnLineFunctionCode", "download"))
    )
    size = f"<gco:Real>{distribution.bytes / _MEGABYTE:.3f}</gco:Real>"
    inside = _gmd("transferSize", size) + _gmd("onLine", _gmd("CI_OnlineResource", online))
    return _gmd("transferOptions", _gmd("MD_DigitalTransferOptions", inside))


def _party(made: DataSet, role: str) -> str:
    mail = _gmd("electronicMailAddress", _text(f"{made.language.tag}-{made.publisher}@data.example"))
    contact = _gmd("CI_Contact", _gmd("address", _gmd("CI_Address", mail)))
    return _gmd(
        "CI_ResponsibleParty",
        _gmd("organisationName", _text(made.publisher_name))
        + _gmd("contactInfo", contact)
        + _gmd("role", _code("CI_RoleCode", role)),
    )


def _date(kind: str, date: str) -> str:
    said = _gmd("date", f"<gco:Date>{date}</gco:Date>")
    return _gmd("CI_Date", said + _gmd("dateType", _code("CI_DateTypeCode", kind)))


def _gmd(name: str, inside: str) -> str:
    """A property or an object."""
    return f"<gmd:{name}>{inside}</gmd:{name}>"


def _text(text: str) -> str:
    return f"<gco:CharacterString>{escape(text)}</gco:CharacterString>"


def _texts(texts: Mapping[str, str]) -> str:
    """The first in the language of the record, the others beside it."""
    own, *others = texts.items()
    return _text(own[1]) + "".join(_translations(others))


def _translations(texts: Iterable[tuple[str, str]]) -> Iterable[str]:
    for tag, text in texts:
        localised = (
            f'<gmd:LocalisedCharacterString locale="#{tag.upper()}">{escape(text)}'
            "</gmd:LocalisedCharacterString>"
        )
        yield _gmd("PT_FreeText", _gmd("textGroup", localised))


def _anchor(link: str) -> str:
    return f"<gmx:Anchor xlink:href={quoteattr(link)}>{escape(link)}</gmx:Anchor>"


def _code(name: str, value: str) -> str:
    return f'<gmd:{name} codeList="{_LISTS}#{name}" codeListValue="{value}">{value}</gmd:{name}>'
