"""`erpd key`: made, listed, rotated and revoked by the operator."""

import json

import pytest
from click.testing import CliRunner

from erpd.accounts.keys import find
from erpd.accounts.models import Agreement, Deed, Key, Owner
from erpd.cli import main
from tests.submit.owners import office

pytestmark = pytest.mark.django_db


def erpd(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["key", *arguments])
    assert result.exit_code == status, result.output
    return result.stdout if status == 0 else result.output


def test_a_key_is_made_listed_rotated_and_revoked():
    office("cbs")
    text = erpd("create", "--account", "Editor@cbs.example", "--catalogue", "cbs", "--days", "7").strip()
    key = find(text)
    assert key
    assert Deed.objects.get().by == "erpd"
    listed = json.loads(erpd("list", "--account", "editor@cbs.example", "--catalogue", "cbs", "--json"))
    assert (listed["key"], listed["catalogue"], listed["valid"]) == (key.prefix, "cbs", True)
    assert text not in erpd("list")
    newer = json.loads(erpd("rotate", key.prefix, "--json"))
    assert find(newer["text"])
    erpd("revoke", key.prefix)
    assert find(text) is None
    assert "no longer valid" in erpd("list")
    assert Key.objects.count() == 2


def test_what_cannot_be_made_is_told_in_a_sentence():
    office("cbs")
    to = ("create", "--catalogue", "cbs", "--account")
    assert "There is no account" in erpd(*to, "nobody@cbs.example", status=1)
    told = " ".join(erpd(*to, "reader@cbs.example", status=1).split())
    assert "may not deliver" in told
    assert "`erpd account add reader@cbs.example --owner cbs --role editor`" in told  # not: ask somebody
    assert "1 to 365 days" in erpd(*to, "editor@cbs.example", "--days", "400", status=1)
    nowhere = ("create", "--account", "editor@cbs.example", "--catalogue", "y")
    assert "There is no catalogue" in erpd(*nowhere, status=1)
    assert "There is no key" in erpd("revoke", "abcdefgh", status=1)
    Owner.objects.update(confirmed=None)
    Agreement.objects.create(version=1)
    told = " ".join(erpd(*to, "editor@cbs.example", status=1).split())
    assert "`erpd owner confirm cbs`" in told
    assert "`erpd owner accept cbs --account EMAIL --version 1`" in told
