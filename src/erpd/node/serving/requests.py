"""Requests as they come in: what is too large, too many or not HTTP/1.1 is refused before it is there."""

from typing import Any
from weakref import WeakSet

from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.utilities import Error, RequestEntityTooLarge

from erpd.node.refusals import MOST_BODY, most_body

_MOST_UPLOADS = 20  # bodies beyond MOST_BODY that are there at a time: they lie in files


class Full(Error):  # type: ignore[misc]
    code, reason = 507, "Insufficient Storage"


class Busy(Error):  # type: ignore[misc]  # waitress has no types
    code, reason = 503, "Service Unavailable"


uploads: "WeakSet[Request]" = WeakSet()


class Request(HTTPRequestParser):  # type: ignore[misc]
    """A request as far as it has come; ``error`` says why it is refused."""

    error: Any

    def received(self, data: bytes) -> int:
        try:
            consumed = int(super().received(data))
        except OSError:  # a large body lies in a file, and the disk is full
            self.error, self.completed = Full(""), True
            return len(data)
        size = max(self.content_length, self.body_bytes_received)
        if size > MOST_BODY and self.error is None and self not in uploads:
            if size > most_body(self.path) or len(uploads) >= _MOST_UPLOADS:
                self.error = RequestEntityTooLarge("") if size > most_body(self.path) else Busy("")
                self.completed = True
            else:
                uploads.add(self)
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except TransferEncodingNotImplemented as error:
            raise ParsingError(*error.args) from error  # nothing failed here, so no 501
        if b"\r\ntransfer-encoding:" in header_plus.lower() and (
            "CONTENT_LENGTH" in self.headers or self.version != "1.1"
        ):  # two ends of one body: somebody before us may have seen the other (RFC 9112, section 6.1)
            raise ParsingError("Transfer-Encoding with Content-Length, or in HTTP/1.0")
