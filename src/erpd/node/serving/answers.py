"""Answers as they go out: those of the application, and what the server refuses by itself."""

from waitress.task import ErrorTask, WSGITask

from erpd.node.refusals import MOST_BODY
from erpd.node.refusing import refusal


class Answer(WSGITask):  # type: ignore[misc]
    """An answer of the application. Its head goes out with the first piece of its body, in one packet."""

    wrote_header = False

    def write(self, data: bytes) -> None:
        if self.complete and not self.wrote_header:
            self.channel.head = self.build_response_header()
            self.wrote_header = True
        super().write(data)
        self.channel.send_head()  # there was no body, or not here


class Refusal(ErrorTask):  # type: ignore[misc]
    """What the server answers by itself, without asking the application."""

    def execute(self) -> None:
        error = self.request.error
        self.channel.lingers = error.code in (413, 507) or self.request.content_length > MOST_BODY
        media_type, body = refusal(self.request, error.code, error.reason)
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", media_type))
        if error.code == 503:
            self.response_headers.append(("Retry-After", "5"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)
