"""Search: the set it shows, the words it finds, the facets it counts, and what happens when things break."""

import gc
import json
import random
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from erpd.metadata.terms import ODRL
from erpd.register import changes
from erpd.register.arrival import deflate
from erpd.register.content import records
from erpd.register.identity import key_of
from erpd.register.models import Catalogue, DataSet, Source, Version
from erpd.register.scope import Scope, scope
from erpd.register.search import (
    FACETS,
    IndexNotReady,
    follow,
    highlight,
    rebuild,
    result,
    search,
    snippet,
    writing,
)
from erpd.register.search.document import MOST_LONG_WORDS, MOST_TEXT, document, placed
from erpd.register.search.facets import facets as count
from erpd.register.search.pending import pending
from erpd.register.search.place import only_writer, place, position_file, read_position, write_position
from erpd.register.search.reading import opened
from tests.harvest.killing import Killed
from tests.portal.shelf import catalogue, put_demo

AUTHORITY = "http://publications.europa.eu/resource/authority"
DCAT = "http://www.w3.org/ns/dcat#"


class Register:
    """A small register, written without the checks of the intake."""

    def __init__(self):
        self.sources = {}
        for slug, kind, country in (
            ("nl", "protected", "NL"),
            ("de", "protected", "DE"),
            ("nl-open", "open", "NL"),
            ("trial", "test", ""),
        ):
            catalogue = Catalogue.objects.create(slug=slug, kind=kind, country=country)
            self.sources[slug] = Source.objects.create(slug=slug, catalogue=catalogue)

    def put(self, slug, identifier, *triples, title="", catalogue=None, deleted=False):
        """``triples``: predicate (of dct: unless it is an IRI) and object, "title" a literal in N-Triples."""
        source = self.sources[slug]
        iri = f"https://data.example/{slug}/{identifier}"
        statements = [*triples, ("title", title)] if title else triples
        lines = [f"<{iri}> {_predicate(name)} {value} ." for name, value in statements]
        return self.write(source, identifier, iri, lines, catalogue or slug, deleted)

    def write(self, source, identifier, iri, lines, catalogue, deleted=False):
        with changes.turn() as turn:
            state = {
                "catalogue": self.sources[catalogue].catalogue,
                "change": turn.next(),
                "modified": turn.at,
                "deleted": deleted,
                "digest": f"{hash(tuple(lines)):x}",
            }
            data_set, _ = DataSet.objects.update_or_create(
                source=source,
                identifier=identifier,
                defaults=state,
                create_defaults={
                    **state,
                    "key": key_of(source.slug, identifier),
                    "iri": iri,
                    "created": turn.at,
                },
            )
            Version.objects.create(
                change=data_set.change,
                data_set=data_set,
                at=turn.at,
                origin="test",
                digest=data_set.digest,
                content=b"" if deleted else deflate("".join(f"{line}\n" for line in lines).encode()),
            )
        return data_set.key


def _predicate(name):
    return f"<{name}>" if "://" in name else f"<http://purl.org/dc/terms/{name}>"


@pytest.fixture
def register(db, settings, tmp_path):
    settings.HOME = tmp_path
    return Register()


def keys(result):
    return {hit.key for hit in result.hits}


def found(text, **more):
    return keys(search(scope(), text, size=100, **more))


def test_search_shows_exactly_what_each_scope_shows(register):
    chance = random.Random(8)
    for round_ in range(12):
        for _ in range(chance.randrange(1, 6)):
            slug = chance.choice(list(register.sources))
            register.put(
                slug,
                str(chance.randrange(8)),
                title=f'"number {round_}"@en',
                deleted=chance.random() < 0.3,
                catalogue=chance.choice([slug, slug, "trial"]),
            )
        follow()
        for name in ("all", "protected", "open", "nl", "nl-open"):
            seen = scope(name)
            result = search(seen, size=100)
            assert keys(result) == set(seen.data_sets().values_list("key", flat=True))
            assert result.total == len(result.hits)
    assert search(Scope("none", {})).total == 0
    assert opened().is_covered_by(scope().catalogues)
    assert not opened().is_covered_by(scope("nl").catalogues)
    trial = Catalogue.objects.get(slug="trial")
    assert search(Scope("trial", {trial.pk: trial})).total == 0  # not even the index holds it


