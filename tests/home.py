"""A home for the tests, made before Django reads its settings. DATABASE_URL moves the suite to PostgreSQL."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from erpd.node.home import Node, make_home

_folder = Path(tempfile.mkdtemp(prefix="erpd-test-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
make_home(
    _folder / "home",
    Node(
        role="european",
        title="European Register for Protected Data held by the Public Sector",
        base_url="http://testserver",
        allow_networks=("127.0.0.0/8", "::1/128"),
        link_days=0,
    ),
)
os.environ["ERPD_HOME"] = str(_folder / "home")
