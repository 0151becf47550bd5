"""Find the licence of the authority table that an address, a code or a title means, alone or within a text.

All formats share one table: the labels of the authority table and ``vocabularies/spellings/licence.toml``.
"""

import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from erpd.metadata.vocabularies import Vocabulary, vocabulary

_SPELLINGS = Path(__file__).parent / "vocabularies" / "spellings" / "licence.toml"
_LONGEST_NAME = 300
_LONGEST_TEXT = 20_000
_SCHEME = re.compile(r"(?:https?://)?(?:www\.)?")
# The pages of a Creative Commons licence: deed and legal code, in each language (.../by/4.0/deed.nl). A
# country's version is a licence of its own (.../by/3.0/nl); 4.0 and the public domain have no such versions.
_CREATIVE_COMMONS = re.compile(
    r"(creativecommons\.org/.+?)"
    r"(?:(?:(?<=/4\.0)|(?<=/(?:zero|mark)/1\.0)|(?<=/\*))/[a-z]{2})?"
    r"(?:/(?:deed|legalcode)(?:\.[\w-]++)?)?/?(?:[?#].*)?"
)
# Lists of licences whose addresses end with the name of the licence.
_LISTS = re.compile(
    r"(?:dcat-ap\.de/def/licenses/|govdata\.de/|opendefinition\.org/licenses/|spdx\.org/licenses/"
    r"|opensource\.org/licenses?/|data\.gouv\.fr/pages/legal/licences/"
    r"|w3id\.org/italia/controlled-vocabulary/licences/[abc]\d+[_:]|europeandataportal\.eu/ontologies/od-licenses#"
    r"|europeandataportal\.eu/(?:\w\w/)?content/show-license\?license_id=)([^?#]+?)(?:\.(?:html?|php|json|txt))?/?"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]},;]+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+|\d+")
# "Licence", "version" and the like, in the languages of the catalogues.
_SAYS_NOTHING = re.compile(r"licen[csçt]\w{1,4}|lizenz|lisens\w{0,2}|public|versi[oó]ne?|versie|v|the")
_POINTING = frozenset({"see", "siehe", "voir", "zie", "vedi"})
# Recognised by IRI only: the authority table replaced them with licences that state a version. Their labels
# say 4.0, but a catalogue that uses these names may mean any version.
_WITHOUT_VERSION = frozenset({"CC_BY", "CC_BYNC", "CC_BYNCND", "CC_BYNCSA", "CC_BYND", "CC_BYSA", "GNU_FDL"})
# Codes that may mean something else in a text. These licences are recognised by their titles.
_EVERYDAY_WORDS = frozenset({"FAIR", "IPA", "NOKIA", "OGL_NC", "W3C"})
_PARTS = re.compile(r"(?<!\s)\s++[-–—|/]\s++|[()\[\]]|[:;,]\s")
_WITH_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+/")
_AFTER_VERSION = re.compile(r"(?<=\d\.\d)\s.*")
_RUN_TOGETHER = re.compile(r"(?<=[\s-])[1-4][05](?![\d.])")  # "CC BY 40"
_OF_NO_COUNTRY = re.compile(r"CC_[A-Z]+_\d_\d")


def licence_of(text: str) -> str:
    """Return the code of the licence that an address, a code or a title certainly names; otherwise "".

    Without its version a licence is not certain: "CC BY" may be any version.
    """
    return _found(text, id(_table())) if len(text) <= _LONGEST_NAME else ""


def licence_in(text: str) -> str:
    """Return the code of the licence that the whole text names, by name, address or both; otherwise "".

    A text that says more may limit the licence, or deny it: "Not for the photographs, see https://...".
    """
    code = licence_of(text)
    if code or len(text) > _LONGEST_TEXT:
        return code
    codes = {licence_of(address.rstrip(".")) for address in _ADDRESS.findall(text)}
    code = codes.pop() if len(codes) == 1 else ""
    return code if code and _table().adds_nothing(code, _ADDRESS.sub(" ", text)) else ""


def licence_page(code: str) -> str:
    """Return the address of a licence of Creative Commons; "" for other codes and "".

    >>> licence_page("CC_BY_4_0")
    'https://creativecommons.org/licenses/by/4.0/'
    """
    return _table().pages.get(code, "")


