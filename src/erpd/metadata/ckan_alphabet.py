"""Names in CKAN's alphabet, for organizations, groups and tags. The same text always has the same name."""

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b

LONGEST_NAME = 100  # characters: ckan/model/package.py, PACKAGE_NAME_MAX_LENGTH, and that of tags
_SHORTEST_TAG = 2
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
_NOT_IN_A_TAG = re.compile(r"[^\w .-]+")
_LONGEST_TITLE = 200
_MARK = 8  # letters that keep apart names whose letters are the same
# Letters that have no decomposition.
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})


@lru_cache(maxsize=4096)
def name_of(text: str) -> str:
    """The name of an organization: letters of its title, and a mark that no other title has.

    >>> name_of("Ministère de l'Énergie")
    'ministere-de-l-energie-386f2ec2'
    """
    text = text[:_LONGEST_TITLE]
    plain = unicodedata.normalize("NFKD", text.casefold()[:LONGEST_NAME].translate(_LETTERS))
    letters = _NOT_IN_A_NAME.sub("-", "".join(each for each in plain if not unicodedata.combining(each)))
    mark = blake2b(text.encode("utf-8", "replace"), digest_size=_MARK // 2).hexdigest()
    return f"{letters.strip('-')[: LONGEST_NAME - _MARK - 1].strip('-')}-{mark}".lstrip("-")


def tag_of(text: str) -> str:
    """A keyword as the name of a tag; "" if it is too short for one (``tag_name_validator``).

    >>> tag_of("Arbeit & Soziales (AT)")
    'Arbeit - Soziales - AT'
    """
    return _tag(text[: 4 * LONGEST_NAME])


@lru_cache(maxsize=4096)
def _tag(text: str) -> str:
    name = " ".join(_NOT_IN_A_TAG.sub(" - ", text).split()).strip(" -")[:LONGEST_NAME].strip()
    return name if len(name) >= _SHORTEST_TAG else ""
