"""Why a source cannot be read, in one plain sentence that a person can act on."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Self

from erpd.formats.positions.mark import Position
from erpd.metadata.masking import masked, shown
from erpd.metadata.rules.rule import DOCUMENTATION
from erpd.metadata.storable import storable

_ERRNO = re.compile(r"\[Errno -?\d+\] ")  # of the system; the words behind it say the same


class Reason(StrEnum):
    """Why a source cannot be read, or why its run was given up: a name, and what it means in plain words."""

    meaning: str
    """In English, without a capital or a full stop. docs/sources.md says the same."""

    def __new__(cls, name: str, meaning: str = "") -> Self:
        reason = str.__new__(cls, name)
        reason._value_ = name
        reason.meaning = meaning
        return reason

    @property
    def link(self) -> str:
        """Where the documentation explains it."""
        return f"{DOCUMENTATION}/sources#when-a-source-cannot-be-read"

    BAD_ADDRESS = "bad-address", "what was entered is not a web address"
    BAD_SETTING = "bad-setting", "the source has a setting that its protocol does not have or cannot use"
    BAD_TOKEN = (
        "bad-token",
        "the OAI-PMH server no longer accepts its resumption token, and its list cannot be read by dates "
        "instead; the next run starts from the beginning",
    )
    BROKEN_SYNTAX = "broken-syntax", "the RDF file cannot be read, not even piece by piece"
    BROKEN_XML = "broken-xml", "the answer is not well-formed XML, and the broken part cannot be cut out"
    CERTIFICATE = "certificate", "the server's TLS certificate is not valid"
    CHANGED = (
        "changed",
        "the file or list has changed since the run was interrupted; the run starts again from the beginning",
    )
    CHANGED_IDS = "changed-ids", "the source seems to have given its data sets new identifiers"
    COUNT_MISMATCH = (
        "count-mismatch",
        "the list ended with fewer records than announced, or it changes faster than we can read it",
    )
    CRASHED = (
        "crashed",
        "what the source sent crashed the process that was reading it: it is nested too deeply, or needs "
        "too much memory",
    )
    CANCELLED = "cancelled", "a person cancelled the run at the operators' desk; it can be resumed"
    CUT = "cut", "the answer or the compressed file is cut short"
    DISK_FULL = "disk-full", "no space is left on the disk of this node"
    EMPTY_LIST = "empty-list", "the list is empty, although records are expected"
    ENCODING = (
        "encoding",
        "the answer names an unknown encoding, or names none and is not UTF-8, or its compression is damaged",
    )
    ENCRYPTED = "encrypted", "the zip archive requires a password"
    ENTITY = "entity", "the XML defines entities or is nested too deeply; such documents are refused"
    EXPECTATION = "expectation", "the run does not meet the expectations in the source's rules"
    FORBIDDEN_ADDRESS = "forbidden-address", "the host has an address that is not public"
    FORBIDDEN_SCHEME = "forbidden-scheme", "the address does not begin with `https://` or `http://`"
    FTP = "ftp", "FTP is not supported (guideline 3.3.3)"
    KILLED = (
        "killed",
        "the process that was reading was killed on this machine, most often for want of memory",
    )
    NO_FORMAT = "no-format", "the server offers its records in no format that we can read"
    NO_PROTOCOL = (
        "no-protocol",
        "nobody said by which protocol to read the address, and it answers by none that we know",
    )
    NO_RECORDING = "no-recording", "the run cannot be replayed, because its recording is no longer kept"
    NOT_FOUND = "not-found", "nothing was found at the address (404, 410)"
    NOT_JSON = "not-json", "the answer of a CKAN portal is not JSON"
    NOT_SPARQL = "not-sparql", "the answer is not one that a SPARQL endpoint gives"
    NOT_XML = "not-xml", "the server sent a web page instead of XML or RDF, often a login page"
    OTHER_CONTENT = (
        "other-content",
        "under the same identifiers, half or more of the data sets have become different ones since your "
        "last approval",
    )
    PAGED_FILE = (
        "paged-file",
        "the file on disk is one page of several; further pages are read only over the web",
    )
    PARTIAL_ANSWER = "partial-answer", "the SPARQL endpoint says that its answer is only a part of the result"
    PROGRAM_ERROR = "program-error", "our own program failed: please report it with the log"
    PROTOCOL_ERROR = (
        "protocol-error",
        "the server answered with an OAI-PMH error, or not in the way the protocol requires",
    )
    REMOVED = "removed", "the source was removed with `erpd source remove`, and its data sets were withdrawn"
    ROW_LIMIT = (
        "row-limit",
        "the SPARQL endpoint returns fewer rows than it has, and asking for smaller pieces does not help",
    )
    SERVER_ERROR = "server-error", "the server is busy or broken (429, 5xx), even after several attempts"
    SET_ASIDE = (
        "set-aside",
        "the run ended the process that worked on it three times in a row at the same page; the next "
        "scheduled run starts from the beginning",
    )
    TIMEOUT = (
        "timeout",
        "the server did not answer, or not completely, in time; or reading what it sent, or the whole "
        "run, takes too long",
    )
    TOKEN_LOOP = "token-loop", "the server sends the same page again and again"
    TOO_LARGE = (
        "too-large",
        "the answer is larger than the limit, before or after decompression, or has too many records, or "
        "its data sets share too much",
    )
    TOO_MANY_REDIRECTS = "too-many-redirects", "the server redirects too many times"
    UNAUTHORISED = "unauthorised", "the source requires a user name and password, or a key (401, 403, 407)"
    UNDONE = "undone", "the run was rolled back with `erpd undo`"
    UNKNOWN_FORMAT = "unknown-format", "the file is not in an RDF syntax that we can read"
    UNREACHABLE = "unreachable", "no connection to the server, or the file does not exist"


OURS = (Reason.PROGRAM_ERROR, Reason.SET_ASIDE, Reason.DISK_FULL, Reason.KILLED)
"""Reasons that are faults of this node, and say nothing about the source."""


class SourceError(Exception):
    """A source cannot be read. ``str()`` says what is wrong, where, by which rule, and how to fix it.

    ``section`` is the section of the harvesting guidelines, such as ``G3.3.3``, or "".
    """

    at: Position | None = None
    """Where in the file it cannot be read any further, if that is known."""
    entry: str = ""
    """The document that cannot be read, if the file has several."""
    others: tuple["SourceError", ...] = ()
    """What is wrong with more documents of the same file. Each ``at`` is in its own document."""

    def __init__(self, rule: Reason, message: str, advice: str, section: str = "", url: str = "") -> None:
        message = shown(_ERRNO.sub("", message))
        advice, url = storable(masked(advice)), shown(url)
        super().__init__(rule, message, advice, section, url)
        self.rule = rule
        self.message = message
        self.advice = advice
        self.section = section
        self.url = url

    def __str__(self) -> str:
        where = [self.url] if self.url else []
        rule = [f"rule {self.rule}"]
        section = [f"harvesting guidelines {self.section}"] if self.section else []
        return f"{self.message} ({', '.join(where + rule + section)}). {self.advice}"

    def each(self, location: str) -> Iterator[tuple[str, "SourceError"]]:
        """Yield it and the others, each with its place: this location, or the document in it."""
        for one in (self, *self.others):
            yield f"{location}/{one.entry}" if one.entry else location, one


def for_strangers(error: SourceError) -> SourceError:
    """What somebody may know who is not of this node: not which addresses names have in our network."""
    if error.rule is not Reason.FORBIDDEN_ADDRESS:
        return error
    advice = "Give an address that everybody can open."
    return SourceError(error.rule, _NOT_PUBLIC, advice, error.section, error.url)


def message_for_strangers(error: Mapping[str, object]) -> str:
    """What ``for_strangers`` leaves of the message of an error that was stored; "" if there was none."""
    if error.get("rule") == Reason.FORBIDDEN_ADDRESS:
        return _NOT_PUBLIC
    return shown(str(error.get("message", "")))


_NOT_PUBLIC = "The host has no public address"


class PassingError(SourceError):
    """An error that may be gone at the next try."""
