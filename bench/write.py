"""Row `write`: package_create on a served node, each package with three resources, checked and published."""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

from bench.measured import print_row, ratio, timed
from bench.processes import free_port, running

ROWS = ("write",)
SIZE = 2_000  # packages
_AT_ONCE = 2  # clients
_CKAN = 9  # packages a second of CKAN 2.11 with PostgreSQL and Solr, on a machine like this
_OWNER = """
from django.utils import timezone
from erpd.accounts.keys import make
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Holding, Membership, Owner, Person
from erpd.register.models import Catalogue, Source
facts = {"contact": "a@b.example", "state": "approved", "confirmed": timezone.now()}
owner = Owner.objects.create(slug="office", title={"en": "Office"}, **facts)
catalogue = Catalogue.objects.create(slug="office", kind="protected", title={"en": "Office"})
Source.objects.create(slug="office", catalogue=catalogue)
Holding.objects.create(catalogue=catalogue, owner=owner)
for number in range(%d):
    person = Person.objects.create_user(f"editor{number}@b.example")
    Membership.objects.create(owner=owner, person=person, role="editor")
    print(make(who=COMMAND_LINE, catalogue=catalogue, person=person)[1])
"""


def rows(folder: Path, size: int) -> None:
    home, port = folder / "write", free_port()
    erpd = [sys.executable, "-m", "erpd", "--home", str(home)]
    made = [*erpd[:3], "init", str(home), "--role", "national", "--country", "NL", "--title", "Bench"]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    subprocess.run([*erpd, "manage", "migrate", "-v0"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    shell = [*erpd, "manage", "shell", "-v0", "-c", _OWNER % _AT_ONCE]
    keys = subprocess.run(shell, check=True, capture_output=True, text=True).stdout.split()  # noqa: S603
    with running([*erpd, "serve", "--port", str(port)], f"http://127.0.0.1:{port}/healthz"):
        own = time.process_time()
        with timed() as clock, ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda place: _create(port, keys[place], place, size // _AT_ONCE), range(_AT_ONCE)))
        cpu = clock.cpu - (time.process_time() - own)
    per_second = round(size / clock.seconds, 1)
    print_row(
        "write",
        packages=size,
        packages_per_second=per_second,
        cpu_ms_per_package=round(1_000 * cpu / size, 2),
        database="PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite",
        compared_with="package_create of CKAN 2.11",
        compared_per_second=_CKAN,
        ratio=ratio(per_second, _CKAN),
        reach="at least 200 packages/s, 20 times CKAN",
    )


def _create(port: int, key: str, client: int, size: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": key, "Content-Type": "application/json"}
    for number in range(size):
        body = json.dumps(package(f"set-{client}-{number}")).encode()
        connection.request("POST", "/api/action/package_create", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {said[:500]!r}")


def package(name: str) -> dict[str, object]:
    """What a script sends: 25 fields, three resources, everything that G4 makes mandatory."""
    return {
        "name": name,
        "title": f"Hospital discharges {name}",
        "notes": f"All discharges of the year, by diagnosis, region and age ({name}).",
        "maintainer": "Microdata desk",
        "maintainer_email": "microdata@office.example",
        "license_id": "CC_BY_4_0",
        "tags": [{"name": "health"}, {"name": "hospitals"}, {"name": "microdata"}],
        "extras": [
            {"key": "access_rights", "value": "RESTRICTED"},
            {"key": "theme", "value": "http://publications.europa.eu/resource/authority/data-theme/HEAL"},
            {"key": "language", "value": "en"},
            {"key": "frequency", "value": "ANNUAL"},
            {"key": "temporal_start", "value": "2020-01-01"},
            {"key": "temporal_end", "value": "2024-12-31"},
        ],
        "resources": [
            {
                "url": f"https://office.example/apply/{name}/{number}",
                "name": f"Year {number}",
                "format": "CSV",
                "size": 1_000_000 + number,
                "rights": "On request, for statistical research.",
            }
            for number in range(2022, 2025)
        ],
    }
