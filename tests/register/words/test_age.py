"""Whether the dictionaries are missing, or were made by another version."""

import shutil
from pathlib import Path

from erpd.register.words.age import State, age
from erpd.register.words.dictionary import FOLDER


def test_missing_and_old_dictionaries_are_told(tmp_path: Path) -> None:
    assert age() is State.FINE, "made by this version"
    assert age(tmp_path) is State.MISSING
    copy = tmp_path / "copy"
    shutil.copytree(FOLDER, copy)
    (copy / "made").write_text("another", "ascii")
    assert age(copy) is State.OLD
    next(copy.glob("de*")).unlink()
    assert age(copy) is State.MISSING
