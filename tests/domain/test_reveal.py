from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.reveal import Openings, OwnDuty, others_were_visible

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AFTER_OWN = Openings(reveals_after_own=True, debrief_opened_at=None, reads_debrief=False)


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


def sealed(assigned: int, ended: int) -> OwnDuty:
    return OwnDuty(at(assigned), at(ended), at(ended))


def owed(assigned: int) -> OwnDuty:
    return OwnDuty(at(assigned), None)


def debrief(hour: int | None, *, reads: bool, after_own: bool = False) -> Openings:
    return Openings(after_own, None if hour is None else at(hour), reads)


def test_the_first_seal_is_independent_whatever_the_others_did() -> None:
    assert not others_were_visible([owed(0)], [at(1), at(2)], AFTER_OWN, now=at(5))


def test_after_sealing_the_others_count_as_seen() -> None:
    assert others_were_visible([sealed(0, 2)], [at(1)], AFTER_OWN, now=at(5))


def test_nobody_else_sealed_so_there_was_nothing_to_see() -> None:
    assert not others_were_visible([sealed(0, 2)], [], AFTER_OWN, now=at(5))


def test_a_card_that_is_sealed_at_the_same_moment_was_not_seen() -> None:
    assert not others_were_visible([sealed(0, 2)], [at(5)], AFTER_OWN, now=at(5))


def test_a_second_interview_given_after_seeing_others_is_not_independent() -> None:
    assert others_were_visible([sealed(0, 2), owed(4)], [at(1)], AFTER_OWN, now=at(6))


def test_a_second_interview_owed_all_along_stays_independent() -> None:
    assert not others_were_visible([sealed(0, 2), owed(1)], [at(1)], AFTER_OWN, now=at(6))


def test_duties_that_follow_each_other_without_a_gap_keep_the_author_blind() -> None:
    own = [sealed(0, 2), OwnDuty(at(1), at(4)), owed(4)]
    assert not others_were_visible(own, [at(1)], AFTER_OWN, now=at(6))


def test_at_debrief_sealing_alone_opens_nothing() -> None:
    rule = debrief(None, reads=False)
    assert not others_were_visible([sealed(0, 2)], [at(1)], rule, now=at(5))
    assert others_were_visible([sealed(0, 2)], [at(1)], debrief(3, reads=False), now=at(5))


def test_a_manager_who_read_the_debrief_is_not_independent_afterwards() -> None:
    assert others_were_visible([owed(4)], [at(1)], debrief(3, reads=True), now=at(6))
    assert not others_were_visible([owed(2)], [at(1)], debrief(3, reads=True), now=at(6))


@pytest.mark.parametrize("ended", [1, 2, 3])
def test_a_release_ends_the_duty_and_opens_nothing(ended: int) -> None:
    released = OwnDuty(at(0), at(ended), None)
    assert not others_were_visible([released], [at(0)], AFTER_OWN, now=at(9))


hours = st.integers(0, 20)
duties = st.tuples(hours, hours, st.booleans()).map(
    lambda d: sealed(d[0], d[0] + d[1]) if d[2] else OwnDuty(at(d[0]), at(d[0] + d[1]))
)
openings = st.builds(Openings, st.booleans(), st.none() | hours.map(at), st.booleans())


@given(st.lists(duties, max_size=4), st.lists(hours.map(at), max_size=3), openings, hours, hours)
def test_what_was_once_visible_stays_so(
    own: list[OwnDuty], others: list[datetime], rule: Openings, first: int, later: int
) -> None:
    early, late = at(min(first, later)), at(max(first, later))
    if others_were_visible(own, others, rule, now=early):
        assert others_were_visible(own, others, rule, now=late)


@given(st.lists(duties, max_size=4), st.lists(hours.map(at), min_size=1, max_size=3), openings, hours)
def test_a_duty_over_the_whole_time_keeps_the_author_blind(
    own: list[OwnDuty], others: list[datetime], rule: Openings, now: int
) -> None:
    assert not others_were_visible([*own, owed(-1)], others, rule, now=at(now))


@given(st.lists(duties, max_size=4), st.lists(hours.map(at), min_size=1, max_size=3), openings, hours)
def test_it_agrees_with_looking_at_every_minute(
    own: list[OwnDuty], others: list[datetime], rule: Openings, now: int
) -> None:
    """The same question asked the slow way: is there any half hour at which the author could look?"""
    moments = [START + timedelta(minutes=30 * n) for n in range(now * 2)]
    assert others_were_visible(own, others, rule, now=at(now)) is any(_sees(m, own, others, rule) for m in moments)


def _sees(moment: datetime, own: list[OwnDuty], others: list[datetime], rule: Openings) -> bool:
    owes = any(d.assigned_at <= moment and (d.ended_at is None or moment < d.ended_at) for d in own)
    has_sealed = any(d.opens_from is not None and d.opens_from <= moment for d in own)
    opened = rule.debrief_opened_at is not None and rule.debrief_opened_at <= moment
    open_to_me = (has_sealed and (rule.reveals_after_own or opened)) or (rule.reads_debrief and opened)
    return open_to_me and not owes and min(others) <= moment
