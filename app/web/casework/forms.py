"""Forms of case work. Services know the rules; a form says what a field is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import request
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from app.domain.case_work import CaseMode
from app.domain.errors import Fault, InvalidError
from app.services.case_giving import REASON_LIMIT, Window
from app.services.case_tasks import INSTRUCTIONS_LIMIT, MOST_QUESTIONS, TITLE_LIMIT, QuestionPlan, TaskPlan
from app.web.forms import Form, choices
from app.web.local_time import to_utc
from app.web.once import OnceForm

if TYPE_CHECKING:
    from datetime import datetime

    from app.queries.case_desk import CaseInterview, Desk, TaskDesk

_WHEN = "%Y-%m-%dT%H:%M"
_NUMBER = re.compile(r"[0-9]{1,9}")
SPARE_QUESTIONS = 2
"""Empty fields for further questions, so that adding one needs no script."""


class TaskForm(OnceForm):
    """A new task: which case, and how it is worked on."""

    case = RadioField("Case", [InputRequired("Choose a case.")])
    mode = RadioField("How it is worked on", [InputRequired("Choose how it is worked on.")], default=CaseMode.TAKE_HOME)

    def offer(self, desk: Desk) -> None:
        """Offer the blueprint's cases, and both ways of working on one."""
        self.case.choices = choices([(case.id, f"{case.label}: {case.title}") for case in desk.cases])
        self.mode.choices = choices([(mode.value, mode.words) for mode in CaseMode])


class EditForm(Form):
    """A task; its questions stand in fields that the page numbers."""

    version = HiddenField(default="0")
    title = StringField("Title", [InputRequired("Write a title."), Length(max=TITLE_LIMIT)])
    minutes = IntegerField("Minutes", [Optional()], description="Leave it empty for no countdown.")
    instructions = TextAreaField(
        "Instructions", [InputRequired("Write what candidates should know first."), Length(max=INSTRUCTIONS_LIMIT)]
    )
    takes_files = BooleanField("Candidates may add documents")

    @property
    def seen_version(self) -> int:
        """The version that the page showed; 0, which no task has, when it is not a number."""
        text = str(self.version.data or "")
        return int(text) if _NUMBER.fullmatch(text) else 0

    def fill(self, task: TaskDesk) -> None:
        """Show the task as it stands."""
        self.version.data, self.title.data, self.minutes.data = str(task.version), task.title, task.minutes
        self.instructions.data, self.takes_files.data = task.instructions, task.takes_files

    def plan(self) -> TaskPlan:
        """The task as it was typed; questions without text are left out."""
        asked = tuple(question for question in sent_questions() if question.text.strip())
        instructions = (self.instructions.data or "").replace("\r\n", "\n")
        return TaskPlan(self.title.data or "", self.minutes.data, instructions, bool(self.takes_files.data), asked)


class GiveForm(OnceForm):
    """To whom a task is given, and when it can be begun."""

    to = SelectMultipleField("Candidates", [InputRequired("Choose at least one candidate.")])
    opens_at = DateTimeLocalField("Can be begun from", [InputRequired("Choose a time.")], format=_WHEN)
    closes_at = DateTimeLocalField("Until", [InputRequired("Choose a time.")], format=_WHEN)

    def offer(self, task: TaskDesk, interviews: tuple[CaseInterview, ...]) -> None:
        """Offer who does not have the task: of a live case by the interview in which it is worked on."""
        if task.mode is CaseMode.LIVE:
            free = {line.application_id for line in task.without}
            pairs = [
                (one.interview_id, f"{one.candidate}: {one.title}") for one in interviews if one.application_id in free
            ]
            self.to.label.text = "Case study interviews"
        else:
            pairs = [(line.application_id, line.candidate) for line in task.without]
        self.to.choices = choices(pairs)

    def window(self, zone: str) -> Window:
        """The window as it was typed on the clock of a zone."""
        return Window(_moment(self.opens_at, zone), _moment(self.closes_at, zone))


class ExtendForm(Form):
    """A later end, with a reason."""

    until = DateTimeLocalField("New end", [InputRequired("Choose a time.")], format=_WHEN)
    reason = TextAreaField(
        "Why there is more time", [InputRequired("Write why there is more time."), Length(max=REASON_LIMIT)]
    )

    def end(self, zone: str) -> datetime:
        """The end as it was typed on the clock of a zone."""
        return _moment(self.until, zone)


class AllowForm(Form):
    """What a candidate's circumstances add."""

    percent = IntegerField("Percent more", [InputRequired("Write a whole number, 0 for none.")], default=0)
    minutes = IntegerField("Minutes more", [InputRequired("Write a whole number, 0 for none.")], default=0)


class WithdrawForm(Form):
    """Why a task is taken back."""

    why = TextAreaField("Why it is withdrawn", [InputRequired("Write why it is withdrawn."), Length(max=REASON_LIMIT)])


def sent_questions() -> list[QuestionPlan]:
    """The questions as they were typed, empty ones included, in the order of the page."""
    sent = []
    for number in range(1, MOST_QUESTIONS + SPARE_QUESTIONS + 1):
        text = request.form.get(f"question-{number}")
        if text is not None:
            dimensions = tuple(request.form.getlist(f"dimensions-{number}"))
            sent.append(QuestionPlan(text.replace("\r\n", "\n"), dimensions))
    return sent


def _moment(field: DateTimeLocalField, zone: str) -> datetime:
    moment = to_utc(field.data, zone, field.name)
    if moment is None:
        raise InvalidError((Fault(field.name, "Choose a time."),))
    return moment
