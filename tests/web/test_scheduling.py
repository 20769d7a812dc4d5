"""The pages of times and calendars, for who plans, for whom calendars are, and for the candidate."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
import vobject
from icalendar import Calendar
from sqlalchemy import select

from app.domain.hiring import InterviewKind
from app.domain.outbound import Allowed
from app.domain.permission import Role
from app.models.candidate import Application, Candidate
from app.models.engine import reading, writing
from app.models.interview import Interview
from app.models.schedule import BusyCalendar, BusyTime, TimeRequest
from app.services import busy_times, interviews
from app.services.interviews import InterviewPlan
from tests.factories import hiring
from tests.factories.candidate_links import visiting
from tests.factories.hiring import actor_of
from tests.factories.outside import HOST, outside, saying
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from app.settings import Settings
    from tests.databases import Database

NOW = datetime.now(UTC)
"""Pages ask the machine's clock, so what lies ahead of them does too."""
_HIDDEN = re.compile(r'name="(rows-\d+-[a-z_]+|csrf_token)" value="([^"]*)"')


class Loop:
    """Two interviews of Mira Okafor without times; Ada holds both."""

    def __init__(self, database: Database) -> None:
        self.engine = database.engine
        with writing(self.engine) as session:
            ada = hiring.make_person(session, "Ada Brook", [Role.INTERVIEWER])
            ada.zone = "America/New_York"
            clerk = hiring.make_person(session, "Cleo Ruiz", [Role.COORDINATOR])
            requisition = hiring.make_requisition(session)
            application = hiring.make_application(session, requisition)
            self.clerk, self.ada, self.application = clerk.id, ada.id, application.id
            plan = InterviewPlan(InterviewKind.CONVERSATION, "First talk", (hiring.DIMENSIONS[0],), (ada.id,))
            for title in ("First talk", "Second talk"):
                wanted = replace(plan, title=title)
                interviews.plan(session, actor_of(clerk), application.id, wanted, now=NOW)
        self.path = f"/applications/{self.application}/schedule"

    def times(self) -> dict[str, datetime | None]:
        with reading(self.engine) as session:
            return {one.title: one.starts_at for one in session.scalars(select(Interview))}


def _fields(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _HIDDEN.findall(page)}


def _offers(page: str) -> list[str]:
    return [unescape(value) for value in re.findall(r'<option value="(\d{4}-[^"]+)"', page)]


def test_offered_times_can_be_taken_and_everybody_reads_their_own_clock(
    database: Database, signed_in: Callable[[UUID], Browser]
) -> None:
    loop = Loop(database)
    clerk = signed_in(loop.clerk)
    page = clerk.get(loop.path).text
    assert "Times of Mira Okafor" in page
    first, later = _offers(page)[0], _offers(page)[5]
    assert "New York" in page
    answer = clerk.post(loop.path, {**_fields(page), "rows-0-offered": first, "rows-1-offered": later})

    assert answer.status_code == 303
    assert set(loop.times().values()) == {datetime.fromisoformat(first), datetime.fromisoformat(later)}
    shown = clerk.get(loop.path).text
    assert "As it is:" in shown
    assert "Propose times" not in shown


