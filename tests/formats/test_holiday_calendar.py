"""Free days from calendar files as programs write them, and from files that are none."""

from __future__ import annotations

from datetime import date

import pytest

from app.formats.holiday_calendar import MOST_EVENTS, SIZE_LIMIT, CalendarDays, read

FIRST, LAST = date(2026, 10, 5), date(2028, 12, 31)
# As a spreadsheet of a works council came out of a groupware: folded lines, escapes, an alarm, a time zone.
COMPANY = """BEGIN:VCALENDAR
PRODID:-//Example Groupware//Calendar 12.4//EN
VERSION:2.0
METHOD:PUBLISH
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260901T080000Z
DTSTART;VALUE=DATE:20261224
DTEND;VALUE=DATE:20270102
SUMMARY:Company closed\\, all
  sites
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-P1D
DESCRIPTION:Soon
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:2@example.org
DTSTAMP:20260901T080000Z
DTSTART;VALUE=DATE:20261116
SUMMARY:Founders' day
END:VEVENT
BEGIN:VEVENT
UID:3@example.org
DTSTAMP:20260901T080000Z
DTSTART;TZID=Europe/Berlin:20261120T090000
DTEND;TZID=Europe/Berlin:20261120T170000
SUMMARY:All hands
END:VEVENT
END:VCALENDAR
"""


def _calendar(*lines: str, event: bool = True) -> bytes:
    inside = ["BEGIN:VEVENT", *lines, "END:VEVENT"] if event else list(lines)
    whole = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", *inside, "END:VCALENDAR", ""]
    return "\r\n".join(whole).encode()


def _days(*lines: str) -> list[str]:
    return [day.isoformat() for day in read(_calendar(*lines), FIRST, LAST).holidays]


def test_a_company_calendar_gives_its_whole_days_and_counts_the_rest() -> None:
    found = read(COMPANY.replace("\n", "\r\n").encode(), FIRST, LAST)

    assert found.holidays[date(2026, 11, 16)] == "Founders' day"
    assert [day.isoformat() for day in found.holidays][1:] == [
        *(f"2026-12-{day}" for day in range(24, 32)), "2027-01-01",
    ]  # fmt: skip
    assert found.holidays[date(2026, 12, 31)] == "Company closed, all sites"
    assert (found.timed, found.outside, found.unreadable, found.repeating) == (1, 0, 0, ())


@pytest.mark.parametrize("ends", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(ends: str, mark: str) -> None:
    found = read((mark + COMPANY.replace("\n", ends)).encode(), FIRST, LAST)

    assert len(found.holidays) == 10


def test_names_from_an_old_code_page_stay_readable() -> None:
    text = _calendar("DTSTART;VALUE=DATE:20261231", "SUMMARY:Saint-Sylvestre fermé").decode().encode("cp1252")

    assert read(text, FIRST, LAST).holidays == {date(2026, 12, 31): "Saint-Sylvestre fermé"}


def test_a_yearly_rule_is_followed_through_the_wanted_years() -> None:
    lines = ("DTSTART;VALUE=DATE:20201225", "DTEND;VALUE=DATE:20201227", "RRULE:FREQ=YEARLY", "SUMMARY:Christmas")

    assert _days(*lines) == [f"{year}-12-{day}" for year in (2026, 2027, 2028) for day in (25, 26)]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=YEARLY;UNTIL=20271225", ["2026-12-25", "2027-12-25"]),
        ("FREQ=YEARLY;UNTIL=20271224T230000Z", ["2026-12-25"]),
        ("FREQ=YEARLY;COUNT=7", ["2026-12-25"]),
        ("FREQ=YEARLY;COUNT=6", []),
    ],
)
def test_a_yearly_rule_ends_where_it_says(rule: str, days: list[str]) -> None:
    assert _days("DTSTART;VALUE=DATE:20201225", f"RRULE:{rule}") == days


