"""The last resort: a node that harvests another one's Dublin Core, which says the least."""

import html
import re
from pathlib import Path
from urllib.parse import quote

from tests.journeys.conftest import Meeting
from tests.journeys.nodes import Node, get, harvesting


def test_dublin_core_of_one_node_is_found_in_another(meeting: Meeting, tmp_path: Path) -> None:
    published = meeting.national.alive("nl")
    poor = Node(tmp_path / "poor", "european")
    wanted = ("oai-pmh", f"{meeting.national.url}/oai", "--set", "protected", "--prefix", "oai_dc")
    strict = harvesting(*wanted, "--policy", "strict")
    told = poor.erpd(*(part for part in strict if part != "--json"))
    assert re.search(
        r"error \(\d+ times\) dcat:distribution.*dcat:byteSize is mandatory but missing.*G4\.2", told
    )
    assert not set(poor.alive()) - set(meeting.european.alive())  # what a strict register has, at most
    lenient = poor.harvest(*wanted, "--policy", "lenient")
    assert (lenient["received"], lenient["rejected"]) == (len(published), 0)
    assert set(poor.alive()) == set(published)  # each keeps its IRI (G3.4.3)
    again = poor.harvest(*wanted, "--policy", "lenient")
    assert again["unchanged"] == again["received"]
    with poor.serving() as address:
        listed = get(f"{address}/oai?verb=ListRecords&metadataPrefix=oai_dc")[0].decode()
        title = html.unescape(re.findall(r'<dc:title xml:lang="en">([^<]+)', listed)[0])
        page = html.unescape(get(f"{address}/?q={quote(title)}")[0].decode())
    assert title in page.partition("<main")[2]
    assert all(f"<dc:identifier>{iri}</dc:identifier>" in listed for iri in published)
