"""Forms about what is kept."""

from __future__ import annotations

from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.domain.privacy.erasing import GROUND_LIMIT, LEAST_GROUND
from app.domain.privacy.purposes import TITLE_LIMIT, Purpose
from app.domain.privacy.retention import LEAST_MONTHS, MOST_MONTHS, Jurisdiction, cells
from app.domain.text import EMAIL_LIMIT
from app.web.forms import Form, choices
from app.web.once import OnceForm

_WHY = f"At least {LEAST_GROUND} characters. It stays in the record, so name nobody."


def cell_value(cell: tuple[str, str, str]) -> str:
    """A cell of the table of rules as the value of a choice."""
    return ".".join(part or "unknown" for part in cell)


CELLS = {cell_value(cell): cell for cell in cells()}


class ReasonForm(OnceForm):
    """A reason for a hold, or for lifting one."""

    reason = TextAreaField("Reason", [InputRequired("Write the reason."), Length(max=GROUND_LIMIT)], description=_WHY)


class GroundForm(OnceForm):
    """Why somebody's data is to be erased."""

    ground = TextAreaField(
        "Why", [InputRequired("Write why."), Length(max=GROUND_LIMIT)],
        description=f"At least {LEAST_GROUND} characters, such as when and how they asked. It is erased with the rest.",
    )  # fmt: skip


class AnswerForm(OnceForm):
    """Why an erasure is refused."""

    answer = TextAreaField("Reason", [InputRequired("Write the reason."), Length(max=GROUND_LIMIT)], description=_WHY)


class RuleForm(OnceForm):
    """The company's own time for one cell."""

    cell = SelectField(
        "For", [InputRequired("Choose what the rule is for.")],
        choices=choices((value, ", ".join(part.words for part in cell)) for value, cell in CELLS.items()),
    )  # fmt: skip
    months = IntegerField(
        "Months", [Optional(), NumberRange(LEAST_MONTHS, MOST_MONTHS, f"Between {LEAST_MONTHS} and {MOST_MONTHS}.")],
        description="After the last event. Leave it empty to go back to what the program takes.",
    )  # fmt: skip
    reason = TextAreaField("Reason", [InputRequired("Write the reason."), Length(max=GROUND_LIMIT)], description=_WHY)


class PlaceForm(OnceForm):
    """Whose law holds for an opening."""

    place = SelectField("Whose law holds", choices=choices((one.value, one.words) for one in Jurisdiction))


class NoticeForm(OnceForm):
    """A new version of what candidates are told."""

    purpose = SelectField(
        "Purpose", [InputRequired("Choose the purpose.")], choices=choices((one.value, one.words) for one in Purpose)
    )
    title = StringField("Title", [InputRequired("Write a title."), Length(max=TITLE_LIMIT)])
    text = TextAreaField("Text", [InputRequired("Write the text.")])


class FindForm(Form):
    """Somebody's address; sent by POST, because what stands in an address is kept in histories and logs of proxies."""

    email = StringField("E-mail address", [InputRequired("Write the address."), Length(max=EMAIL_LIMIT)])


class GoAheadForm(OnceForm):
    """A button."""

    sure = HiddenField(default="yes")
