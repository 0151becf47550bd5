"""Authority tables of the EU Publications Office: codes, IRIs, labels (DCAT-AP 2.1.1, section 5.2)."""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from erpd.metadata.terms import AUTHORITY
from erpd.metadata.text import EU_LANGUAGES

VOCABULARIES = (
    "access-right",
    "data-theme",
    "file-type",
    "frequency",
    "language",
    "country",
    "licence",
    "corporate-body",
)

EEA_COUNTRIES = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT"),
    *("LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO"),
)
"""The Union and the other countries where its data law holds, as the Union writes them."""

MAX_BYTES = 64 * 2**20
_OWN = Path(__file__).parent
# Lists of national portals, only for their labels: their concepts are not those of the authority tables.
_LISTS = _OWN / "lists"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_SCHEME = re.compile(r"^https?://(www\.)?")
# Registers whose names are in spellings/: IANA, INSPIRE with its own (gml+xml), ISO 639 as linked data.
_REGISTERS = re.compile(
    r"^((iana\.org/assignments|inspire\.ec\.europa\.eu)/media-types"
    r"|id\.loc\.gov/vocabulary/iso639-[12]|lexvo\.org/id/iso639-[13])/"
)
# A language with script and region (BCP 47, 2.1); North American ISO 19139 writes "eng; CAN".
_LOCALE = re.compile(
    r"([A-Za-z]{2,3})(?:[-_][A-Z][a-z]{3})?(?:[-_]([A-Za-z]{2}|[0-9]{3})|(?<![A-Z]);\s?[A-Z]{2,3})?"
)
# What may follow a media type (RFC 6838, 4.3): "; charset=utf-8". "CSV; JSON" are two formats.
PARAMETERS = r"(?:;\s*(?:[\w.+-]{1,40}\s*=\s*(?:\"[^\"]{0,200}\"|[^;=\"]{0,200})\s*)?)*"
_HAS_PARAMETERS = re.compile(rf"[^;]*{PARAMETERS}")


