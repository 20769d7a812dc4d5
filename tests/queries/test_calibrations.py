"""What each reader is told of a calibration, and its minutes. On both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.errors import NotAllowedError, NotFoundError, NotYetError
from app.domain.growth.calibration import ChangeReason
from app.domain.growth.cycle import Answerer
from app.domain.growth.duty import GrowthDuty
from app.domain.growth.mark import Standing
from app.models.assessment import ExpectationMark, Sheet
from app.models.calibration import CalibrationItem
from app.models.engine import writing
from app.queries import calibration_page, calibration_papers, calibrations, duties
from app.services import calibration_run, prevotes
from app.services import calibrations as services
from app.services.prevotes import Change
from tests.factories.calibrations import LATER, Panel, lock, make_panel, open_with, seal, settle, start_voting
from tests.factories.cycles import assessment_of, make_cycle, seal_side
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database

P, N = "promote", "not_yet"


def _asked(session: Session, person: Person) -> list[tuple[str, str]]:
    growth = {GrowthDuty.PREVOTE, GrowthDuty.RUN}
    found = duties.duties(session, actor_of(person), NOW)
    return [(duty.kind.value, duty.title) for duty in found if duty.kind in growth]


def test_the_inbox_asks_for_votes_and_then_the_chair_to_open_them(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        assert [_asked(session, one) for one in panel.voters] == [[], [], []]
        start_voting(session, panel)
        vote = ("prevote", "Vote on Mira Okafor")
        assert [_asked(session, one) for one in panel.voters] == [[vote]] * 3
        assert _asked(session, panel.team.manager) == []
        for person in panel.voters:
            seal(session, panel.item.id, person, P)
        assert [_asked(session, one) for one in panel.voters] == [
            [("calibration_run", "Open the discussion of Autumn panel")], [], []
        ]  # fmt: skip
        calibration_run.open_votes(session, actor_of(panel.chair), panel.calibration.id, "", now=NOW)
        assert [_asked(session, one) for one in panel.voters] == [[], [], []]


def test_only_chair_and_hr_are_told_whose_votes_are_missing(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        start_voting(session, panel)
        seal(session, panel.item.id, panel.ana, P)
        missing = {
            name: [line.told.missing for line in calibrations.page(session, actor_of(who), panel.calibration.id).lines]
            for name, who in {"chair": panel.chair, "hr": panel.team.hr, "ben": panel.ben}.items()
        }
        assert missing == {
            "chair": [["Ben Brandt", "Carla Chair"]],
            "hr": [["Ben Brandt", "Carla Chair"]],
            "ben": [[]],
        }


def test_a_page_tells_votes_by_name_to_members_and_to_hr_once_it_is_locked(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        open_with(session, panel, [P, P, N])
        hr, ana = actor_of(panel.team.hr), actor_of(panel.ana)
        (line,) = calibrations.page(session, ana, panel.calibration.id).differing
        assert [(vote.name, vote.now) for vote in line.told.votes] == [
            ("Ana Alves", P), ("Ben Brandt", N), ("Carla Chair", P)
        ]  # fmt: skip
        assert calibrations.page(session, hr, panel.calibration.id).lines[0].told.votes == []
        settle(session, panel, P)
        lock(session, panel)
        assert len(calibrations.page(session, hr, panel.calibration.id).lines[0].told.votes) == 3


def test_the_minutes_are_there_once_it_is_locked(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        open_with(session, panel, [P, P, N])
        ana = actor_of(panel.ana)
        with pytest.raises(NotYetError):
            calibration_papers.minutes(session, ana, panel.calibration.id, zone="UTC")
        change = Change(N, ChangeReason.COMPARED, "Beside Noor's case it does not fit.")
        prevotes.change(session, ana, panel.item.id, change, now=LATER)
        settle(session, panel, P, "The chair's reading of scope.")
        lock(session, panel)
        paper = calibration_papers.minutes(session, ana, panel.calibration.id, zone="UTC")
        (item,) = paper.items
        assert (item.settled, item.dissent) == ("Promote", ("Ana Alves", "Ben Brandt"))
        assert (item.votes[0].before, item.votes[0].now) == ("Promote", "Not yet")
        assert item.changes[0].words == "Beside Noor's case it does not fit."
        assert item.bound == (("Mika Manager", "manages the person."),)
        with pytest.raises(NotFoundError):
            calibration_papers.minutes(session, actor_of(panel.team.mira), panel.calibration.id, zone="UTC")


def test_what_is_about_the_reader_is_left_out_of_their_copy(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        open_with(session, panel, [P, P, N])
        settle(session, panel, P)
        lock(session, panel)
        panel.case.person_id = panel.team.hr.id
        session.flush()
        paper = calibration_papers.minutes(session, actor_of(panel.team.hr), panel.calibration.id, zone="UTC")
        assert (paper.items, paper.matrices, paper.omitted) == ((), (), 1)
        with pytest.raises(NotAllowedError):
            calibration_page.page(session, actor_of(panel.team.hr), panel.item.id)


def test_the_mirror_counts_own_votes_beside_others(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        open_with(session, panel, [P, P, N])
        words = {
            name: calibration_page.mirror(session, actor_of(who), now=LATER).cases
            for name, who in {"ben": panel.ben, "mira": panel.team.mira}.items()
        }
        assert words["ben"].startswith("On 1 case with three votes or more: stricter than most on 1")
        assert words["mira"] == "No case with three votes or more yet, so nothing can be said."


def test_marks_of_an_assessment_open_with_the_votes(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        rated = _rated_with_a_mark(session, panel)
        start_voting(session, panel)
        ana = actor_of(panel.ana)
        assert [note.mark for note in calibration_page.page(session, ana, rated).notes] == [""]
        for person in panel.voters:
            seal(session, panel.item.id, person, P)
            seal(session, rated, person, "senior")
        calibration_run.open_votes(session, actor_of(panel.chair), panel.calibration.id, "", now=NOW)
        (note,) = calibration_page.page(session, ana, rated).notes
        assert (note.competency, note.text, note.mark) == ("Data", "Reads funnels.", "Meets principal")


def _rated_with_a_mark(session: Session, panel: Panel) -> UUID:
    assessment = assessment_of(session, make_cycle(session, panel.team), panel.team.noor)
    sheet = session.query(Sheet).filter_by(assessment_id=assessment.id, answerer=Answerer.MANAGER).one()
    mark = ExpectationMark(
        sheet_id=sheet.id, competency="data", standing=Standing.MET, rung="principal", note="Reads funnels."
    )
    session.add(mark)
    session.flush()
    for side in (Answerer.SELF, Answerer.MANAGER):
        seal_side(session, assessment, side)
    services.take_in(session, actor_of(panel.chair), panel.calibration.id, assessment_ids=[assessment.id], now=NOW)
    return session.query(CalibrationItem).filter_by(assessment_id=assessment.id).one().id
