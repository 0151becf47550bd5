"""Whether the dictionaries are those of this version."""

import hashlib
from enum import Enum, auto
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from erpd.register.words.dictionary import DICTIONARIES, FOLDER, IRREGULAR, STEMS

STAMP = "made"


class State(Enum):
    """How the dictionaries are."""

    FINE = auto()
    MISSING = auto()
    OLD = auto()


def age(folder: Path = FOLDER) -> State:
    """How they are. Where simplemma is not installed, as beside a wheel, they came with this version."""
    files = [folder / STAMP, *(folder / f"{one}{end}" for one in DICTIONARIES for end in (IRREGULAR, STEMS))]
    if not all(file.is_file() for file in files):
        return State.MISSING
    try:
        wanted = made_of()
    except PackageNotFoundError:
        return State.FINE
    return State.FINE if files[0].read_text("ascii") == wanted else State.OLD


def made_of() -> str:
    """What the dictionaries of this version are made of, as a digest. Raises PackageNotFoundError."""
    maker = Path(__file__).with_name("__main__.py").read_bytes()
    made = (version("simplemma"), version("PyStemmer"), DICTIONARIES, maker)
    return hashlib.sha256(repr(made).encode()).hexdigest()
