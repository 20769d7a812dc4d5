"""Acts of the ladder that several people, tabs or double clicks begin at the same moment. On both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from app.domain.errors import InvalidError, PlumblineError
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseOutcome, CaseState
from app.domain.growth.casework import Verdict
from app.models.audit import AuditEvent
from app.models.calibration import Calibration, CalibrationItem, PreVote
from app.models.engine import reading, writing
from app.models.evidence import LogEntry
from app.models.ladder import Placement
from app.models.outbox import Message
from app.models.promotion import CaseDecision, CaseEvidence, PromotionCase
from app.services import assessments, calibration_run, calibrations, case_decisions, cases, evidence_log, prevotes
from app.services.calibrations import Sitting
from app.services.prevotes import Ballot
from tests.factories import assessments as assessing
from tests.factories import calibrations as calibrating
from tests.factories import cases as casing
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from tests.databases import Database


def _at_once(database: Database, acts: Sequence[Callable[[Session], object]]) -> list[str]:
    """Begin all acts at the same moment, each in its own transaction; what each ended with."""
    start = Barrier(len(acts))

    def begin(act: Callable[[Session], object]) -> str:
        start.wait()
        try:
            with writing(database.engine) as session:
                act(session)
        except PlumblineError as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(begin, acts))


def _count(database: Database, statement: Select[int]) -> int:
    with reading(database.engine) as session:
        return session.scalar(statement) or 0


def test_a_sheet_that_is_sealed_six_times_at_once_is_sealed_once(database: Database) -> None:
    with writing(database.engine) as session:
        scene = assessing.make_scene(session)
    actor = actor_of(scene.person)
    ended = _at_once(
        database,
        [lambda session: assessments.seal(session, actor, scene.assessment.id, assessing.OWN, version=0, now=NOW)] * 6,
    )
    assert ended == ["AlreadyDoneError"] * 5 + ["done"]
    seals = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "assessment.seal")
    assert _count(database, seals) == 1


def test_both_sides_that_seal_at_once_are_told_once_that_both_are_in(database: Database) -> None:
    with writing(database.engine) as session:
        scene = assessing.make_scene(session)
    sides = ((scene.person, assessing.OWN), (scene.manager, assessing.MANAGER))
    ended = _at_once(
        database,
        [
            partial(
                assessments.seal,
                actor=actor_of(person),
                assessment_id=scene.assessment.id,
                answers=answers,
                version=0,
                now=NOW,
            )
            for person, answers in sides
        ],
    )
    assert ended == ["done", "done"]
    told = select(func.count()).select_from(Message).where(Message.subject == "Both assessments are in")
    assert _count(database, told) == 2


def test_a_vote_that_is_sealed_while_votes_are_opened_is_in_or_refused(database: Database) -> None:
    with writing(database.engine) as session:
        panel = calibrating.make_panel(session)
        calibrating.start_voting(session, panel)
        for person in (panel.chair, panel.ana):
            calibrating.seal(session, panel.item.id, person, "promote")
    ballot, ben, chair = Ballot("not_yet", "One team only."), actor_of(panel.ben), actor_of(panel.chair)
    ended = _at_once(
        database,
        [
            *[lambda session: prevotes.seal(session, ben, panel.item.id, ballot, version=0, now=NOW)] * 3,
            lambda session: calibration_run.open_votes(session, chair, panel.calibration.id, "Ben is away.", now=NOW),
        ],
    )
    assert ended.count("AlreadyDoneError") == 4 - ended.count("done")
    with reading(database.engine) as session:
        opened = session.get_one(Calibration, panel.calibration.id)
        sealed = session.scalar(select(func.count()).select_from(PreVote).where(PreVote.sealed_at.is_not(None)))
        assert opened.state is CalibrationState.DISCUSSING
        assert (opened.opened_without == "") == (sealed == 3)


def test_a_case_that_is_decided_four_times_at_once_is_decided_once(database: Database) -> None:
    with writing(database.engine) as session:
        cast = casing.make_case_cast(session)
        case = casing.make_case(session, cast)
        casing.hand_in(session, cast, case)
        item = casing.seat(session, cast, case, CalibrationState.VOTING)
        casing.vote(session, cast, item)
        session.execute(update(Calibration).values(state=CalibrationState.LOCKED, locked_at=NOW))
    chair, version = actor_of(cast["chair"]), case.version
    verdict = Verdict(CaseOutcome.PROMOTE, casing.REASONS, casing.TODAY, ())
    ended = _at_once(
        database,
        [
            lambda session: case_decisions.decide(
                session, chair, case.id, verdict, version=version, today=casing.TODAY, now=NOW
            )
        ]
        * 4,
    )
    assert ended.count("done") == 1
    assert _count(database, select(func.count()).select_from(CaseDecision)) == 1
    assert _count(database, select(func.count()).select_from(Placement).where(Placement.case_id == case.id)) == 1


def test_a_decision_that_is_corrected_four_times_at_once_is_corrected_once(database: Database) -> None:
    with writing(database.engine) as session:
        cast = casing.make_case_cast(session)
        case = casing.make_decided(session, cast)
        case_id, version = case.id, case.version
    chair, verdict = actor_of(cast["chair"]), Verdict(CaseOutcome.NOT_YET, casing.REASONS, gaps=("money",))
    ended = _at_once(
        database,
        [
            lambda session: case_decisions.correct(
                session, chair, case_id, verdict, why=casing.REASONS, version=version, today=casing.TODAY, now=NOW
            )
        ]
        * 4,
    )
    assert ended == ["ConflictError"] * 3 + ["done"]
    assert _count(database, select(func.count()).select_from(CaseDecision)) == 2
    replaced = select(func.count()).select_from(Placement).where(Placement.replaces_id.is_not(None))
    assert _count(database, replaced) == 1


def test_a_case_for_one_person_begins_once(database: Database) -> None:
    with writing(database.engine) as session:
        cast = casing.make_case_cast(session)
    ended = _at_once(
        database,
        [
            partial(
                cases.ask_for,
                actor=actor_of(cast[part]),
                person_id=cast.person.id,
                to_level="principal",
                today=casing.TODAY,
                now=NOW,
            )
            for part in ("person", "manager", "person", "manager")
        ],
    )
    assert ended == ["ConflictError"] * 3 + ["done"]


def test_a_case_is_in_one_session_though_two_take_it_in_at_once(database: Database) -> None:
    with writing(database.engine) as session:
        panel = calibrating.make_panel(session)
        case = calibrating.make_case(session, panel.team, panel.team.noor)
        hr = actor_of(panel.team.hr)
        sitting = Sitting("Another", panel.chair.id, 10, (panel.ana.id, panel.ben.id))
        other = calibrations.begin(session, hr, sitting, now=NOW)
    ended = _at_once(
        database,
        [
            partial(calibrations.take_in, actor=hr, calibration_id=one, case_ids=[case.id], now=NOW)
            for one in (panel.calibration.id, other)
        ],
    )
    assert ended == ["InvalidError", "done"]
    items = select(func.count()).select_from(CalibrationItem).where(CalibrationItem.case_id == case.id)
    assert _count(database, items) == 1


def test_a_case_is_not_handed_in_on_evidence_that_is_being_withdrawn(database: Database) -> None:
    with writing(database.engine) as session:
        cast = casing.make_case_cast(session)
        case = casing.make_case(session, cast)
        casing.fill(session, cast, case)
        first, second = session.scalars(select(CaseEvidence.entry_id).order_by(CaseEvidence.entry_id))
        session.execute(update(LogEntry).where(LogEntry.id == second).values(withdrawn_at=NOW))
        version = session.get_one(LogEntry, first).version
    owner, manager = actor_of(cast.person), actor_of(cast.manager)

    def hand_in() -> None:
        with writing(database.engine) as session:
            cases.hand_in(session, manager, case.id, version=case.version, now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with writing(database.engine) as session:
            evidence_log.withdraw(session, owner, first, "It was not so.", version=version, now=NOW)
            begun = pool.submit(hand_in)
            # It has to wait for the end of this transaction, so it cannot be through before.
            with pytest.raises(TimeoutError):
                begun.result(timeout=0.7)
        with pytest.raises(InvalidError, match="None of the cited evidence can be read"):
            begun.result(timeout=20)
    with reading(database.engine) as session:
        assert session.get_one(PromotionCase, case.id).state is CaseState.DRAFT
