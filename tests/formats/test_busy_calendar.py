"""Busy times from calendars: repetitions, zones, what does not count, and calendars made to do harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.slots import Span
from app.formats.busy_calendar import AHEAD, SIZE_LIMIT, read

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)


def _calendar(*events: str) -> bytes:
    whole = "".join(
        f"BEGIN:VEVENT\r\nUID:{number}\r\nSUMMARY:Therapy with Dr. Secret\r\n{event}\r\nEND:VEVENT\r\n"
        for number, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{whole}END:VCALENDAR\r\n".encode()


def _read(*events: str, zone: str = "Europe/Paris") -> tuple[Span, ...]:
    return read(_calendar(*events), zone=zone, now=NOW)


def _at(day: int, hour: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_a_time_with_a_zone_of_its_own_and_one_without() -> None:
    assert _read("DTSTART:20260317T090000Z\r\nDTEND:20260317T100000Z") == (Span(_at(17, 9), _at(17, 10)),)
    assert _read("DTSTART:20260317T090000\r\nDURATION:PT1H") == (Span(_at(17, 8), _at(17, 9)),)
    assert _read("DTSTART;TZID=America/New_York:20260317T090000\r\nDURATION:PT1H") == (Span(_at(17, 13), _at(17, 14)),)


def test_a_weekly_event_keeps_its_hour_on_the_wall_when_the_clocks_change() -> None:
    found = _read("DTSTART;TZID=Europe/Paris:20250106T090000\r\nDURATION:PT30M\r\nRRULE:FREQ=WEEKLY;BYDAY=MO")

    assert found[0].starts_at == _at(23, 8)
    assert found[1].starts_at == _at(30, 7)
    assert found[-1].starts_at < NOW + AHEAD


def test_an_occurrence_that_was_taken_out_or_moved_follows_the_calendar() -> None:
    daily = "DTSTART:20260317T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE:20260318T090000Z"
    assert _read(daily) == (Span(_at(17, 9), _at(17, 10)), Span(_at(19, 9), _at(19, 10)))

    moved = _calendar("DTSTART:20260317T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=2").replace(
        b"END:VCALENDAR",
        b"BEGIN:VEVENT\r\nUID:0\r\nRECURRENCE-ID:20260318T090000Z\r\nDTSTART:20260318T150000Z\r\nDURATION:PT1H\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR",
    )
    assert read(moved, zone="UTC", now=NOW) == (Span(_at(17, 9), _at(17, 10)), Span(_at(18, 15), _at(18, 16)))


@pytest.mark.parametrize("says", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"])
def test_what_takes_no_time_does_not_count(says: str) -> None:
    assert _read(f"DTSTART:20260317T090000Z\r\nDURATION:PT1H\r\n{says}") == ()


def test_a_whole_day_is_a_day_of_its_owners_zone() -> None:
    assert _read("DTSTART;VALUE=DATE:20260401") == (Span(_at(31, 22), _at(1, 22, month=4)),)


def test_a_table_of_busy_times_is_read_and_its_free_ones_are_not() -> None:
    table = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VFREEBUSY\r\n"
        b"FREEBUSY;FBTYPE=BUSY:20260317T090000Z/20260317T100000Z,20260318T090000Z/PT1H\r\n"
        b"FREEBUSY;FBTYPE=FREE:20260319T090000Z/PT1H\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    )
    assert read(table, zone="UTC", now=NOW) == (Span(_at(17, 9), _at(17, 10)), Span(_at(18, 9), _at(18, 10)))


def test_only_the_next_sixty_days_count_and_what_overlaps_is_one() -> None:
    found = _read(
        "DTSTART:20260316T110000Z\r\nDTEND:20260316T130000Z",
        "DTSTART:20260316T123000Z\r\nDTEND:20260316T140000Z",
        "DTSTART:20260301T110000Z\r\nDURATION:PT1H",
        "DTSTART:20270301T110000Z\r\nDURATION:PT1H",
    )
    assert found == (Span(NOW, NOW + timedelta(hours=2)),)


def test_one_event_that_cannot_be_read_does_not_hide_the_others() -> None:
    found = _read(
        "DTSTART:nonsense\r\nDURATION:PT1H",
        "DTSTART:20260317T100000Z\r\nDTEND:20260317T090000Z",
        "DTSTART:20260317T090000Z\r\nDURATION:PT1H",
        "DTSTART:20260318T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=SOMETIMES",
    )
    assert Span(_at(17, 9), _at(17, 10)) in found


@pytest.mark.parametrize(
    "rule",
    [
        "DTSTART:00010101T000000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY",
        "DTSTART:20260317T000000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=DAILY;BYHOUR="
        + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60)))
        + ";BYSECOND=" + ",".join(map(str, range(60))),
    ],
)  # fmt: skip
def test_a_rule_that_asks_for_too_much_is_refused_in_bounded_time(rule: str) -> None:
    with pytest.raises(ValueError, match=r"repeats more than can be worked out|more than 2000 busy times"):
        _read(rule)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"<!doctype html><title>Sign in</title>", "not a calendar"),
        (b"\x00\x01\x02", "not a calendar"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART", "not a calendar"),
        (b"BEGIN:VCALENDAR\r\n" + b"x" * SIZE_LIMIT, "1.0 MB"),
    ],
)
def test_what_is_no_calendar_says_so(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data, zone="UTC", now=NOW)


def test_nothing_that_a_calendar_says_of_its_events_is_kept() -> None:
    assert "Secret" not in repr(_read("DTSTART:20260317T090000Z\r\nDURATION:PT1H"))
