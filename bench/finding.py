"""The questions of asked.toml, put to a register of real catalogues: `python -m bench.finding FOLDER`.

ERPD_HOME names a fresh home; FOLDER has the catalogues, a folder for each.
"""

import json
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

FIRST = 10  # hits that a reader sees without turning the page
_MOST = 1_000
_NOT_RDF = {".csv", ".json", ".md", ".tsv", ".txt"}
# Folder names begin with the country; other folders have data sets of many countries.
_COUNTRIES = {"be": "BE", "de": "DE", "it": "IT", "no": "NO", "se": "SE", "sk": "SK"}


def fill(folder: Path) -> None:
    """Through the way in, like everything in the register; what cannot be read is left out."""
    from erpd.formats import Unreadable, record_of  # noqa: PLC0415
    from erpd.metadata.profile import load_profile  # noqa: PLC0415
    from erpd.register.catalogues import country_catalogue  # noqa: PLC0415
    from erpd.register.intake import take_in  # noqa: PLC0415
    from erpd.register.models import Catalogue, Source  # noqa: PLC0415
    from erpd.register.preparing import prepare  # noqa: PLC0415
    from erpd.sources.dump.source import Dump  # noqa: PLC0415
    from erpd.sources.errors import SourceError  # noqa: PLC0415
    from erpd.sources.http.client import Client  # noqa: PLC0415

    profile = load_profile("open-data")
    seen: set[str] = set()
    with Client() as client:
        for file in sorted(folder.rglob("*")):
            if not file.is_file() or file.suffix in _NOT_RDF:
                continue
            place = file.relative_to(folder).parts[0]
            country = _COUNTRIES.get(place.partition("-")[0], "")
            if country:
                catalogue = country_catalogue(country, open_data=True, european=True)
            else:
                catalogue, _ = Catalogue.objects.get_or_create(slug="various", defaults={"kind": "open"})
            lenient = {"catalogue": catalogue, "policy": Source.Policy.LENIENT}
            source, _ = Source.objects.get_or_create(slug=place, defaults=lenient)
            try:
                for page in Dump(str(file), client, local=True).pages():
                    arrivals = []
                    for reading in page.readings:
                        if reading.fault or reading.identifier in seen:
                            continue
                        try:
                            record = record_of(reading)
                        except Unreadable:
                            continue
                        seen.add(reading.identifier)
                        arrivals.append(prepare(record, profile, source=source.slug, node="http://127.0.0.1"))
                    take_in(source, arrivals, origin="bench")
            except SourceError:
                continue


def found(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each question its kind and language, and the IRIs of what is wanted and of the hits, in order."""
    from erpd.register.models import DataSet  # noqa: PLC0415
    from erpd.register.scope import scope  # noqa: PLC0415
    from erpd.register.search import search  # noqa: PLC0415

    iris = dict(DataSet.objects.values_list("key", "iri"))
    described = _described()
    answers = []
    for question in questions:
        languages = (question["language"], "en")
        result = search(scope("all"), question["text"], size=_MOST, languages=languages)
        if not result.hits and result.suggestion:
            result = search(scope("all"), result.suggestion, size=_MOST, languages=languages)
        hits = [iris[hit.key] for hit in result.hits]
        wanted = [iri for iri, (titles, codes) in described.items() if _answers(question, iri, titles, codes)]
        if not wanted:
            raise ValueError(f"Nothing answers {question}")
        answers.append({**question, "wanted": wanted, "hits": hits})
    return answers


def _described() -> dict[str, tuple[list[str], dict[str, list[str]]]]:
    """IRI -> titles, and facet -> codes, read from the records and not from the index."""
    from erpd.metadata.terms import DCT  # noqa: PLC0415
    from erpd.metadata.view import View  # noqa: PLC0415
    from erpd.metadata.vocabularies import vocabulary  # noqa: PLC0415
    from erpd.register.content import records  # noqa: PLC0415
    from erpd.register.models import DataSet  # noqa: PLC0415

    frequencies = vocabulary("frequency")
    described = {}
    for data_set, record in records(DataSet.objects.select_related("catalogue")):
        view = View(record)
        titles = [getattr(term, "value", "") for term in record.values(DCT.title)]
        codes = {
            "theme": view.themes,
            "format": view.formats,
            "access_right": view.access_rights,
            "language": view.languages,
            "frequency": [
                frequencies.code_of(getattr(term, "value", ""))
                for term in record.values(DCT.accrualPeriodicity)
            ],
            "country": [data_set.catalogue.country],
        }
        described[data_set.iri] = (titles, codes)
    return described


def _answers(question: dict[str, Any], iri: str, titles: list[str], codes: dict[str, list[str]]) -> bool:
    """Whether a data set answers a question: by a title and an IRI, or by its codes."""
    if "codes" in question:
        return all(code in codes[facet] for facet, code in question["codes"].items())
    named = any(part in title for part in question.get("titles", [""]) for title in titles or [""])
    return named and any(part in iri for part in question.get("iris", [""]))


def main(folder: Path) -> list[dict[str, object]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erpd.node.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    from erpd.register.search import follow  # noqa: PLC0415

    fill(folder)
    follow()
    table = tomllib.loads((Path(__file__).parent / "asked.toml").read_text("utf-8"))
    return found(table["question"])


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
