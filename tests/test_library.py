"""The package as a library: what importing it costs, and that it needs nothing of a node."""

import re
import subprocess
import sys
from pathlib import Path

import erpd

SOURCE = Path(erpd.__file__).read_text("utf-8")

ALONE = """
import sys
before = set(sys.modules)
import erpd
print(sorted(name for name in set(sys.modules) - before if name != "erpd"))
for name in erpd.__all__:
    getattr(erpd, name)
print(sorted(name for name in sys.modules if name in {"django", "tantivy", "typst", "psycopg"}))
print(sorted(name for name in sys.modules if name.startswith("erpd.")))
"""


def test_importing_it_imports_nothing_and_using_it_nothing_of_a_node() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE], capture_output=True, text=True, timeout=60, check=True
    )
    imported, of_a_node, ours = done.stdout.splitlines()
    assert imported == "[]"
    assert of_a_node == "[]"
    floors = set(re.findall(r"'erpd\.(\w+)", ours))
    assert floors == {"formats", "metadata", "sources", "standalone"}


def test_each_name_is_told_to_type_checkers_and_to_python_alike() -> None:
    told = SOURCE.partition("if TYPE_CHECKING:")[2].partition("\n\n")[0]
    typed = {name.strip() for names in re.findall(r"import (.+)", told) for name in names.split(",")}
    assert sorted(erpd.__all__) == sorted(typed) == sorted(erpd._HOME_OF)
    assert set(erpd.__all__) <= set(dir(erpd))