def test_a_proposal_fills_the_form_and_saves_nothing(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    loop = Loop(database)
    page = signed_in(loop.clerk).get(f"{loop.path}?propose=1").text

    assert len(re.findall(r'<option value="\d{4}-[^"]+" selected', page)) == 2
    assert set(loop.times().values()) == {None}


def test_a_clash_keeps_what_was_typed_and_asks_whether_it_is_meant(
    database: Database, signed_in: Callable[[UUID], Browser]
) -> None:
    loop = Loop(database)
    clerk = signed_in(loop.clerk)
    page = clerk.get(loop.path).text
    assert "Keep these times all the same" not in page
    same = {**_fields(page), "rows-0-offered": _offers(page)[0], "rows-1-offered": _offers(page)[0],
            "rows-1-place": "Room 7"}  # fmt: skip
    refused = clerk.post(loop.path, same)

    assert refused.status_code == 422
    assert "The candidate would be in two interviews at once." in refused.text
    assert "Keep these times all the same" in refused.text
    assert 'value="Room 7"' in refused.text
    assert set(loop.times().values()) == {None}
    assert clerk.post(loop.path, {**same, "confirmed": "y"}).status_code == 303
    assert None not in loop.times().values()


def test_another_time_counts_instead_and_one_that_does_not_exist_is_refused(
    database: Database, signed_in: Callable[[UUID], Browser]
) -> None:
    loop = Loop(database)
    clerk = signed_in(loop.clerk)
    clerk.post("/account/zone", {"zone": "Europe/Berlin"})
    fields = _fields(clerk.get(loop.path).text)
    skipped = clerk.post(loop.path, {**fields, "rows-0-offered": "keep", "rows-0-starts_at": "2027-03-28T02:30"})
    assert skipped.status_code == 422
    assert "There is no such time in Europe/Berlin" in skipped.text
    typed = {**fields, "rows-0-offered": "keep", "rows-0-starts_at": "2027-03-30T15:30", "confirmed": "y"}

    assert clerk.post(loop.path, typed).status_code == 303
    assert datetime(2027, 3, 30, 13, 30, tzinfo=UTC) in loop.times().values()


def test_somebody_elses_change_is_a_conflict_that_keeps_what_was_typed(
    database: Database, signed_in: Callable[[UUID], Browser]
) -> None:
    loop = Loop(database)
    clerk = signed_in(loop.clerk)
    page = clerk.get(loop.path).text
    taken = {**_fields(page), "rows-0-offered": _offers(page)[0]}
    assert clerk.post(loop.path, taken).status_code == 303
    late = clerk.post(loop.path, {**_fields(page), "rows-0-offered": _offers(page)[4], "rows-0-place": "Room 9"})

    assert late.status_code == 409
    assert 'value="Room 9"' in late.text


@pytest.mark.parametrize("forged", ["tomorrow", "2026-12-01T10:00:00", "9999-12-31T23:00:00+00:00", "x" * 50])
def test_a_forged_offer_is_refused(database: Database, signed_in: Callable[[UUID], Browser], forged: str) -> None:
    loop = Loop(database)
    clerk = signed_in(loop.clerk)
    fields = _fields(clerk.get(loop.path).text)

    assert clerk.post(loop.path, {**fields, "rows-0-offered": forged}).status_code == 409


def test_the_page_of_times_takes_six_statements(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    loop = Loop(database)
    clerk = signed_in(loop.clerk)
    clerk.get(loop.path)
    with counted(loop.engine) as sent:
        clerk.get(loop.path)
    assert len(sent) <= 6


def test_an_interviewer_has_no_page_of_times(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    loop = Loop(database)
    assert signed_in(loop.ada).get(loop.path).status_code == 403


def test_a_wish_stands_above_the_times_until_it_is_answered(
    database: Database, program: Flask, signed_in: Callable[[UUID], Browser]
) -> None:
    loop = Loop(database)
    candidate = visiting(program, loop.application)
    assert candidate.post("/your-application/times/ask", {"text": "<b>Mornings</b> only"}).status_code == 303
    assert "Your message has arrived" in candidate.get("/your-application/times").text
    clerk = signed_in(loop.clerk)
    assert "&lt;b&gt;Mornings&lt;/b&gt; only" in clerk.get(loop.path).text
    assert clerk.post(f"{loop.path}/answered").status_code == 303

    assert "Mornings" not in clerk.get(loop.path).text
    assert "Your message has arrived" not in candidate.get("/your-application/times").text
    with reading(loop.engine) as session:
        assert session.scalars(select(TimeRequest)).one().settled_at is not None


def _scheduled(loop: Loop, signed_in: Callable[[UUID], Browser]) -> datetime:
    clerk = signed_in(loop.clerk)
    page = clerk.get(loop.path).text
    first = _offers(page)[0]
    fields = {**_fields(page), "rows-0-offered": first, "rows-0-place": "https://video.example.org/r?a=1&b=2"}
    assert clerk.post(loop.path, fields).status_code == 303
    return datetime.fromisoformat(first)


def test_a_candidate_reads_their_times_on_their_own_clock(
    database: Database, program: Flask, signed_in: Callable[[UUID], Browser]
) -> None:
    loop = Loop(database)
    starts_at = _scheduled(loop, signed_in)
    candidate = visiting(program, loop.application)
    home, times = candidate.get("/your-application").text, candidate.get("/your-application/times").text
    assert "(UTC)" in home
    assert "Times are in UTC until you choose" in times
    assert candidate.post("/your-application/times/zone", {"zone": "Asia/Tokyo"}).status_code == 303
    shown = candidate.get("/your-application/times").text

    assert f"{starts_at + timedelta(hours=9):%H:%M} to" in shown
    assert "(Asia/Tokyo)" in shown
    for inside in ("First talk", "Second talk", "Ada Brook", "Cleo", hiring.DIMENSIONS[0]):
        assert inside not in home + times + shown


def test_who_interviews_is_told_only_where_the_company_tells_it(
    database: Database, program: Flask, signed_in: Callable[[UUID], Browser]
) -> None:
    loop = Loop(database)
    _scheduled(loop, signed_in)
    program.config["PLUMBLINE"] = replace(program.config["PLUMBLINE"], name_interviewers=True)

    assert "With Ada Brook" in visiting(program, loop.application).get("/your-application/times").text


def test_a_candidates_calendar_file_is_read_by_two_parsers_and_says_no_more(
    database: Database, program: Flask, signed_in: Callable[[UUID], Browser]
) -> None:
    loop = Loop(database)
    starts_at = _scheduled(loop, signed_in)
    answer = visiting(program, loop.application).get("/your-application/times/interviews.ics")

    event: Any = Calendar.from_ical(answer.data).walk("VEVENT")[0]
    assert event["DTSTART"].dt == vobject.readOne(answer.text).vevent.dtstart.value == starts_at
    assert event["SUMMARY"] == "Conversation: Product Manager, Search"
    assert event["LOCATION"] == "https://video.example.org/r?a=1&b=2"
    assert answer.headers["Content-Disposition"] == "attachment; filename=interviews.ics"
    for inside in ("First talk", "Ada", "/interviews/", "/c/"):
        assert inside not in answer.text


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd"])
def test_a_zone_that_is_none_is_refused(database: Database, program: Flask, zone: str) -> None:
    loop = Loop(database)
    candidate = visiting(program, loop.application)

    assert candidate.post("/your-application/times/zone", {"zone": zone}).status_code == 422
    with reading(loop.engine) as session:
        application = session.get_one(Application, loop.application)
        assert session.get_one(Candidate, application.candidate_id).zone == ""


def test_a_candidates_page_is_light_and_takes_few_statements(
    database: Database, program: Flask, signed_in: Callable[[UUID], Browser]
) -> None:
    loop = Loop(database)
    _scheduled(loop, signed_in)
    candidate = visiting(program, loop.application)
    with counted(loop.engine) as sent:
        answer = candidate.get("/your-application/times")
    assert len(sent) <= 6
    assert len(answer.data) < 30_000


CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Dentist\r\n"
    f"DTSTART:{NOW + timedelta(days=3):%Y%m%dT%H0000Z}\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_a_calendar_file_leaves_its_busy_times_and_nothing_else(
    database: Database, signed_in: Callable[[UUID], Browser]
) -> None:
    loop = Loop(database)
    ada = signed_in(loop.ada)
    sent = {"file": (io.BytesIO(CALENDAR.encode()), "mine.ics")}
    assert ada.post("/account/calendar/file", sent, content_type="multipart/form-data").status_code == 303
    page = ada.get("/account/calendar").text

    assert "mine.ics" in page
    assert "Dentist" not in page
    with reading(loop.engine) as session:
        assert len(session.scalars(select(BusyTime)).all()) == 1
        calendar = session.scalars(select(BusyCalendar)).one()
        assert (calendar.person_id, calendar.address) == (loop.ada, "")
    assert "Read " in signed_in(loop.clerk).get(loop.path).text


def test_a_file_that_is_no_calendar_says_so(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    ada = signed_in(Loop(database).ada)
    sent = {"file": (io.BytesIO(b"<!doctype html><script>alert(1)</script>"), "mine.ics")}
    answer = ada.post("/account/calendar/file", sent, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert "This is not a calendar." in answer.text


def test_without_allowed_hosts_no_address_is_taken(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    ada = signed_in(Loop(database).ada)
    assert "This installation reads no addresses" in ada.get("/account/calendar").text

    assert ada.post("/account/calendar/address", {"address": f"https://{HOST}/x.ics"}).status_code == 422


def test_an_address_is_kept_read_by_the_worker_and_shown_by_its_host_alone(
    database: Database, program: Flask, signed_in: Callable[[UUID], Browser], tmp_path: Path
) -> None:
    loop = Loop(database)
    ada = signed_in(loop.ada)
    with outside(tmp_path, saying("200 OK", CALENDAR.encode())) as server:
        settings: Settings = program.config["PLUMBLINE"]
        program.config["PLUMBLINE"] = replace(settings, outbound_allow=(f"{HOST}:{server.port}",))
        address = server.address.replace("https", "webcal") + "?key=verysecret"
        assert ada.post("/account/calendar/address", {"name": "Work", "address": address}).status_code == 303
        assert busy_times.refresh(database.engine, server.fetcher(), now=NOW) == 1
        assert busy_times.refresh(database.engine, server.fetcher(), now=NOW + timedelta(minutes=59)) == 0
        assert busy_times.refresh(database.engine, server.fetcher(), now=NOW + timedelta(minutes=61)) == 1
        assert len(server.asked) == 2

    page = ada.get("/account/calendar").text
    assert f"from {HOST}:{server.port}, every hour" in page
    assert "verysecret" not in page
    with reading(loop.engine) as session:
        assert len(session.scalars(select(BusyTime)).all()) == 1


def test_a_host_that_fails_keeps_what_was_read_and_says_why_without_the_address(
    database: Database, signed_in: Callable[[UUID], Browser], tmp_path: Path
) -> None:
    loop = Loop(database)
    with writing(loop.engine) as session:
        calendar = BusyCalendar(
            person_id=loop.ada, name="Work", address=f"https://{HOST}:1/x?key=verysecret", added_at=NOW, read_at=NOW
        )
        session.add(calendar)
        session.flush()
        session.add(BusyTime(calendar_id=calendar.id, starts_at=NOW, ends_at=NOW + timedelta(hours=1)))
    with outside(tmp_path, saying("404 Not Found")) as server:
        kind = server.fetcher()
        fetcher = replace(kind, hosts=(Allowed(HOST, 1),))
        assert busy_times.refresh(database.engine, fetcher, now=NOW) == 0

    page = signed_in(loop.ada).get("/account/calendar").text
    assert "did not answer as it should" in page
    assert "verysecret" not in page
    with reading(loop.engine) as session:
        assert len(session.scalars(select(BusyTime)).all()) == 1


def test_a_calendar_is_its_owners_alone(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    loop = Loop(database)
    with writing(loop.engine) as session:
        calendar = BusyCalendar(person_id=loop.ada, name="Work", address="https://x/y", added_at=NOW)
        session.add(calendar)
        session.flush()
        calendar_id = calendar.id
    clerk, ada = signed_in(loop.clerk), signed_in(loop.ada)
    assert "Work" not in clerk.get("/account/calendar").text
    for act in ("remove", "again"):
        assert clerk.post(f"/account/calendar/{calendar_id}/{act}").status_code == 404
        assert ada.post(f"/account/calendar/{uuid4()}/{act}").status_code == 404
    assert ada.post(f"/account/calendar/{calendar_id}/again").status_code == 303
    assert ada.post(f"/account/calendar/{calendar_id}/remove").status_code == 303
    with reading(loop.engine) as session:
        assert session.scalars(select(BusyCalendar)).all() == []
