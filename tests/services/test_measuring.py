"""Metrics, readings and the final outcome; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError, NotYetError
from app.domain.onboarding.plan import PartyName
from app.models.engine import writing
from app.models.measuring import OutcomeRow, PlanMetric, ReadingRow
from app.models.onboarding import Signature
from app.services import measuring
from app.services.measuring import AimDraft, OutcomeDraft, ReadingDraft
from tests.factories import hiring as make
from tests.factories.plans import TODAY, Cast, make_plan

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from tests.databases import Database

NOW = make.NOW
WHOLE = {"strategy": OutcomeDraft(4, "Two bets stopped."), "fluency": OutcomeDraft(3), "empathy": OutcomeDraft(None)}


def _pick(session: Session, cast: Cast, wanted: AimDraft) -> UUID:
    return measuring.pick(session, make.actor_of(cast.hire), cast.plan.id, wanted, now=NOW)


def _read(session: Session, cast: Cast, metric: UUID, *readings: ReadingDraft) -> int:
    return measuring.read(session, make.actor_of(cast.hire), metric, readings, today=TODAY, now=NOW)


def test_a_metric_of_the_blueprint_is_picked_once_and_aimed_at_exactly(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        wanted = AimDraft("precision", "Alerts", Decimal("0.70"), Decimal("0.85"))
        row = session.get_one(PlanMetric, _pick(session, cast, wanted))

        assert (row.area, row.baseline, row.low, row.high) == ("Alerts", "0.70", "0.85", "")
        with pytest.raises(AlreadyDoneError, match="picked already"):
            _pick(session, cast, wanted)
        with pytest.raises(InvalidError, match="of this plan's blueprint"):
            _pick(session, cast, replace(wanted, metric="recall"))


def test_bounds_the_wrong_way_round_are_refused(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        with pytest.raises(InvalidError, match="Swap them"):
            _pick(session, cast, AimDraft("precision", low=Decimal(3), high=Decimal(2)))


def test_a_target_changes_only_from_what_was_seen(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        row = session.get_one(PlanMetric, _pick(session, cast, AimDraft("precision")))
        seen, actor = row.version, make.actor_of(cast.manager)
        wanted = AimDraft("precision", low=Decimal("0.9"))
        measuring.aim(session, actor, row.id, wanted, version=seen, now=NOW)
        assert row.low == "0.9"
        with pytest.raises(ConflictError):
            measuring.aim(session, actor, row.id, AimDraft("precision"), version=seen, now=NOW)


def test_a_second_reading_of_a_day_stands_beside_the_first(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        metric = _pick(session, cast, AimDraft("precision"))
        _read(session, cast, metric, ReadingDraft(TODAY, Decimal("0.80")), ReadingDraft(TODAY, Decimal("0.810")))
        _read(session, cast, metric, ReadingDraft(TODAY, Decimal("0.82"), " looked   again "))

        rows = session.execute(select(ReadingRow.number, ReadingRow.value, ReadingRow.note).order_by(ReadingRow.number))
        assert [tuple(row) for row in rows] == [(1, "0.80", ""), (2, "0.810", ""), (3, "0.82", "looked again")]


def test_readings_are_taken_all_or_none(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        metric = _pick(session, cast, AimDraft("precision"))
        ahead = ReadingDraft(TODAY + timedelta(days=1), Decimal(1))
        with pytest.raises(InvalidError, match="has not come yet"):
            _read(session, cast, metric, ReadingDraft(TODAY, Decimal(1)), ahead)

        assert session.scalars(select(ReadingRow.id)).all() == []


def test_a_buddy_and_hr_enter_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        metric = _pick(session, cast, AimDraft("precision"))
        for person in (cast.buddy, cast.hr):
            with pytest.raises(NotAllowedError):
                measuring.read(session, make.actor_of(person), metric, [], today=TODAY, now=NOW)


def _signed(session: Session, cast: Cast) -> None:
    month = cast.milestone(session, "day-90")
    session.add(Signature(milestone_id=month.id, party=PartyName.MANAGER, person_id=cast.manager.id, signed_at=NOW))
    session.flush()


def test_the_outcome_is_recorded_once_after_day_90(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        manager = make.actor_of(cast.manager)
        with pytest.raises(NotYetError, match="once the 90 days are signed off"):
            measuring.record_outcome(session, manager, cast.plan.id, WHOLE, now=NOW)
        _signed(session, cast)
        measuring.record_outcome(session, manager, cast.plan.id, WHOLE, now=NOW)

        rows = session.scalars(select(OutcomeRow))
        assert {row.dimension: row.value for row in rows} == {"strategy": 4, "fluency": 3, "empathy": None}
        with pytest.raises(AlreadyDoneError, match="so it stays"):
            measuring.record_outcome(session, manager, cast.plan.id, WHOLE, now=NOW)


def test_an_outcome_judges_every_dimension_on_the_scale(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        _signed(session, cast)
        nothing = dict.fromkeys(WHOLE, OutcomeDraft(None))
        for values, said in (
            ({"strategy": OutcomeDraft(4)}, "a point of the scale"),
            ({**WHOLE, "stolen": OutcomeDraft(4)}, "Judge every dimension"),
            ({**WHOLE, "fluency": OutcomeDraft(9)}, "a point of the scale"),
            (nothing, "at least one dimension"),
        ):
            with pytest.raises(InvalidError, match=said):
                measuring.record_outcome(session, make.actor_of(cast.manager), cast.plan.id, values, now=NOW)


@pytest.mark.parametrize("part", ["hire", "buddy", "hr"])
def test_only_the_manager_records_the_outcome(database: Database, part: str) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        _signed(session, cast)
        with pytest.raises(NotAllowedError):
            measuring.record_outcome(session, make.actor_of(getattr(cast, part)), cast.plan.id, WHOLE, now=NOW)


def test_days_are_days(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        metric = _pick(session, cast, AimDraft("precision"))
        _read(session, cast, metric, ReadingDraft(date(2026, 2, 28), Decimal("-1.5")))

        assert session.scalars(select(ReadingRow.day)).one() == date(2026, 2, 28)
