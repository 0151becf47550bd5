"""The address of static files. It changes when they do, so browsers may cache them indefinitely."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def address_of(folders: Iterable[Path]) -> str:
    """The address where the files in ``folders`` are served: the same on every machine with these files."""
    digest = hashlib.sha256()
    for folder in sorted(folders):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(f"{path.relative_to(folder)}\n".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"/static/{digest.hexdigest()[:12]}/"
