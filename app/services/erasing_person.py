"""Removing what is stored about a former colleague.

How they signed in, what they were judged by and what they wrote of themselves goes. What they wrote of others stays,
under nobody's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import insert, or_, select

from app.models import search
from app.models.assessment import Assessment, AssessmentEvent, AssessmentOutcome, ExpectationMark, Sheet
from app.models.blueprint import PreparationMark
from app.models.calibration import CalibrationItem, Conflict, PreVote, VoteChange
from app.models.check_in import CheckIn, CheckInOutcome, TalkNote
from app.models.credentials import AccountLink, DirectoryEntry, KnownBrowser, Passkey, RecoveryCode, Totp
from app.models.evidence import Corroboration, LogEntry
from app.models.granting import Looking, ScopedGrant
from app.models.identity import GroupGrant, Identity, SignInFlow, WayIn
from app.models.interest import ConflictOfInterest
from app.models.ladder import Placement, Reporting
from app.models.measuring import Feed, OutcomeRow, PlanMetric, ReadingRow
from app.models.onboarding import Goal, GoalEventRow, GoalEvidence, Plan, PlanEvent, PlanMilestone
from app.models.outbox import Message
from app.models.person import Attempt, Intent, Person, RoleGrant, SignIn
from app.models.privacy import DoomedFile, LegalHold
from app.models.promotion import (
    Appeal,
    CaseDecision,
    CaseDecisionVote,
    CaseEvent,
    CaseEvidence,
    PeerFeedback,
    PromotionCase,
)
from app.models.reminder import Look, ReminderRow, SoonOff
from app.models.schedule import BusyCalendar, BusyTime
from app.services import blanked_payloads
from app.services.blanking import Blanks, Counts, blank_texts, delete_rows, forget_letters

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from app.models.base import Base

NAME = "Former colleague"
FILE_TITLE = "Erased"


def erase(session: Session, person_id: UUID, *, now: datetime) -> Counts:
    """Remove the person's data; an erasure has to be ``running`` in this transaction, or the guards refuse.

    Judgements stay as numbers and steps as times. Stored files are noted as doomed and leave the disk afterwards.
    """
    person = session.get_one(Person, person_id, with_for_update=True)
    known = _Known(session, person)
    counts = {"documents": _doom(session, known, now)}
    counts["ways to sign in, and what was set up"] = sum(delete_rows(session, *one) for one in _removed(person))
    counts["notices and letters"] = _forget_notices(session, person)
    counts["texts of theirs and about them"] = sum(blank_texts(session, one) for one in _blanked(known, person_id))
    counts["payloads of the audit chain"] = blanked_payloads.blank(session, known.ids, (person.email,))
    person.name, person.email = NAME, f"erased-{person.id}@erased.invalid"
    person.password_hash, person.zone, person.active, person.erased_at = None, "UTC", False, now
    session.flush()
    search.forget(session)
    return {words: number for words, number in counts.items() if number}


class _Known:
    """Every id that leads to the person, read before anything goes."""

    def __init__(self, session: Session, person: Person) -> None:
        """Read them."""
        mine = person.id
        self.person = mine
        self.plans = _ids(session, select(Plan.id).where(Plan.hire_id == mine))
        self.goals = _ids(session, select(Goal.id).where(Goal.plan_id.in_(self.plans)))
        self.pieces = _ids(session, select(GoalEvidence.id).where(GoalEvidence.goal_id.in_(self.goals)))
        self.milestones = _ids(session, select(PlanMilestone.id).where(PlanMilestone.plan_id.in_(self.plans)))
        self.metrics = _ids(session, select(PlanMetric.id).where(PlanMetric.plan_id.in_(self.plans)))
        self.entries = _ids(session, select(LogEntry.id).where(LogEntry.person_id == mine))
        self.assessments = _ids(session, select(Assessment.id).where(Assessment.person_id == mine))
        self.sheets = _ids(session, select(Sheet.id).where(Sheet.assessment_id.in_(self.assessments)))
        self.cases = _ids(session, select(PromotionCase.id).where(PromotionCase.person_id == mine))
        self.rulings = _ids(session, select(CaseDecision.id).where(CaseDecision.case_id.in_(self.cases)))
        about = or_(CalibrationItem.case_id.in_(self.cases), CalibrationItem.assessment_id.in_(self.assessments))
        self.items = _ids(session, select(CalibrationItem.id).where(about))
        self.placements = _ids(session, select(Placement.id).where(Placement.person_id == mine))

    @property
    def ids(self) -> tuple[UUID, ...]:
        """All that events are about."""
        ours = (self.plans, self.goals, self.pieces, self.entries, self.assessments, self.cases, self.placements)
        return (self.person, *(one for some in ours for one in some))


def _ids(session: Session, statement: Select[UUID]) -> tuple[UUID, ...]:
    return tuple(session.scalars(statement))


def _doom(session: Session, known: _Known, now: datetime) -> int:
    stored = (
        select(GoalEvidence.id).where(GoalEvidence.id.in_(known.pieces), GoalEvidence.size > 0),
        select(LogEntry.id).where(LogEntry.id.in_(known.entries), LogEntry.size > 0),
    )
    doomed = [one for some in stored for one in session.scalars(some)]
    if doomed:
        session.execute(insert(DoomedFile), [{"id": one, "since": now} for one in doomed])
    return len(doomed)


def _removed(person: Person) -> tuple[tuple[type[Base], ColumnElement[bool]], ...]:
    """Whatever only served to sign in, to be reminded, or to plan days."""
    calendars = select(BusyCalendar.id).where(BusyCalendar.person_id == person.id)
    own = (
        AccountLink, DirectoryEntry, Feed, GroupGrant, Identity, KnownBrowser, Look, Passkey, PreparationMark,
        RecoveryCode, ReminderRow, Reporting, RoleGrant, ScopedGrant, SignIn, SignInFlow, SoonOff, Totp, WayIn,
    )  # fmt: skip
    return (
        (BusyTime, BusyTime.calendar_id.in_(calendars)),
        (BusyCalendar, BusyCalendar.person_id == person.id),
        (Intent, Intent.actor_id == person.id),
        *((one, one.person_id == person.id) for one in own),
        (Attempt, or_(Attempt.subject.contains(person.email), Attempt.subject.contains(str(person.id)))),
    )


def _forget_notices(session: Session, person: Person) -> int:
    gone = delete_rows(session, Message, Message.recipient_id == person.id)
    return gone + sum(forget_letters(session, mark) for mark in (person.name, person.email, str(person.id)))


def _blanked(known: _Known, person_id: UUID) -> tuple[Blanks, ...]:
    """What loses its texts and keeps its numbers."""
    return (
        *_blanked_plan(known),
        *_blanked_growth(known),
        *_blanked_promotion(known),
        (LegalHold, {"reason": "", "lifted_reason": ""}, LegalHold.person_id == person_id),
        (Looking, {"reason": ""}, Looking.person_id == person_id),
        (
            ConflictOfInterest,
            {"statement": "", "withdrawn_reason": ""},
            ConflictOfInterest.person_id == person_id,
        ),
    )


def _blanked_plan(known: _Known) -> tuple[Blanks, ...]:
    return (
        (Plan, {"end_reason": ""}, Plan.id.in_(known.plans)),
        (PlanEvent, {"reason": ""}, PlanEvent.plan_id.in_(known.plans)),
        (Goal, {"blocked_by": ""}, Goal.id.in_(known.goals)),
        (GoalEventRow, {"note": ""}, GoalEventRow.goal_id.in_(known.goals)),
        (GoalEvidence, {"title": "", "body": ""}, GoalEvidence.id.in_(known.pieces)),
        (CheckIn, {"went_well": "", "in_the_way": ""}, CheckIn.milestone_id.in_(known.milestones)),
        (CheckInOutcome, {"text": ""}, CheckInOutcome.milestone_id.in_(known.milestones)),
        (TalkNote, {"text": ""}, TalkNote.plan_id.in_(known.plans)),
        (ReadingRow, {"note": ""}, ReadingRow.plan_metric_id.in_(known.metrics)),
        (OutcomeRow, {"note": ""}, OutcomeRow.plan_id.in_(known.plans)),
    )


def _blanked_growth(known: _Known) -> tuple[Blanks, ...]:
    return (
        (
            LogEntry,
            {"title": FILE_TITLE, "body": "", "withdrawn_reason": ""},
            LogEntry.id.in_(known.entries),
        ),
        (Corroboration, {"words": ""}, Corroboration.entry_id.in_(known.entries)),
        (Sheet, {"words": "", "declined_words": ""}, Sheet.id.in_(known.sheets)),
        (ExpectationMark, {"note": ""}, ExpectationMark.sheet_id.in_(known.sheets)),
        (AssessmentOutcome, {"text": ""}, AssessmentOutcome.assessment_id.in_(known.assessments)),
        (AssessmentEvent, {"reason": ""}, AssessmentEvent.assessment_id.in_(known.assessments)),
        (Placement, {"reason": ""}, Placement.id.in_(known.placements)),
    )


def _blanked_promotion(known: _Known) -> tuple[Blanks, ...]:
    case = {"brief": "", "case_against": "", "development": "", "business_need": ""}
    feedback = {"situation": "", "behaviour": "", "impact": "", "decline_words": ""}
    return (
        (PromotionCase, case, PromotionCase.id.in_(known.cases)),
        (CaseEvidence, {"why": ""}, CaseEvidence.case_id.in_(known.cases)),
        (PeerFeedback, feedback, PeerFeedback.case_id.in_(known.cases)),
        (CaseDecision, {"reasons": "", "correction_reason": ""}, CaseDecision.id.in_(known.rulings)),
        (CaseDecisionVote, {"reason": ""}, CaseDecisionVote.decision_id.in_(known.rulings)),
        (CaseEvent, {"reason": ""}, CaseEvent.case_id.in_(known.cases)),
        (Appeal, {"text": ""}, Appeal.case_id.in_(known.cases)),
        (CalibrationItem, {"agreed_words": "", "feedback": ""}, CalibrationItem.id.in_(known.items)),
        (Conflict, {"reason": ""}, Conflict.item_id.in_(known.items)),
        (PreVote, {"reason": ""}, PreVote.item_id.in_(known.items)),
        (VoteChange, {"words": ""}, VoteChange.item_id.in_(known.items)),
    )
