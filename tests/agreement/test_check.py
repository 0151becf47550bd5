"""Every door shows the same data sets, while they are edited; and where one does not, the check finds it."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from random import Random

import pytest

from erpd.agreement import node as reading
from erpd.agreement.check import Check
from erpd.agreement.differences import Difference, What
from erpd.agreement.doors import DOORS
from erpd.agreement.node import Following, Node, Ready
from erpd.agreement.seen import Content, Seen
from erpd.cli.doors import _verdict
from erpd.publish.derived import DERIVED
from erpd.register.arrival import deletion
from erpd.register.intake import take_in, withdraw
from erpd.register.models import Catalogue, DataSet
from erpd.sources.errors import Reason, SourceError
from tests.agreement.conftest import KINDS
from tests.agreement.mixed import mixed
from tests.proofs import AT_LENGTH, length
from tests.servers import LOOPBACK

AMOUNT = length(60, 5_000)
CHOSEN = ["catalogue.rdf", "catalogue.nt.gz", "ckan", "sparql", "search"] if AMOUNT < 1_000 else [*DOORS]
SCOPES = ["protected", "all"] if AMOUNT < 1_000 else []


@dataclass
class Editor:
    """Somebody at work: adds, edits, withdraws and revives data sets of all catalogues."""

    catalogues: list[Catalogue]
    random: Random = field(default_factory=lambda: Random(12))
    numbers: int = AMOUNT
    done: int = 0

    def work(self) -> None:
        where = self.random.choice(self.catalogues)
        source = where.sources.get()
        number = self.random.randrange(self.numbers)
        match self.random.choice(["edit", "edit", "edit", "add", "delete", "withdraw"]):
            case "edit":
                take_in(source, [mixed(where, number, self.done + 1)], origin="test")
            case "add":
                self.numbers += 1
                take_in(source, [mixed(where, self.numbers)], origin="test")
            case "delete":
                take_in(source, [deletion(source.slug, f"set-{number}")], origin="test")
            case "withdraw":
                withdraw(DataSet.objects.filter(source=source, identifier=f"set-{number}"), origin="test")
        self.done += 1


@dataclass
class Busy(Node):
    """A node at which somebody works while it is read; what is derived follows now and then."""

    editor: Editor | None = None
    seen: dict[str, set[str]] = field(default_factory=dict)

    def ready(self) -> reading.Ready:
        self._follow()  # a node catches up while the check waits
        return super().ready()

    def read(self, name: str, scope: str) -> Iterator[list[Seen]]:
        for batch in super().read(name, scope):
            self.seen.setdefault(scope, set()).update(one.key for one in batch)
            if self.editor and self.editor.random.random() < 0.3:
                self.editor.work()
            yield batch

    def _follow(self) -> None:
        for derived in DERIVED:
            if self.editor and self.editor.random.random() < 0.7:
                derived.follow(None, lambda: False)


def check(node: Node, scopes: Sequence[str] = (), doors: Sequence[str] = ()):
    with closing(node):
        return Check(node, pause=lambda _: None).run(scopes, doors)


@pytest.mark.proof
def test_all_doors_agree_while_somebody_edits(fill, live_server, capsys) -> None:
    editor = Editor(fill(AMOUNT))
    node = Busy(live_server.url, LOOPBACK, editor=editor)
    report = check(node, SCOPES, CHOSEN)
    with capsys.disabled():
        if AT_LENGTH:
            print(f"\n{report.sizes}, {editor.done} edits, not compared: {report.unsettled}")
    assert [str(one) for one in report.differences] == []
    assert editor.done > 10
    kinds = {f"{key}": kind for key, kind in DataSet.objects.values_list("key", "catalogue__kind")}
    for scope, keys in node.seen.items():
        allowed = {"protected", "open"} if scope == "all" else {KINDS.get(scope, scope)}
        assert {kinds[key] for key in keys} == allowed


SAME, OTHER = Content(b"same", b"own", b"1111"), Content(b"other", b"own", b"11112222")
KEYS = [f"{number}" for number in range(6)]


@dataclass
class Stand:
    """A node that is told what its doors show: (door, scope) -> data sets."""

    shown: dict[tuple[str, str], list[Seen]]
    since: str = ""
    reads: int = 0
    lacks: frozenset[str] = frozenset()
    down: set[str] = field(default_factory=set)

    def ready(self) -> Ready:
        derived = {name: Following(9, self.since, late=False) for name in ("search", "triples", "dumps")}
        derived["dumps"] = Following(9, "", late=False, lacks=self.lacks)
        return Ready(9, derived)

    def catalogues(self) -> dict[str, str]:
        return {}

    def read(self, name: str, scope: str) -> Iterator[list[Seen]]:
        self.reads += 1
        if name in self.down:
            raise SourceError(Reason.SERVER_ERROR, "It answers 503", "Contact the source's operator.")
        yield self.shown.get((name, scope), self.shown["", scope])


def stand(**doors: list[Seen]) -> Stand:
    """Data sets 0 to 2 are protected, 3 and 4 open, 5 is withdrawn. Doors that are not named show that."""
    every = [Seen(key, SAME, "2026-01-01T00:00:00Z") for key in KEYS[:5]]
    gone = Seen("5", None, "2026-01-02T00:00:00Z")
    shown = {("", "protected"): every[:3], ("", "open"): [*every[3:], gone], ("", "all"): [*every, gone]}
    for name in ("catalogue.nt", "ckan", "sparql", "search"):
        shown |= {
            (name, scope): [one for one in each if one.content]
            for (_, scope), each in shown.copy().items()
            if _ == ""
        }
    return Stand(shown | {(name, "protected"): each for name, each in doors.items()})


P = stand().shown["", "protected"]


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ({}, []),
        ({"sparql": P[:2]}, ["2: SPARQL lacks it."]),
        (
            {"sparql": [*P, Seen("5", SAME)]},
            ["5: SPARQL shows it, but it belongs to another scope: it is open."],
        ),
        ({"sparql": [*P, Seen("77", SAME)]}, ["77: SPARQL shows it, but should not."]),
        ({"sparql": [*P[:2], Seen("2", Content(b"x", b"y"))]}, ["2: SPARQL sends other metadata."]),
        ({"sparql": [*P[:2], Seen("2", OTHER)]}, []),  # more is said beside it
        ({"search": [*P[:2], Seen("2")]}, []),
        ({"catalogue.nt": [*P, P[0]]}, ["0: catalogue.nt lists it more than once."]),
        (
            {"ckan": [P[1], P[0], P[2]]},
            [f"{key}: CKAN API lists it in the place of another." for key in "01"],
        ),
        (
            {"catalogue.nt": [*P[:2], Seen("2", fault="no Turtle")]},
            ["2: catalogue.nt sends something that cannot be read: no Turtle."],
        ),
        (
            {"": P[:2], "catalogue.nt": P, "ckan": P, "sparql": P, "search": P},
            [
                "2: OAI-PMH lacks it: all other doors agree.",
                "2: OAI-PMH shows it, but it belongs to another scope: it is neither protected nor open.",
            ],
        ),
        ({"": [*P, Seen("3", SAME)]}, None),
    ],
)
def test_what_differs_is_named(shown: dict[str, list[Seen]], told: list[str] | None) -> None:
    report = Check(stand(**shown)).run(doors=["catalogue.nt", "ckan", "sparql", "search"])
    if told is None:
        assert "3: OAI-PMH shows it, but it belongs to another scope: it is protected." in map(
            str, report.differences
        )
    else:
        assert sorted(map(str, report.differences)) == told


def test_what_a_door_does_not_hold_yet_is_read_again_and_not_held_against_it() -> None:
    node = stand(sparql=P[:2])
    node.since = "2026-01-01T00:00:00Z"
    report = Check(node, pause=lambda _: None).run(["protected"], ["sparql"])
    assert (report.agree, report.unsettled, node.reads) == (True, {"SPARQL": 1}, 9)
    node.since = "2026-01-01T00:00:01Z"
    assert not Check(node).run(["protected"], ["sparql"]).agree


def test_what_is_not_written_yet_is_no_difference_and_nobody_waits_for_it() -> None:
    node = stand()
    node.lacks = frozenset({"protected"})
    report = Check(node, pause=pytest.fail).run(["protected"], ["sparql", "catalogue.nt.gz"])
    assert (report.agree, report.not_yet, node.reads) == (True, {"protected": ["catalogue.nt.gz"]}, 3)


def test_a_door_that_cannot_be_read_is_soon_given_up() -> None:
    node, parts = stand(), []
    node.down = {"ckan"}
    report = Check(node, lambda part, _: parts.append(part), pause=pytest.fail).run(doors=["ckan"])
    assert [str(one) for one in report.differences] == [
        "CKAN API cannot be read to its end: It answers 503." for scope in node.shown if not scope[0]
    ]
    assert parts.count("CKAN API, protected") == 2
    assert parts.count("CKAN API, open") == parts.count("CKAN API, all") == 1


@pytest.mark.parametrize(
    ("differ", "not_yet", "said"),
    [
        ([], [], "the same in every door"),
        ([], ["b"], "the same in every door that has been written"),
        ([], ["a", "b"], "nothing to compare yet"),
        ([What.FAILED], [], "not every door could be compared"),
        ([What.FAILED, What.MISSING], ["b"], "the doors differ"),
    ],
)
def test_the_verdict_is_true(differ: list[What], not_yet: list[str], said: str) -> None:
    found = [Difference("open", "a", what) for what in differ]
    assert f"]{said}[/]" in _verdict(found, ["OAI-PMH", "a", "b"], not_yet)


def test_only_scopes_that_there_are() -> None:
    with pytest.raises(ValueError, match="no scope 'trial'"):
        Check(stand()).run(["trial"])
