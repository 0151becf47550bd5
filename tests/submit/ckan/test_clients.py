"""ckanapi, unchanged, delivers to a served node; `ckanapi load` loads dumps of real portals."""

import io
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from erpd.accounts.keys import make
from erpd.register.models import DataSet
from erpd.submit.ckan.actions import ABOUT, OWN, WRITING
from erpd.submit.models import Delivery
from tests.needs import SHARED
from tests.submit.owners import Office, office

from .conftest import PACKAGE, RESOURCE

ROOT = Path(__file__).parents[3]
ckanapi = pytest.importorskip("ckanapi")
load = pytest.importorskip("ckanapi.cli.load")
needs_data = pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data")


@pytest.fixture
def cbs(transactional_db: None) -> Office:
    return office("cbs")


def remote(cbs: Office, live_server, kind: str = "protected") -> "ckanapi.RemoteCKAN":
    text = make(who=cbs.actor(), catalogue=cbs.catalogues[kind])[1]
    return ckanapi.RemoteCKAN(live_server.url, apikey=text)


def test_a_script_delivers(cbs, live_server):
    with remote(cbs, live_server) as ckan:
        made = ckan.action.package_create(**PACKAGE)
        added = ckan.action.resource_create(package_id=made["id"], **{**RESOURCE, "name": "Second"})
        ckan.action.resource_patch(id=added["id"], description="Since 2020.")
        with pytest.raises(ckanapi.ValidationError) as refused:
            ckan.action.package_patch(id="discharges", resources=[RESOURCE, {"url": "https://a.example/"}])
        assert [sorted(each) for each in refused.value.error_dict["resources"]] == [
            [],
            ["format", "rights", "size"],
        ]
        with pytest.raises(ckanapi.NotFound):
            ckan.action.package_show(id="nothing")
        shown = ckan.action.package_show(id="discharges")
        assert [each["description"] for each in shown["resources"]] == ["", "Since 2020."]
        assert made["id"] in ckan.action.package_list()
        assert ckan.action.organization_list_for_user()[0]["name"] == "cbs"
        ckan.action.package_delete(id="discharges")
        assert ckan.action.package_list() == []
    with ckanapi.RemoteCKAN(live_server.url) as stranger, pytest.raises(ckanapi.NotAuthorized):
        stranger.action.package_create(**PACKAGE)


@needs_data
def test_dumps_of_real_portals_are_loaded_and_loaded_again(cbs, live_server):
    packages = []
    for name in ("birmingham/package_search.json", "envidat/package_search.json"):
        packages += json.loads((SHARED / "ckan" / name).read_text("utf-8"))["result"]["results"]
    lines = b"".join(json.dumps({**each, "owner_org": "cbs"}).encode() + b"\n" for each in packages)

    def loaded(ckan) -> list[list]:
        out = io.BytesIO()
        options = {
            "--create-only": False,
            "--update-only": False,
            "--insecure": False,
            "--upload-resources": False,
        }
        load.load_things_worker(ckan, "datasets", options, io.BytesIO(lines), out)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    with remote(cbs, live_server, "open") as ckan:
        first = loaded(ckan)
        done = [answer for _, action, error, answer in first if (action, error) == ("create", None)]
        assert Counter(error for _, _, error, _ in first) == {None: len(packages)}, first
        assert done == [each["name"] for each in packages]
        editions = dict(Delivery.objects.values_list("identifier", "edition"))
        again = loaded(ckan)
        assert [(action, error) for _, action, error, _ in again] == [("update", None)] * len(packages)
        assert dict(Delivery.objects.values_list("identifier", "edition")) == editions  # nothing had changed
        shown = ckan.action.package_show(id=packages[0]["name"])
        assert [each["name"] for each in shown["resources"]] == [
            each["name"] for each in packages[0]["resources"]
        ]
    assert DataSet.objects.filter(deleted=False).count() == len(packages)


def test_the_guide_is_true(cbs, live_server, monkeypatch):
    """Its requests, sent with curl's body and by its Python, to this node in place of the one it names."""
    guide = (ROOT / "docs" / "guides" / "deliver-by-ckan-api.md").read_text("utf-8")
    (body,) = re.findall(r"--json '(\{.*?\})'\n```", guide, re.DOTALL)
    with_ckanapi, with_urllib = re.findall(r"```text\n(import .*?)```", guide, re.DOTALL)
    text = make(who=cbs.actor(), catalogue=cbs.catalogues["protected"])[1]
    monkeypatch.setenv("POINT", live_server.url)
    monkeypatch.setenv("KEY", text)
    with ckanapi.RemoteCKAN(live_server.url, apikey=text) as ckan:
        ckan.action.package_create(**json.loads(body))
    exec(with_ckanapi, {})
    states = dict(Delivery.objects.values_list("identifier", "state"))
    assert states == {"hospital-discharges": "published", "hospital-stays": "published"}
    exec(with_urllib, {"print": lambda answer: answer["success"] or pytest.fail(answer)})
    named = set(re.findall(r"`((?:package|resource|organization|key)_\w+)`", guide))
    assert named >= {*WRITING, *ABOUT, *OWN}
    assert DataSet.objects.filter(deleted=False).count() == 2
