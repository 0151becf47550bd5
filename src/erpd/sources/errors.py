"""Why a source cannot be read, in one plain sentence that a person can act on."""

import re
from enum import StrEnum

from erpd.metadata.masking import masked, plain, shown
from erpd.metadata.storable import storable

_ERRNO = re.compile(r"\[Errno -?\d+\] ")  # of the system; the words behind it say the same


class Reason(StrEnum):
    """Why a source cannot be read, or why its run was given up. docs/sources.md explains each reason."""

    BAD_ADDRESS = "bad-address"
    BAD_SETTING = "bad-setting"
    BAD_TOKEN = "bad-token"  # noqa: S105 - no password
    BROKEN_SYNTAX = "broken-syntax"
    BROKEN_XML = "broken-xml"
    CERTIFICATE = "certificate"
    CHANGED = "changed"
    CHANGED_IDS = "changed-ids"
    COUNT_MISMATCH = "count-mismatch"
    CRASHED = "crashed"
    CUT = "cut"
    DISK_FULL = "disk-full"
    EMPTY_LIST = "empty-list"
    ENCODING = "encoding"
    ENCRYPTED = "encrypted"
    ENTITY = "entity"
    EXPECTATION = "expectation"
    FORBIDDEN_ADDRESS = "forbidden-address"
    FORBIDDEN_SCHEME = "forbidden-scheme"
    FTP = "ftp"
    NO_FORMAT = "no-format"
    NO_PROTOCOL = "no-protocol"
    NO_RECORDING = "no-recording"
    NOT_FOUND = "not-found"
    NOT_JSON = "not-json"
    NOT_SPARQL = "not-sparql"
    NOT_XML = "not-xml"
    OTHER_CONTENT = "other-content"
    PAGED_FILE = "paged-file"
    PARTIAL_ANSWER = "partial-answer"
    PROGRAM_ERROR = "program-error"
    PROTOCOL_ERROR = "protocol-error"
    REMOVED = "removed"
    ROW_LIMIT = "row-limit"
    SERVER_ERROR = "server-error"
    SET_ASIDE = "set-aside"
    TIMEOUT = "timeout"
    TOKEN_LOOP = "token-loop"  # noqa: S105
    TOO_LARGE = "too-large"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    UNAUTHORISED = "unauthorised"
    UNDONE = "undone"
    UNKNOWN_FORMAT = "unknown-format"
    UNREACHABLE = "unreachable"


class SourceError(Exception):
    """A source cannot be read. ``str()`` says what is wrong, where, by which rule, and how to fix it.

    ``section`` is the section of the harvesting guidelines, such as ``G3.3.3``, or "".
    """

    def __init__(self, rule: Reason, message: str, advice: str, section: str = "", url: str = "") -> None:
        message = plain(masked(_ERRNO.sub("", message)))
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


class PassingError(SourceError):
    """An error that may be gone at the next try."""
