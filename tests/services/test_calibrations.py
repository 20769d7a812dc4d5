"""Preparing a calibration: who sits, who chairs, what is taken in. On both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.growth.case import CaseState
from app.domain.growth.cycle import Answerer
from app.domain.permission import Role
from app.models.calibration import Calibration, CalibrationItem, CalibrationMember
from app.models.engine import writing
from app.models.outbox import Message
from app.queries import calibration_choosing
from app.services import calibrations, leaving, prevotes
from app.services.calibrations import Sitting
from tests.factories.calibrations import make_case, make_panel, start_voting
from tests.factories.cycles import assessment_of, make_cycle, seal_side
from tests.factories.hiring import NOW, actor_of, make_person

if TYPE_CHECKING:
    from tests.databases import Database


def test_hr_begins_a_session_and_the_chair_sits_in_it(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        members = set(
            session.scalars(
                select(CalibrationMember.person_id).where(CalibrationMember.calibration_id == panel.calibration.id)
            )
        )
        assert members == {panel.chair.id, panel.ana.id, panel.ben.id, panel.team.manager.id}
        told = session.scalars(select(Message.subject).where(Message.recipient_id == panel.chair.id)).all()
        assert told == ["You chair a calibration: Autumn panel"]


def test_only_hr_begins_and_strangers_find_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        wanted = Sitting("Mine", panel.ana.id, 10, ())
        with pytest.raises(NotAllowedError):
            calibrations.begin(session, actor_of(panel.ana), wanted, now=NOW)
        stranger = actor_of(make_person(session, "Sam Stranger", [Role.PEOPLE_MANAGER]))
        with pytest.raises(NotFoundError):
            calibrations.edit(session, stranger, panel.calibration.id, wanted, version=1, now=NOW)


def test_every_fault_of_a_session_is_named_at_its_field(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        gone = make_person(session, "Gone Away", active=False)
        with pytest.raises(InvalidError) as caught:
            calibrations.begin(session, actor_of(panel.team.hr), Sitting(" ", gone.id, 0, ()), now=NOW)
        assert [fault.field for fault in caught.value.faults] == ["title", "minutes_each", "member_ids"]


def test_an_edit_in_a_second_tab_is_refused_and_says_so(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        wanted = Sitting("Winter panel", panel.chair.id, 15, (panel.ana.id, panel.ben.id))
        version = panel.calibration.version
        calibrations.edit(session, actor_of(panel.chair), panel.calibration.id, wanted, version=version, now=NOW)
        assert session.get_one(Calibration, panel.calibration.id).title == "Winter panel"
        with pytest.raises(ConflictError):
            calibrations.edit(session, actor_of(panel.chair), panel.calibration.id, wanted, version=version, now=NOW)


def test_a_case_is_in_one_open_session_only(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        hr = actor_of(panel.team.hr)
        other = calibrations.begin(session, hr, Sitting("Second", panel.chair.id, 10, ()), now=NOW)
        with pytest.raises(InvalidError, match="in a session already"):
            calibrations.take_in(session, hr, other, case_ids=[panel.case.id], now=NOW)
        calibrations.take_out(session, hr, panel.item.id, now=NOW)
        assert calibrations.take_in(session, hr, other, case_ids=[panel.case.id], now=NOW) == 1


@pytest.mark.parametrize("state", [CaseState.DRAFT, CaseState.WITHDRAWN, CaseState.DECIDED])
def test_only_cases_that_were_handed_in_are_taken_in(database: Database, state: CaseState) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        case = make_case(session, panel.team, panel.team.noor, state=state)
        with pytest.raises(InvalidError, match="not handed in"):
            calibrations.take_in(session, actor_of(panel.chair), panel.calibration.id, case_ids=[case.id], now=NOW)


def test_an_assessment_waits_until_both_sides_are_in(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        rated = assessment_of(session, make_cycle(session, panel.team), panel.team.noor)
        with pytest.raises(InvalidError, match="still waits for an answer"):
            calibrations.take_in(
                session, actor_of(panel.chair), panel.calibration.id, assessment_ids=[rated.id], now=NOW
            )


def test_an_assessment_of_somebody_who_was_taken_out_is_not_taken_in(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        cycle = make_cycle(session, panel.team)
        rated = assessment_of(session, cycle, panel.team.noor)
        for side in (Answerer.SELF, Answerer.MANAGER):
            seal_side(session, rated, side)
        chair = actor_of(panel.chair)
        held = calibration_choosing.choosing(session, chair, panel.calibration.id, cycle_id=cycle.id)
        assert [one.name for one in held.assessments] == ["Noor Hire"]
        leaving.take_out(session, actor_of(panel.team.hr), rated.id, reason="She left.", now=NOW)
        held = calibration_choosing.choosing(session, chair, panel.calibration.id, cycle_id=cycle.id)
        assert held.assessments == ()
        with pytest.raises(InvalidError, match="was taken out"):
            calibrations.take_in(session, chair, panel.calibration.id, assessment_ids=[rated.id], now=NOW)


def test_the_chair_may_be_in_conflict_over_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        hr = actor_of(panel.team.hr)
        led = calibrations.begin(session, hr, Sitting("Led by Mika", panel.team.manager.id, 10, ()), now=NOW)
        case = make_case(session, panel.team, panel.team.noor)
        with pytest.raises(InvalidError, match="free of conflicts, and is not over: Noor Hire"):
            calibrations.take_in(session, hr, led, case_ids=[case.id], now=NOW)
        with pytest.raises(InvalidError, match="Mira Okafor"):
            calibrations.hand_over(session, actor_of(panel.chair), panel.calibration.id, panel.team.manager.id, now=NOW)
        calibrations.hand_over(session, actor_of(panel.chair), panel.calibration.id, panel.ana.id, now=NOW)
        assert session.get_one(Calibration, panel.calibration.id).chair_id == panel.ana.id


def test_nobody_takes_in_or_out_what_is_about_themselves(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        panel.case.person_id = panel.team.hr.id
        session.flush()
        hr = actor_of(panel.team.hr)
        with pytest.raises(NotAllowedError, match="somebody else"):
            calibrations.take_out(session, hr, panel.item.id, now=NOW)
        calibrations.take_out(session, actor_of(panel.chair), panel.item.id, now=NOW)
        with pytest.raises(NotAllowedError, match="somebody else"):
            calibrations.take_in(session, hr, panel.calibration.id, case_ids=[panel.case.id], now=NOW)


def test_an_item_with_a_declared_conflict_stays(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        prevotes.declare(session, actor_of(panel.ana), panel.item.id, "We are neighbours.", now=NOW)
        with pytest.raises(ConflictError, match="stays on record"):
            calibrations.take_out(session, actor_of(panel.chair), panel.item.id, now=NOW)


def test_once_votes_are_asked_for_nothing_is_taken_out(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        start_voting(session, panel)
        for person in (panel.chair, panel.team.hr):
            with pytest.raises(NotAllowedError):
                calibrations.take_out(session, actor_of(person), panel.item.id, now=NOW)
        assert session.get(CalibrationItem, panel.item.id) is not None


def test_nobody_chooses_who_judges_what_is_about_themselves(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        panel.case.person_id = panel.team.hr.id
        session.flush()
        wanted = Sitting("Autumn panel", panel.ana.id, 12, (panel.ben.id,))
        version = session.get_one(Calibration, panel.calibration.id).version
        with pytest.raises(NotAllowedError, match="about you"):
            calibrations.edit(session, actor_of(panel.team.hr), panel.calibration.id, wanted, version=version, now=NOW)
        calibrations.edit(session, actor_of(panel.chair), panel.calibration.id, wanted, version=version, now=NOW)