def licence_iri(code: str) -> str:
    """Return the IRI of a code of the authority table."""
    return vocabulary("licence").iri(code)


@dataclass(slots=True)
class _Table:
    vocabulary: Vocabulary
    addresses: dict[str, str] = field(default_factory=dict)
    """Address -> code."""
    names: dict[str, str] = field(default_factory=dict)
    """Name, as ``_folded`` returns it -> code."""
    forms: dict[str, list[str]] = field(default_factory=dict)
    """Code -> its names."""
    pages: dict[str, str] = field(default_factory=dict)
    """Code -> its address at Creative Commons."""

    def __post_init__(self) -> None:
        spellings = tomllib.loads(_SPELLINGS.read_text(encoding="utf-8"))
        for code, labels in self.vocabulary.concepts.items():
            for label in labels.values() if code not in _WITHOUT_VERSION else ():
                self._label(code, label)
        for code in self.vocabulary.concepts.keys() - _WITHOUT_VERSION - _EVERYDAY_WORDS:
            self.names[_folded(code)] = code
        for code, written in spellings.items():
            for spelling in written if code in self.vocabulary.concepts else ():
                if _WITH_HOST.match(spelling):
                    self.addresses[spelling.casefold()] = code
                    if spelling.startswith("creativecommons.org/"):
                        self.pages.setdefault(code, f"https://{spelling}/")
                else:
                    self.names[_folded(spelling)] = code
        for name, code in list(self.names.items()):
            if re.search(r"\d0$", name):
                self.names.setdefault(name[:-1], code)  # version 4 is 4.0
            self.forms.setdefault(code, []).append(name)

    def _label(self, code: str, label: str) -> None:
        forms = [label]
        if _OF_NO_COUNTRY.fullmatch(code):  # "4.0 International" is the same as "4.0"
            forms.append(_AFTER_VERSION.sub("", label))
        for form in forms:
            for name in {_folded(form), _folded(form.removeprefix("Creative Commons "))}:
                self.names[name] = code if self.names.get(name, code) == code else ""

    def address(self, text: str) -> str:
        bare = _SCHEME.sub("", text.strip().casefold(), count=1)
        page = _CREATIVE_COMMONS.fullmatch(bare)
        if page:
            return self.addresses.get(page[1], "")
        listed = _LISTS.fullmatch(bare)
        known = self.addresses.get(re.split("[?#]", bare)[0].rstrip("/"), "")
        return known or (self.names.get(_folded(listed[1]), "") if listed else "")

    def name(self, text: str) -> str:
        if _RUN_TOGETHER.search(text):
            return ""
        whole = self.names.get(_folded(text))
        if whole is not None:
            return whole
        parts = [part for part in map(_folded, _PARTS.split(text)) if part]
        codes = {self.names[part] for part in parts if part in self.names}
        if len(codes) != 1:
            return ""
        code = codes.pop()
        return code if all(self._agrees(code, part) for part in parts) else ""

    def adds_nothing(self, code: str, text: str) -> bool:
        """Whether a text is no more than a name of that licence, or part of one."""
        parts = (_folded(part).removeprefix("creativecommons") for part in _PARTS.split(text))
        return all(
            self.names.get(part, code) == code and self._agrees(code, part)
            for part in parts
            if len(part) > 1 and part not in _POINTING
        )

    def _agrees(self, code: str, part: str) -> bool:
        """Whether a part of a title adds nothing new: "Creative Commons", "4.0 International"."""
        return part in self.names or any(
            name.startswith(part) or name.endswith(part) for name in self.forms[code]
        )


_current: list[_Table] = []


def _table() -> _Table:
    known = vocabulary("licence")
    if not _current or _current[0].vocabulary is not known:
        _current[:] = [_Table(known)]
        _found.cache_clear()
    return _current[0]


@lru_cache(maxsize=4096)
def _found(text: str, table: int) -> str:
    known = _current[0]
    return (
        known.vocabulary.code_of(text.strip())
        or known.address(text)
        or ("" if "://" in text else known.name(text))
    )


def _folded(text: str) -> str:
    """Return one form of a name for ``CC-BY 4.0``, ``cc_by_4_0`` and ``CC BY v4.0``."""
    words = _WORD.findall(text.casefold())
    return "".join(word for word in words if not _SAYS_NOTHING.fullmatch(word))
