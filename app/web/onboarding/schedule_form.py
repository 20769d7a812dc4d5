"""The form of a plan's dates: everything they are made from, so that nothing changes unseen."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from app.domain.errors import Fault, InvalidError
from app.domain.onboarding.due import Leave
from app.domain.onboarding.plan import EARLIEST_START, LATEST_START, Counting, HolidaySource, RollRule
from app.domain.text import one_line, unfit
from app.formats import holiday_calendar
from app.services import newcomers
from app.services.plan_dates import MOST_LEAVE, Holiday, ScheduleDraft
from app.web.forms import Form, Part, choices
from app.web.onboarding.begin_form import DAYS
from app.web.onboarding.goal_forms import number
from app.web.pages import localdate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.formats.holiday_calendar import CalendarDays
    from app.queries.plan_schedule import PlanSchedule

_REACH = timedelta(days=4 * 366)
"""How far from the start a free day or leave may lie."""
_BEFORE = timedelta(days=366)
_LONGEST, _NAME = 30_000, 200
_WRITTEN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*[,:;]?\s+(.*))?")
_CARRIED = re.compile(r"(\d{4}-\d{2}-\d{2}) ([a-z]+) (.{1,200})")
_UNNAMED = "Free day"
_START = "Choose a start within the last three years or the next two."
_FAR = "Choose days from a year before the start to four years after it."


class LeaveRow(Part):
    """One period of leave; an empty row is none."""

    first = DateField("First day away", [Optional()])
    last = DateField("Last day away", [Optional()])


class ScheduleForm(Form):
    """What a plan's dates are made from. Each kept holiday travels whole in the value of its tick."""

    version = HiddenField(default="0")
    seen = HiddenField()
    listed = HiddenField()
    starts_on = DateField("First day", [InputRequired("Choose the first day, such as 2026-03-02.")])
    week = SelectMultipleField("Working days", [InputRequired("Choose at least one working day.")])
    counting = SelectField("Distances count", choices=choices((one.value, one.words) for one in Counting))
    roll = SelectField("A date on a free day moves", choices=choices((one.value, one.words) for one in RollRule))
    extend_for_leave = BooleanField("Leave moves later milestones by as many days")
    leave = FieldList(FormField(LeaveRow), "Leave", max_entries=MOST_LEAVE + 2)
    country = StringField(
        "Public holidays of", [Optional(), Length(max=10)],
        description="A country's two letters such as US, or DE-BY for a part of one. Its days are copied below.",
    )  # fmt: skip
    kept = SelectMultipleField("Free days", validate_choice=False)
    added = TextAreaField(
        "Further free days", [Length(max=_LONGEST)],
        description="A line for each: the day as 2026-12-24, then its name.",
    )  # fmt: skip
    calendar = FileField(
        "Free days from a calendar file", description="Whole-day events of an .ics file, at most 1 MB."
    )

    def begin(self, kept: PlanSchedule) -> None:
        """Say what is kept now."""
        self.version.data, self.listed.data = str(kept.version), _listing(kept.country, kept.starts_on)
        self.starts_on.data, self.country.data = kept.starts_on, kept.country
        self.week.data = [str(day) for day in sorted(kept.week)]
        self.counting.data, self.roll.data = kept.counting.value, kept.roll.value
        self.extend_for_leave.data = kept.extend_for_leave
        for one in kept.leave:
            self.leave.append_entry({"first": one.first, "last": one.last})
        self.keep(Holiday(one.day, one.name, one.source) for one in kept.holidays)

    def prepare(self) -> None:
        """Fill what is offered, and leave room for one more period."""
        self.week.choices = choices(enumerate(DAYS))
        self.counting.flags.required = self.roll.flags.required = True
        if self.is_submitted():
            self.keep(_carried(self.kept.data or ()))

    def keep(self, holidays: Iterable[Holiday]) -> None:
        """Tick these holidays; their source and name travel with them."""
        days = sorted(holidays, key=lambda one: one.day)
        pairs = [(_packed(one), f"{localdate(one.day)}: {one.name}") for one in days]
        self.kept.choices, self.kept.data = choices(pairs), [value for value, _ in pairs]

    def step(self, wanted: str) -> bool:
        """Add or take away a row of leave, if that was asked for; say whether it was."""
        dropped = wanted.partition("drop-")[2]
        self.leave.entries[:] = [row for row in self.leave.entries if row.name != f"leave-{dropped}"]
        if wanted == "row":
            self.leave_room()
            self.leave.append_entry()
        return bool(dropped) or wanted == "row"

    def leave_room(self) -> None:
        """End with an empty row."""
        rows = self.leave.entries
        if len(rows) <= MOST_LEAVE and (not rows or rows[-1].form.first.data or rows[-1].form.last.data):
            self.leave.append_entry()

    @property
    def seen_version(self) -> int:
        """The plan's version that the page showed; 0, which none has, when it is not a number."""
        return number(self.version.data)

    def draft(self, today: date) -> tuple[ScheduleDraft, CalendarDays | None]:
        """What is wanted, and what was read from a calendar file; InvalidError with every fault of what was typed.

        The form then holds the draft: new holidays are ticked like the others, and the lines they came from are gone.
        """
        start = cast("date", self.starts_on.data)
        faults: list[Fault] = []
        near = _near(start, today)
        leave = self._leave(near, faults)
        written, read = self._written(near, faults), self._read(near, faults)
        listed = self._listed(start, near, faults)
        ticked = _carried(self.kept.data or ())
        if listed is not None:
            ticked = [one for one in ticked if one.source is not HolidaySource.COUNTRY]
        free = read.holidays.items() if read else ()
        found = [Holiday(day, name, HolidaySource.CALENDAR) for day, name in free]
        holidays = _merged(ticked, written, found, listed or ())
        if faults:
            # The service says this of a form without other faults; whoever has some hears it with them.
            faults += [] if today - EARLIEST_START <= start <= today + LATEST_START else [Fault("starts_on", _START)]
            raise InvalidError(tuple(faults))
        self.keep(holidays)
        self.added.data, self.listed.data = "", _listing(self._code, start)
        wanted = ScheduleDraft(
            starts_on=start, week=frozenset(map(int, self.week.data or ())), counting=Counting(self.counting.data),
            roll=RollRule(self.roll.data), extend_for_leave=bool(self.extend_for_leave.data), leave=leave,
            holidays=tuple(holidays), country=self._code,
        )  # fmt: skip
        return wanted, read

    @property
    def _code(self) -> str:
        return str(self.country.data or "").strip().upper()

    def _leave(self, near: tuple[date, date], faults: list[Fault]) -> tuple[Leave, ...]:
        """Periods, of which a single day needs only its first; what is wrong is said beside its row."""
        periods = []
        for row in self.leave.entries:
            first, last = row.form.first, row.form.last
            if not first.data and not last.data:
                continue
            if not first.data:
                first.errors = ["Choose the first day away."]
            elif last.data and last.data < first.data:
                last.errors = ["This is before the first day away."]
            elif not near[0] <= first.data <= (last.data or first.data) <= near[1]:
                first.errors = [_FAR]
            else:
                periods.append(Leave(first.data, last.data or first.data))
                continue
            faults.append(Fault("leave", "Look at the periods of leave again."))
        return tuple(periods)

    def _written(self, near: tuple[date, date], faults: list[Fault]) -> list[Holiday]:
        """The days that were written in lines."""
        days = []
        for line in str(self.added.data or "").splitlines():
            found = _WRITTEN.fullmatch(line.strip())
            day = _day(found[1]) if found else None
            if not line.strip():
                continue
            if found is None or day is None:
                faults.append(Fault("added", f"“{line.strip()[:60]}” does not begin with a day such as 2026-12-24."))
            elif not near[0] <= day <= near[1]:
                faults.append(Fault("added", f"{localdate(day)}: {_FAR}"))
            else:
                days.append(Holiday(day, one_line(found[2] or "")[:_NAME] or _UNNAMED, HolidaySource.CUSTOM))
        return days

    def _read(self, near: tuple[date, date], faults: list[Fault]) -> CalendarDays | None:
        """What a calendar file holds, if one was sent."""
        sent: Any = self.calendar.data
        if not sent:
            return None
        try:
            return holiday_calendar.read(sent.read(), *near)
        except ValueError as error:
            faults.append(Fault("calendar", str(error)))
            return None

    def _listed(self, start: date, near: tuple[date, date], faults: list[Fault]) -> list[Holiday] | None:
        """The country's days, when another country or start asks for another list; ``None`` while the copy holds."""
        if self.listed.data == _listing(self._code, start):
            return None
        try:
            copied = newcomers.country_holidays(self._code, max(start, near[0]))
        except InvalidError as error:
            faults.extend(error.faults)
            return None
        unticked = self._unticked(near)
        return [Holiday(one.day, one.name, one.source) for one in copied if one.day not in unticked]

    def _unticked(self, near: tuple[date, date]) -> set[date]:
        """Days of the list as it was copied before that are not ticked: somebody took them out, so they stay out."""
        code, _, start = str(self.listed.data or "").partition(" ")
        began = _day(start)
        if began is None or not near[0] - _REACH <= began <= near[1]:
            return set()
        try:
            before = newcomers.country_holidays(code, began)
        except InvalidError:
            return set()
        return {one.day for one in before} - {one.day for one in _carried(self.kept.data or ())}


def _near(start: date, today: date) -> tuple[date, date]:
    """Between which days leave and free days may lie; a start out of bounds, refused elsewhere, does not widen them."""
    first = min(max(start, today - EARLIEST_START), today + LATEST_START)
    return first - _BEFORE, first + _REACH


def _merged(*sources: Iterable[Holiday]) -> list[Holiday]:
    """Each day once; the source named first gives it its name."""
    days: dict[date, Holiday] = {}
    for one in (each for source in sources for each in source):
        days.setdefault(one.day, one)
    return sorted(days.values(), key=lambda one: one.day)


def _listing(country: str, start: date) -> str:
    return f"{country} {start}" if country else ""


def _packed(one: Holiday) -> str:
    return f"{one.day} {one.source} {one.name}"


def _carried(values: Iterable[str]) -> list[Holiday]:
    """Holidays from the values of their ticks; what is none was not drawn by us and is left out."""
    holidays = []
    for value in values:
        found = _CARRIED.fullmatch(value)
        day = _day(found[1]) if found else None
        if found is not None and day is not None and found[2] in set(HolidaySource) and not unfit(found[3]):
            holidays.append(Holiday(day, found[3], HolidaySource(found[2])))
    return _merged(holidays)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
