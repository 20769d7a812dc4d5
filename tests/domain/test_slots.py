"""Times to meet: nobody twice at once, hours that are humane on every clock, and days on which the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import combinations, pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.domain.slots import (
    BREAK,
    MOST_A_DAY,
    Diary,
    Hours,
    Meeting,
    Span,
    humane,
    merged,
    offer,
    propose,
    span_of,
)

MONDAY = datetime(2026, 3, 23, tzinfo=UTC)
PARIS, NEW_YORK, TOKYO = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
ADA, BEN, CLEO = (UUID(int=number) for number in (1, 2, 3))
FORTNIGHT = timedelta(days=14)
zones = st.sampled_from([None, PARIS, NEW_YORK, ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Lord_Howe"), UTC])


def _spans() -> st.SearchStrategy[tuple[Span, ...]]:
    one = st.builds(
        lambda start, length: span_of(MONDAY + timedelta(minutes=15 * start), 15 * length),
        st.integers(0, 4 * 24 * 10),
        st.integers(1, 40),
    )
    return st.lists(one, max_size=12).map(merged)


diaries = st.builds(Diary, zones, _spans())


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 60)), max_size=30))
def test_merging_keeps_every_minute_and_no_overlap(given_spans: list[tuple[int, int]]) -> None:
    spans = [span_of(MONDAY + timedelta(minutes=start), length) for start, length in given_spans]
    found = merged(spans)

    minutes = {start + step for start, length in given_spans for step in range(length)}
    kept = {
        int((span.starts_at - MONDAY).total_seconds()) // 60 + step
        for span in found
        for step in range(int((span.ends_at - span.starts_at).total_seconds()) // 60)
    }
    assert kept == minutes
    assert all(first.ends_at < second.starts_at for first, second in pairwise(found))


@given(st.lists(diaries, min_size=1, max_size=4), st.sampled_from([15, 45, 60, 120]))
def test_every_offered_time_is_free_and_humane_for_everybody(people: list[Diary], minutes: int) -> None:
    found = offer(minutes, people, first=MONDAY, last=MONDAY + FORTNIGHT)

    for starts_at in found.starts:
        span = span_of(starts_at, minutes)
        assert span.starts_at >= MONDAY
        assert span.ends_at <= MONDAY + FORTNIGHT
        assert not any(span.meets(busy) for diary in people for busy in diary.busy)
        for diary in people:
            if diary.zone is not None:
                local, end = starts_at.astimezone(diary.zone), span.ends_at.astimezone(diary.zone)
                assert local.weekday() < 5
                assert time(found.hours.opens) <= local.time()
                assert local.date() == end.date()
                assert end.time() <= time(found.hours.closes)
    assert list(found.starts) == sorted(set(found.starts))


@given(st.lists(diaries, min_size=1, max_size=4), st.sampled_from([15, 45, 60, 120]), st.integers(0, 90))
def test_no_time_that_suits_everybody_is_left_out(people: list[Diary], minutes: int, later: int) -> None:
    first = MONDAY + timedelta(minutes=later)
    halves = (MONDAY + timedelta(minutes=30) * step for step in range(14 * 48))
    spans = [span_of(start, minutes) for start in halves if first <= start <= MONDAY + FORTNIGHT]

    suits: dict[Hours, list[datetime]] = {hours: [] for hours in Hours}
    for hours, span in ((hours, span) for hours in Hours for span in spans):
        ends_in_time = span.ends_at <= MONDAY + FORTNIGHT
        if ends_in_time and humane(span, [one.zone for one in people], hours) and all(one.free(span) for one in people):
            suits[hours].append(span.starts_at)

    found = offer(minutes, people, first=first, last=MONDAY + FORTNIGHT, most=1000)
    assert list(found.starts) == (suits[Hours.OFFICE] or suits[Hours.WIDE])


@given(diaries, diaries, diaries, st.lists(st.sampled_from([30, 60, 90, 120]), min_size=1, max_size=6))
def test_a_loop_never_doubles_anybody_and_leaves_breaks(
    ada: Diary, ben: Diary, candidate: Diary, lengths: list[int]
) -> None:
    meetings = [
        Meeting(UUID(int=100 + place), minutes, ((ADA, BEN), (ADA,), (BEN,))[place % 3])
        for place, minutes in enumerate(lengths)
    ]
    found = propose(meetings, {ADA: ada, BEN: ben}, candidate, first=MONDAY, last=MONDAY + timedelta(days=4))

    assert set(found.times) | set(found.missing) == {meeting.key for meeting in meetings}
    assert not set(found.times) & set(found.missing)
    placed = [(one, span_of(found.times[one.key], one.minutes)) for one in meetings if one.key in found.times]
    for (_, first), (_, second) in combinations(placed, 2):
        assert not first.meets(Span(second.starts_at - BREAK, second.ends_at + BREAK))
    for meeting, span in placed:
        for person in meeting.people:
            assert {ADA: ada, BEN: ben}[person].free(span)
        assert candidate.free(span)
    _no_day_too_long(placed, candidate)


def _no_day_too_long(placed: list[tuple[Meeting, Span]], candidate: Diary) -> None:
    days: dict[object, timedelta] = {}
    for _, span in placed:
        day = span.starts_at.astimezone(candidate.zone or UTC).date()
        days[day] = days.get(day, timedelta(0)) + (span.ends_at - span.starts_at)
    assert all(length <= MOST_A_DAY for length in days.values())


def test_office_hours_of_two_zones_meet_in_the_afternoon_of_one() -> None:
    found = offer(60, [Diary(PARIS), Diary(NEW_YORK)], first=MONDAY, last=MONDAY + timedelta(days=1))

    # New York has changed its clocks already, Paris has not: five hours lie between them this week.
    assert [start.astimezone(PARIS).time() for start in found.starts] == [
        time(14), time(14, 30), time(15), time(15, 30), time(16), time(16, 30), time(17)
    ]  # fmt: skip
    assert found.hours is Hours.OFFICE


def test_far_zones_get_wider_hours_and_the_page_can_say_so() -> None:
    found = offer(90, [Diary(PARIS), Diary(TOKYO)], first=MONDAY, last=MONDAY + timedelta(days=1))

    assert found.hours is Hours.WIDE
    assert found.starts
    assert Hours.WIDE.words == "07:00 to 21:00"


def test_a_day_on_which_the_clocks_change_keeps_its_hours_on_the_wall() -> None:
    before, after = (
        offer(60, [Diary(PARIS)], first=day, last=day + timedelta(days=1), most=1).starts[0]
        for day in (datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC))
    )
    assert before.astimezone(PARIS).time() == after.astimezone(PARIS).time() == time(9)
    assert (before.hour, after.hour) == (8, 7)


def test_an_hour_that_comes_twice_is_no_working_hour_and_one_across_midnight_neither() -> None:
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert not humane(span_of(twice, 60), [PARIS], Hours.WIDE)
    late = datetime(2026, 3, 23, 22, 30, tzinfo=UTC)
    assert not humane(span_of(late, 60), [PARIS], Hours.WIDE)


def test_a_weekend_on_one_clock_is_no_time_for_anybody() -> None:
    saturday_in_tokyo = datetime(2026, 3, 27, 23, 0, tzinfo=UTC)
    assert not humane(span_of(saturday_in_tokyo, 30), [TOKYO], Hours.WIDE)


def test_who_is_never_free_leaves_the_meeting_without_a_time_and_the_others_with_theirs() -> None:
    never = Diary(PARIS, (Span(MONDAY - FORTNIGHT, MONDAY + 2 * FORTNIGHT),))
    first, second = Meeting(UUID(int=7), 60, (ADA,)), Meeting(UUID(int=8), 60, (BEN,))
    found = propose([first, second], {ADA: never, BEN: Diary(PARIS)}, Diary(), first=MONDAY, last=MONDAY + FORTNIGHT)

    assert found.missing == (first.key,)
    assert found.times == {second.key: datetime(2026, 3, 23, 8, tzinfo=UTC)}


def test_a_loop_of_one_day_has_a_break_between_and_goes_on_the_next_day() -> None:
    meetings = [Meeting(UUID(int=10 + place), 120, (CLEO,)) for place in range(4)]
    found = propose(meetings, {}, Diary(UTC), first=MONDAY, last=MONDAY + FORTNIGHT)

    assert [found.times[one.key] for one in meetings] == [
        MONDAY + timedelta(hours=9),
        MONDAY + timedelta(hours=11, minutes=30),
        MONDAY + timedelta(days=1, hours=9),
        MONDAY + timedelta(days=1, hours=11, minutes=30),
    ]


def test_nothing_is_offered_before_the_first_moment() -> None:
    found = offer(30, [Diary(UTC)], first=MONDAY + timedelta(hours=9, minutes=1), last=MONDAY + timedelta(hours=11))

    assert found.starts[0] == MONDAY + timedelta(hours=9, minutes=30)
