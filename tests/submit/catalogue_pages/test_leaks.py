"""Drafts, what was withdrawn, and what is in a test catalogue show on no door and no public page."""

import re
from pathlib import Path
from urllib.parse import quote

from django.test import Client
from django.utils.translation import override

from erpd.publish.derived import DERIVED
from erpd.submit.actions import change, withdraw
from tests.node.hostile import addresses
from tests.submit.catalogue_pages.conftest import put
from tests.submit.owners import agree, record

SECRET = "zqxhidden"
TOLD = re.compile(f"{SECRET} (draft|tried|sketch|gone)")
# A part of an address -> what is asked there.
QUESTIONS = {
    "": ["", f"q={SECRET}"],
    "oai": [
        "verb=ListRecords&metadataPrefix=dcat_ap",
        "verb=ListRecords&metadataPrefix=oai_dc",
        "verb=ListIdentifiers&metadataPrefix=dcat_ap",
    ],
    "sparql": ["query=" + quote("SELECT * { ?s ?p ?o } LIMIT 1000")],
    "/action/": ["rows=100"],
}


def test_no_public_address_shows_them(cbs, settings, tmp_path: Path):
    settings.HOME = tmp_path
    agree(cbs)
    shown = put(cbs, "shown", title="Zqxshown", publish=True)
    hidden = [
        put(cbs, "draft", title=f"{SECRET} draft"),
        put(cbs, "tried", kind="test", title=f"{SECRET} tried", publish=True),
        put(cbs, "sketch", kind="test", title=f"{SECRET} sketch"),
    ]
    gone = put(cbs, "gone", title=f"{SECRET} gone", publish=True)
    withdraw(who=cbs.actor(), delivery=gone)
    change(who=cbs.actor(), delivery=gone, record=record("gone", f"{SECRET} gone again"))
    for derived in DERIVED:
        derived.rebuild(None)
    keys = [str(one.pk) for one in (shown, gone, *hidden)]
    actions = ["package_list", "package_search", "package_show", "resource_search", "organization_show"]
    known = {
        "key": keys,
        "dataset_id": keys,
        "name": ["cbs", "cbs-test", "cbs-open", "all"],
        "catalogue": ["cbs", "cbs-test", "cbs-open"],
        "slug": ["cbs"],
        "action": actions,
        "suffix": ["ttl", "jsonld", "rdf", "nt"],
        "group": ["all", "pages"],
        "facet": ["theme", "publisher", "catalogue"],
    }
    asked = QUESTIONS | {
        "oai": [
            *QUESTIONS["oai"],
            *(f"verb=GetRecord&metadataPrefix=dcat_ap&identifier={key}" for key in keys),
        ],
        "/action/": [*QUESTIONS["/action/"], *(f"id={key}" for key in keys)],
    }
    client, found = Client(raise_request_exception=False), 0
    with override("en"):
        for path in (path for path in addresses(known) if not path.startswith(("/account/", "/desk/"))):
            for question in (one for part, these in asked.items() if part in path for one in these):
                answer = client.get(f"{path}?{question}")
                body = b"".join(answer) if answer.streaming else answer.content
                text = body.decode("utf-8", "replace").replace(question, "")
                assert not TOLD.search(text), (path, question)
                for one in hidden:
                    is_said = str(one.pk) in text and str(one.pk) not in path + question
                    assert answer.status_code >= 300 or not is_said, (path, question)
                found += "Zqxshown" in text
    assert found > 20, "the walk sees what is public"
