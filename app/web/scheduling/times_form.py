"""The form of a loop's times: for each interview an offered time, or another one, and a place."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from wtforms import BooleanField, DateTimeLocalField, FieldList, FormField, HiddenField, SelectField, StringField
from wtforms.validators import Length, Optional

from app.domain.errors import ConflictError, InvalidError
from app.queries.schedules import clock_words
from app.services.interviews import PLACE_LIMIT
from app.services.schedules import TimeWanted
from app.web.forms import Form, Part, choices, whole_number
from app.web.local_time import EARLIEST, LATEST, to_utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.queries.schedules import ScheduledInterview, SchedulePage

KEEP, NONE = "keep", "none"
MOST = 40
_LOST = "An interview is not there any more. Load the page again and repeat your change."


class TimeRow(Part):
    """One interview's time and place."""

    interview_id = HiddenField()
    version = HiddenField()
    offered = SelectField("Time", default=KEEP, validate_choice=False)
    starts_at = DateTimeLocalField(
        "Another time", [Optional()], description="Counts instead of the time above once it is filled in."
    )
    place = StringField("Place", [Length(max=PLACE_LIMIT)])


class TimesForm(Form):
    """All interviews of an application."""

    rows = FieldList(FormField(TimeRow), "Interviews", max_entries=MOST)
    confirmed = BooleanField("Keep these times all the same")

    def offer(self, page: SchedulePage, zone: str, *, propose: bool) -> None:
        """Fill in what can be chosen; on a fresh form also what is kept, and the proposal where it is asked for."""
        if not self.is_submitted():
            for kept in page.ahead:
                planned = kept.interview
                self.rows.append_entry(
                    {
                        "interview_id": str(planned.interview_id),
                        "version": str(planned.version),
                        "place": planned.place,
                    }
                )
        known = {str(one.interview.interview_id): one for one in page.ahead}
        for row in self.rows:
            one = known.get(str(row.form.interview_id.data))
            if one is None:
                raise ConflictError(_LOST)
            proposed = page.proposal.times.get(one.interview.interview_id) if propose else None
            _fill(row.form, one, _zones(page, one, zone), proposed)

    def wanted(self, page: SchedulePage, zone: str) -> tuple[TimeWanted, ...]:
        """What was chosen; :class:`InvalidError` on an interview's id for a time that does not exist."""
        kept = {one.interview.interview_id: one.interview.starts_at for one in page.ahead}
        return tuple(_wanted(row.form, kept, zone) for row in self.rows)

    def take(self, error: InvalidError) -> None:
        """Put what speaks against an interview's time beside its choice."""
        rest = []
        for fault in error.faults:
            row = next((row.form for row in self.rows if str(row.form.interview_id.data) == fault.field), None)
            if row is None:
                rest.append(fault)
            else:
                row.offered.errors = [*row.offered.errors, fault.message]
        if rest:
            super().take(InvalidError(tuple(rest)))


def _wanted(row: Any, kept: Mapping[UUID, datetime | None], zone: str) -> TimeWanted:  # noqa: ANN401  the form of a row
    interview_id = UUID(str(row.interview_id.data))
    chosen = str(row.offered.data)
    if row.starts_at.data is not None:
        starts_at = to_utc(row.starts_at.data, zone, str(interview_id))
    elif chosen in {KEEP, NONE}:
        starts_at = kept.get(interview_id) if chosen == KEEP else None
    else:
        starts_at = _moment(chosen)
    return TimeWanted(interview_id, whole_number(row.version.data), starts_at, str(row.place.data or ""))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConflictError(_LOST) from error
    if moment.tzinfo is None or not EARLIEST <= moment.year <= LATEST:
        raise ConflictError(_LOST)
    return moment


def _fill(
    row: Any,  # noqa: ANN401  the form of a row
    one: ScheduledInterview,
    zones: tuple[str, ...],
    proposed: datetime | None,
) -> None:
    kept = one.interview.starts_at
    starts = {start.isoformat(): start for start in (*one.offer.starts, *((proposed,) if proposed else ()))}
    if kept is not None:
        starts.pop(kept.isoformat(), None)
    pairs = [(KEEP, f"As it is: {told(kept, zones)}" if kept else "No time yet")]
    pairs += [(value, told(start, zones)) for value, start in sorted(starts.items(), key=lambda pair: pair[1])]
    # One of them is always chosen, so nothing here is left out: only the other fields are optional.
    row.offered.flags.required = True
    row.offered.choices = choices([*pairs, *([(NONE, "Take the time away")] if kept else [])])
    if proposed is not None and row.offered.data == KEEP:
        row.offered.data = proposed.isoformat()


def _zones(page: SchedulePage, one: ScheduledInterview, zone: str) -> tuple[str, ...]:
    """The reader's own zone first, then every other one among those who have to be there."""
    there = [page.attendees[seat.person_id].zone for seat in one.interview.seats if seat.person_id in page.attendees]
    return tuple(dict.fromkeys([zone, *there, *([page.candidate_zone] if page.candidate_zone else [])]))


def told(moment: datetime, zones: Iterable[str]) -> str:
    """A moment on the first clock, and on those that differ: ``Tue 3 March, 14:05; New York Tue 3 March, 08:05``."""
    first, *others = zones
    shown = clock_words(moment, first)
    elsewhere = {clock_words(moment, zone): zone for zone in reversed(others)}
    elsewhere.pop(shown, None)
    return "; ".join([shown, *(f"{city(zone)} {words}" for words, zone in reversed(elsewhere.items()))])


def city(zone: str) -> str:
    """The part of a zone's name that people know it by."""
    return zone.rpartition("/")[2].replace("_", " ")