def test_a_leap_day_comes_in_leap_years_only() -> None:
    assert _days("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY", "SUMMARY:Leap day") == ["2028-02-29"]


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=WEEKLY;BYDAY=FR", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "RRULE:FREQ=YEARLY;INTERVAL=2",
        "RRULE:FREQ=SECONDLY", "RDATE;VALUE=DATE:20261231", "RRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20271225",
    ],
)  # fmt: skip
def test_what_repeats_otherwise_is_named_and_not_guessed(rule: str) -> None:
    found = read(_calendar("DTSTART;VALUE=DATE:20261225", rule, "SUMMARY:Odd Fridays"), FIRST, LAST)

    assert found == CalendarDays({}, repeating=("Odd Fridays",))


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (("DURATION:P2D",), ["2026-12-24", "2026-12-25"]),
        (("DTEND;VALUE=DATE:20261224",), ["2026-12-24"]),
        (("STATUS:CANCELLED",), []),
        (("DTEND;VALUE=DATE:20261220",), []),
        (("DTEND:20261224T170000Z",), []),
    ],
)
def test_an_end_may_be_written_in_several_ways(lines: tuple[str, ...], days: list[str]) -> None:
    assert _days("DTSTART;VALUE=DATE:20261224", *lines) == days


@pytest.mark.parametrize(
    "lines",
    [
        ("SUMMARY:No day at all",), ("DTSTART;VALUE=DATE:2026122",), ("DTSTART;VALUE=DATE:20261340",),
        ("DTSTART;VALUE=DATE:20261224", "DTSTART;VALUE=DATE:20261225"),
        ("DTSTART;VALUE=DATE:20261224", "DTEND:tomorrow"),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_read_is_counted_and_the_others_are_kept(lines: tuple[str, ...]) -> None:
    good = ("BEGIN:VEVENT", "DTSTART;VALUE=DATE:20261116", "SUMMARY:Good", "END:VEVENT")
    found = read(_calendar("BEGIN:VEVENT", *lines, "END:VEVENT", *good, event=False), FIRST, LAST)

    assert (list(found.holidays), found.unreadable) == ([date(2026, 11, 16)], 1)


def test_days_outside_are_left_out_and_counted() -> None:
    found = read(_calendar("DTSTART;VALUE=DATE:20191225", "SUMMARY:Long ago"), FIRST, LAST)

    assert (found.holidays, found.outside) == ({}, 1)


def test_a_span_of_years_is_cut_to_the_wanted_days() -> None:
    found = read(_calendar("DTSTART;VALUE=DATE:20200101", "DTEND;VALUE=DATE:99991231"), FIRST, LAST)

    assert (min(found.holidays), max(found.holidays)) == (FIRST, LAST)


@pytest.mark.parametrize("name", ["", "\u202eyad eerF", "   "])
def test_a_name_that_cannot_be_shown_is_replaced(name: str) -> None:
    found = read(_calendar("DTSTART;VALUE=DATE:20261116", f"SUMMARY:{name}"), FIRST, LAST)

    assert list(found.holidays.values()) == ["Free day"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "This file is empty"),
        (b"<!DOCTYPE html><html><body>Sign in to download</body></html>", "This is a web page, not a calendar"),
        (b"Date,Name\n2026-12-24,Closed\n", "This is not a calendar"),
        (b"%PDF-1.7\n", "This is not a calendar"),
        (b"PK\x03\x04\x00\x00", "This is not a calendar"),
        (b"BEGIN:VCARD\r\nFN:Noor\r\nEND:VCARD\r\n", "This is not a calendar"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DA", "breaks off"),
        (b"BEGIN:VCALENDAR\r\nnot a line\r\nEND:VCALENDAR\r\n", "breaks off"),
        (b"BEGIN:VCALENDAR\r\n" * 20_000, "breaks off"),
        (b"x" * 10_000_000, "This file has 10.0 MB"),
        (COMPANY.encode("utf-16"), "This is not a calendar"),
    ],
    ids=["empty", "page", "table", "pdf", "archive", "card", "cut", "broken", "nested", "large", "wide"],
)
def test_what_is_no_calendar_is_told_apart(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(data, FIRST, LAST)


def test_a_calendar_of_everything_is_refused_by_its_count() -> None:
    one = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261116\r\nEND:VEVENT\r\n"
    data = ("BEGIN:VCALENDAR\r\n" + one * (MOST_EVENTS + 1) + "END:VCALENDAR\r\n").encode()

    assert len(data) < SIZE_LIMIT
    with pytest.raises(ValueError, match=f"has {MOST_EVENTS + 1} events"):
        read(data, FIRST, LAST)
