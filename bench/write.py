"""Rows `write` and `deliver`: data sets through CKAN's package_create and the delivery API of a served node.

Each has three resources, and is checked and published.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from bench.measured import print_row, ratio, timed
from bench.processes import free_port, running

ROWS = ("write", "deliver")
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
        for row, way in _WAYS.items():
            _row(row, way, port, keys, size)


def _row(row: str, way: "_Way", port: int, keys: list[str], size: int) -> None:
    own = time.process_time()
    with timed() as clock, ThreadPoolExecutor(_AT_ONCE) as pool:
        places = range(_AT_ONCE)
        list(pool.map(lambda place: _create(way, port, keys[place], place, size // _AT_ONCE), places))
    cpu = clock.cpu - (time.process_time() - own)
    per_second = round(size / clock.seconds, 1)
    print_row(
        row,
        packages=size,
        packages_per_second=per_second,
        cpu_ms_per_package=round(1_000 * cpu / size, 2),
        database="PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite",
        compared_with="package_create of CKAN 2.11",
        compared_per_second=_CKAN,
        ratio=ratio(per_second, _CKAN),
        reach="at least 200 packages/s, 20 times CKAN",
    )


def _create(way: "_Way", port: int, key: str, client: int, size: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": key, "Content-Type": "application/json"}
    for number in range(size):
        body = json.dumps(way.make(f"set-{client}-{number}")).encode()
        connection.request("POST", way.path, body, headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status not in (200, 201):
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


def data_set(name: str) -> dict[str, object]:
    """The same in the JSON of the delivery API."""
    authority = "http://publications.europa.eu/resource/authority"
    return {
        "dctIdentifier": f"https://office.example/id/{name}",
        "dctTitle": [f"Hospital discharges {name}"],
        "dctDescription": [f"All discharges of the year, by diagnosis, region and age ({name})."],
        "dctPublisher": {"foafName": ["Office"]},
        "dctCreator": [{"foafName": ["Office"]}],
        "dcatContactPoint": {
            "vcardFn": "Microdata desk",
            "vcardHasEmail": "mailto:microdata@office.example",
        },
        "dcatKeyword": ["health", "hospitals", "microdata"],
        "dcatTheme": [f"{authority}/data-theme/HEAL"],
        "dctAccessRights": f"{authority}/access-right/RESTRICTED",
        "dctLanguage": [f"{authority}/language/ENG"],
        "dctAccrualPeriodicity": f"{authority}/frequency/ANNUAL",
        "dctTemporal": [{"dcatStartDate": "2020-01-01", "dcatEndDate": "2024-12-31"}],
        "dcatDistribution": [
            {
                "dcatAccessUrl": f"https://office.example/apply/{name}/{number}",
                "dctTitle": [f"Year {number}"],
                "dctFormat": f"{authority}/file-type/CSV",
                "dcatByteSize": 1_000_000 + number,
                "dctRights": "On request, for statistical research.",
            }
            for number in range(2022, 2025)
        ],
    }


class _Way(NamedTuple):
    """An API by which data sets are delivered."""

    path: str
    make: Callable[[str], dict[str, object]]


_WAYS = {
    "write": _Way("/api/action/package_create", package),
    "deliver": _Way("/api/v1/datasets?publicationStatus=PUBLISHED", data_set),
}
