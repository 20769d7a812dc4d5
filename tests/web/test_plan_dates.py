"""The dates of a plan on their page: shown before they are applied, with leave, holidays and held days."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.onboarding.plan import HolidaySource
from app.models.engine import reading, writing
from app.models.onboarding import Plan, PlanHoliday, PlanLeave, PlanMilestone
from app.services import plan_dates
from tests.factories import hiring as make
from tests.factories.plans import Cast, make_plan
from tests.statements import counted
from tests.web.browser import Browser
from tests.web.goal_scene import words
from tests.web.multipart import File, send

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]
Fields = dict[str, list[str]]
_INPUT = re.compile(r"<input[^>]*>")
_SELECTED = re.compile(r'<select[^>]* name="([^"]+)".*?<option value="([^"]*)" selected', re.DOTALL)
_TEXT = re.compile(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', re.DOTALL)
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n"
    b"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261203\r\nDTEND;VALUE=DATE:20261205\r\nSUMMARY:Closed\r\nEND:VEVENT\r\n"
    b"BEGIN:VEVENT\r\nDTSTART:20261204T090000Z\r\nSUMMARY:Meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def fields_of(page: TestResponse) -> Fields:
    """What the page's first form would send, as a browser without script does."""
    form = page.text.partition('enctype="multipart/form-data"')[2].partition("</form>")[0]
    found: Fields = {}
    for tag in _INPUT.findall(form):
        kind, name, value = (re.search(rf'\b{each}="([^"]*)"', tag) for each in ("type", "name", "value"))
        if not name or (kind and (kind[1] == "file" or (kind[1] == "checkbox" and " checked" not in tag))):
            continue
        found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, value in (*_SELECTED.findall(form), *_TEXT.findall(form)):
        found[name] = [unescape(value)]
    found.pop("csrf_token")
    return found


class Desk:
    """The dates page as somebody uses it."""

    def __init__(self, database: Database, signed_in: Open) -> None:
        """Begin a plan."""
        self.engine, self.signed_in = database.engine, signed_in
        with writing(self.engine) as session:
            self.cast: Cast = make_plan(session)
            self.stranger = make.make_person(session, "Sam Stranger")
        self.address = f"/onboarding/{self.cast.plan.id}/dates"

    def browser(self, part: str = "manager") -> Browser:
        """Somebody's browser."""
        return self.signed_in((self.stranger if part == "stranger" else getattr(self.cast, part)).id)

    def send(self, page: TestResponse, step: str, *, sent: File | None = None, **changes: Any) -> TestResponse:  # noqa: ANN401  fields of a form
        """Send the page's form with some fields changed."""
        given = {**fields_of(page), "step": step, **{name.replace("__", "-"): value for name, value in changes.items()}}
        return send(self.browser(), self.address, given, {"calendar": sent} if sent else {})

    def page(self) -> TestResponse:
        """The page as it opens."""
        return self.browser().get(self.address)

    @property
    def due(self) -> list[str]:
        """When each milestone is due."""
        with reading(self.engine) as session:
            order = select(PlanMilestone.due_on).order_by(PlanMilestone.position)
            return [day.isoformat() for day in session.scalars(order)]

    def holidays(self) -> dict[str, HolidaySource]:
        """The plan's free days and their sources."""
        with reading(self.engine) as session:
            rows = session.execute(select(PlanHoliday.day, PlanHoliday.source).order_by(PlanHoliday.day))
            return {row.day.isoformat(): row.source for row in rows}


@pytest.fixture
def desk(database: Database, signed_in: Open) -> Desk:
    return Desk(database, signed_in)


BEFORE = ["2026-11-04", "2026-12-04", "2027-01-04"]


@pytest.mark.parametrize(
    ("part", "status"), [("manager", 200), ("hr", 200), ("hire", 403), ("buddy", 403), ("stranger", 404)]
)
def test_who_may_look_at_the_dates_is_who_may_change_them(desk: Desk, part: str, status: int) -> None:
    assert desk.browser(part).get(desk.address).status_code == status
    assert desk.browser(part).post(desk.address, {"step": "preview"}).status_code == (422 if status == 200 else status)


def test_the_page_takes_six_statements(desk: Desk, database: Database) -> None:
    browser = desk.browser()
    browser.get(desk.address)
    with counted(database.engine) as sent:
        assert browser.get(desk.address).status_code == 200

    assert len(sent) == 6, sent


