"""Why a file is not taken: a stable code, what is wrong, what to do. Nothing is kept."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from erpd.access.attachments.content import Wrong
from erpd.accounts import refusal as accounts
from erpd.accounts.refusal import Texts


class Code(StrEnum):
    """The codes of all reasons. They never change."""

    EMPTY = "attachment-empty"
    KIND = "attachment-kind"
    DAMAGED = "attachment-damaged"
    LOCKED = "attachment-locked"
    ACTIVE = "attachment-active"
    BOMB = "attachment-bomb"
    TWO_KINDS = "attachment-two-kinds"
    TOO_LARGE = "attachment-too-large"
    INFECTED = "attachment-infected"
    CANNOT_SCAN = "attachment-cannot-scan"
    TOO_MANY = "attachment-too-many"
    TOO_MANY_OF_REQUESTER = "attachment-too-many-of-requester"
    TOO_MANY_TODAY = "attachment-too-many-today"


_AS_PDF = _("Save it as a PDF and choose that.")
_TEXTS: Texts = {
    Code.EMPTY: (_("The file is empty."), _("Choose another file.")),
    Code.KIND: (
        _("We cannot take this kind of file. We look at its content, not at its name."),
        _("Choose a PDF, ODT, DOCX, ODS, XLSX, CSV, plain text, PNG or JPEG file."),
    ),
    Code.DAMAGED: (
        _("The file is damaged or incomplete."),
        _("Open it and save it again, or send it as a PDF."),
    ),
    Code.LOCKED: (
        _("The file needs a password, or was saved by an old office program."),
        _("Save it without a password, in a current format or as a PDF."),
    ),
    Code.ACTIVE: (
        _("The file contains macros, scripts, embedded files or parts that are fetched from elsewhere."),
        _AS_PDF,
    ),
    Code.BOMB: (_("The file unpacks to much more than it seems to be."), _AS_PDF),
    Code.TWO_KINDS: (_("The file is of two kinds at once, or something follows its end."), _AS_PDF),
    Code.TOO_LARGE: (
        _("The file is larger than %(most)s MB."),
        _("Make it smaller, or divide it."),
    ),
    Code.INFECTED: (
        _("The virus scanner of this site did not accept the file."),
        _("Scan your computer, then send a file that is clean."),
    ),
    Code.CANNOT_SCAN: (
        _("Files cannot be scanned for viruses at the moment, so we cannot take any."),
        _("Try again later. What you have written is kept."),
    ),
    Code.TOO_MANY: (
        _("A request can have %(number)s files with %(most)s MB in all."),
        _("Remove a file that is no longer needed, or join several into one."),
    ),
    Code.TOO_MANY_OF_REQUESTER: (
        _("The requests of one person take at most %(number)s files, of %(most)s MB together, in a day."),
        _("Try again tomorrow. What you have written is kept."),
    ),
    Code.TOO_MANY_TODAY: (
        _("This site has received as many files today as it takes in a day."),
        _("Try again tomorrow. What you have written is kept."),
    ),
}
OF_CONTENT = {
    Wrong.EMPTY: Code.EMPTY,
    Wrong.KIND: Code.KIND,
    Wrong.DAMAGED: Code.DAMAGED,
    Wrong.LOCKED: Code.LOCKED,
    Wrong.ACTIVE: Code.ACTIVE,
    Wrong.BOMB: Code.BOMB,
    Wrong.TWO_KINDS: Code.TWO_KINDS,
}
_UNAVAILABLE = frozenset((Code.CANNOT_SCAN, Code.TOO_MANY_TODAY))
_MOST = frozenset((Code.TOO_MANY, Code.TOO_MANY_OF_REQUESTER))


class Reason(accounts.Hindrance):
    """Why a file is not taken."""

    texts = _TEXTS


class Refused(accounts.Refusal):
    """A file that is not taken."""

    def __init__(self, code: Code, **facts: object) -> None:
        super().__init__(Reason(code, facts))
        self.status = 503 if code in _UNAVAILABLE else 409 if code in _MOST else 422
