"""Row `questions`: what people ask in 24 languages, and how much of what answers it is found."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from bench.finding import FIRST
from bench.measured import print_row
from bench.processes import figures_of, new_home

ROWS = ("questions",)
CATALOGUES = Path(__file__).parents[2] / "shared" / "data" / "catalogues"


def rows(folder: Path) -> None:
    """One row for each language and each kind of question, then one for all."""
    if not CATALOGUES.is_dir():
        print_row("questions", skipped=f"{CATALOGUES} is not here")
        return
    answers = figures_of("bench.finding", CATALOGUES, home=new_home(folder / "questions"))
    for name in ("language", "kind"):
        groups: dict[str, list[Any]] = defaultdict(list)
        for answer in answers:
            groups[answer[name]].append(answer)
        for value, group in sorted(groups.items()):
            print_row("questions", **{name: value}, **_figures(group))
    print_row(
        "questions", **_figures(answers), missed=[each["text"] for each in answers if _recall(each) < 1]
    )


def _figures(answers: list[Any]) -> dict[str, object]:
    number = len(answers)
    return {
        "questions": number,
        "recall": round(sum(map(_recall, answers)) / number, 3),
        f"first_{FIRST}": round(sum(map(_first, answers)) / number, 3),
    }


def _recall(answer: dict[str, Any]) -> float:
    wanted = set(answer["wanted"])
    return len(wanted & set(answer["hits"])) / len(wanted)


def _first(answer: dict[str, Any]) -> float:
    """Of the wanted, as many as fit among the first: the part that is there."""
    wanted, first = set(answer["wanted"]), answer["hits"][:FIRST]
    return len(wanted & set(first)) / min(len(wanted), FIRST)