def test_a_new_start_is_shown_and_then_applied(desk: Desk) -> None:
    with writing(desk.engine) as session:
        actor, milestone = make.actor_of(desk.cast.manager), desk.cast.milestone(session, "day-60")
        plan_dates.pin(session, actor, milestone.id, date(2026, 12, 18), version=desk.cast.plan.version, now=make.NOW)
    shown = desk.send(desk.page(), "preview", starts_on="2026-10-12")

    assert shown.status_code == 200
    said = words(shown)
    assert "2 milestones would move" in said
    assert "First month 4 November 2026 11 November 2026 7 days later" in said
    assert "Second month 18 December 2026 18 December 2026 stays: pinned to its date" in said
    assert "First day 5 October 2026 12 October 2026" in said
    assert desk.due == ["2026-11-04", "2026-12-18", "2027-01-04"]

    assert desk.send(shown, "apply").location == f"/onboarding/{desk.cast.plan.id}?done=dates-applied"
    assert desk.due == ["2026-11-11", "2026-12-18", "2027-01-11"]


def test_nothing_is_applied_that_was_not_shown(desk: Desk) -> None:
    first = desk.send(desk.page(), "apply", starts_on="2026-10-12")
    assert first.status_code == 200
    assert "so nothing is applied yet" in words(first)
    second = desk.send(first, "apply", starts_on="2026-10-19")
    assert "so nothing is applied yet" in words(second)
    assert "14 days later" in words(second)
    assert desk.due == BEFORE

    assert desk.send(second, "apply").status_code == 303
    assert desk.due[0] == "2026-11-18"


def test_a_milestone_signed_between_look_and_apply_is_shown_first(desk: Desk) -> None:
    shown = desk.send(desk.page(), "preview", starts_on="2026-10-12")
    with writing(desk.engine) as session:
        milestone = desk.cast.milestone(session, "day-30")
        milestone.settled = milestone.due_on
    again = desk.send(shown, "apply")

    assert "First month 4 November 2026 4 November 2026 stays: signed off" in words(again)
    assert desk.due == BEFORE


def test_somebody_was_quicker_and_the_wanted_dates_are_shown_again(desk: Desk) -> None:
    shown = desk.send(desk.page(), "preview", starts_on="2026-10-12")
    with writing(desk.engine) as session:
        plan = session.get(Plan, desk.cast.plan.id)
        assert plan is not None
        plan.title = "Another title"
    again = desk.send(shown, "apply")

    assert again.status_code == 409
    assert "Somebody changed this plan while you were here." in words(again)
    assert fields_of(again)["starts_on"] == ["2026-10-12"]
    assert desk.due == BEFORE
    assert desk.send(again, "apply").status_code == 303


def test_leave_is_added_and_taken_out_without_script(desk: Desk) -> None:
    more = desk.send(desk.page(), "row")
    assert len([name for name in fields_of(more) if name.endswith("-first")]) == 2
    first, last = "2026-10-26", "2026-10-30"
    shown = desk.send(more, "preview", leave__0__first=first, leave__0__last=last, leave__1__first="2026-11-27")
    assert "First month 4 November 2026 9 November 2026 5 days later" in words(shown)
    assert desk.send(shown, "apply").status_code == 303
    with reading(desk.engine) as session:
        periods = session.execute(select(PlanLeave.first_day, PlanLeave.last_day).order_by(PlanLeave.first_day)).all()
    assert [tuple(map(str, one)) for one in periods] == [("2026-10-26", "2026-10-30"), ("2026-11-27", "2026-11-27")]

    without = desk.send(desk.page(), "drop-0")
    assert without.status_code == 200
    assert "2026-10-26" not in without.text
    shown = desk.send(without, "preview")
    assert "27 November 2026 to 27 November 2026" in words(shown)
    assert desk.send(shown, "apply").status_code == 303
    assert desk.due[0] == "2026-11-04"


def test_a_country_brings_its_days_and_one_can_be_worked_through(desk: Desk) -> None:
    shown = desk.send(desk.page(), "preview", country="de-be")
    ticks = fields_of(shown)["kept"]
    assert "2026-12-25 country Christmas Day" in ticks
    assert "Public holidays of nowhere DE-BE" in words(shown)
    fewer = desk.send(shown, "preview", kept=[one for one in ticks if not one.startswith("2026-12-25")])
    assert desk.send(fewer, "apply").status_code == 303

    kept = desk.holidays()
    assert "2026-12-26" in kept
    assert "2026-12-25" not in kept
    assert set(kept.values()) == {HolidaySource.COUNTRY}
    assert "2026-12-25" not in desk.send(desk.page(), "preview").text