@pytest.mark.parametrize(
    ("language", "title", "question"),
    [
        ("nl", "Sterfte per ziekenhuis", "ziekenhuizen"),
        ("en", "Register of hospitals", "hospital"),
        ("en", "Hospital discharge", "HOSPITALS"),
        ("de-AT", "Krankenhäuser in Tirol", "krankenhaus"),
        ("fr", "Séjours dans les hôpitaux", "hopital"),
        ("el", "Μητρώο νοσοκομείων", "νοσοκομείο"),
        ("el", "Μητρώο νοσοκομείων", "ΝΟΣΟΚΟΜΕΙΩΝ"),
        ("bg", "Регистър на болниците", "болниците"),
        ("pl", "Szpitale w Łodzi", "szpital lodzi"),
        ("ga", "Clár na n-ospidéal", "ospideal"),
        ("mt", "Reġistru tal-isptarijiet", "registru isptarijiet"),
        ("lv", "Slimnīcu reģistrs", "slimnicu"),
        ("", "Ziekenhuizen zonder taal", "ziekenhuis"),  # the language of the catalogue's country
        ("xx-broken-tag-very-long", "Something else", "something"),
    ],
)
def test_words_of_every_language_are_found(register, language, title, question):
    tag = f"@{language}" if language and "broken" not in language else ""
    key = register.put("nl", "1", title=f'"{title}"{tag}')
    register.put("nl", "2", title='"Iets heel anders"@nl')
    follow()
    assert found(question) == {key}
    assert found(question, languages=["fi"]) == {key}  # whatever the reader reads


def test_stems_of_one_language_match_no_words_of_another(register):
    register.put("nl", "1", title='"dat is dit"@nl')
    czech = register.put("nl", "2", title='"datové sady, data"@cs')
    follow()
    assert found("data") == {czech}  # its Czech stem is "dat"


def test_data_sets_are_found_by_the_labels_of_their_codes_in_every_language(register):
    theme = (f"{DCAT}theme", f"<{AUTHORITY}/data-theme/HEAL>")
    health = register.put("de", "1", theme, title='"Μητρώο"@el')
    weekly = ("accrualPeriodicity", f"<{AUTHORITY}/frequency/WEEKLY>")
    register.put("nl", "2", weekly, title='"Iets anders"@nl')
    follow()
    for asked in ("Gesundheit", "terveys", "terveyden", "здравето", "υγεία", "is-saħħa", "ΥΓΕΊΑ"):
        assert found(asked) == {health}, asked
    assert found("Gesundheit Deutschland") == {health}
    assert found("Gesundheit Italien") == set()
    assert found("wöchentlich") != set()
    assert found("öffentliche Gesundheit") == set()  # each word must be found


def test_parts_of_compounds_and_beginnings_of_words_are_found(register):
    accidents = register.put("de", "1", title='"Straßenverkehrsunfälle"@de')
    register.put("de", "2", title='"Straßen"@de')
    follow()
    for asked in ("Verkehrsunfälle", "Verkehrsunfall", "Unfälle", "Straßenverk", "strassenverkehr"):
        assert found(asked) == {accidents}, asked
    assert found("kehrsunfälle") == found("Straßenunfall") == set()
    first = search(scope(), "Straßen").hits[0]
    assert first.key != accidents  # the word itself before a part


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("hospitls", "hospitals"),
        ("hopsitals in Gent", "hospitals in gent"),
        ("hospitls -ghent", "hospitals -ghent"),
        ("xyzzyqwerty", ""),
        ("abc", ""),
        ("w" * 5_000, ""),
    ],
)
def test_a_slip_of_the_pen_is_told_in_the_words_of_the_index(register, question, meant):
    register.put("nl", "1", title='"Hospitals in Gent"@en')
    follow()
    result = search(scope(), question)
    assert result.total == 0
    assert result.suggestion == meant
    assert not meant or search(scope(), meant).total
    assert search(Scope("none", {}), question).suggestion == ""


