"""What people ask: words common and rare, in seven languages, with and without filters."""

from dataclasses import dataclass, field
from random import Random

from bench.words import LANGUAGES, PLACES, THEMES, Language


@dataclass(frozen=True)
class Question:
    """``filters``: facet -> values; ``excluded``: a word that must not stand there."""

    words: list[str]
    language: str
    filters: dict[str, list[str]] = field(default_factory=dict)
    excluded: str = ""

    @property
    def text(self) -> str:
        return " ".join([*self.words, *([f"-{self.excluded}"] if self.excluded else [])])


def questions(amount: int) -> list[Question]:
    """The same ones at each run: one in eight asks for nothing and so finds all."""
    random = Random(2026)  # noqa: S311
    return [_question(random, number) for number in range(amount)]


def _question(random: Random, number: int) -> Question:
    language = random.choice(LANGUAGES)
    common, rare = language.nouns[:8], language.nouns[8:]
    words, excluded = _kinds(random, language, common, rare)[number % 8]
    return Question(words, language.tag, _filters(random, language), excluded)


def _kinds(
    random: Random, language: Language, common: list[str], rare: list[str]
) -> list[tuple[list[str], str]]:
    one, two, three = random.sample(common, 3)
    return [
        ([], ""),
        ([one], ""),
        ([random.choice(rare)], ""),
        ([one, two], ""),
        ([one, random.choice(rare)], ""),
        ([random.choice(PLACES[:200])], ""),
        ([one, two, three], ""),
        ([two], random.choice(rare)),
    ]


def _filters(random: Random, language: Language) -> dict[str, list[str]]:
    theme = random.sample(THEMES, 2)
    return random.choice(
        [
            {},
            {},
            {"theme": theme},
            {"kind": ["protected"], "theme": theme[:1]},
            {"language": [language.code], "access_right": ["RESTRICTED"]},
            {"kind": ["protected"], "theme": theme, "format": ["CSV"]},
        ]
    )
