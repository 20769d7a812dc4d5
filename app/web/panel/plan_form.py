"""The form of a plan: interviews side by side, each with the dimensions it looks at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length

from app.domain.hiring import InterviewKind
from app.domain.panel_plan.rows import USUAL_MINUTES, PlanRow
from app.services.interviews import TITLE_LIMIT
from app.services.panel_plans import MOST_ROWS, PlanDraft
from app.web.forms import Form, Part, choices, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.blueprint import Blueprint
    from app.domain.errors import InvalidError

_OF_ROW = re.compile(r"rows-([0-9]{1,3})-([a-z_]{1,20})")


class RowPart(Part):
    """One interview of the plan."""

    kind = SelectField(
        "Kind",
        choices=choices((kind.value, kind.words) for kind in InterviewKind),
        default=InterviewKind.CONVERSATION.value,
    )
    title = StringField("Title", [InputRequired("Write a title."), Length(max=TITLE_LIMIT)])
    minutes = IntegerField("Minutes", [InputRequired("Write how long it takes.")], default=60)
    raters = IntegerField("People", [InputRequired("Write how many people hold it.")], default=1)
    case_study = SelectField("Case", default="")
    focus = SelectMultipleField("Dimensions")
    gone = BooleanField("Take out")


class PlanForm(Form):
    """A whole plan; ``do`` says which button was pressed, and ``version`` which plan the page showed."""

    version = HiddenField(default="0")
    do = HiddenField()
    minutes = IntegerField(
        "Minutes of a candidate's time",
        [InputRequired("Write how many minutes.")],
        default=USUAL_MINUTES,
        description="All interviews together, at most. Four hours are a long day for anybody.",
    )
    rows = FieldList(FormField(RowPart), label="Interviews", max_entries=MOST_ROWS)

    def offer(self, blueprint: Blueprint) -> None:
        """Fill in the blueprint's cases and dimensions, once the rows are there."""
        cases = [("", "No case"), *((case.id, f"{case.label}: {case.title}") for case in blueprint.case_studies)]
        for row in self.rows:
            row.form.case_study.choices = choices(cases)
            row.form.focus.choices = choices((each.id, each.title) for each in blueprint.scorecard.dimensions)

    def show(self, minutes: int, rows: Iterable[PlanRow]) -> None:
        """Put a plan in place of whatever is there."""
        self.minutes.data = minutes
        while self.rows.entries:
            self.rows.pop_entry()
        for row in rows:
            self.rows.append_entry(
                {
                    "kind": row.kind.value,
                    "title": row.title,
                    "minutes": row.minutes,
                    "raters": row.raters,
                    "case_study": row.case_study or "",
                    "focus": list(row.focus),
                }
            )

    @property
    def acts(self) -> str:
        """What to do with what was sent: ``add`` an interview, ``check`` it, or ``save`` it."""
        return str(self.do.data) if self.do.data in {"add", "check"} else "save"

    def add(self) -> None:
        """One more interview, to be filled in; a full plan stays as it is."""
        if len(self.rows.entries) < MOST_ROWS:
            self.rows.append_entry()

    def leave_out(self) -> None:
        """Take out the interviews that are marked so."""
        self.rows.entries = [entry for entry in self.rows.entries if not entry.form.gone.data]

    @property
    def draft(self) -> PlanDraft:
        """The plan as far as it can be read: a number that is none counts as 0."""
        return PlanDraft(self.minutes.data or 0, tuple(_row(entry.form) for entry in self.rows))

    @property
    def seen_version(self) -> int:
        """The version that the page showed."""
        return whole_number(self.version.data)

    def take(self, error: InvalidError) -> None:
        """Put faults of rows beside the fields they are about, the others as every form does."""
        for fault in error.faults:
            found = _OF_ROW.fullmatch(fault.field)
            field: Any = self.rows.entries[int(found[1])].form[found[2]] if found else self._fields.get(fault.field)
            if field is None:
                self.form_errors.append(fault.message)
            else:
                field.errors = [*field.errors, fault.message]


def _row(part: RowPart) -> PlanRow:
    kind = str(part.kind.data)
    return PlanRow(
        InterviewKind(kind) if kind in set(InterviewKind) else InterviewKind.CONVERSATION,
        str(part.title.data or ""),
        part.minutes.data or 0,
        tuple(part.focus.data or ()),
        part.raters.data or 0,
        part.case_study.data or None,
    )
