"""`erpd organisations`, `erpd owner` and `erpd account`: a national point set up from the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from erpd.accounts.models import Deed, Mail, Membership, Person
from erpd.cli import mails, main
from erpd.node.home import Node

pytestmark = pytest.mark.django_db

CSV = "iri,title:en,domains\nhttps://x.example/cbs,Statistics Netherlands,cbs.nl\n"


def erpd(*arguments: object, status: int = 0, typed: str = "") -> str:
    result = CliRunner().invoke(main, [str(one) for one in arguments], input=typed)
    assert result.exit_code == status, result.output
    return " ".join(result.output.split())


def test_a_national_point_is_set_up(tmp_path: Path):
    listed, text = tmp_path / "list.csv", tmp_path / "agreement.txt"
    listed.write_text(CSV)
    text.write_text("Be good.")
    assert erpd("organisations", "import", listed) == "1 organisation added, 0 changed, 0 unchanged."
    assert json.loads(erpd("organisations", "import", listed, "--json"))["unchanged"] == 1
    assert json.loads(erpd("organisations", "import", "--corporate-bodies", "--json"))["new"] > 1000

    asked = (
        "owner",
        "add",
        "stats",
        "--title",
        "Statistics",
        "--title",
        "nl=Statistiek",
        "--contact",
        "d@cbs.nl",
    )
    told = erpd(*asked, "--organisation", "https://x.example/cbs")
    assert told.startswith("stats Statistics requested")
    assert told.endswith("Next: erpd owner approve stats")
    erpd("account", "add", "Anna@cbs.nl", "--owner", "stats", "--role", "admin", "--name", "Anna")
    erpd("account", "add", "eve@evil.example", "--owner", "stats", "--role", "admin")
    told = erpd("owner", "list")
    assert "administrator anna@cbs.nl of its organisation" in told
    assert "administrator eve@evil.example NOT of its organisation" in told
    assert told.endswith("Next: erpd owner approve stats")
    assert "Wait for" not in told
    facts = json.loads(erpd("owner", "approve", "stats", "--as", "cbs", "--json"))
    assert facts["catalogues"] == ["cbs", "cbs-open", "cbs-test"]
    assert [one["code"] for one in facts["hindrances"]] == ["contact_unconfirmed", "agreement_not_accepted"]
    assert facts["title"] == {"en": "Statistics", "nl": "Statistiek"}

    assert "Agreement on publishing data sets" in erpd("owner", "agreement")
    erpd("owner", "agreement", "--text", text, "--changes", "Much shorter.")
    shown = json.loads(erpd("owner", "agreement", "--json"))
    assert (shown["version"], shown["text"], shown["changes"]) == (
        2,
        {"en": "Be good."},
        {"en": "Much shorter."},
    )

    erpd("account", "add", "reader@cbs.nl", "--owner", "cbs", "--role", "reader")
    signed = ("owner", "accept", "cbs", "--version", 2, "--account")
    assert "is not an administrator of cbs" in erpd(*signed, "reader@cbs.nl", status=1)
    assert "no longer the newest" in erpd(*signed[:4], 1, "--account", "anna@cbs.nl", status=1)
    key = ("key", "create", "--account", "anna@cbs.nl", "--catalogue", "cbs-test", "--json")
    assert "has not been confirmed" in erpd(*key, status=1)
    assert "of its organisation" in erpd("owner", "confirm", "cbs")
    assert json.loads(erpd(*signed, "anna@cbs.nl", "--json"))["hindrances"] == []
    assert erpd("owner", "list").endswith("Nothing is missing: it can publish.")
    assert Deed.objects.get(verb="accept").detail["on_paper_by"] == "anna@cbs.nl"
    assert json.loads(erpd(*key))["text"].startswith("erpd_")
    Membership.objects.get(person__email="reader@cbs.nl").delete()

    secret = "correct horse battery staple"
    told = erpd("account", "add", "op@nl.example", "--operator", "--password-stdin", typed=f"{secret}\n")
    assert told == "op@nl.example operator"
    operator = Person.objects.get(email="op@nl.example")
    assert operator.check_password(secret)
    assert secret not in str(list(Deed.objects.values()))
    link = json.loads(erpd("account", "add", "op2@nl.example", "--operator", "--link", "--json"))["link"]
    assert link.startswith("http://testserver/account/password/reset/key/")
    assert not Mail.objects.filter(to="op2@nl.example").exists()
    assert Mail.objects.filter(to="anna@cbs.nl", template="account-made").exists()
    erpd("account", "add", "OP@nl.example", "--no-office", "--password-stdin", typed="another\n")
    operator.refresh_from_db()
    assert operator.check_password(secret), "the password of an account that exists stays"
    assert operator.office == ""
    assert erpd("account", "add", "eve@evil.example", "--owner", "cbs", "--role", "reader").endswith(
        "reader of cbs"
    )
    assert "anna@cbs.nl admin of cbs" in erpd("account", "list", "--owner", "cbs")
    listed_facts = json.loads(
        erpd("account", "list", "--owner", "cbs", "--json").replace("} {", "},{").join("[]")
    )
    assert [one["roles"] for one in listed_facts] == [{"cbs": "admin"}, {"cbs": "reader"}]

    assert json.loads(erpd("owner", "close", "cbs", "--reason", "Merged.", "--json"))["state"] == "closed"
    erpd("owner", "add", "other", "--title", "Other", "--contact", "o@other.example")
    assert "refused" in erpd("owner", "refuse", "other", "--reason", "No government.")
    assert set(Deed.objects.values_list("by", flat=True)) == {"erpd"}
    assert Membership.objects.count() == 2


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("owner", "approve", "nobody"), 1, "There is no data owner 'nobody'"),
        (("owner", "add", "nl", "--title", "X", "--contact", "a@b.example"), 1, "Choose 3 to 40"),
        (("owner", "add", "abc", "--title", "xx=X", "--contact", "a@b.example"), 2, "not a language"),
        (
            ("owner", "add", "abc", "--title", "X", "--title", "en=Y", "--contact", "a@b.example"),
            2,
            "two texts",
        ),
        (("owner", "add", "abc", "--title", "X", "--contact", "a@b"), 2, "valid email"),
        (
            (
                "owner",
                "add",
                "abc",
                "--title",
                "X",
                "--contact",
                "a@b.example",
                "--organisation",
                "https://x",
            ),
            1,
            "has no https://x",
        ),
        (("owner", "agreement"), 1, "There is no agreement yet"),
        (("owner", "agreement", "--changes", "X"), 2, "Name its texts"),
        (("owner", "agreement", "--text", "nowhere"), 1, "nowhere: No such file"),
        (("account", "add", "a@b.example", "--role", "admin"), 2, "belong together"),
        (("account", "add", "a@b.example", "--owner", "nobody", "--role", "admin"), 1, "no data owner"),
        (("account", "add", "a@b.example", "--password-stdin"), 2, "The password is empty"),
        (("account", "add", "nobody"), 2, "valid email"),
        (("organisations", "import"), 2, "Name a file, or say"),
        (("organisations", "import", __file__), 1, "Line 1 has to name the columns"),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_told_in_a_sentence(arguments, status, told):
    assert told in erpd(*arguments, status=status)
    assert not Person.objects.exists()
    assert not Deed.objects.exists()


def test_a_sender_that_mail_servers_refuse_is_told(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(mails, "home", lambda: Path("/srv/node"))
    for server, email, warned in (
        ("", Node.email, False),
        ("smtp://mail.example", "data@portal.example", False),
        ("smtp://mail.example", Node.email, True),
    ):
        monkeypatch.setenv("ERPD_SMTP_URL", server)
        monkeypatch.setattr(
            mails, "read_node", lambda _, email=email: Node("national", "Portal", "NL", email=email)
        )
        mails.warn_of_sender()
        assert ("set email in /srv/node/node.toml" in capsys.readouterr().err) == warned
