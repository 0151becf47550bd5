"""Data sets for measuring: number N is always the same one, valid by section 4 of the guidelines."""

from dataclasses import dataclass, replace
from random import Random

from bench.words import ENGLISH, FORMATS, FREQUENCIES, LANGUAGES, PLACES, THEMES, Language

BASE = "https://data.example"
AUTHORITY = "http://publications.europa.eu/resource/authority"
_PUBLISHERS = 40  # of one language
_WORDS = 45  # of a description


@dataclass(frozen=True)
class Distribution:
    title: str
    format: str
    bytes: int
    conditions: int


@dataclass(frozen=True)
class DataSet:
    """What one data set says. ``texts``: language tag -> title and description."""

    number: int
    language: Language
    texts: dict[str, tuple[str, str]]
    keywords: list[str]
    publisher: int
    publisher_name: str
    access: str
    themes: list[str]
    frequency: str
    issued: str
    modified: str
    start: str
    end: str
    distributions: list[Distribution]

    @property
    def iri(self) -> str:
        return f"{BASE}/id/dataset/{self.number}"


def data_set(number: int) -> DataSet:
    """Number ``number``, from its own random numbers."""
    random = Random(number)  # noqa: S311
    language = LANGUAGES[number % len(LANGUAGES)]
    texts = {tongue.tag: _texts(random, tongue) for tongue in (language, ENGLISH)}
    publisher = _rare(random, _PUBLISHERS)
    year = random.randint(2015, 2023)
    return DataSet(
        number=number,
        language=language,
        texts=texts,
        keywords=random.sample(language.nouns, 4),
        publisher=publisher,
        publisher_name=f"{language.nouns[publisher].capitalize()} {PLACES[publisher * 37]}",
        access=random.choice(["NON_PUBLIC", "RESTRICTED"]),
        themes=random.sample(THEMES, random.randint(1, 2)),
        frequency=random.choice(FREQUENCIES),
        issued=f"{year}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        modified=f"{year + 1}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        start=f"{year - random.randint(1, 20)}-01-01",
        end=f"{year - 1}-12-31",
        distributions=[_distribution(random, language, year) for _ in range(random.randint(3, 4))],
    )


def with_distributions(number: int, amount: int) -> DataSet:
    """Number ``number`` with so many distributions."""
    random, made = Random(number), data_set(number)  # noqa: S311
    year = int(made.issued[:4])
    return replace(made, distributions=[_distribution(random, made.language, year) for _ in range(amount)])


def _texts(random: Random, language: Language) -> tuple[str, str]:
    subject, other = random.sample(language.nouns, 2)
    place = PLACES[_rare(random, len(PLACES))]
    title = language.title.format(subject=subject.capitalize(), object=other, place=place)
    words = [
        random.choice(language.small) if position % 2 else language.nouns[_rare(random, len(language.nouns))]
        for position in range(_WORDS - 2)
    ]
    return title, f"{title}. {' '.join(words).capitalize()}, {PLACES[_rare(random, len(PLACES))]} & {place}."


def _distribution(random: Random, language: Language, year: int) -> Distribution:
    noun = random.choice(language.nouns).capitalize()
    return Distribution(
        f"{noun} {year}",
        FORMATS[_rare(random, len(FORMATS))],
        random.randint(10**4, 10**10),
        random.randint(1, 9),
    )


def _rare(random: Random, amount: int) -> int:
    """A number below ``amount``, the small ones far more often, as words and publishers are in life."""
    return int(amount * random.random() ** 3)
