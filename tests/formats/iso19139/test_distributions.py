"""Distributions, services and pages."""

import pytest
from pyoxigraph import Literal

from erpd.metadata.terms import DCAT, DCT, FOAF, RDFS, XSD
from tests.formats.iso19139.documents import (
    AUTHORITY,
    INSPIRE,
    offers,
    online,
    options,
    record_of,
    text,
    values,
    within,
)


@pytest.mark.parametrize(
    ("line", "file_type", "service", "download"),
    [
        (online("http://d.example/wms?request=GetCapabilities", "OGC:WMS"), "WMS_SRVC", True, False),
        (online("http://d.example/wfs?", "OGC:WFS-1.1.0-http-get-feature"), "WFS_SRVC", True, False),
        (online("http://d.example/atom", "INSPIRE Atom", "download"), "ATOM", True, False),
        (online("http://d.example/wms", "OGC:WMS", "information"), "WMS_SRVC", True, False),
        (online("http://d.example/a.zip", "WWW:DOWNLOAD-1.0-http--download"), "GML", False, True),
        (online("http://d.example/a.json", "application/json"), "JSON", False, False),
        (
            online("http://d.example/a", "https://www.iana.org/assignments/media-types/text/csv"),
            "CSV",
            False,
            False,
        ),
    ],
)
def test_what_a_distribution_is(line, file_type, service, download):
    name = text("name", "Cadastral Parcels GML application schema")
    form = f"<gmd:distributionFormat><gmd:MD_Format>{name}</gmd:MD_Format></gmd:distributionFormat>"
    record = record_of(distribution=form + options(line))
    (distribution,) = record.distributions
    assert values(record, DCT.format, distribution) == [f"{AUTHORITY}file-type/{file_type}"]
    services = record.graph.objects(distribution, DCAT.accessService)
    assert bool(services) == service
    for each in services:
        (endpoint,) = values(record, DCAT.endpointURL, each)
        assert "?" not in endpoint
        assert values(record, DCT.title, each) == ["Percelen"]
        assert record.graph.objects(each, DCAT.servesDataset) == [record.dataset]
    assert bool(record.graph.objects(distribution, DCAT.downloadURL)) == download


def test_size_and_names():
    size = "<gmd:transferSize><gco:Real>1.5</gco:Real></gmd:transferSize>"
    record = record_of(distribution=options(online("http://d.example/a.gml", "gml", name="Alles"), size=size))
    (distribution,) = record.distributions
    assert record.graph.objects(distribution, DCAT.byteSize) == [Literal("1500000", datatype=XSD.decimal)]
    assert values(record, DCT.title, distribution) == ["Alles"]
    assert values(record, DCAT.accessURL, distribution) == ["http://d.example/a.gml"]


@pytest.mark.parametrize("written", ["1,5", "5 MB"])
def test_a_size_that_is_not_a_number_stays(written):
    size = f"<gmd:transferSize><gco:Real>{written}</gco:Real></gmd:transferSize>"
    record = record_of(distribution=options(online("http://d.example/a.gml", "gml"), size=size))
    (distribution,) = record.distributions
    assert record.graph.objects(distribution, DCAT.byteSize) == []
    assert values(record, RDFS.comment, distribution) == [f"Transfer size: {written}"]


@pytest.mark.parametrize("written", ["niet CSV", "zip (csv)", "csv of shp", "geen CSV, SHP"])
def test_a_format_that_is_not_certain_stays(written):
    form = within(text("name", written), "distributionFormat", "MD_Format")
    record = record_of(distribution=form + options(online("http://d.example/a", "WWW:DOWNLOAD", "download")))
    (distribution,) = record.distributions
    assert record.graph.objects(distribution, DCT.format) == [Literal(written)]


