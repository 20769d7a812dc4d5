from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.card import CardState
from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.hiring import Stage
from app.domain.permission import Role
from app.models.candidate import Application, StageChange
from app.models.engine import writing
from app.models.scorecard import ScorecardRow
from app.services import applications
from tests.factories import hiring as make

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database

NOW = make.NOW


def move(  # noqa: PLR0917  a shorthand for tests
    session: Session, actor: ActorFacts, application: Application, to: Stage, seen: Stage, reason: str = ""
) -> None:
    applications.move_stage(session, actor, application.id, to, seen=seen, reason=reason, now=NOW)


def coordinator(session: Session) -> ActorFacts:
    return make.actor_of(make.make_person(session, "Cora Finn", [Role.COORDINATOR]))


def owing_manager(session: Session, stage: Stage) -> tuple[ActorFacts, Application]:
    """A hiring manager who interviews the candidate and has not sealed."""
    manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER, Role.INTERVIEWER])
    requisition = make.make_requisition(session, manager=manager)
    application = make.make_application(session, requisition, stage=stage)
    make.make_interview(session, application, [manager])
    return make.actor_of(manager), application


def test_nobody_who_was_erased_applies(database: Database) -> None:
    with writing(database.engine) as session:
        actor, need = coordinator(session), make.make_requisition(session)
        gone, there = make.make_candidate(session, "Gone"), make.make_candidate(session)
        gone.erased_at = NOW
        with pytest.raises(NotFoundError):
            applications.apply(session, actor, gone.id, need.id, now=NOW)
        made = applications.apply(session, actor, there.id, need.id, now=NOW)
        assert list(session.scalars(select(Application.id))) == [made]


def test_moves_forward_and_back_are_kept_in_order(database: Database) -> None:
    with writing(database.engine) as session:
        actor, application = coordinator(session), make.make_application(session, stage=Stage.APPLIED)
        move(session, actor, application, Stage.SCREENING, Stage.APPLIED)
        move(session, actor, application, Stage.INTERVIEWING, Stage.SCREENING)
        with pytest.raises(InvalidError):
            move(session, actor, application, Stage.SCREENING, Stage.INTERVIEWING, "  ")
        move(session, actor, application, Stage.SCREENING, Stage.INTERVIEWING, "The screen was cut short.")
        steps = session.execute(
            select(StageChange.number, StageChange.to_stage, StageChange.reason).order_by(StageChange.number)
        ).all()
    assert [tuple(step) for step in steps] == [
        (1, Stage.APPLIED, ""),
        (2, Stage.SCREENING, ""),
        (3, Stage.INTERVIEWING, ""),
        (4, Stage.SCREENING, "The screen was cut short."),
    ]


def test_a_page_that_showed_another_stage_moves_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        actor, application = coordinator(session), make.make_application(session, stage=Stage.SCREENING)
        with pytest.raises(ConflictError):
            move(session, actor, application, Stage.INTERVIEWING, Stage.APPLIED)
        assert application.stage is Stage.SCREENING


@pytest.mark.parametrize("to", [Stage.DEBRIEF, Stage.DECIDED, Stage.INTERVIEWING])
def test_nobody_moves_by_hand_to_a_debrief_a_decision_or_nowhere(database: Database, to: Stage) -> None:
    with writing(database.engine) as session:
        actor, application = coordinator(session), make.make_application(session, stage=Stage.INTERVIEWING)
        with pytest.raises(InvalidError):
            move(session, actor, application, to, Stage.INTERVIEWING, "Because.")


def test_a_withdrawal_needs_a_reason_and_releases_what_is_owed(database: Database) -> None:
    with writing(database.engine) as session:
        actor, application = coordinator(session), make.make_application(session)
        interviewer = make.make_person(session, "Ida Noor", [Role.INTERVIEWER])
        make.make_interview(session, application, [interviewer])
        with pytest.raises(InvalidError):
            move(session, actor, application, Stage.WITHDRAWN, Stage.INTERVIEWING)
        move(session, actor, application, Stage.WITHDRAWN, Stage.INTERVIEWING, "Took another offer.")
        assert session.scalars(select(ScorecardRow.state)).all() == [CardState.RELEASED]


@pytest.mark.parametrize("true_stage", [Stage.INTERVIEWING, Stage.DEBRIEF, Stage.DECIDED])
def test_whoever_owes_a_card_gets_one_answer_whatever_the_true_stage(database: Database, true_stage: Stage) -> None:
    with writing(database.engine) as session:
        actor, application = owing_manager(session, true_stage)
        with pytest.raises(NotAllowedError) as caught:
            move(session, actor, application, Stage.SCREENING, Stage.INTERVIEWING, "Start again.")
        assert "still owe a scorecard" in str(caught.value)
        move(session, actor, application, Stage.WITHDRAWN, Stage.INTERVIEWING, "Took another offer.")
        assert application.stage is Stage.WITHDRAWN
