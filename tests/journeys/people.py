"""Data owners of a node, its operator, and a session for each of them, made in one process of the node."""

import json
import subprocess
import sys

from erpd.cli.starting import prepare, start
from tests.journeys.nodes import PATIENCE, Node, environment

PASSWORD = "the quick brown fox of the polder"  # of the editors
DESK = "operator@portal.example"


def people(node: Node, *owners: str) -> dict[str, str]:
    """Make data owners that may publish. Returns the address of each person -> their session.

    The people are the operator, and ``admin@<owner>.example`` and ``editor@<owner>.example``.
    """
    done = subprocess.run(
        [sys.executable, "-m", __name__, *owners],
        env={**environment(), "ERPD_HOME": str(node.home)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made: dict[str, str] = json.loads(done.stdout)
    return made


def _make(*owners: str) -> dict[str, str]:
    start()
    prepare()
    from allauth.account.models import EmailAddress
    from django.test import Client

    from tests.accounts.people import ADMIN, EDITOR, member, operator, person, ready, sign_in

    everybody = [(operator(), "totp")]
    for name in owners:
        admin = person(f"{ADMIN}@{name}.example")
        owner = ready(admin, f"Office {name}", slug=name, contact=f"data@{name}.example")
        editor = member(owner, f"{EDITOR}@{name}.example", EDITOR)
        assert editor.person
        editor.person.set_password(PASSWORD)
        editor.person.save()
        EmailAddress.objects.create(
            user=editor.person, email=editor.person.email, verified=True, primary=True
        )
        everybody += [(admin, "totp"), (editor, "")]
    sessions = {}
    for who, factor in everybody:
        client = Client()
        sign_in(client, who, second_factor=factor)
        assert who.person
        sessions[who.person.email] = client.cookies["sessionid"].value
    return sessions


if __name__ == "__main__":
    print(json.dumps(_make(*sys.argv[1:])))