def test_a_suggestion_tells_nothing_of_other_scopes(register):
    register.put("nl", "1", title='"Hospitals in Gent"@en')
    register.put("nl-open", "1", title='"Trees"@en')
    follow()
    assert search(scope("open"), "hospitls").suggestion == ""


def test_identifiers_and_their_parts_are_found(register):
    doi = ("identifier", '"https://doi.org/10.1234/ABC.567-x"')
    key = register.put("nl", "b5882a57-d142-4930", doi, title='"First"@en')
    register.put("nl", "2", title='"Second, 10 of 1234"@en')
    follow()
    for asked in ("10.1234/ABC.567-x", "doi.org/10.1234/abc", "b5882a57", "nl/b5882a57-d142", "abc.567-x"):
        assert found(asked) == {key}, asked
    assert found("https://data.example/nl/b5882a57-d142-4930") == {key}
    assert found("data") == found("example") == set()  # parts of every address
    named = register.put("nl", "inpatab", title='"Third of data"@en')
    follow()
    assert found("INPATAB") == {named}  # a word that stands nowhere else
    assert found("-inpatab") == {key, *found("second"), named}


def test_phrases_exclusions_and_long_questions(register):
    road = register.put("nl", "1", ("description", '"traffic on main roads, by hour"@en'), title='"Roads"@en')
    rail = register.put("nl", "2", ("description", '"main lines; roads are not in it"@en'), title='"Rail"@en')
    words = [(f"{DCAT}keyword", '"main"'), (f"{DCAT}keyword", '"roads"')]
    apart = register.put("nl", "3", *words, title='"Third"@en')
    follow()
    assert found('"main roads"') == {road} == found("„Main Roads“")
    assert found("main -rail") == {road, apart}
    assert found("-rail") == {road, apart}
    assert found('roads -"by hour"') == {rail, apart}
    assert found("main traffic") == {road}  # all words, and of many three in four
    assert found("traffic on main roads yesterday") == {road}
    assert search(scope(), "roads").hits[0].key == road  # the title weighs more


def test_the_publisher_and_distributions_are_searched_too(register):
    source = register.sources["nl"]
    lines = [
        "<x:d> <http://purl.org/dc/terms/publisher> _:p .",
        '_:p <http://xmlns.com/foaf/0.1/name> "Kadaster  Nederland"@nl .',
        f"<x:d> <{DCAT}distribution> <x:file> .",
        '<x:file> <http://purl.org/dc/terms/title> "Perceelgrenzen"@nl .',
        f"<x:file> <{DCAT}mediaType> <https://www.iana.org/assignments/media-types/text/csv> .",
    ]
    key = register.write(source, "1", "x:d", lines, "nl")
    follow()
    assert found("kadaster perceelgrenzen") == {key}
    facets = search(scope()).facets
    assert facets["publisher"] == [("Kadaster Nederland", 1)]
    assert facets["format"] == [("CSV", 1)]


