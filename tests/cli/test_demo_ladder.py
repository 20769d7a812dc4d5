"""The ladder of the demo's story: six PMs, two cycles, cases at three points, and nothing told of the future."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from app.cli.demo import growth, story
from app.cli.demo.moments import Moments
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseOutcome, CaseState
from app.domain.growth.cycle import CycleState
from app.models.assessment import Assessment, Cycle, Sheet
from app.models.assessment_facts import both_sealed
from app.models.calibration import Calibration, PreVote, VoteChange
from app.models.engine import reading
from app.models.evidence import Corroboration, LogEntry
from app.models.ladder import Placement
from app.models.person import Person
from app.models.promotion import CaseDecision, CaseSignature, PeerFeedback, PromotionCase
from app.queries import placements
from tests.cli.conftest import SUNDAY

if TYPE_CHECKING:
    from sqlalchemy import Engine


def test_six_pms_one_cycle_closed_and_one_open(told: Engine) -> None:
    with reading(told) as session:
        found = {one.state: one for one in session.scalars(select(Cycle))}
        both = select(func.count()).select_from(Assessment).where(both_sealed())
        assert {state: _people(told, cycle) for state, cycle in found.items()} == {
            state: set(growth.CLIMBERS) for state in CycleState
        }
        assert session.scalar(both.where(Assessment.cycle_id == found[CycleState.CLOSED].id)) == len(growth.CLIMBERS)
        assert session.scalar(both.where(Assessment.cycle_id == found[CycleState.OPEN].id)) == 2
        drafts = select(Sheet.id).where(Sheet.saved_at.is_not(None), Sheet.sealed_at.is_(None))
        assert len(session.scalars(drafts).all()) == 1
        assert SUNDAY.date() < found[CycleState.OPEN].due_on


def test_one_case_is_decided_one_in_calibration_and_one_begun(told: Engine) -> None:
    with reading(told) as session:
        rows = session.execute(
            select(Person.name, PromotionCase.state, CaseDecision.outcome)
            .join(Person, Person.id == PromotionCase.person_id)
            .outerjoin(CaseDecision, CaseDecision.case_id == PromotionCase.id)
        )
        assert {row.name.split()[0]: (row.state, row.outcome) for row in rows} == {
            "Marit": (CaseState.DECIDED, CaseOutcome.PROMOTE),
            "Tendai": (CaseState.SUBMITTED, None),
            "Soraya": (CaseState.DRAFT, None),
        }
        assert session.scalar(select(func.count()).select_from(CaseSignature)) == 3
        answered = session.scalars(select(PeerFeedback.answered_at)).all()
        assert (len(answered), sum(one is None for one in answered)) == (5, 2)


def test_votes_differ_and_one_changed_with_a_reason(told: Engine) -> None:
    with reading(told) as session:
        assert sorted(session.scalars(select(Calibration.state))) == [
            CalibrationState.LOCKED, CalibrationState.PREPARING, CalibrationState.VOTING
        ]  # fmt: skip
        votes = session.execute(
            select(PreVote.item_id, func.count(), func.count(PreVote.value.distinct())).group_by(PreVote.item_id)
        )
        assert sorted(tuple(row[1:]) for row in votes) == [(2, 2), (4, 2)]
        (change,) = session.scalars(select(VoteChange))
        assert (change.before, change.after, len(change.words) > 40) == ("postpone", "promote", True)


def test_the_promotion_placed_her_from_its_day_on(told: Engine) -> None:
    with reading(told) as session:
        marit = session.scalars(select(Person.id).where(Person.email == f"marit@{story.DOMAIN}")).one()
        standing = placements.current(session, [marit], SUNDAY.date())[marit]
        placed = session.scalars(select(Placement).where(Placement.case_id.is_not(None))).one()
    assert (standing.level, standing.since, placed.person_id) == ("principal", placed.since, marit)
    assert placed.since < SUNDAY.date()


def test_logs_reach_back_and_others_were_there(told: Engine) -> None:
    with reading(told) as session:
        days = session.scalars(select(LogEntry.about_on)).all()
        words = session.scalars(select(Corroboration.word)).all()
    assert len(days) >= 20
    assert max(days) < SUNDAY.date()
    assert (SUNDAY.date() - min(days)).days > 300
    assert len({word for word in words if word}) == 2
    assert words.count(None) == 2


def _people(told: Engine, cycle: Cycle) -> set[str]:
    with reading(told) as session:
        emails = select(Person.email).join(Assessment, Assessment.person_id == Person.id)
        return {email.partition("@")[0] for email in session.scalars(emails.where(Assessment.cycle_id == cycle.id))}


@pytest.mark.parametrize("days", range(7))
def test_no_evidence_speaks_of_a_day_after_the_one_it_was_added_on(days: int) -> None:
    moments, zone = Moments(SUNDAY + timedelta(days=days), story.ZONE), ZoneInfo(story.ZONE)
    early = [
        (climber.key, entry.key)
        for climber in growth.climbers()
        for entry in climber.entries
        if moments.day(entry.about) > moments.at(entry.at).astimezone(zone).date()
    ]
    assert not early