def test_pages_are_no_distributions_unless_there_is_nothing_else():
    pages = online("http://d.example/about", "WWW:LINK-1.0-http--link") + online(
        "http://d.example/info", "", "search"
    )
    record = record_of(distribution=options(pages, online("http://d.example/wms", "OGC:WMS")))
    assert (values(record, DCAT.landingPage), values(record, FOAF.page)) == (
        ["http://d.example/about"], ["http://d.example/info"],
    )  # fmt: skip
    assert len(record.distributions) == 1
    assert len(record_of(distribution=options(pages)).distributions) == 2


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("OGC:WMS-1.1.1-http-get-map", "WMS_SRVC"),
        ("urn:ogc:serviceType:WebMapService:1.1.1", "WMS_SRVC"),
        ("http://www.opengis.net/def/serviceType/ogc/wmts", "WMTS_SRVC"),
        ("OGC Web Map Tile Service", "WMTS_SRVC"),
        ("urn:x-esri:serviceType:ArcGIS:FeatureServer", "REST"),
        ("ESRI REST", "REST"),
        ("https://tools.ietf.org/html/rfc4287", "ATOM"),
        ("http://www.opengis.net/def/interface/ogcapi-features", "http://www.opengis.net/def/interface/ogcapi-features"),
        ("OGC API \u2013 Features", "OGC API \u2013 Features"),
        # These are no services.
        ("ESRI Shapefile", "SHP"),
        ("WWW:DOWNLOAD-1.0-ftp--download", "GML"),
    ],
)  # fmt: skip
def test_protocols(written, word):
    form = within(text("name", "GML"), "distributionFormat", "MD_Format")
    record = record_of(distribution=form + options(online("https://d.example/a", written, "download")))
    (distribution,) = record.distributions
    assert values(record, DCT.format, distribution)[0].removeprefix(f"{AUTHORITY}file-type/") == word


@pytest.mark.parametrize(
    ("link", "protocol", "endpoint", "form"),
    [
        ("https://d.example/ows?service=WFS&amp;request=GetCapabilities", "",
         "https://d.example/ows", "WFS_SRVC"),
        ("https://d.example/ows?Service=wms", "WWW:LINK", "https://d.example/ows", "WMS_SRVC"),
        ("https://d.example/cgi?map=/a.map&amp;SERVICE=WMS&amp;REQUEST=GetCapabilities", "OGC:WMS",
         "https://d.example/cgi?map=/a.map", "WMS_SRVC"),
        ("https://d.example/ows?service=WFS&amp;request=GetFeature&amp;format=csv", "text/csv", "", "CSV"),
    ],
)  # fmt: skip
def test_the_service_that_an_address_asks_for(link, protocol, endpoint, form):
    record = record_of(distribution=options(online(link, protocol)))
    assert offers(record) == {link.replace("&amp;", "&"): (form, endpoint)}


def test_several_formats():
    def record(names, *lines):
        forms = [within(text("name", name), "distributionFormat", "MD_Format") for name in names]
        return record_of(distribution="".join(forms) + options(*lines))

    one, two = (
        online("https://d.example/a", "WWW:DOWNLOAD"),
        online("https://d.example/b.gpkg", "WWW:DOWNLOAD"),
    )
    alone = record(["GML; ESRI Shapefile"], one)
    assert [values(alone, DCT.format, each)[0].rpartition("/")[2] for each in alone.distributions] == [
        "GML",
        "SHP",
    ]
    both = record(["GeoPackage", "GML", "OGC:WFS"], one, two)
    assert offers(both) == {"https://d.example/a": ("", ""), "https://d.example/b.gpkg": ("GPKG", "")}
    assert {value.rpartition("/")[2] for value in values(both, DCT.format)} == {"GPKG", "GML"}
    inside = within(
        text("name", "CSV") + within(options(one).replace("transferOptions", "distributorTransferOptions"),
                                     "formatDistributor", "MD_Distributor"),
        "distributionFormat", "MD_Format",
    )  # fmt: skip
    assert offers(record_of(distribution=inside)) == {"https://d.example/a": ("CSV", "")}


def test_a_service_beside_the_data_is_where_its_operations_are():
    point = within(
        "<gmd:URL>https://d.example/wms?request=GetCapabilities&amp;service=WMS</gmd:URL>", "linkage"
    )
    service = (
        "<gmd:identificationInfo><srv:SV_ServiceIdentification>"
        f"{within(text('title', 'Kaart'), 'citation', 'CI_Citation')}"
        "<srv:serviceType><gco:LocalName>view</gco:LocalName></srv:serviceType><srv:containsOperations>"
        f"<srv:SV_OperationMetadata><srv:connectPoint>{within(point, 'CI_OnlineResource')}</srv:connectPoint>"
        "</srv:SV_OperationMetadata></srv:containsOperations></srv:SV_ServiceIdentification></gmd:identificationInfo>"
    )
    for before in (service, ""):
        record = record_of(before=before, after="" if before else service)
        assert record.title.by_language == {"nl": ["Percelen"]}
        assert [form for form, _ in offers(record).values()] == ["WMS_SRVC"]
        (answering,) = record.graph.subjects(DCAT.DataService)
        assert values(record, DCT.title, answering) == ["Kaart"]
        assert values(record, DCT.type, answering) == [f"{INSPIRE}SpatialDataServiceType/view"]
