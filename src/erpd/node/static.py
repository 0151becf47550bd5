"""Static files stand at an address that changes with them: browsers may keep them for ever."""

import hashlib
from pathlib import Path


def address_of(folder: Path) -> str:
    """Where the files in ``folder`` are served, the same on every machine that has these."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"/static/{digest.hexdigest()[:12]}/"