def test_a_day_that_was_unticked_stays_out_when_start_or_country_change(desk: Desk) -> None:
    shown = desk.send(desk.page(), "preview", country="DE-BE")
    ticks = [one for one in fields_of(shown)["kept"] if not one.startswith(("2026-12-25", "2027-12-25"))]
    assert desk.send(desk.send(shown, "preview", kept=ticks), "apply").status_code == 303
    without = [one for one in ticks if not one.startswith("2028-12-25")]

    moved = desk.send(desk.page(), "preview", starts_on="2027-01-04", kept=without)
    days = {one.partition(" ")[0] for one in fields_of(moved)["kept"]}
    assert {"2027-12-26", "2028-12-26", "2029-12-25"} <= days
    assert not days & {"2026-12-26", "2027-12-25", "2028-12-25"}

    abroad = desk.send(moved, "preview", country="US")
    days = {one.partition(" ")[0] for one in fields_of(abroad)["kept"]}
    assert {"2027-07-05", "2029-12-25"} <= days
    assert not days & {"2027-12-25", "2028-12-25"}
    assert desk.send(abroad, "apply").status_code == 303
    assert "2028-12-25" not in desk.holidays()


@pytest.mark.parametrize(
    "listed", ["", "DE-BE", "DE-BE 9999-99-99", "Atlantis 2026-10-05", "DE-BE 1600-01-01", "x y z"]
)
def test_a_list_that_no_page_named_hides_no_day(desk: Desk, listed: str) -> None:
    shown = desk.send(desk.page(), "preview", country="US", listed=listed)
    assert "2027-12-25" in str(fields_of(shown)["kept"])


def test_another_country_takes_the_place_of_the_first(desk: Desk) -> None:
    shown = desk.send(desk.page(), "preview", country="US", added="2026-11-16 Founders' day")
    shown = desk.send(shown, "preview", country="FR")

    days = [one.partition(" ")[0] for one in fields_of(shown)["kept"]]
    assert "2027-07-14" in days
    assert "2027-07-05" not in days
    assert "2026-11-16" in days
    assert "2027-07-14" not in str(fields_of(desk.send(shown, "preview", country="")).get("kept"))


def test_a_calendar_file_brings_its_whole_days_and_says_what_it_left_out(desk: Desk) -> None:
    sent = ("Company.ics", "text/calendar", CALENDAR)
    shown = desk.send(desk.page(), "preview", sent=sent, added="2026-12-07: Bridge day\n\n2026-12-03 Twice")

    said = words(shown)
    assert "2 free days came from the calendar file. 1 event with a time of day left out" in said
    assert "Second month 4 December 2026 8 December 2026 4 days later" in said
    assert desk.send(shown, "apply").status_code == 303
    assert desk.holidays() == {
        "2026-12-03": HolidaySource.CUSTOM,
        "2026-12-04": HolidaySource.CALENDAR,
        "2026-12-07": HolidaySource.CUSTOM,
    }


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (("days.ics", "text/calendar", b"<html><body>Sign in</body></html>"), "This is a web page, not a calendar."),
        (("days.xlsx", "application/zip", b"PK\x03\x04"), "This is not a calendar."),
        (("days.ics", "text/calendar", b"x" * 10_000_000), "This file has 10.0 MB."),
        (("days.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nBEGIN:VEV"), "This calendar breaks off"),
    ],
    ids=["page", "table", "large", "cut"],
)
def test_a_file_that_is_no_calendar_leaves_what_was_typed(desk: Desk, sent: File, said: str) -> None:
    answer = desk.send(desk.page(), "preview", sent=sent, added="2026-12-24 Closed", starts_on="2026-10-12")

    assert answer.status_code == 422
    assert said in words(answer)
    assert fields_of(answer)["added"] == ["2026-12-24 Closed"]
    assert fields_of(answer)["starts_on"] == ["2026-10-12"]
    assert desk.holidays() == {}


