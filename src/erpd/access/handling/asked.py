"""What a requester asks and answered, as the body reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from erpd.access.models import Attachment, Part, Submission
from erpd.access.questions import Answers, Change, Question, as_sent, asked, differences
from erpd.access.questions.difference import in_words, text_in
from erpd.access.questions.of_every_body import TRANSFER
from erpd.access.questions.question import YES, Kind


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer in words."""

    id: str
    label: str
    answer: str
    """ "" if there is none."""
    is_heading: bool
    is_private: bool
    """Whether reviewers do not see it."""
    is_file: bool
    """Whether it is answered by files."""
    files: list[Attachment]


@dataclass(frozen=True, slots=True)
class Changed:
    """An answer that changed since the request was first received."""

    label: str
    before: str
    after: str


class Asked:
    """The answers of a part: as they were sent last, and what changed since the first time."""

    def __init__(self, part: Part, languages: tuple[str, ...], *, with_private: bool) -> None:
        self._languages, self._with_private = languages, with_private
        self._sent = list(part.submissions.order_by("pk"))
        last = self._sent[-1] if self._sent else None
        self.answers: Answers = last.answers if last else part.answers
        self.questions = as_sent(last.form if last else [], *languages)
        self.licences = last.licences if last else []
        self.sent_again = last.at if last and len(self._sent) > 1 else None

    @property
    def is_transferred(self) -> bool:
        """Whether they say that data will leave the Union."""
        return self.answers.get(TRANSFER) == YES

    def answered(self, files: Sequence[Attachment] = ()) -> list[Answered]:
        """Every question that was asked of them, with its answer; headings too, notes not.

        ``files``: those that came with answers.
        """
        return [
            Answered(
                one.id,
                text_in(one.label, *self._languages),
                in_words(one, self.answers.get(one.id), *self._languages),
                is_heading=one.kind is Kind.HEADING,
                is_private=one.private,
                is_file=one.kind is Kind.ATTACHMENT,
                files=[file for file in files if file.field == one.id],
            )
            for one in asked(self.questions, self.answers)
            if one.kind is not Kind.NOTE and (self._with_private or not one.private)
        ]

    def changed(self) -> list[Changed]:
        """What they changed since the request was first received, field by field."""
        if len(self._sent) < 2:
            return []
        first, last = self._whole(self._sent[0]), self._whole(self._sent[-1])
        found: list[Change] = differences(first, last, *self._languages)
        return [
            Changed(text_in(one.question.label, *self._languages), one.before, one.after)
            for one in found
            if self._with_private or not one.question.private
        ]

    def _whole(self, sent: Submission) -> tuple[Sequence[Question], Answers]:
        return as_sent(sent.form, *self._languages), sent.answers