def test_facets_count_with_all_filters_but_their_own(register):
    chance = random.Random(5)
    made = []
    for number in range(60):
        slug = chance.choice(["nl", "de", "nl-open"])
        themes = chance.sample(["HEAL", "TRAN", "ENVI"], chance.randrange(0, 3))
        right = chance.choice(["RESTRICTED", "NON_PUBLIC"])
        triples = [(f"{DCAT}theme", f"<{AUTHORITY}/data-theme/{theme}>") for theme in themes]
        triples.append(("accessRights", f"<{AUTHORITY}/access-right/{right}>"))
        triples.append(("language", f"<{AUTHORITY}/language/NLD>"))
        register.put(slug, str(number), *triples, title='"some text"@en')
        catalogue = register.sources[slug].catalogue
        made.append(
            {
                "country": {catalogue.country},
                "catalogue": {slug},
                "kind": {catalogue.kind},
                "theme": set(themes),
                "access_right": {right},
                "language": {"NLD"},
            }
        )
    follow()
    choices = [
        {},
        {"theme": ["HEAL"]},
        {"theme": ["HEAL", "TRAN"], "access_right": ["RESTRICTED"]},
        {"country": ["NL"], "theme": ["ENVI"]},
        {"country": ["NL"], "kind": ["open"], "catalogue": ["nl-open", "de"]},
        {"catalogue": ["de"], "country": ["NL"]},
    ]
    for chosen in choices:

        def fits(facts, chosen=chosen, without=""):
            return all(facts[name] & set(values) for name, values in chosen.items() if name != without)

        result = search(scope(), "text", chosen, size=100)
        assert result.total == len(result.hits) == sum(map(fits, made))
        for name in set(FACETS) - {"publisher", "format"}:
            counted = Counter(
                value for facts in made if fits(facts, without=name) for value in facts.get(name, ())
            )
            shown = {value: number for value, number in result.facets[name] if number}
            assert shown == counted, (name, chosen)
            assert set(chosen.get(name, ())) <= {value for value, _ in result.facets[name]}


def test_a_chosen_value_is_shown_and_counted_though_it_is_not_among_the_best(register):
    for number in range(60):
        register.put("nl", str(number), ("publisher", f'"Publisher {number:02}"'))
        register.put("nl", f"again-{number}", ("publisher", f'"Publisher {min(number, 58):02}"'))
    follow()
    plain = search(scope()).facets["publisher"]
    assert len(plain) == 50
    assert plain[0] == ("Publisher 58", 3)
    chosen = search(scope(), filters={"publisher": ["Publisher 59", "Nobody", "\ud800"]}).facets["publisher"]
    assert chosen[-3:] == [("Publisher 59", 1), ("Nobody", 0), ("?", 0)]


def test_a_scope_that_lacks_a_few_data_sets_of_the_index_shows_none_of_them(register):
    """Though the index still counts some of the scope that are deleted: as many as there are in all."""
    register.put("nl-open", "hidden", title='"secret"@en')
    for last in (6, 3):  # some are written again
        for number in range(last):
            register.put("nl", str(number), title=f'"number {last}"@en')
        follow()
    Catalogue.objects.filter(slug="nl-open").update(kind="test")
    index = opened()
    assert sum(index.searcher.doc_freq("catalogue", each) for each in scope().catalogues) >= 7
    assert not index.is_covered_by(scope().catalogues)
    assert not found("secret")
    assert search(scope()).total == 6


def test_further_pages_go_on_where_the_remembered_ones_end(register):
    for number in range(60):
        register.put("nl", str(number), title=f'"x {"x" * (number % 4)}"@en')
    follow()
    for sort in ("relevance", "modified", "title"):
        whole = search(scope(), "x", sort=sort, size=100)
        pages = [search(scope(), "x", sort=sort, offset=start) for start in range(0, 70, 10)]
        assert [hit for page in pages for hit in page.hits] == whole.hits
        assert {page.total for page in pages} == {60}


