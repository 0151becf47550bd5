"""What a source says is unchanged, or does not send again, counts only while the register has it."""

from collections.abc import Mapping

import pytest

from erpd.harvest.doubts import put_back
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.removing import remove
from erpd.register.models import DataSet
from tests.harvest import national
from tests.harvest.killing import Killed, dead_holder
from tests.harvest.national import bins, interrupted_by, run, source
from tests.harvest.test_incremental import EACH, Dated
from tests.servers import Answer, Serving

pytestmark = pytest.mark.django_db


class Files:
    """Files with ETags: name -> the data sets in it. ``answered`` is the status of each answer."""

    def __init__(self, **listed: str) -> None:
        self.listed, self.answered = listed, list[int]()
        self.server = Serving(self._answer)

    def __enter__(self) -> "Files":
        self.server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.__exit__(*error)

    def _answer(self, path: str, query: dict[str, str], headers: Mapping[str, str]) -> Answer:
        names = self.listed[path[1:]]
        same = headers.get("If-None-Match") == f'"{names}"'
        self.answered.append(304 if same else 200)
        begin, end = national._RDF, "</rdf:RDF>"
        inside = "".join(national.rdf(one).removeprefix(begin).removesuffix(end) for one in names)
        content = b"" if same else f"{begin}{inside}{end}".encode()
        return self.answered[-1], {"ETag": f'"{names}"', "Content-Type": "application/rdf+xml"}, content

    def of(self, name: str, **facts: str) -> SourceSettings:
        return source(self.server.url(f"/{name}"), "dump", **facts)


def shown() -> set[str]:
    iris = DataSet.objects.filter(deleted=False).values_list("iri", flat=True)
    return {iri.rpartition("/")[2] for iri in iris}


def removed(settings: SourceSettings) -> Run:
    run = remove(settings, withdraw=True).run
    assert run
    assert not shown()
    return run


def undone(settings: SourceSettings, number: int) -> None:
    put_back(settings.runs.order_by("pk")[number])


# What happens to a source that was harvested twice, and unchanged at the second time.
HAPPENS = {
    "the run that brought it is undone": lambda one: undone(one, 0),
    "both are undone": lambda one: (undone(one, 1), undone(one, 0)),
    "it is removed": removed,
    "it is removed, which is undone": lambda one: put_back(removed(one)),
    "it is removed, and its data sets are kept": lambda one: remove(one, withdraw=False),
    "removed, undone, and undone once more": lambda one: (put_back(removed(one)), undone(one, 0)),
}


@pytest.mark.parametrize("happens", HAPPENS.values(), ids=HAPPENS)
def test_whatever_happened_to_it_the_next_run_brings_all_of_it(happens):
    with Files(all="abcd") as files:
        for _ in range(2):
            run(files.of("all"))
        assert files.answered == [200, 304]
        happens(files.of("all"))
        run(files.of("all"))
        assert (shown(), files.answered[-1]) == ({*"abcd"}, 200)
        assert bins(run(files.of("all"))) == {"unchanged": 4}
        assert files.answered[-1] == 304


def test_killed_while_it_is_undone_the_next_run_brings_all_of_it(monkeypatch):
    with Files(all="abcd") as files:
        first = run(files.of("all")).run
        run(files.of("all"))

        def dies(*_: object) -> None:
            raise Killed

        monkeypatch.setattr("erpd.register.undoing._BATCH", 2)
        monkeypatch.setattr("erpd.register.undoing._free", dies)
        with pytest.raises(Killed):
            put_back(first)
        monkeypatch.undo()
        run(files.of("all"))
        assert (shown(), files.answered) == ({*"abcd"}, [200, 304, 200])


def test_an_incremental_run_does_not_follow_one_whose_data_sets_are_gone():
    week = {"a": "2026-01-01T00:00:00Z", "b": "2026-01-02T00:00:00Z"}
    with Dated(week) as point:
        settings = source(point.url, rules=EACH.format(9))
        run(settings)
        for name in "cd":
            week[name] = f"2026-02-0{len(week)}T00:00:00Z"
            point.at(week)
            run(settings)
        undone(settings, 1)
        assert shown() == {*"abd"}
        run(settings)
        assert (shown(), point.asked_since()[-1]) == ({*"abcd"}, "")
        run(settings)
        assert point.asked_since()[-1] != ""


def test_what_one_source_gives_up_comes_from_the_other_that_says_it_has_not_changed():
    with Files(one="abcd", two="defg") as files:
        run(files.of("one"))
        for number in (200, 304):  # while another holds it, there is nothing to read again
            assert bins(run(files.of("two")))["duplicate"] == 1
            assert files.answered[-1] == number
        files.listed["one"] = "abc"
        assert run(files.of("one"), approved=True).ledger["gone"] == 1
        assert shown() == {*"abcefg"}
        assert bins(run(files.of("two"))) == {"new": 1, "unchanged": 3}
        assert shown() == {*"abcdefg"}
        run(files.of("two"))
        assert files.answered[-1] == 304


def test_what_one_source_gives_up_comes_from_the_other_that_tells_only_its_changes():
    old = "2026-01-01T00:00:00Z"
    with Files(one="abcd") as files, Dated({**dict.fromkeys("de", old), "f": "2026-03-01T00:00:00Z"}) as two:
        first = run(files.of("one")).run
        settings = source(two.url, rules=EACH.format(9))
        for since in ("", "2026-02-28T23:00:00Z"):
            run(settings)
            assert two.asked_since()[-1] == since
        assert shown() == {*"abcdef"}
        put_back(first)
        assert shown() == {*"ef"}
        run(settings)
        assert (shown(), two.asked_since()[-1]) == ({*"def"}, "")


@pytest.mark.django_db(transaction=True)
def test_rules_that_change_while_a_run_is_interrupted_hold_for_all_of_it():
    """Its first pages were understood by the old ones, so the run after it reads everything."""

    def dies(done: int, total: int | None) -> None:
        raise Killed

    days = {name: f"2026-01-0{day}T00:00:00Z" for day, name in enumerate("abcd", start=1)}
    with Dated(days, size=2) as point:
        with pytest.raises(Killed):
            run(source(point.url, rules=EACH.format(9)), progress=dies)
        interrupted_by(dead_holder())
        settings = source(point.url, rules=f'without = ["*a"]\n{EACH.format(9)}')
        run(settings)
        assert "a" in shown()
        assert bins(run(settings))["filtered"] == 1
        assert point.asked_since()[-1] == ""
