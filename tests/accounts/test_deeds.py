"""The audit log: one module writes it, and only adds to it."""

import re
from pathlib import Path

import erpd

SOURCE = Path(erpd.__file__).parent


def test_only_one_module_writes_the_log_and_it_only_adds():
    """A trigger in the database would bind nobody more: whoever can reach it can drop the trigger."""
    used = {
        str(path.relative_to(SOURCE)): set(re.findall(r"\bDeed\.objects\.(\w+)|\b(insert)\(\s*Deed\b", text))
        for path in SOURCE.rglob("*.py")
        if "Deed" in (text := path.read_text("utf-8")) and "migrations" not in path.parts
    }
    reads = {("filter", ""), ("order_by", "")}
    assert {name for name, calls in used.items() if calls - reads} == {"accounts/deeds.py"}
    assert used["accounts/deeds.py"] == {("", "insert"), *reads}
    deeds = (SOURCE / "accounts" / "deeds.py").read_text("utf-8")
    assert not re.search(r"\.(update|delete|save|bulk_\w+)\(", deeds)
    for path in SOURCE.rglob("*.py"):
        assert not re.search(r"\bdeeds\.(all\(\)|filter\(.*\))?\.?(update|delete)\(", path.read_text("utf-8"))