def test_order_and_pages(register):
    titles = ["Ægir", "zebra", "Älg", "alfa", "Beta", ""]
    made = {}
    for number, title in enumerate(titles):
        modified = ("modified", f'"20{10 + number}-05-01"')
        made[register.put("nl", str(number), modified, title=f'"{title}"@sv' if title else "")] = title
    made[register.put("nl", "future", ("modified", '"2999-01-01"'), title='"omega"@en')] = "omega"
    no_date = ("modified", '"next year"')
    made[register.put("nl", "broken", no_date, title='"psi"@en')] = "psi"
    follow()
    by_title = [made[hit.key] for hit in search(scope(), sort="title").hits]
    assert by_title == ["Ægir", "alfa", "Älg", "Beta", "omega", "psi", "zebra", ""]
    newest = search(scope(), sort="modified").hits
    assert [made[hit.key] for hit in newest] == [*titles[::-1], "omega", "psi"]  # the future, no good date
    assert [hit.key for hit in search(scope()).hits] == [hit.key for hit in newest]
    pages = [search(scope(), sort="title", offset=offset, size=3).hits for offset in (0, 3, 6, 9)]
    assert [made[hit.key] for page in pages for hit in page] == by_title
    assert search(scope(), size=0).hits == []
    by_name = {title: key for key, title in made.items()}
    leading = [by_name["zebra"], key_of("nl", "not there"), by_name["Älg"], by_name["psi"]]
    led = [
        search(scope(), sort="modified", leading=leading, offset=offset, size=2) for offset in range(0, 9, 2)
    ]
    assert [made[hit.key] for page in led for hit in page.hits] == [
        *("zebra", "Älg", "psi"),
        *("", "Beta", "alfa", "Ægir", "omega"),
    ]
    assert {page.total for page in led} == {len(made)}
    assert [made[hit.key] for hit in search(scope(), "alfa", leading=leading).hits] == ["alfa"]


def test_equally_relevant_data_sets_are_in_the_same_order_in_every_index(register, monkeypatch):
    monkeypatch.setattr(result, "_TIES", (2, 50))
    theme = (f"{DCAT}theme", f"<{AUTHORITY}/data-theme/HEAL>")
    made = {}
    for number in range(30):
        date = f"20{10 + number % 3}-05-01"
        made[register.put("nl", str(number), theme, ("modified", f'"{date}"'), title='"xyz"@en')] = date
        if number % 7 == 0:
            follow()
    first = register.put("nl", "first", ("modified", '"2001-01-01"'), title='"health"@en')
    follow()
    assert opened().searcher.num_segments > 1
    newest = sorted(made, key=lambda key: (made[key], key.hex), reverse=True)
    for asked, expected in (("health", [first, *newest]), ("xyz", newest)):
        for _ in range(2):
            assert [hit.key for hit in search(scope(), asked, size=100).hits] == expected
            pages = [search(scope(), asked, offset=offset, size=4).hits for offset in range(0, 32, 4)]
            assert [hit.key for page in pages for hit in page] == expected
            rebuild()
    before = [hit.key for hit in search(scope(), sort="title", size=100).hits]
    rebuild()
    assert [hit.key for hit in search(scope(), sort="title", size=100).hits] == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"offset": 10_001},
        {"offset": -1},
        {"size": 100_000},
        {"sort": "colour"},
        {"filters": {"shoe": ["42"]}},
    ],
)
def test_what_cannot_be_asked_is_refused_in_plain_words(register, wrong):
    with pytest.raises(ValueError, match=r"No such|at most"):
        search(scope(), **wrong)


@pytest.fixture
def few(register):
    for number in range(3):
        register.put("nl", str(number), ("description", '"a text & <more>"@en'), title=f'"title {number}"@en')
    follow()
    return scope()


@limits(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text() | st.text('"-+*:()[]{}^~\\/ aT\x00\ud800'), st.sampled_from(FACETS), st.text())
@example('"unbalanced title', "theme", "")
@example("title:* OR +(x", "publisher", "\x00")
@example("a" * 10_000, "theme", "x" * 70_000)
@example("title " * 2_000, "country", "NL")
@example("-" * 500 + '"' * 500, "kind", "open")
def test_any_text_gives_a_result(few, text, facet, value):
    result = search(few, text, languages=[value, "en"])
    assert 0 <= result.total <= 3
    assert result.total >= len(result.hits)
    search(few, text, {facet: [value]})
    pieces = highlight(text, text, ["en"])
    assert "".join(piece for piece, _ in pieces) == text
    assert isinstance(snippet(text, text, [value]), list)


