"""What is asked for a part: by every body, and by its own."""

from erpd.access.models import Part
from erpd.access.questions import Question, as_sent, common, final, problems, read_form
from erpd.access.questions.difference import text_in
from erpd.access.requests.refusals import Incomplete

_MOST_NAMED = 5


def questions_of(part: Part) -> tuple[Question, ...]:
    """The questions, in the languages of requester and body.

    A draft is asked the form as it is now; what was returned, the form as it was sent last, whatever the body
    has made of it since.
    """
    languages = part.request.language, part.body.language
    sent = None if part.state == Part.State.DRAFT else part.submissions.order_by("pk").last()
    if sent:
        return as_sent(sent.form, *languages)
    asked = common(*languages)
    return (*asked, *read_form(part.body.form, asked))


def complete(part: Part, questions: tuple[Question, ...]) -> None:
    """Keep the answers that are sent, those to questions that are asked. Raises Incomplete."""
    attached = set(part.attachments.filter(removed=None, event=None).values_list("field", flat=True))
    wrong = problems(questions, part.answers, attached)
    if wrong:
        language = part.request.language
        labels = [text_in(one.label, language) for one in questions if one.id in wrong]
        more = " …" if len(labels) > _MOST_NAMED else ""
        raise Incomplete(part, text_in(part.body.title, language), labels[:_MOST_NAMED], more, wrong)
    part.answers = final(questions, part.answers)
