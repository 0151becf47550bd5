"""Whether the files that ``pages.assets`` brings are there. It loads nothing that only a build needs."""

from pathlib import Path

_PAGES = Path(__file__).parent
_STAMP = "installed"


def lacking(pages: Path = _PAGES) -> str:
    """What is missing, in words; "" if all is there."""
    stamp = pages / "static" / "pages" / "vendor" / _STAMP
    if not stamp.is_file():
        return "the styles and scripts of the pages are missing"
    sources = list((pages / "locale").glob("*/LC_MESSAGES/*.po"))
    if not all(source.with_suffix(".mo").is_file() for source in sources):
        return "translations have not been compiled"
    return ""