def test_enormous_words_break_nothing(register):
    key = register.put("nl", "1", ("description", f'"{"a" * 90_000} {"ä" * 90_000}"@de'), title='"kept"@en')
    follow()
    assert found("kept") == {key}


def test_highlights_mark_words_and_their_stems():
    text = "Ziekenhuizen & <klinieken>: het ZIEKENHUIS"
    assert highlight(text, "ziekenhuis -klinieken", ["nl"]) == [
        ("Ziekenhuizen", True),
        (" & <klinieken>: het ", False),
        ("ZIEKENHUIS", True),
    ]
    assert highlight("Hôpital", "hopitaux", ["fr"]) == [("Hôpital", True)]
    assert highlight("болниците", "болниците", ["bg"]) == [("болниците", True)]
    assert highlight("nothing here", "", ["en"]) == [("nothing here", False)]
    assert highlight("Hospital", "hospitals", ["bg"]) == [("Hospital", False)]
    assert highlight("Hospitals", "hosp", ["bg"]) == [("Hospitals", True)]  # begins with it
    assert highlight("Straßenverkehrsunfälle", "Verkehrsunfall", ["de"])[0][1]  # has it as a part


def test_a_snippet_is_short_and_stands_around_the_first_word_found():
    text = "lorem ipsum " * 100 + "the hospitals  of the land " + "dolor sit " * 100
    pieces = snippet(text, "hospital", ["en"])
    assert ("hospitals", True) in pieces
    assert pieces[0] == pieces[-1] == ("…", False)
    assert len("".join(piece for piece, _ in pieces)) <= 242
    assert snippet("short", "x", ["en"]) == [("short", False)]
    assert snippet("", "x", ["en"]) == []
    beginning = snippet(text, "", ["en"])
    assert beginning[0][0].startswith("lorem")


def test_the_index_is_made_by_the_first_who_asks(register):
    key = register.put("nl", "1", title='"here"@en')
    assert found("here") == {key}


def test_progress_and_the_number_of_changes(register):
    for number in range(3):
        register.put("nl", str(number), title='"x"@en')
    seen = []
    assert follow(lambda done, all_: seen.append((done, all_))) == 3
    assert seen == [(3, 3)]
    register.put("nl", "1", title='"y"@en')
    register.put("nl", "2", deleted=True)
    assert follow() == 2
    assert follow() == 0
    assert rebuild() == 3
    assert len(found("x") | found("y")) == 2


def test_killed_between_commit_and_position_the_same_changes_are_written_again(register):
    register.put("nl", "1", title='"before"@en')
    follow()
    kept = position_file().read_bytes()
    register.put("nl", "1", title='"after"@en')
    register.put("nl", "2", title='"after"@en')
    follow()
    position_file().write_bytes(kept)
    assert follow() == 2
    assert search(scope()).total == 2
    assert search(scope(), "before").total == 0


def _cut(path):
    for file in path.iterdir():
        if file.is_dir():
            (file / "meta.json").write_text("{")


def _older_schema(path):
    state = json.loads(position_file().read_text())
    position_file().write_text(json.dumps({**state, "schema": 0}))


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: position_file().unlink(),
        lambda path: position_file().write_text("[1, 2]"),
        lambda path: position_file().write_bytes(b"\xff"),
        _cut,
        _older_schema,
    ],
    ids=["missing", "not a position", "not text", "cut", "older schema"],
)
def test_a_harmed_index_is_made_again(register, harm):
    key = register.put("nl", "1", title='"still here"@en')
    follow()
    first = read_position().folder
    harm(place())
    assert found("here") == {key} if harm is not _cut else follow() == 1
    assert found("here") == {key}
    assert read_position().folder != first
    assert len([path for path in place().iterdir() if path.is_dir()]) == 1


