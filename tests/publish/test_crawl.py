"""Harvesters read the whole list while it changes under their hands."""

import itertools
import subprocess
import warnings
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import oaipmh_scythe
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpd.metadata.terms import DCT, RDF
from erpd.publish.oai_pmh import lists
from erpd.publish.oai_pmh.written import WRITTEN
from erpd.register.models import DataSet
from tests.proofs import length

from .conftest import OAI, Register, valid

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # sickle has strings that Python 3.12 will refuse
    import sickle

COUNT = 23
PER_PAGE = 5
_slugs = (f"crawl-{number}" for number in itertools.count())
_edits = st.lists(st.tuples(st.sampled_from(["edit", "delete", "insert"]), st.integers(0, 30)), max_size=6)


@pytest.mark.proof
@settings(
    max_examples=length(15, 200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(between=st.lists(_edits, max_size=12), follows=st.sets(st.integers(0, 12)))
def test_at_the_end_the_reader_has_the_present_state_of_all(register, reader, between, follows) -> None:
    """Whenever what is written once catches up with it. At the beginning, the pages are full."""
    slug, edits, numbers = next(_slugs), iter(between), itertools.count()
    catalogue = register.catalogue(slug)
    present = {}  # identifier -> title; None: deleted
    seen = {}
    for _ in range(9):
        change(register, catalogue, "insert", 0, numbers, present)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists, "PAGE", 3)
        asked = {"verb": "ListRecords", "metadataPrefix": "dcat_ap"}
        for number, page in enumerate(reader.pages(f"/catalogues/{slug}/oai", **asked)):
            if number in follows:
                WRITTEN.follow(None, lambda: False)
            for record in page.iter(f"{OAI}record"):
                seen[record.findtext(f".//{OAI}identifier")] = record.findtext(f".//{{{DCT}}}title")
            if page.findtext(f".//{OAI}resumptionToken"):  # else the list is complete: what comes now is news
                for action, chosen in next(edits, []):
                    change(register, catalogue, action, chosen, numbers, present)
    WRITTEN._remove()
    assert seen == {f"oai:testserver:{key}": title for key, title in present.items()}


def change(register: Register, catalogue, action: str, chosen: int, numbers, present: dict) -> None:
    number = next(numbers)
    identifiers = list(catalogue.data_sets.order_by("identifier").values_list("identifier", flat=True))
    identifier = str(number) if action == "insert" else identifiers[chosen % len(identifiers)]
    if action == "delete":
        data_set = register.delete(catalogue.data_sets.get(identifier=identifier))
    else:  # an edit revives what is deleted
        data_set = register.put(catalogue, identifier, f"Title {number}")
    present[data_set.key] = None if action == "delete" else f"Title {number}"


@pytest.fixture
def address(transactional_db, live_server, monkeypatch) -> str:
    """A live repository of five pages, with a tombstone in it."""
    monkeypatch.setattr(lists, "PAGE", PER_PAGE)
    register = Register()
    nl = register.catalogue("nl")
    for number in range(COUNT):
        register.put(nl, str(number), f"Title {number}")
    register.delete(DataSet.objects.get(identifier="7"))
    return f"{live_server.url}/protected/oai"


@pytest.mark.parametrize("prefix", ["dcat_ap", "oai_dc"])
def test_sickle(address: str, prefix: str) -> None:
    harvester = sickle.Sickle(address)
    records = list(harvester.ListRecords(metadataPrefix=prefix))
    assert len({record.header.identifier for record in records}) == len(records) == COUNT
    assert [record.header.deleted for record in records] == [False] * (COUNT - 1) + [True]
    assert len(list(harvester.ListIdentifiers(metadataPrefix=prefix, ignore_deleted=True))) == COUNT - 1
    assert {spec.setSpec for spec in harvester.ListSets()} == {"protected", "protected:nl"}
    assert {form.metadataPrefix for form in harvester.ListMetadataFormats()} == {
        "dcat_ap",
        "dcat_ap_3",
        "oai_dc",
    }
    assert harvester.Identify().granularity == "YYYY-MM-DDThh:mm:ssZ"
    with pytest.raises(sickle.oaiexceptions.NoRecordsMatch):
        harvester.ListRecords(metadataPrefix=prefix, set="open")


def test_scythe(address: str) -> None:
    with oaipmh_scythe.Scythe(address) as harvester:
        records = list(harvester.list_records(metadata_prefix="oai_dc"))
        assert len(records) == COUNT
        assert len(list(harvester.list_identifiers(metadata_prefix="dcat_ap"))) == COUNT
        one = harvester.get_record(identifier=records[0].header.identifier, metadata_prefix="oai_dc")
        assert one.get_metadata()["title"] == ["Title 0"]


HTTP_OAI = """
use HTTP::OAI;
my $harvester = HTTP::OAI::Harvester->new(baseURL => $ARGV[0]);
print $harvester->Identify->version, "\n";
my $list = $harvester->ListRecords(metadataPrefix => $ARGV[1], onRecord => sub {
    my $record = shift;
    print $record->identifier, " ", ($record->status // "present"), " ", defined $record->metadata, "\\n";
});
die $list->message if $list->is_error;
"""


@pytest.mark.parametrize("prefix", ["dcat_ap", "dcat_ap_3", "oai_dc"])
def test_http_oai(address: str, prefix: str) -> None:
    if subprocess.run(["perl", "-MHTTP::OAI", "-e1"], capture_output=True, check=False).returncode:
        pytest.skip("Debian's libhttp-oai-perl is not installed here.")
    command = ["perl", "-e", HTTP_OAI, address, prefix]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert told.stderr == ""
    version, *records = [line.split(" ") for line in told.stdout.splitlines()]
    assert version == ["2.0"]
    assert len({identifier for identifier, _, _ in records}) == len(records) == COUNT
    assert [kind for _, *kind in records] == [["present", "1"]] * (COUNT - 1) + [["deleted", ""]]


PYOAI = """
import sys
from lxml import etree
from types import SimpleNamespace
evaluator = etree.XPathEvaluator  # lxml 5 took its method away
etree.XPathEvaluator = lambda *given, **named: SimpleNamespace(evaluate=evaluator(*given, **named))
from oaipmh.client import Client
from oaipmh.metadata import MetadataRegistry, oai_dc_reader

registry = MetadataRegistry()
registry.registerReader("oai_dc", oai_dc_reader)
client = Client(sys.argv[1], registry)
client.updateGranularity()
assert client.identify().protocolVersion() == "2.0"
assert len(list(client.listIdentifiers(metadataPrefix="oai_dc", set="protected"))) == int(sys.argv[2])
for header, metadata, _ in client.listRecords(metadataPrefix="oai_dc"):
    print(header.identifier(), *([] if header.isDeleted() else metadata.getField("title")))
"""


def test_pyoai(address: str) -> None:
    """It comes as source only and needs an old setuptools, so it has an environment of its own."""
    python = Path(__file__).parents[2] / "build" / "pyoai" / "bin" / "python"
    if not python.exists():
        pytest.skip("pyoai is not installed in build/pyoai; .ci/run shows how.")
    command = [str(python), "-W", "ignore", "-c", PYOAI, address, str(COUNT)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert told.stderr == ""
    lines = [line.split(" ", 1) for line in told.stdout.splitlines()]
    titles = {title for _, *found in lines for title in found}
    assert titles == {f"Title {number}" for number in range(COUNT) if number != 7}
    assert len({identifier for identifier, *_ in lines}) == len(lines) == COUNT


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_harvester_that_repeats_the_prefix_beside_the_token(address: str, method: str) -> None:
    """As the one of data.europa.eu does; it also needs the verb in ``request`` and completeListSize."""
    arguments, seen, cursors = {"verb": "ListRecords", "metadataPrefix": "dcat_ap"}, [], []
    while True:
        query = urlencode(arguments)
        asked = urlopen(f"{address}?{query}") if method == "GET" else urlopen(address, query.encode())
        with asked as response:
            page = valid(response.read())
        assert page.find(f"{OAI}request").get("verb") == "ListRecords"
        seen += [node.text for node in page.iter(f"{OAI}identifier")]
        for metadata in page.iter(f"{OAI}metadata"):
            assert metadata.text is None  # it takes the first child, which may be a text
            assert metadata[0].tag == f"{{{RDF}}}RDF"
        token = page.find(f".//{OAI}resumptionToken")
        assert token.get("completeListSize") == str(COUNT)
        cursors.append(int(token.get("cursor")))
        if not token.text:
            break
        arguments["resumptionToken"] = token.text
    assert len(set(seen)) == len(seen) == COUNT
    assert cursors == list(range(0, COUNT, PER_PAGE))
