"""Reads the law: our regimes, and the operator's files in ``<home>/law``."""

import stat
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from erpd.access.law.book import Law
from erpd.access.law.override import Override, faults
from erpd.access.law.regime import Regime
from erpd.metadata.declared import DeclarationError, did_you_mean, read_toml

FOLDER = "law"  # in the home
MOST_FILES = 500
MOST_BYTES = 2**16  # of one file

_OWN = Path(__file__).parent / "regimes"


class LawError(ValueError):
    """The operator's files are wrong. The message has one line for each mistake: file, key, what to write."""


def read_law(folder: Path | None = None) -> Law:
    """Return the law: our regimes, and what the operator's ``*.toml`` add if there is such a folder.

    A file with an ``id`` is a regime; with a higher version, it may take the place of a pending one of ours.
    A file with ``overrides`` shortens limits of a regime. Raises LawError, which lists all mistakes of all
    files, and OSError if the folder cannot be read.
    """
    ours = _ours()
    if folder is None or not folder.is_dir():
        return ours
    files = sorted(islice(folder.glob("*.toml"), MOST_FILES + 1))
    if len(files) > MOST_FILES:
        raise LawError(f"{folder}: expected {MOST_FILES} files at most. Join or remove some.")
    wrong: list[str] = []
    read: list[tuple[Path, Regime | Override]] = []
    for file in files:
        try:
            read.append((file, read_file(file)))
        except DeclarationError as error:
            wrong += [f"{file}: {line}" for line in str(error).splitlines()]
    regimes = dict(ours.regimes)
    for file, each in read:
        if isinstance(each, Regime):
            wrong += [f"{file}: {line}" for line in _unfit(each, regimes, ours)]
            regimes[each.id] = each
    for file, each in read:
        wrong += [f"{file}: {line}" for line in _astray(each, regimes)]
    if wrong:
        raise LawError("\n".join(wrong))
    return Law(MappingProxyType(regimes), tuple(each for _, each in read if isinstance(each, Override)))


def read_file(file: Path) -> Regime | Override:
    """Read one file. Raises DeclarationError, a line for each mistake."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise DeclarationError("This is not a file. Remove it, or give it another ending than .toml.")
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise DeclarationError(
            f"It cannot be read: {error.strerror}. Let the node's user read it."
        ) from error
    except UnicodeDecodeError as error:
        raise DeclarationError("It is not in UTF-8. Save it as UTF-8 in your editor.") from error
    if len(content) > MOST_BYTES:
        raise DeclarationError(f"It has more than {MOST_BYTES // 1024} KiB. Divide it.")
    return read_toml(text, Override) if _is_override(text) else read_toml(text, Regime)


def _is_override(text: str) -> bool:
    """By the keys that only one of them has, so that the mistakes told are those of the right kind."""
    try:
        keys = tomllib.loads(text).keys()
    except (ValueError, RecursionError):  # which read_toml tells
        return False
    return "id" not in keys and not keys.isdisjoint({"overrides", "source", "country", "body"})


def _unfit(regime: Regime, known: dict[str, Regime], ours: Law) -> Iterator[str]:
    """Mistakes of a regime of the operator's, which ``known`` does not yet have."""
    other = known.get(regime.id)
    if other and ours.regimes.get(regime.id) is not other:
        yield f"id: two files have the regime {regime.id}. Give one of them another id."
    elif other and other.since:
        yield (
            f"id: {regime.id} is a law in force, which comes with the program and cannot be replaced. "
            f'To shorten its limits, write a file with overrides = "{regime.id}".'
        )
    elif other and regime.version <= other.version:
        yield f"version: expected more than the {other.version} of ours, found {regime.version}."


def _astray(each: Regime | Override, regimes: dict[str, Regime]) -> Iterator[str]:
    """Mistakes in what a file says of other regimes."""
    key = "overrides" if isinstance(each, Override) else "replaces"
    for name in (each.overrides,) if isinstance(each, Override) else each.replaces:
        if name not in regimes:
            near = did_you_mean(name, regimes) or f"Known: {', '.join(sorted(regimes))}."
            yield f"{key}: there is no regime {name!r}. {near}"
        elif isinstance(each, Override):
            yield from faults(each, regimes[name])
        elif regimes[name].act == each.act:
            yield (
                f"replaces: {name} is of the same act, {each.act}, and an act does not replace itself. "
                "To shorten its limits, write an override; to end it, name the act that replaces it."
            )


@cache
def _ours() -> Law:
    regimes = [read_file(file) for file in sorted(_OWN.glob("*.toml"))]
    return Law(MappingProxyType({each.id: each for each in regimes if isinstance(each, Regime)}))