def test_an_index_of_another_database_is_made_again(register):
    for number in range(3):
        register.put("nl", str(number), title='"lost"@en')
    follow()
    for model in (Version, DataSet):  # a backup is put back, and life goes on
        model.objects.all().delete()
    changes.ChangeCounter.objects.update(last=0)
    for number in range(3, 7):
        register.put("nl", str(number), title='"kept"@en')
    follow()
    assert search(scope()).total == search(scope(), "kept").total == 4


def test_one_writer_at_a_time_and_nobody_gets_an_error(register, monkeypatch):
    monkeypatch.setattr(writing, "PATIENCE", 0.0)
    first = register.put("nl", "1", title='"one"@en')
    with only_writer(0.0) as alone:
        assert alone
        assert follow() == 0
        with pytest.raises(IndexNotReady):
            search(scope())
    assert follow() == 1
    with only_writer(0.0):
        second = register.put("nl", "2", title='"two"@en')
        assert follow() == 0
        assert found("") == {first}  # readers never wait
    assert follow() == 1
    assert found("") == {first, second}


def test_readers_go_on_with_the_old_index_while_a_new_one_is_made(register):
    for number in range(3):
        register.put("nl", str(number), title='"x"@en')
    follow()
    seen = []
    rebuild(lambda done, all_: seen.append((done, search(scope()).total, read_position().folder)))
    assert [total for _, total, _ in seen] == [3]
    assert seen[0][2] != read_position().folder
    assert search(scope()).total == 3


def test_what_a_killed_rebuild_left_is_removed(register):
    register.put("nl", "1", title='"x"@en')
    follow()
    (place() / "half").mkdir()
    register.put("nl", "2", title='"x"@en')
    follow()
    assert not (place() / "half").exists()


def test_a_change_made_while_the_index_is_written_is_not_left_over(register):
    register.put("nl", "1", title='"x"@en')

    def change(done, all_):
        if done == 1 and all_ == 1 and not DataSet.objects.filter(identifier="2").exists():
            register.put("nl", "2", title='"x"@en')

    follow(change)
    assert search(scope()).total == 2


def test_changes_that_come_soon_are_committed_together(register, monkeypatch):
    committed = []
    monkeypatch.setattr(writing, "write_position", committed.append)
    register.put("nl", "1", title='"x"@en')
    follow()
    waiting = ["2", "3"]

    def more():
        if waiting:
            register.put("nl", waiting.pop(), title='"x"@en')
            return True
        return False

    written = committed[-1]
    write_position(written)
    committed.clear()
    register.put("nl", "1", title='"y"@en')
    assert follow(more=more) == 3
    assert [position.change for position in committed] == [changes.last()]


def test_killed_while_more_is_waited_for_nothing_is_lost(register):
    register.put("nl", "1", title='"before"@en')
    follow()
    register.put("nl", "1", title='"after"@en')

    def more():
        raise Killed

    with pytest.raises(Killed) as killed:
        follow(more=more)
    del killed  # the writer goes with the process
    gc.collect()
    assert found("before")
    assert follow() == 1
    assert not found("before")
    assert found("after")


def test_a_version_that_cannot_be_read_costs_its_words_and_nothing_else(register, caplog):
    broken = register.put("nl", "1", title='"broken"@en')
    whole = register.put("nl", "2", title='"whole"@en')
    Version.objects.filter(data_set=broken).update(content=b"no deflated triples")
    follow()
    assert found("") == {broken, whole}
    assert found("whole") == {whole}
    assert "cannot be read" in caplog.text


