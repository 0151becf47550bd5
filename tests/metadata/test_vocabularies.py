"""The authority tables: what they hold, how values are found in them, and the import of newer ones."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from erpd.metadata import vocabularies
from erpd.metadata.terms import AUTHORITY
from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import VOCABULARIES, Vocabulary, label_of, labelled, use_directory, vocabulary
from erpd.metadata.vocabularies.near import near
from erpd.metadata.vocabularies.skos import read_skos
from tests.needs import SHARED

UNION = {  # the member states
    "AUT",
    "BEL",
    "BGR",
    "HRV",
    "CYP",
    "CZE",
    "DNK",
    "EST",
    "FIN",
    "FRA",
    "DEU",
    "GRC",
    "HUN",
    "IRL",
    "ITA",
    "LVA",
    "LTU",
    "LUX",
    "MLT",
    "NLD",
    "POL",
    "PRT",
    "ROU",
    "SVK",
    "SVN",
    "ESP",
    "SWE",
}
TABLES = SHARED / "vocabularies"


@pytest.fixture(autouse=True)
def _own_files_only() -> Iterator[None]:
    use_directory(None)
    yield
    use_directory(None)


@pytest.mark.parametrize(
    ("name", "codes", "count"),
    [
        ("access-right", {"PUBLIC", "RESTRICTED", "NON_PUBLIC"}, 6),
        ("data-theme", {"AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "REGI", "TRAN"}, 13),
        ("file-type", {"CSV", "XLSX", "JSON", "GEOJSON", "SHP", "GPKG", "WMS_SRVC", "RDF_TURTLE"}, 200),
        ("frequency", {"ANNUAL", "DAILY", "IRREG", "UNKNOWN", "NEVER", "15MIN"}, 38),
        ("language", {"NLD", "DEU", "ENG", "GLE", "MLT", "NOB", "CAT"}, 400),
        ("country", {"NLD", "ITA", "GRC", "ISL", "NOR", "LIE"}, 280),
        ("licence", {"CC0", "CC_BY_4_0", "EUPL_1_2", "ODC_BL"}, 170),
        ("corporate-body", {"PUBL", "ESTAT", "COM", "CCC"}, 1300),
    ],
)
def test_each_table_has_its_codes_labels_date_and_origin(name: str, codes: set[str], count: int) -> None:
    table = vocabulary(name)
    assert table.name == name
    assert table.base == f"{AUTHORITY}{name}/"
    assert codes <= set(table.concepts)
    assert len(table.concepts) >= count
    assert all(labels.get("en") for labels in table.concepts.values())
    assert all(set(labels) <= set(EU_LANGUAGES) for labels in table.concepts.values())
    assert table.date[:2] == "20"
    assert "CC BY 4.0" in table.origin
    assert set(table.spellings.values()) <= set(table.concepts)


@pytest.mark.parametrize("name", ["access-right", "data-theme", "frequency"])
def test_small_tables_speak_the_24_languages(name: str) -> None:
    for code, labels in vocabulary(name).concepts.items():
        assert set(labels) == set(EU_LANGUAGES), code


def test_countries_and_languages_of_the_union_speak_the_24_languages() -> None:
    for name in ("country", "language"):
        table = vocabulary(name)
        codes = {table.find(tag) for tag in EU_LANGUAGES} if name == "language" else UNION
        for code in codes:
            assert set(table.concepts[code]) == set(EU_LANGUAGES), code


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_iri_code_and_spelling_is_found(name: str) -> None:
    table = vocabulary(name)
    for code in table.concepts:
        iri = table.iri(code)
        bare = iri.removeprefix("http://")
        for form in (iri, f"https://{bare}", f"{iri}/", f"http://www.{bare}", f" {iri}\n"):
            assert table.code_of(form) == table.find(form) == code
        for form in (code, code.lower(), f" {code.title()} ", code.replace("_", "-")):
            assert table.find(form) == code
    for spelling, code in table.spellings.items():
        assert table.find(spelling.upper()) == code
    for other in (
        "",
        " ",
        "/",
        table.base,
        f"{table.base}NO_SUCH_CODE",
        "http://example.org/x",
        "no such label",
    ):
        assert table.code_of(other) == table.find(other) == ""


@pytest.mark.parametrize("name", VOCABULARIES)
def test_no_spelling_names_two_codes_nor_the_label_of_another(name: str) -> None:
    """With hyphens or blanks: "niet-openbaar" and "niet openbaar" are one."""
    table = vocabulary(name)
    path = Path(vocabularies.__file__).parent / "spellings" / f"{name}.toml"
    written = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    assert written.keys() <= table.concepts.keys()
    owners: dict[str, set[str]] = {}
    for code, texts in (
        *written.items(),
        *((code, list(of.values())) for code, of in table.concepts.items()),
    ):
        for text in texts:
            owners.setdefault(" ".join(text.replace("-", " ").split()).casefold(), set()).add(code)
    for code, texts in written.items():
        for text in texts:
            assert owners[" ".join(text.replace("-", " ").split()).casefold()] == {code}, text
            for form in (text, text.upper(), text.replace("-", " "), f" {text} "):
                assert table.find(form) in (code, ""), form
            assert table.find(text) == code


# Open, restricted, non-public; monthly, yearly: each as people write it, beside the labels of the tables.
WORDS = """\
bg|публично|ограничен достъп|непублично|месечно|годишно
cs|otevřená data|omezený přístup|neveřejný|měsíčně|ročně
da|åbne data|begrænset|ikke offentlig|hver måned|hvert år
de|offen|eingeschränkter Zugang|nicht-öffentlich|jeden Monat|jedes Jahr
el|ανοικτά δεδομένα|περιορισμένη πρόσβαση|μη δημόσια|μηνιαίως|ετησίως
en|Open Access|Limited access|Not public|Every month|Yearly
es|datos abiertos|acceso restringido|no pública|mensualmente|anualmente
et|avaandmed|piiratud juurdepääs|mitte avalik|kord kuus|kord aastas
fi|avoin data|rajoitettu käyttö|ei julkinen|kuukausittain|vuosittain
fr|données ouvertes|accès restreint|non publique|tous les mois|tous les ans
ga|sonraí oscailte|rochtain shrianta|neamh-phoiblí|gach mí|gach bliain
hr|otvoreni podaci|ograničen pristup|nejavni|svaki mjesec|svake godine
hu|nyílt adatok|korlátozott hozzáférés|nem publikus|havonta|évente
it|dati aperti|accesso limitato|non pubblica|mensilmente|annualmente
lt|atvirieji duomenys|ribota prieiga|nevieša|kiekvieną mėnesį|kasmet
lv|atvērtie dati|ierobežota piekļuve|nepubliska|katru mēnesi|katru gadu
mt|dejta miftuħa|aċċess ristrett|mhux pubblika|kull xahar|kull sena
nl|publiek|beperkt|niet openbaar|elke maand|elk jaar
pl|otwarte dane|ograniczony dostęp|niepubliczny|co miesiąc|co rok
pt|dados abertos|acesso restrito|não pública|mensalmente|anualmente
ro|date deschise|acces restricționat|nepublică|în fiecare lună|în fiecare an
sk|otvorené dáta|obmedzený prístup|neverejný|mesačne|ročne
sl|odprti podatki|omejen dostop|nejaven|mesečno|letno
sv|öppna data|begränsad åtkomst|icke offentlig|varje månad|varje år"""


@pytest.mark.parametrize("line", WORDS.splitlines(), ids=lambda line: line[:2])
def test_words_of_each_official_language(line: str) -> None:
    language, public, restricted, closed, monthly, yearly = line.split("|")
    assert language in EU_LANGUAGES
    rights, frequency = vocabulary("access-right"), vocabulary("frequency")
    found = [rights.find(text) for text in (public, restricted, closed)]
    assert found == ["PUBLIC", "RESTRICTED", "NON_PUBLIC"]
    assert [frequency.find(text) for text in (monthly, yearly)] == ["MONTHLY", "ANNUAL"]


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_label_that_is_unique_is_found(name: str) -> None:
    table = vocabulary(name)
    owners: dict[str, set[str]] = {}
    for code, labels in table.concepts.items():
        for label in labels.values():
            owners.setdefault(" ".join(label.split()).casefold(), set()).add(code)
    for label, codes in owners.items():
        found = table.find(f" {label.upper()} ") or table.find(label)
        if len(codes) == 1 or found:  # a code or a declared spelling may say which of them it is
            assert found in codes or found.casefold().replace("_", " ") == label.replace("-", " "), label


def test_an_ambiguous_label_gives_nothing() -> None:
    table = Vocabulary(
        "x", "http://x.test/", "", "", {"A": {"en": "same"}, "B": {"fr": "Same"}, "C": {"en": "a"}}
    )
    assert table.find("same") == ""
    assert table.find("a") == "A"  # a code goes before a label


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("text/csv", "CSV"),
        ("Text/CSV; charset=utf-8", "CSV"),
        ("https://www.iana.org/assignments/media-types/text/csv", "CSV"),
        ("http://www.iana.org/assignments/media-types/application/vnd.ms-excel", "XLS"),
        ("http://inspire.ec.europa.eu/media-types/application/gml+xml", "GML"),
        ("http://publications.europa.eu/resource/authority/file-type/WMS", "WMS_SRVC"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
        (".csv", "CSV"),
        ("*.geojson", "GEOJSON"),
        ("xls", "XLS"),
        ("XLSX", "XLSX"),
        ("Shapefile", "SHP"),
        ("GeoJSON", "GEOJSON"),
        ("GeoPackage", "GPKG"),
        ("WMS", "WMS_SRVC"),
        ("OGC:WFS", "WFS_SRVC"),
        ("zip", "ZIP"),
        ("image/tiff; application=geotiff", "GEOTIFF"),
        ("image/tiff", "TIFF"),
        ("text/made-up", ""),
        # More than one format, or more than the format.
        *((text, "") for text in ("Excel", "Word", "PowerPoint", "MS Access", "accdb")),
        *((text, "") for text in ("SHP zip", "shp-zip", "zip (csv)", "sdmx-json")),
        ("http://example.org/files/csv.xyz", ""),
    ],
)
def test_formats_as_catalogues_write_them(written: str, code: str) -> None:
    assert vocabulary("file-type").find(written) == code


@pytest.mark.parametrize(
    ("name", "written", "code"),
    [
        ("access-right", "open", "PUBLIC"),
        ("access-right", "Non-Public", "NON_PUBLIC"),
        ("access-right", "niet-openbaar", "NON_PUBLIC"),
        ("country", "it", "ITA"),
        ("country", "EL", "GRC"),
        ("country", "Österreich", "AUT"),
        ("language", "nl", "NLD"),
        ("language", "GER", "DEU"),
        ("language", "en_GB", "ENG"),
        ("language", "fr-BE", "FRA"),
        ("language", "sr-Latn-RS", "SRP"),
        ("language", "nl-FR", "NLD"),
        ("language", "eng; CAN", "ENG"),
        ("language", "nl-fr", ""),  # two languages, or Dutch in France
        ("language", "eng; fra", ""),
        ("file-type", "CSV; JSON", ""),
        ("access-right", "niet openbaar", "NON_PUBLIC"),
        ("language", "http://id.loc.gov/vocabulary/iso639-1/en", "ENG"),
        ("frequency", "R/P1Y", "ANNUAL"),
        ("frequency", "http://purl.org/cld/freq/threeTimesAWeek", "WEEKLY_3"),
    ],
)
def test_values_as_catalogues_write_them(name: str, written: str, code: str) -> None:
    assert vocabulary(name).find(written) == code


@given(st.text())
def test_no_text_upsets_the_search(text: str) -> None:
    for name in ("file-type", "access-right"):
        table = vocabulary(name)
        assert table.find(text) in {"", *table.concepts}
        assert table.code_of(text) in {"", *table.concepts}
        assert table.label(text, text) in {text, *(table.label(code, text) for code in table.concepts)}


def test_labels_for_the_reader() -> None:
    rights = vocabulary("access-right")
    assert rights.label("NON_PUBLIC", "nl") == "niet-openbaar"
    assert (
        rights.label("https://publications.europa.eu/resource/authority/access-right/PUBLIC", "fr")
        == "public"
    )
    assert rights.label("RESTRICTED", "nl-BE", "de") == "beperkt toegankelijk"
    assert rights.label("RESTRICTED", "xx") == "restricted"
    assert rights.label("http://example.org/x", "nl") == "http://example.org/x"
    table = Vocabulary("x", "http://x.test/", "", "", {"A": {"fi": "eka"}, "B": {}})
    assert (table.label("A", "sv"), table.label("B", "sv")) == ("eka", "B")
    assert label_of(vocabulary("country").iri("ITA"), "de") == "Italien"
    assert label_of("http://example.org/x", "de") == label_of(f"{AUTHORITY}eurovoc/1", "de") == ""


def test_what_is_written_is_read(tmp_path: Path) -> None:
    for name in VOCABULARIES:
        table = vocabulary(name)
        path = table.write(tmp_path)
        assert Vocabulary.read(path) == Vocabulary(
            table.name, table.base, table.date, table.origin, table.concepts
        )
        assert path.read_text(encoding="utf-8").count("\n") == len(table.concepts) + 8
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(f"{name}.json" for name in VOCABULARIES)


def test_an_operators_file_takes_precedence_and_keeps_our_spellings(tmp_path: Path) -> None:
    Vocabulary("file-type", f"{AUTHORITY}file-type/", "2030-01-01", "", {"CSV": {}, "FGB": {}}).write(
        tmp_path
    )
    Vocabulary("place", f"{AUTHORITY}place/", "2030-01-01", "", {"NLD_AMS": {"en": "Amsterdam"}}).write(
        tmp_path
    )
    assert vocabulary("file-type").find("fgb") == ""
    use_directory(tmp_path)
    newer = vocabulary("file-type")
    assert (newer.date, newer.find("fgb"), newer.find("text/csv"), newer.find("xls")) == (
        "2030-01-01",
        "FGB",
        "CSV",
        "",
    )
    assert vocabulary("place").find("amsterdam") == "NLD_AMS"
    assert "PUBLIC" in vocabulary("access-right").concepts


@pytest.mark.parametrize(
    ("iri", "label", "language"),
    [
        ("http://dcat-ap.de/def/contributors/destatis", "Statistisches Bundesamt", "de"),
        ("https://www.dcat-ap.de/def/licenses/cc-by/", "Creative Commons Namensnennung (CC-BY)", "de"),
        ("http://datos.gob.es/kos/sector-publico/sector/salud", "Salud", "es"),
        (
            "https://creativecommons.org/licenses/by/3.0/de/",
            "Creative Commons Namensnennung 3.0 Deutschland",
            "de",
        ),
        ("https://w3id.org/italia/controlled-vocabulary/licences/C_Unknown", "Licenza Sconosciuta", "it"),
        (f"{AUTHORITY}planned-availability/STABLE", "stable", "en"),
        ("http://purl.org/adms/publishertype/NationalAuthority", "National authority", "en"),
        ("http://dcat-ap.de/def/contributors/nobody", "", ""),
        ("https://datos.gob.es/", "", ""),
    ],
)
def test_the_lists_of_national_portals_are_known_for_their_labels(
    iri: str, label: str, language: str
) -> None:
    assert labelled(iri, "es", "it") == (label, language)
    assert all(iri not in vocabulary(name).iris for name in VOCABULARIES)


def test_any_list_that_the_operator_imported_is_known_for_its_labels(tmp_path: Path) -> None:
    offices = "http://datos.gob.es/recurso/sector-publico/org/Organismo/"
    iri = f"{offices}E05024401"
    assert label_of(iri) == ""
    Vocabulary("organismos", offices, "", "", {"E05024401": {"es": "Una oficina"}}).write(tmp_path)
    use_directory(tmp_path)
    assert label_of(iri) == "Una oficina"
    assert label_of("http://dcat-ap.de/def/contributors/destatis") == "Statistisches Bundesamt"


@pytest.mark.parametrize("name", ["nothing", "../access-right", "", "a/b"])
def test_an_unknown_vocabulary_is_named_with_the_known_ones(name: str) -> None:
    with pytest.raises(KeyError, match=r"no vocabulary .*; known: access-right, data-theme"):
        vocabulary(name)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        '{"name": "x"}',
        '{"name":"x","base":"","date":"","origin":"","concepts":{"A":["b"]}}',
    ],
)
def test_a_file_that_is_no_vocabulary_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "frequency.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"frequency\.json: not a vocabulary file"):
        Vocabulary.read(path)


def test_a_name_that_leaves_the_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no vocabulary name"):
        Vocabulary("../../x", "http://x.test/", "", "", {}).write(tmp_path)


SKOS_AP_ACT = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix at: <http://publications.europa.eu/ontology/authority/> . @prefix : <http://x.test/authority/> .
_:one xl:literalForm "prvi"@sl .
<http://x.test/authority/toy/ONE> a skos:Concept ; skos:inScheme :toy ; xl:prefLabel _:one ;
  skos:prefLabel "first"@en, "Erster"@DE, "Гepман"@bg ; skos:notation "1" ; at:authority-code "ONE" .
<http://x.test/authority/toy/TWO> skos:inScheme :toy ; xl:prefLabel [ xl:literalForm "drugi"@sl ] .
<http://x.test/authority/toy/NO_LABEL> skos:inScheme :toy .
<http://x.test/other/X> a skos:Concept ; skos:prefLabel "of another table"@en .
:toy a skos:ConceptScheme ; at:table.id "toy" ; at:table.version.number "20240911-0" ;
  skos:prefLabel "Toy"@en .
"""


