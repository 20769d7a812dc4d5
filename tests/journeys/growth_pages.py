"""What of the ladder somebody in the demo may open: assessments, evidence, cases and calibrations, one of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, literal, or_, select

from app.domain.growth.cycle import Answerer
from app.domain.permission import Role
from app.models.assessment import Assessment, Cycle, Sheet
from app.models.assessment_facts import both_sealed, sealed
from app.models.calibration import Calibration, CalibrationItem
from app.models.calibration_facts import calibrations_visible_to
from app.models.evidence import LogEntry
from app.models.evidence_facts import entries_visible_to
from app.models.ladder import Reporting
from app.models.promotion import CaseEvidence, PeerFeedback, PromotionCase
from app.models.promotion_facts import cases_visible_to

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

Values = dict[str, object]

NO_PAGES = {
    "calibration.minutes_pdf": "a document",
    "calibration.sessions_csv": "a table for spreadsheets",
    "evidence.export": "a table for spreadsheets",
    "evidence.file": "a file as it was uploaded",
    "evidence.of_csv": "a table for spreadsheets",
    "evidence.take_out": "everything of somebody's own as a zip",
    "insights.coverage_csv": "a table for spreadsheets",
    "insights.funnel_csv": "a table for spreadsheets",
    "insights.interviewers_csv": "a table for spreadsheets",
    "insights.ladder_csv": "a table for spreadsheets",
    "ladder.cycle_csv": "a table for spreadsheets",
    "ladder.cycles_csv": "a table for spreadsheets",
    "ladder.joint_pdf": "a document",
    "ladder.placements_csv": "a table for spreadsheets",
    "ladder.put_back": "waits for somebody who was taken out of a cycle; its own test looks at it",
    "ladder.self_pdf": "a document",
    "promotion.cases_csv": "a table for spreadsheets",
    "promotion.correct": "asks for the chair of a decided case; the journey of the ladder looks at it",
    "promotion.decide": "waits for a locked calibration; the journey of the ladder looks at it",
    "promotion.packet_pdf": "a document",
}
"""Addresses of the ladder that answer with something else than a page."""

PAGES = (
    "calibration.choose", "calibration.edit", "calibration.item", "calibration.mirror", "calibration.new",
    "calibration.session", "calibration.sessions", "calibration.words",
    "evidence.add", "evidence.ask", "evidence.edit", "evidence.entry", "evidence.import", "evidence.log",
    "evidence.of", "evidence.offered", "evidence.withdraw",
    "insights.coverage", "insights.funnel", "insights.interviewers", "insights.interviews", "insights.ladder",
    "insights.mirror",
    "ladder.assessment", "ladder.close_cycle", "ladder.cycle", "ladder.cycles", "ladder.declining_page",
    "ladder.extend", "ladder.hand_over", "ladder.history", "ladder.home", "ladder.import_people", "ladder.join_cycle",
    "ladder.new_cycle", "ladder.peers", "ladder.place_of", "ladder.placements", "ladder.postpone_cycle",
    "ladder.readiness", "ladder.take_out",
    "promotion.appeal", "promotion.ask_feedback", "promotion.case", "promotion.cases", "promotion.cite",
    "promotion.counter", "promotion.edit", "promotion.feedback", "promotion.new", "promotion.submit",
    "promotion.withdraw",
)  # fmt: skip
"""The pages of the ladder that the demo can open."""


def of_growth(session: Session, actor: ActorFacts) -> list[Values]:
    """One of each kind that the actor may know of."""
    rows = [*_assessments(session, actor), *_people(session, actor)]
    rows += [{"entry_id": one} for one in _entries(session, actor)]
    return [*rows, *_cases(session, actor), *_calibrations(session, actor)]


def _assessments(session: Session, actor: ActorFacts) -> list[Values]:
    me, hr = actor.person_id, literal(Role.HR_PARTNER in actor.roles)
    writes = exists(select(Sheet.id).where(Sheet.assessment_id == Assessment.id, Sheet.author_id == me))
    # Nobody sees in what state the other side is: the demo's pages are told apart by all of it.
    kind = (Assessment.person_id == me, Cycle.state, sealed(Answerer.SELF), sealed(Answerer.MANAGER), both_sealed())
    rows = session.execute(
        select(Assessment.id, Assessment.cycle_id, Assessment.person_id, *kind)
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .where(or_(Assessment.person_id == me, Assessment.manager_id == me, writes, hr))
        .order_by(Assessment.id)
    )
    kinds = {tuple(row[3:]): row[:3] for row in rows}
    return [dict(zip(("assessment_id", "cycle_id", "person_id"), row, strict=True)) for row in kinds.values()]


def _people(session: Session, actor: ActorFacts) -> list[Values]:
    reports = session.scalars(
        select(Reporting.person_id).where(Reporting.manager_id == actor.person_id).order_by(Reporting.person_id)
    )
    return [{"person_id": one} for one in (actor.person_id, *reports)]


def _entries(session: Session, actor: ActorFacts) -> list[object]:
    rows = session.execute(
        select(LogEntry.id, LogEntry.person_id == actor.person_id, LogEntry.kind, LogEntry.visibility)
        .where(entries_visible_to(actor))
        .order_by(LogEntry.id)
    )
    return list({tuple(row[1:]): row.id for row in rows}.values())


def _cases(session: Session, actor: ActorFacts) -> list[Values]:
    asked = exists(
        select(PeerFeedback.id).where(
            PeerFeedback.case_id == PromotionCase.id, PeerFeedback.person_id == actor.person_id
        )
    )
    rows = session.execute(
        select(PromotionCase.id, CaseEvidence.criterion)
        .outerjoin(CaseEvidence, CaseEvidence.case_id == PromotionCase.id)
        .where(or_(cases_visible_to(actor), asked))
        .order_by(PromotionCase.id)
    )
    return [{"case_id": row.id, "criterion": row.criterion} for row in rows]


def _calibrations(session: Session, actor: ActorFacts) -> list[Values]:
    rows = session.execute(
        select(Calibration.id, CalibrationItem.id)
        .outerjoin(CalibrationItem, CalibrationItem.calibration_id == Calibration.id)
        .outerjoin(PromotionCase, PromotionCase.id == CalibrationItem.case_id)
        .where(or_(calibrations_visible_to(actor), PromotionCase.manager_id == actor.person_id))
        .order_by(Calibration.id)
    )
    return [{"calibration_id": row[0], "item_id": row[1]} for row in rows]
