"""An owner delivers to a national node by both APIs; the European register shows what it published."""

import json
import urllib.request
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from ckanapi import NotAuthorized, NotFound, RemoteCKAN, ValidationError

from erpd.cli.demonstrating_owner import OWNER, made_before, make_owner
from tests.journeys.nodes import PATIENCE, Node, get
from tests.proofs import ONLY_AT_LENGTH

DATA = files("erpd.demo")
PACKAGE: dict[str, Any] = json.loads((DATA / "package.json").read_text("utf-8"))
PUBLISHED = {"publicationStatus": "PUBLISHED"}
DATA_SET: dict[str, Any] = json.loads((DATA / "data_set.json").read_text("utf-8"))


def api(address: str, key: str, method: str, body: object = None) -> tuple[int, Any]:
    """Ask the delivery API. Returns the status and what the answer says."""
    content = json.dumps(body).encode() if body is not None else None
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(address, content, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


@ONLY_AT_LENGTH  # ``test_every_way.py`` does it in each way
def test_what_an_owner_publishes_reaches_the_european_register(tmp_path: Path) -> None:
    national, european = Node(tmp_path / "nl", "national", "NL"), Node(tmp_path / "eu", "european")
    made = make_owner(national.home)
    keys = made.keys
    assert made == made_before(national.home)
    in_file = len(national.alive())
    with ExitStack() as serving:
        url = serving.enter_context(national.serving())
        ckan = RemoteCKAN(url, apikey=keys[OWNER])
        package = ckan.action.package_create(**PACKAGE)
        datasets = f"{url}/api/v1/datasets"
        status, draft = api(datasets, keys[OWNER], "POST", DATA_SET)
        assert status == 201, draft

        # In the test catalogue the same is tried; neither it nor the draft is on any door.
        trial = RemoteCKAN(url, apikey=keys[f"{OWNER}-test"])
        trial.action.package_create(**{**PACKAGE, "identifier": "trial", "title": "Only a trial"})
        first = european.harvest("oai-pmh", f"{url}/oai", "--set", "protected")
        assert (first["received"], first["new"], first["rejected"]) == (in_file + 1, in_file + 1, 0)
        of_package = f"{url}/datasets/{package['id']}"
        (arrived,) = (one for one in european.held().values() if one.iri == of_package)
        assert PACKAGE["title"].encode() in arrived.graph
        for path in ("/", "/open", "/catalogue.ttl", "/api/3/action/package_list", "/sitemaps/all.xml"):
            shown, _ = get(url + path)
            assert b"Only a trial" not in shown
            assert draft["id"].encode() not in shown

        # What is incomplete is refused, and what is published stays as it is.
        for wrong in ({"resources": []}, {"resources": [{"url": "https://x.example/"}]}):
            with pytest.raises(ValidationError) as refused:
                ckan.action.package_update(**{**package, **wrong})
            assert "resources" in refused.value.error_dict
        assert api(f"{datasets}/{draft['id']}/publication-status", keys[OWNER], "PUT", PUBLISHED)[0] == 200
        ckan.action.package_patch(id=package["id"], title="Ziekteverzuim, microdata")
        second = european.harvest("oai-pmh", f"{url}/oai", "--set", "protected")
        assert (second["new"], second["changed"], second["rejected"]) == (1, 1, 0)

        # A key reaches its catalogue only, and nobody without one changes anything.
        for stranger in (RemoteCKAN(url, apikey=keys[f"{OWNER}-open"]), RemoteCKAN(url)):
            with pytest.raises((NotAuthorized, NotFound)):
                stranger.action.package_delete(id=package["id"])

        ckan.action.package_delete(id=package["id"])
        third = european.harvest("oai-pmh", f"{url}/oai", "--set", "protected", "--approve-deletions")
        assert third["deleted"] + third["gone"] == 1
        assert len(european.alive()) == in_file + 1
        told = json.loads(
            national.erpd(
                "key", "list", "--account", "redactie@monitor.overheid.example", "--json"
            ).splitlines()[0]
        )
        assert told["valid"]
        national.erpd("owner", "close", OWNER, "--reason", "Merged.")
        assert api(datasets, keys[OWNER], "GET")[0] == 401
        assert len(national.alive()) == in_file + 1  # what it published stays