def test_skos_with_labels_by_xl() -> None:
    table, corrected = read_skos(parse(SKOS_AP_ACT, format=RdfFormat.TURTLE))
    assert corrected == [("Гepман", "Герман")]
    assert (table.name, table.base, table.date) == ("toy", "http://x.test/authority/toy/", "2024-09-11")
    assert table.origin == "imported from the SKOS of <http://x.test/authority/toy>"
    assert table.concepts == {
        "ONE": {"en": "first", "de": "Erster", "sl": "prvi", "bg": "Герман"},
        "TWO": {"sl": "drugi"},
    }


@pytest.mark.parametrize("turtle", ["", "<http://x.test/a> a <http://www.w3.org/ns/dcat#Dataset> ."])
def test_a_file_without_concepts_is_refused(turtle: str) -> None:
    with pytest.raises(ValueError, match="no SKOS concepts with labels found"):
        read_skos(parse(turtle, format=RdfFormat.TURTLE))


@pytest.mark.parametrize(
    ("file", "name", "date", "count", "languages"),
    [
        ("eu-skos-ap-act/frequencies-skos-ap-act.rdf", "frequency", "2016-12-25", 23, 25),
        ("eu-skos-ap-act/filetypes-skos-ap-act.rdf", "file-type", "2017-04-27", 120, 24),
        ("eu-skos-ap-act/data-theme-skos-ap-act.rdf", "data-theme", "2016-12-25", 14, 25),
        ("eu-skos-piveau/countries-skos.rdf", "country", "2018-12-12", 284, 39),
        ("eu-skos-piveau/licences-skos.rdf", "licence", "2019-06-19", 47, 24),
        ("eu-skos-piveau/frequencies-skos.rdf", "frequency", "2018-12-12", 23, 25),
        ("eu-berlin-ttl/filetypes-skos-ap-act.ttl", "file-type", "2017-12-13", 127, 24),
        ("eu-sh-ttl/frequency.ttl", "frequency", "2019-06-19", 31, 25),
        ("eu-sh-ttl/language.ttl", "language", "2020-06-24", 2, 33),
        ("eu-breg/corporatebodies-en.xml", "corporate-body", "2020-06-24", 1327, 1),
        ("fdk/licences-sparql-result.ttl", "licence", "2024-12-11", 173, 1),
        ("eu-metadata101/access-right.rdf", "access-right", "2016-09-20", 2, 25),
    ],
)
def test_real_tables_are_read(
    tmp_path: Path, file: str, name: str, date: str, count: int, languages: int
) -> None:
    path = TABLES / file
    if not path.is_file():
        pytest.skip(f"{file} is not at ../shared/data/vocabularies")
    syntax = RdfFormat.TURTLE if path.suffix == ".ttl" else RdfFormat.RDF_XML
    table, _ = read_skos(parse(path=str(path), format=syntax))
    assert (table.name, table.base, table.date) == (name, f"{AUTHORITY}{name}/", date)
    assert len(table.concepts) == count
    assert len({language for labels in table.concepts.values() for language in labels}) == languages
    table.write(tmp_path)
    use_directory(tmp_path)
    imported = vocabulary(name)
    assert imported.concepts == table.concepts
    for code in imported.concepts:
        assert imported.find(imported.iri(code)) == code


@pytest.mark.parametrize(
    ("table", "text", "languages", "labels"),
    [
        ("country", "Holland", ("en",), []),
        ("country", "Nedrland", ("nl",), ["Nederland"]),
        ("country", "Nedrland", ("en",), ["Netherlands"]),
        ("country", "Kingdom of Belgum", ("de",), ["Belgien"]),
        ("file-type", "Excel", ("en",), ["Excel XLS", "Excel XLSX"]),
        ("data-theme", "Enviroment", ("en",), ["Environment"]),
        ("data-theme", "Umwelt", ("en",), []),
        ("access-right", "publik", ("en",), ["public"]),
    ],
)
def test_suggestions_are_near_and_in_the_language_of_the_reader(table, text, languages, labels):
    assert [*near(table, text, languages)] == labels
    assert near(table, text, languages, frozenset({"RESTRICTED"})) == ()
