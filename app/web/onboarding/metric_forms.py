"""The forms of a plan's metrics: what to aim at, and what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.domain.errors import InvalidError
from app.domain.onboarding.reading import parse
from app.services.measuring import AREA_LIMIT, NOTE_LIMIT, AimDraft, ReadingDraft
from app.web.forms import Form
from app.web.once import OnceForm

if TYPE_CHECKING:
    from decimal import Decimal

    from app.domain.errors import Fault
    from app.domain.metric import Metric
    from app.queries.measures import MetricLine


class AimForm(Form):
    """For which area, from where, and to where."""

    area = StringField(
        "Area", [Optional(), Length(max=AREA_LIMIT)], description="Whose numbers these are, such as “alert ranking”."
    )
    baseline = StringField("Baseline", [Optional()], description="Where it stood when the first year began.")
    low = StringField("At least", [Optional()], description="The lower end of the target. Empty where there is none.")
    high = StringField("At most", [Optional()], description="The upper end of the target. Empty where there is none.")
    version = HiddenField()

    def begin(self, metric: Metric) -> None:
        """What an untouched form says: the blueprint's own bounds."""
        self.low.data, self.high.data = metric.target.low or "", metric.target.high or ""

    def show(self, line: MetricLine) -> None:
        """What is stored."""
        aim = line.aim
        self.area.data, self.version.data = line.area, str(line.version)
        for field, value in ((self.baseline, aim.baseline), (self.low, aim.low), (self.high, aim.high)):
            field.data = "" if value is None else f"{value:f}"

    @property
    def opened_with(self) -> int:
        """The version that the form was opened with; -1, which no metric has, when it carries none."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else -1

    def draft(self, metric: str) -> AimDraft:
        """The aim that is wanted; raises an InvalidError naming each field that is no number."""
        found: dict[str, Decimal | None] = {}
        faults: list[Fault] = []
        for name in ("baseline", "low", "high"):
            text = str(self[name].data or "")
            found[name], wrong = parse(name, text) if text.strip() else (None, ())
            faults += wrong
        if faults:
            raise InvalidError(tuple(faults))
        return AimDraft(metric, str(self.area.data or ""), found["baseline"], found["low"], found["high"])


class ReadingForm(OnceForm):
    """One measured value."""

    day = DateField("Day", [InputRequired("Choose the day, such as 2026-03-02.")])
    value = StringField("Value", [InputRequired("Write the value, such as 0.85.")])
    note = StringField("Note", [Optional(), Length(max=NOTE_LIMIT)])

    def draft(self) -> ReadingDraft:
        """The reading; raises an InvalidError for a value that is no number. Ask after validating."""
        value, faults = parse("value", str(self.value.data or ""))
        day = self.day.data
        if value is None or day is None:
            raise InvalidError(faults)
        return ReadingDraft(day, value, str(self.note.data or ""))


class ReadingsFileForm(OnceForm):
    """Many readings at once."""

    file = FileField("File", [FileRequired("Choose a CSV file first.")])
