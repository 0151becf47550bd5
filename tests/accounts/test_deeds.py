"""The audit log: one module writes it, and only adds to it."""

import ast
import re
from pathlib import Path

import erpd
from erpd.accounts.deed_words import WHAT, told
from erpd.accounts.may import Kind, Verb
from erpd.accounts.models import Deed, Owner, Person

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


def test_the_log_has_words_for_all_that_is_recorded():
    recorded = set[str]()
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        if path.name != "deeds.py" and "deeds import" in path.read_text("utf-8"):
            recorded |= verbs_of(tree)
    assert {
        "approve",
        "hand over",
        "rotate",
        "warn",
        "accept transfer",
        "withdraw",
        "create",
        "change",
        "publish",
    } <= recorded
    assert recorded - {verb for verb, _ in WHAT} == set()


def verbs_of(tree: ast.Module) -> set[str]:
    """Every verb that a module records, or hands to a function of its own that does."""
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, []).append(node.value)
    writers = {
        node.name: [each.arg for each in node.args.args].index("verb")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.name in ("_settle", "_decided", "part", "_save", "_note", "_record")
        and "verb" in [each.arg for each in node.args.args]
    }
    found = set[str]()
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            continue
        said = [word.value for word in call.keywords if word.arg == "verb" and "record" in call.func.id]
        if call.func.id in writers and len(call.args) > writers[call.func.id]:
            said.append(call.args[writers[call.func.id]])
        if call.func.id == "part":
            said.append(call.args[3])
        values = [value for one in said for value in named.get(getattr(one, "id", ""), [one])]
        for part in (part for value in values for part in ast.walk(value)):
            if isinstance(part, ast.Constant):
                found.add(part.value)
            elif isinstance(part, ast.Attribute) and part.attr in Verb.__members__:
                found.add(Verb[part.attr].value)
    return found


def test_a_line_says_who_did_what_in_words():
    owner, ed = Owner(slug="office"), Person(email="ed@office.example")
    facts = {"expires": "2027-11-26T16:00:00+00:00", "account": ed.email, "title": "", "before": "admin"}
    made = Deed(by="abcdefgh", person=ed, owner=owner, verb="rotate", thing=Kind.KEY, name="hgfedcba")
    made.detail = facts
    host = Deed(by="erpd", owner=owner, verb="approve", thing=Kind.OWNER, name="office", detail={"keys": 0})
    odd = Deed(by="x@y.example", verb="new", thing="thing", name="<b>")
    key, command, unknown = told([made, host, odd])
    assert key[1:4] == (
        "ed@office.example, with the key abcdefgh",
        "Created a key to replace another",
        "hgfedcba",
    )
    assert key.details == [
        ("Valid until", "26 November 2027"),
        ("Account", "ed@office.example"),
        ("Before", "administrator"),
    ]
    assert command[1:5] == ("command line", "Approved the data owner", "", [])
    assert unknown[1:5] == ("x@y.example", "new thing", "<b>", [])
