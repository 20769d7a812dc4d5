"""Plans of requisitions: saved whole, refused by field, and carried out for a candidate in one act."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.hiring import InterviewKind, RequisitionState, Stage
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.engine import reading, writing
from app.models.interview import Interview
from app.models.outbox import Message
from app.models.panel_plan import PanelPlan, PanelPlanRow
from app.models.scorecard import ScorecardRow
from app.services import panel_plans
from app.services.panel_plans import PlanDraft
from tests.factories import hiring as make
from tests.factories.panel_plans import CASE, PLAN, TALK, make_conflict, make_plan

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database

NOW = make.NOW


def coordinator_of(session: Session) -> Person:
    return make.make_person(session, "Cora Finn", [Role.COORDINATOR])


def test_a_plan_is_kept_whole_in_place_of_the_one_before(database: Database) -> None:
    with writing(database.engine) as session:
        actor, need = make.actor_of(coordinator_of(session)), make.make_requisition(session)
        panel_plans.save(session, actor, need.id, PLAN, version=0, now=NOW)
        first = session.get_one(PanelPlan, need.id).version
        shorter = PlanDraft(90, (replace(CASE, title="  The\n shortlist "),))
        panel_plans.save(session, actor, need.id, shorter, version=first, now=NOW)
    with reading(database.engine) as session:
        plan = session.get_one(PanelPlan, need.id)
        (row,) = plan.rows
        assert (plan.minutes, plan.version) == (90, first + 1)
        assert (row.position, row.kind, row.title, row.minutes, row.raters) == (
            0, InterviewKind.CASE_STUDY, "The shortlist", 90, 1,
        )  # fmt: skip
        assert [one.dimension for one in row.focus] == ["fluency", "strategy"]
        assert len(session.scalars(select(PanelPlanRow)).all()) == 1
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
        assert actions[-2:] == ["panel_plan.save", "panel_plan.save"]


def test_a_plan_that_somebody_changed_meanwhile_is_not_overwritten(database: Database) -> None:
    with writing(database.engine) as session:
        cora, need = coordinator_of(session), make.make_requisition(session)
        make_plan(session, need.id, cora)
        for version in (0, 7):
            with pytest.raises(ConflictError, match="Somebody changed this plan") as raised:
                panel_plans.save(session, make.actor_of(cora), need.id, PLAN, version=version, now=NOW)
            assert raised.value.current_version == 1


def test_every_fault_is_named_by_its_row_and_nothing_is_kept(database: Database) -> None:
    wrong = PlanDraft(
        4,
        (
            replace(TALK, title=" ", minutes=4, raters=0, focus=()),
            replace(CASE, case_study="gone", focus=("strategy", "unknown")),
        ),
    )
    with writing(database.engine) as session:
        actor, need = make.actor_of(coordinator_of(session)), make.make_requisition(session)
        with pytest.raises(InvalidError) as raised:
            panel_plans.save(session, actor, need.id, wrong, version=0, now=NOW)
        assert {fault.field for fault in raised.value.faults} == {
            "minutes", "rows-0-title", "rows-0-minutes", "rows-0-raters", "rows-0-focus", "rows-1-focus",
            "rows-1-case_study",
        }  # fmt: skip
        assert session.get(PanelPlan, need.id) is None


def test_twelve_interviews_are_the_most(database: Database) -> None:
    with writing(database.engine) as session:
        actor, need = make.actor_of(coordinator_of(session)), make.make_requisition(session)
        panel_plans.save(session, actor, need.id, PlanDraft(2880, (TALK,) * 12), version=0, now=NOW)
        with pytest.raises(InvalidError, match="at most 12 interviews"):
            panel_plans.save(session, actor, need.id, PlanDraft(2880, (TALK,) * 13), version=1, now=NOW)


def test_who_may_plan_panels_may_keep_plans_and_nobody_else(database: Database) -> None:
    with writing(database.engine) as session:
        manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER])
        stranger = make.make_person(session, "Sam Vale", [Role.HIRING_MANAGER])
        need = make.make_requisition(session, manager=manager)
        panel_plans.save(session, make.actor_of(manager), need.id, PLAN, version=0, now=NOW)
        with pytest.raises(NotFoundError):
            panel_plans.save(session, make.actor_of(stranger), need.id, PLAN, version=1, now=NOW)


def test_the_plan_of_a_closed_requisition_stays(database: Database) -> None:
    with writing(database.engine) as session:
        actor = make.actor_of(coordinator_of(session))
        need = make.make_requisition(session, state=RequisitionState.CLOSED)
        with pytest.raises(NotAllowedError, match="closed"):
            panel_plans.save(session, actor, need.id, PLAN, version=0, now=NOW)


def rows_of(session: Session, requisition_id: UUID) -> list[PanelPlanRow]:
    order = select(PanelPlanRow).where(PanelPlanRow.requisition_id == requisition_id).order_by(PanelPlanRow.position)
    return list(session.scalars(order))


def test_a_plan_is_carried_out_in_one_act(database: Database) -> None:
    with writing(database.engine) as session:
        cora, need = coordinator_of(session), make.make_requisition(session)
        ada, ben = (make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ada Brook", "Ben Ode"))
        application = make.make_application(session, need, stage=Stage.APPLIED)
        make_plan(session, need.id, cora)
        talk, case = rows_of(session, need.id)
        seats = {case.id: [], talk.id: [ada.id, ben.id]}
        made = panel_plans.carry_out(session, make.actor_of(cora), application.id, seats, now=NOW)
        told = session.scalars(select(Message.recipient_id)).all()
        assert set(told) == {ada.id, ben.id}
        assert len(told) == 2
    with reading(database.engine) as session:
        planned = [session.get_one(Interview, one) for one in made]
        assert [one.title for one in planned] == ["Strategy talk", "The shortlist"]
        assert [one.minutes for one in planned] == [60, 90]
        assert planned[1].case_study == "shortlist"
        assert {focus.dimension for focus in planned[0].focus} == {"strategy", "empathy"}
        seated = session.execute(select(ScorecardRow.interview_id, ScorecardRow.interviewer_id)).all()
        assert {tuple(row) for row in seated} == {(made[0], ada.id), (made[0], ben.id)}


def test_one_unfit_person_keeps_the_whole_plan_from_being_carried_out(database: Database) -> None:
    with writing(database.engine) as session:
        cora, need = coordinator_of(session), make.make_requisition(session)
        ada = make.make_person(session, "Ada Brook", [Role.INTERVIEWER])
        application = make.make_application(session, need)
        make_conflict(session, ada, application.candidate)
        make_plan(session, need.id, cora)
        talk, case = rows_of(session, need.id)
    with pytest.raises(InvalidError, match="conflict of interest") as raised, writing(database.engine) as session:
        panel_plans.carry_out(session, make.actor_of(cora), application.id, {talk.id: [], case.id: [ada.id]}, now=NOW)
    assert [fault.field for fault in raised.value.faults] == [f"seats-{case.id}"]
    with reading(database.engine) as session:
        assert session.scalars(select(Interview)).all() == []


def test_rows_of_another_plan_or_none_are_refused(database: Database) -> None:
    with writing(database.engine) as session:
        cora, need = coordinator_of(session), make.make_requisition(session)
        other = make.make_requisition(session)
        application = make.make_application(session, need)
        make_plan(session, other.id, cora)
        (row, _) = rows_of(session, other.id)
        actor = make.actor_of(cora)
        for wanted in (row.id, uuid4()):
            with pytest.raises(ConflictError):
                panel_plans.carry_out(session, actor, application.id, {wanted: []}, now=NOW)
        with pytest.raises(InvalidError, match="at least one"):
            panel_plans.carry_out(session, actor, application.id, {}, now=NOW)
