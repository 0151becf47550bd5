"""Dublin Core and ISO 19139 by OAI-PMH, from a real pycsw."""

import shutil
from contextlib import suppress

import pytest

from erpd.formats import Unreadable, format_for, iso19139, oai_dc
from erpd.sources.http.client import Client, Limits
from erpd.sources.oai_pmh.source import OaiPmh
from tests.needs import SHARED
from tests.servers import LOOPBACK
from tests.sources.csw.real import pycsw

FILES = sorted((SHARED / "csw-iso19139" / "ngr-pdok").rglob("*.xml"))


@pytest.mark.skipif(not FILES, reason="the recorded answers of shared/data are absent")
def test_a_real_server_that_has_no_rdf(tmp_path):
    records, folder = tmp_path / "records", tmp_path / "server"
    records.mkdir()
    folder.mkdir()
    for path in FILES:
        if b"<gmd:MD_Metadata" in path.read_bytes()[:1000]:
            shutil.copy(path, records)
    found = {"oai_dc": {}, "iso19139": {}}
    with pycsw(records, folder, page=100) as url, Client(Limits(), LOOPBACK) as client:
        for prefix, titles in found.items():
            pages = list(OaiPmh(f"{url}?mode=oaipmh", client, prefix=prefix).pages())
            assert pages[-1].last
            for reading in (reading for page in pages for reading in page.readings):
                with suppress(Unreadable):  # ISO 19139 of services
                    read = format_for(reading.media_type).read
                    titles[reading.identifier] = read(reading.content, reading.identifier, "").title
                    kinds = {"oai_dc": oai_dc.MEDIA_TYPE, "iso19139": iso19139.MEDIA_TYPE}
                    assert reading.media_type == kinds[prefix]
    assert found["iso19139"].keys() < found["oai_dc"].keys()
    for identifier, title in found["iso19139"].items():
        assert found["oai_dc"][identifier].best()[0] in [text for _, text in title]
