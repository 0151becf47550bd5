"""The program that sets one letter: ``python -m erpd.pages.letters.child``. It may be killed at any time.

It reads the letter as JSON from its standard input and writes the PDF to its standard output. It knows
neither Django nor the database, has no network, and reads no file but its template; the fonts are those of
the library. It ends after one letter, because the library never lets go of what it has set.
"""

import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from erpd.publish.sparql.sealing import seal

MEMORY = 2**30  # bytes
SECONDS = 10  # of the processor; a letter takes 0.01
_TEMPLATE = Path(__file__).with_name("letter.typ")


def made(letter: dict[str, Any], note: str) -> bytes:
    """The PDF of a letter, tagged as PDF/UA-1 demands.

    That standard has no characters without a glyph, so a letter that has some is set without it, and says so
    by ``note``.
    """
    import typst  # noqa: PLC0415  # after the process is sealed

    fonts = typst.Fonts(include_system_fonts=False)
    compiler = typst.Compiler(root=str(_TEMPLATE.parent), font_paths=fonts, ignore_system_fonts=True)

    def compiled(note: str, *, accessible: bool) -> bytes:
        pdf = compiler.compile(
            _TEMPLATE.read_bytes(),
            format="pdf",
            sys_inputs={"letter": json.dumps({**letter, "note": note})},
            pdf_standards=["ua-1"] if accessible else [],
            timestamp=letter["timestamp"],
        )
        assert isinstance(pdf, bytes)
        return pdf

    try:
        return compiled("", accessible=True)
    except typst.TypstError:
        return compiled(note, accessible=False)


def main() -> None:
    """Set the letter that comes in."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    seal()
    asked = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(made(asked["letter"], asked["note"]))


if __name__ == "__main__":
    main()