def test_a_document_is_the_same_as_from_the_whole_record(register):
    """Of a record without conditions of access, only the triples of the properties in READ are looked at."""
    data_sets = put_demo(catalogue("demo"), "protected.ttl")
    seen = set()
    for change, (_, record) in zip(pending(0), records(data_sets), strict=True):
        of_use = writing._record(change)
        whole = bool(record.values(ODRL.hasPolicy))
        seen.add(whole)
        assert (len(of_use.graph) < len(record.graph)) is not whole
        assert document(change, of_use).to_dict() == document(change, record).to_dict()
    assert seen == {True, False}


def test_datestamps_are_never_after_the_registration(register):
    key = register.put("nl", "1", ("modified", '"9999-12-31T23:59:59-12:00"'), title='"x"@en')
    follow()
    assert found("x") == {key}
    assert DataSet.objects.get().modified <= datetime.now(UTC)


def test_facets_are_remembered_as_long_as_nothing_changes(register, monkeypatch):
    for number in range(3):
        register.put("nl", str(number), title='"x"@en')
    register.put("nl-open", "open", title='"x"@en')
    follow()
    first = search(scope(), "x").facets
    counts = []
    monkeypatch.setattr(result, "facets", lambda *asked: counts.append(asked) or count(*asked))
    assert search(scope(), "x", sort="title", offset=2).facets == first
    assert not counts
    with monkeypatch.context() as patch:
        patch.setattr(result, "_page", None)
        assert len(search(scope(), "x", offset=2).hits) == 2  # what was found is remembered, too
    assert dict(search(scope("nl"), "x").facets["kind"]) == {"protected": 3}  # another scope,
    assert dict(search(scope(), "x", {"kind": ["open"]}).facets["catalogue"]) == {
        "nl-open": 1
    }  # other filters,
    Catalogue.objects.filter(slug="nl-open").update(country="BE")  # another catalogue,
    assert dict(search(scope(), "x").facets["country"]) == {"NL": 3, "BE": 1}
    register.put("nl", "4", title='"x"@en')  # and another state
    follow()
    assert dict(search(scope(), "x").facets["country"]) == {"NL": 4, "BE": 1}
    assert len(counts) == 4


def test_of_a_huge_record_a_part_is_indexed_and_its_words_are_not_suggested(register):
    """Compounds of many words and questions of many slips must not keep a node from its work."""
    chance = random.Random(7)
    pieces = ["verkehrs", "unfall", "statistik", "straßen", "wasser", "gesundheits"]
    long = [" ".join("".join(chance.choices(pieces, k=5)) for _ in range(2_000)) for _ in range(20)]
    register.put("de", "1", *((f"{DCAT}keyword", f'"{text}"@de') for text in long), title='"Statistik"@de')
    with register_document() as made:
        follow()
    [indexed] = made
    assert len(" ".join(indexed["text"])) < MOST_TEXT * 1.2  # ß becomes ss
    assert len(" ".join(indexed["text_parts"]).split()) <= MOST_LONG_WORDS * 20
    assert found("Statistik")
    assert search(scope(), "Statistikk Verkehrsunfalll Wasserr").suggestion == ""


@contextmanager
def register_document():
    """What is written to the index within the block."""
    made, write = [], writing.document
    writing.document = lambda *arguments: made.append(write(*arguments)) or made[-1]
    try:
        yield made
    finally:
        writing.document = write


def test_a_document_has_the_order_of_registration_and_of_changes(register):
    first, second = register.put("nl", "1", title='"x"@en'), register.put("nl", "2", title='"x"@en')
    register.put("nl", "1", title='"y"@en')
    documents = {change.key: document(change, writing._record(change)).to_dict() for change in pending(0)}
    assert {key: made["id_order"] for key, made in documents.items()} == {
        key: [key.int >> 64] for key in (first, second)
    }
    for key, made in documents.items():
        data_set = DataSet.objects.get(key=key)
        assert made["registered"] == [placed(int(data_set.created.timestamp()), key)]
        assert made["changed"] == [placed(int(data_set.modified.timestamp()), key)]
