"""Why a source cannot be read, in one plain sentence a person can act on."""

import re

_USER_INFO = re.compile(r"(?<=//)[^/?#@]*@")
_SECRET = re.compile(r"(?i)([?&](?:api_?key|auth|password|passwd|secret|access_token)=)[^&#]*")
_UNPRINTABLE = re.compile(r"[^\S ]+|[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class SourceError(Exception):
    """``rule`` is a short id such as ``not-xml``; ``str()`` says what is wrong, where, by which rule,
    how to mend.

    ``section`` names the section of the harvesting guidelines, where there is one: ``G3.3.3``.
    """

    def __init__(self, rule: str, message: str, advice: str, section: str = "", url: str = "") -> None:
        super().__init__(rule, message, advice, section, url)
        self.rule = rule
        self.message = plain(message)
        self.advice = advice
        self.section = section
        self.url = shown(url)

    def __str__(self) -> str:
        where = [self.url] if self.url else []
        rule = [f"rule {self.rule}"]
        section = [f"harvesting guidelines {self.section}"] if self.section else []
        return f"{self.message} ({', '.join(where + rule + section)}). {self.advice}"


class PassingError(SourceError):
    """Gone, perhaps, at the next try."""


def plain(text: str, most: int = 500) -> str:
    """What a stranger wrote, safe on a terminal and in a log: one line, bounded, no control characters."""
    text = " ".join(_UNPRINTABLE.sub(" ", text[: most * 4]).split())
    return text if len(text) <= most else text[:most] + "…"


def shown(url: str) -> str:
    """An address as messages show it: without user name, password and keys."""
    return plain(_SECRET.sub(r"\1…", _USER_INFO.sub("", url)))