@dataclass(frozen=True)
class Vocabulary:
    """An authority table."""

    name: str
    base: str
    """The IRI of a concept is ``base`` + code."""
    date: str
    """The date of its version, or another name of the version."""
    origin: str
    """Where it comes from, in words."""
    concepts: Mapping[str, Mapping[str, str]]
    """Code -> {language tag: label}."""
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Other ways to write a code (media types, ISO codes), in lower case -> code."""

    def iri(self, code: str) -> str:
        return self.base + code

    def code_of(self, iri: str) -> str:
        """Return the code of an IRI of this vocabulary, or "". https, ``www.`` and a final "/" may differ."""
        code = self._iris.get(iri)
        if code is not None:
            return code
        bare = _bare(iri)
        return self._codes.get(bare[len(self._bare_base) :], "") if bare.startswith(self._bare_base) else ""

    def find(self, text: str) -> str:
        """Return the code for an IRI, a code in any case, a usual spelling or an exact label in any language.

        Returns "" if there is none, or if the label belongs to several concepts. For licences, use
        ``metadata/licences.py``, which knows more.

        >>> vocabulary("country").find("Italia"), vocabulary("file-type").find("csv")
        ('ITA', 'CSV')
        """
        code = self._iris.get(text)
        if code is not None:
            return code
        bare = _bare(text)
        if "://" not in text:
            texts = self._texts
            return texts.get(bare) or texts.get(_without_extras(bare), "") or self._variant(text, bare)
        if bare.startswith(self._bare_base):
            return self._texts.get(bare[len(self._bare_base) :], "")
        return self._texts.get(_REGISTERS.sub("", bare), "")

    def _variant(self, text: str, key: str) -> str:
        """The code for a language with its region (en-GB), or for a spelling with other hyphens."""
        if self.name == "language":
            tag = _LOCALE.fullmatch(text.strip())
            # "nl-fr" may be two languages; "nl-FR" is one.
            if tag and (tag[2] == tag[1] or tag[2] not in EU_LANGUAGES):
                return self._texts.get(tag[1].casefold(), "")
        return self._texts.get(_hyphens_as_blanks(key), "")

    def label(self, code_or_iri: str, *languages: str) -> str:
        """Return the label for a reader of ``languages`` (preferred first), in English, in any, or the code.

        A text that is not in the vocabulary is returned unchanged.
        """
        return self.labelled(code_or_iri, *languages)[0]

    def labelled(self, code_or_iri: str, *languages: str) -> tuple[str, str]:
        """Do what ``label`` does, and return the language of the label, too; "" if it has none."""
        code = code_or_iri if code_or_iri in self.concepts else self.code_of(code_or_iri)
        if not code:
            return code_or_iri, ""
        labels = self.concepts[code]
        for language in (*languages, "en"):
            tag = language.lower()
            for each in (tag, tag.split("-")[0]):
                if label := labels.get(each):
                    return label, each
        return next(((label, tag) for tag, label in labels.items()), (code, ""))

    def write(self, directory: Path) -> Path:
        """Write ``<name>.json``, one concept per line, and return its path.

        Raises ValueError if the name is not a file name, OSError if the file cannot be written.
        """
        _check_name(self.name)
        lines = [
            f"    {_json(code)}: {_json(dict(sorted(labels.items())))}"
            for code, labels in sorted(self.concepts.items())
        ]
        head = [f"  {_json(key)}: {_json(getattr(self, key))}," for key in ("name", "base", "date", "origin")]
        text = "\n".join(["{", *head, '  "concepts": {', ",\n".join(lines), "  }", "}", ""])
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"{self.name}.json"
        draft = path.with_suffix(".part")
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)  # a reader sees the old file or the new one, never half of one
        return path

    @classmethod
    def read(cls, path: Path) -> "Vocabulary":
        """Read what ``write`` wrote. Raises ValueError for any other file, OSError if it cannot be read."""
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"{path}: larger than {MAX_BYTES >> 20} MiB, this is no vocabulary file")
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path}: not a vocabulary file: {error}") from error
        if not _is_vocabulary(facts):
            raise ValueError(
                f"{path}: not a vocabulary file: it needs name, base, date, origin as text and "
                "concepts as {code: {language: label}}; `erpd vocabularies import` makes such a file"
            )
        return cls(**{key: facts[key] for key in ("name", "base", "date", "origin", "concepts")})

    @cached_property
    def _bare_base(self) -> str:
        return _SCHEME.sub("", self.base.casefold())

    @cached_property
    def _codes(self) -> dict[str, str]:
        return {code.casefold(): code for code in self.concepts}

    @cached_property
    def iris(self) -> Mapping[str, str]:
        """IRI -> code."""
        return {self.iri(code): code for code in self.concepts}

    @cached_property
    def _iris(self) -> dict[str, str]:
        https = {iri.replace("http://", "https://", 1): code for iri, code in self.iris.items()}
        return {**https, **self.iris}

    @cached_property
    def _texts(self) -> dict[str, str]:
        """Label, spelling or code -> code. A code wins over a spelling, and a spelling over a label.

        A label of several concepts leads to "".
        """
        texts: dict[str, str] = {}
        for code, labels in self.concepts.items():
            for label in labels.values():
                key = _key(label)
                texts[key] = code if texts.get(key, code) == code else ""
        texts.update({key: code for key, code in self.spellings.items() if code in self.concepts})
        for code in self.concepts:
            key = code.casefold()
            texts.update({key.replace("_", " "): code, key.replace("_", "-"): code, key: code})
        # "niet openbaar" for "niet-openbaar", unless it already means something else.
        plain: dict[str, set[str]] = {}
        for key, code in texts.items():
            plain.setdefault(_hyphens_as_blanks(key), set()).add(code)
        return {**{key: "".join(codes) if len(codes) == 1 else "" for key, codes in plain.items()}, **texts}


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()


def _without_extras(key: str) -> str:
    """Remove the parameters of a media type (; charset=utf-8) or the dot of a file name extension."""
    name, semicolon, _ = key.partition(";")
    return name.rstrip().lstrip("*.") if not semicolon or _HAS_PARAMETERS.fullmatch(key) else key


def _bare(text: str) -> str:
    """An IRI without the parts that are often written differently; other text as in ``_key``."""
    key = _key(text)
    return _SCHEME.sub("", key.rstrip("/"), count=1) if "://" in key else key


def _hyphens_as_blanks(key: str) -> str:
    return " ".join(key.replace("-", " ").replace("_", " ").split())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _is_vocabulary(facts: Any) -> bool:
    return (
        isinstance(facts, dict)
        and all(isinstance(facts.get(key), str) for key in ("name", "base", "date", "origin"))
        and isinstance(facts.get("concepts"), dict)
        and all(
            isinstance(labels, dict) and all(isinstance(label, str) for label in labels.values())
            for labels in facts["concepts"].values()
        )
    )


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no vocabulary name: small letters, digits, '-', '_' and '.' only")


_operator: list[Path] = []


def use_directory(path: Path | None) -> None:
    """Prefer the files in ``path``, as `erpd vocabularies import` writes them; None: use only our own."""
    _operator[:] = [path] if path else []
    vocabulary.cache_clear()
    code_in.cache_clear()
    table_called.cache_clear()
    _lists.cache_clear()


@cache
def vocabulary(name: str) -> Vocabulary:
    """Return a vocabulary of VOCABULARIES, one of ``lists/``, or one that the operator imported.

    It is read once.

    Raises KeyError if the name is unknown, ValueError if the operator's file is broken.
    """
    for directory in (*_operator, _OWN, _LISTS):
        path = directory / f"{name}.json"
        if _NAME.fullmatch(name) and path.is_file():
            read = Vocabulary.read(path)
            return replace(read, spellings=_spellings(name))
    raise KeyError(f"no vocabulary {name!r}; known: {', '.join(VOCABULARIES)}")


@cache
def table_called(name: str) -> Vocabulary | None:
    """Return an authority table or one of the lists that we or the operator have; None if there is none."""
    with suppress(KeyError):
        return vocabulary(name)
    return next((one for tables in _lists().values() for one in tables if one.name == name), None)


@lru_cache(8192)
def code_in(name: str, text: str) -> str:
    """Do what ``Vocabulary.find`` does, with a cache: the same few texts come millions of times.

    For short texts only.
    """
    return vocabulary(name).find(text)


def label_of(iri: str, *languages: str) -> str:
    """Return the label of an IRI of any authority table or list that we have; "" for other IRIs."""
    return labelled(iri, *languages)[0]


def labelled(iri: str, *languages: str) -> tuple[str, str]:
    """Do what ``label_of`` does, and return the language of the label, too."""
    bare = _bare(iri)
    name = _table_in(bare)
    tables = [vocabulary(name)] if name else _lists().get(bare.split("/", 1)[0], ())
    for table in tables:
        if code := table.code_of(iri):
            return table.labelled(code, *languages)
    return "", ""


def table_of(iri: str) -> str:
    """Return the name of the authority table that has an IRI; "" for other IRIs."""
    name = _table_in(_bare(iri))
    return name if name and vocabulary(name).code_of(iri) else ""


def _table_in(bare: str) -> str:
    name = bare[len(_BARE_AUTHORITY) :].split("/", 1)[0] if bare.startswith(_BARE_AUTHORITY) else ""
    return name if name in VOCABULARIES else ""


@cache
def _lists() -> dict[str, list[Vocabulary]]:
    """Host -> its lists: what else the operator imported, then ours."""
    lists: dict[str, list[Vocabulary]] = {}
    for directory in (*_operator, _LISTS):
        for path in sorted(directory.glob("*.json")):
            if path.stem not in VOCABULARIES:
                table = Vocabulary.read(path)
                lists.setdefault(_bare(table.base).split("/", 1)[0], []).append(table)
    return lists


_BARE_AUTHORITY = _SCHEME.sub("", AUTHORITY)


def _spellings(name: str) -> dict[str, str]:
    """The reverse of spellings/<name>.toml: spelling in lower case -> code."""
    path = _OWN / "spellings" / f"{name}.toml"
    if not path.is_file():
        return {}
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {_key(spelling): code for code, spellings in table.items() for spelling in spellings}


def language_tag(text: str) -> str:
    """Return the BCP 47 tag of an ISO 639-2 code, with two letters if possible: ``dut`` -> ``nl``.

    Returns "" if the text is not such a code.

    >>> language_tag("dut"), language_tag("double Dutch")
    ('nl', '')
    """
    table = vocabulary("language")
    code = table.find(text.strip().rpartition("/")[2]) if text else ""
    return _short_tags().get(code, code.lower()) if len(code) == 3 and code.isalpha() else ""


@cache
def _short_tags() -> dict[str, str]:
    return {code: tag for tag, code in vocabulary("language").spellings.items() if len(tag) == 2}