def test_a_file_beyond_all_measure_is_not_even_read(desk: Desk) -> None:
    answer = desk.send(desk.page(), "preview", sent=("days.ics", "text/calendar", b"x" * 41_000_000))

    assert answer.status_code == 422
    assert "This file has 41 MB. Accepted: a calendar file" in answer.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts_on": "1900-01-01"}, "Choose a start within the last three years or the next two."),
        ({"starts_on": "9999-12-31", "country": "US"}, "Choose a start within the last three years or the next two."),
        ({"starts_on": "1900-01-01", "added": "Christmas"}, "First day: Choose a start within"),
        ({"starts_on": ""}, "Choose the first day"),
        ({"starts_on": "soon"}, "Write a day of the calendar"),
        ({"week": []}, "Choose at least one working day."),
        ({"week": ["9"]}, "Choose from what is offered"),
        ({"roll": "sideways"}, "Choose from what is offered"),
        ({"country": "Atlantis"}, "There is no holiday list for the country"),
        ({"added": "Christmas"}, "“Christmas” does not begin with a day such as 2026-12-24."),
        ({"added": "2026-02-30 Never"}, "“2026-02-30 Never” does not begin with a day"),
        ({"added": "1990-01-01 Long ago"}, "1 January 1990: Choose days from a year before the start to four years"),
        ({"leave__0__first": "2026-10-30", "leave__0__last": "2026-10-26"}, "This is before the first day away."),
        ({"leave__0__last": "2026-10-26"}, "Choose the first day away."),
        ({"leave__0__first": "9998-01-01", "leave__0__last": "9999-12-31"}, "four years after it"),
        ({"leave__0__first": "next week"}, "Write a day of the calendar"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(desk: Desk, changes: dict[str, Any], said: str) -> None:
    answer = desk.send(desk.page(), "preview", **changes)

    assert answer.status_code == 422
    assert said in words(answer)
    assert "Apply these dates" not in words(answer)
    assert desk.due == BEFORE


def test_ticks_that_were_never_drawn_are_left_out(desk: Desk) -> None:
    forged = ["2026-12-25 moon Christmas", "junk", "2026-12-25 country \u202ey", "9999-99-99 custom x"]
    shown = desk.send(desk.page(), "preview", kept=forged)

    assert shown.status_code == 200
    assert "so there is nothing to apply" in words(shown)


def test_hundreds_of_free_days_travel_through_the_form(desk: Desk) -> None:
    lines = "\n".join(f"2027-{month:02}-{day:02} Day" for month in range(1, 13) for day in range(1, 29))
    shown = desk.send(desk.page(), "preview", added=lines)
    assert desk.send(shown, "apply").status_code == 303
    assert len(desk.holidays()) == 336

    more = desk.send(desk.page(), "preview", added=lines.replace("2027", "2028"))
    assert more.status_code == 422
    assert "At most 400 holidays" in words(more)


def _pin(
    desk: Desk, day: str, step: str = "hold", *, part: str = "manager", version: int | None = None
) -> TestResponse:
    with reading(desk.engine) as session:
        milestone = desk.cast.milestone(session, "day-60")
        kept = session.scalar(select(Plan.version).where(Plan.id == desk.cast.plan.id))
        name = milestone.id.hex
    fields = {f"{name}-day": day, f"{name}-version": str(version or kept), "step": step}
    return desk.browser(part).post(f"/onboarding/milestones/{milestone.id}/pin", fields)


def test_a_milestone_is_held_to_a_day_and_let_go(desk: Desk) -> None:
    assert _pin(desk, "2026-12-18").location == f"{desk.address}?done=date-pinned#pins"
    assert desk.due == ["2026-11-04", "2026-12-18", "2027-01-04"]
    assert "held" in words(desk.page())
    assert _pin(desk, "", "free").status_code == 303
    assert desk.due == BEFORE


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("", "Choose the day to which this milestone is held."),
        ("1900-01-01", "Choose a day from the start on, within two years of it."),
        ("later", "Write a day of the calendar"),
    ],
)
def test_a_day_that_cannot_be_held_is_said_beside_it(desk: Desk, day: str, said: str) -> None:
    answer = _pin(desk, day)

    assert answer.status_code == 422
    assert said in words(answer)
    assert desk.due == BEFORE


def test_a_stale_pin_and_strangers_change_nothing(desk: Desk) -> None:
    answer = _pin(desk, "2026-12-18", version=99)
    assert answer.status_code == 409
    assert 'value="2026-12-18"' in answer.text
    assert [_pin(desk, "2026-12-18", part=part).status_code for part in ("hire", "buddy", "stranger")] == [
        403,
        403,
        404,
    ]
    assert desk.due == BEFORE
