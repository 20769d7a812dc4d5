"""The questions that candidates may answer, as the installation words them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import RadioField

from app.domain.fairness.questions import NO_ANSWER
from app.web.forms import Form, choices

if TYPE_CHECKING:
    from app.domain.fairness.questions import Question


class AnswerForm(Form):
    """One choice a question; what is chosen is never shown again, so each begins at saying nothing."""

    @property
    def answers(self) -> dict[str, str]:
        """What was chosen, by question."""
        return {field.label.text: str(field.data or "") for field in self.questions}

    @property
    def questions(self) -> list[RadioField]:
        """The fields of the questions, in their order."""
        return [field for field in self if isinstance(field, RadioField)]


def answer_form(asked: tuple[Question, ...]) -> AnswerForm:
    """A form of these questions, filled from the request when it was sent."""
    fields = {f"question_{place}": _field(question) for place, question in enumerate(asked)}
    made: AnswerForm = type("Answers", (AnswerForm,), fields)()
    return made


def _field(question: Question) -> RadioField:
    offered = [(choice, choice) for choice in question.choices]
    return RadioField(question.title, choices=choices([*offered, ("", NO_ANSWER)]), default="", validate_choice=True)
