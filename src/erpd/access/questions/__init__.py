"""What a requester is asked, and what they answered. Pure: it knows no database.

A form is a list of questions, kept as JSON. Answers are kept as they were typed; whether they are whole is
asked when they are sent.
"""

from erpd.access.questions.answering import asked, final, problems, trimmed
from erpd.access.questions.difference import Change, differences
from erpd.access.questions.of_every_body import common
from erpd.access.questions.question import Answers, Kind, OnlyIf, Option, Question
from erpd.access.questions.reading import FormError, as_json, read_form
from erpd.access.questions.sent import as_sent
from erpd.access.questions.typing import typed

__all__ = [
    "Answers",
    "Change",
    "FormError",
    "Kind",
    "OnlyIf",
    "Option",
    "Question",
    "as_json",
    "as_sent",
    "asked",
    "common",
    "differences",
    "final",
    "problems",
    "read_form",
    "trimmed",
    "typed",
]
