"""A letter as a PDF: set by typst in a child process with limits, from our template and JSON."""

import json
import re
import subprocess
import sys
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, override

from erpd.metadata.storable import storable

_WALL = 20.0  # seconds, on a busy machine
# What no reader sees: control characters, and those that turn the direction of what follows. Tabs are blanks.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_LINE = re.compile("\r\n?|[\n\u2028\u2029]")


class NotMade(Exception):
    """The PDF could not be made: the child was killed or ended. The page of the letter says the same."""


def pdf_of(letter: dict[str, Any], *, at: datetime, address: str) -> bytes:
    """Return a letter (``Letter.as_json``) as a PDF, always the same for the same letter.

    ``at``: when it was written; ``address``: of its page, for what the fonts cannot show. Raises NotMade.
    """
    with override(letter["language"]):
        note = gettext(
            "This file cannot show some of the characters. The page of the letter does: %(address)s"
        )
    asked = {"letter": _as_text(letter, at), "note": note % {"address": address}}
    command = [sys.executable, "-I", "-m", "erpd.pages.letters.child"]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=json.dumps(asked).encode(), capture_output=True, timeout=_WALL, env={}, check=False
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        raise NotMade(str(error)) from error
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise NotMade(f"exit {done.returncode}: {done.stderr[-500:].decode(errors='replace')}")
    return done.stdout


def _as_text(letter: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The letter as the template takes it: each text as lines, without characters that nobody sees."""
    sections = [
        {
            "heading": section["heading"],
            "rows": [
                {"label": row["label"], "language": row["language"], "lines": _lines(row["text"])}
                for row in section["rows"]
            ],
        }
        for section in letter["sections"]
    ]
    return {
        "language": letter["language"],
        "title": letter["title"],
        "from": letter["sender"],
        "draft": letter.get("draft", ""),
        "sections": sections,
        "timestamp": int(at.timestamp()),
    }


def _lines(text: str) -> list[str]:
    return [_UNSEEN.sub("", line).replace("\t", " ") for line in _LINE.split(storable(text))]
