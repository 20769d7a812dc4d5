"""Sets one person's assessment, evidence, case and calibration at one point, with everybody around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.growth.calibration import CalibrationState, ConflictKind
from app.domain.growth.case import CaseOutcome, CaseState
from app.domain.growth.cycle import Answerer, CycleState
from app.domain.growth.log import Showing, Shown, Visibility
from app.domain.permission import Role
from app.models.assessment import Assessment, Cycle, ExpectationMark, Sheet
from app.models.calibration import Calibration, CalibrationItem, Conflict
from app.models.evidence import Corroboration
from app.models.person import RoleGrant
from app.models.promotion import CaseDecision, CaseEvent, CaseEvidence, PeerFeedback, PromotionCase
from tests.factories.cases import AGAINST, REASONS, SINCE, TODAY, WHOLE, CaseCast, make_case_cast, seat, vote
from tests.factories.evidence import make_entry
from tests.factories.hiring import NOW, make_person

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

STATES = ("begun", "voting", "discussing", "locked", "decided")
_SESSIONS = {
    "begun": CalibrationState.PREPARING,
    "voting": CalibrationState.VOTING,
    "discussing": CalibrationState.DISCUSSING,
    "locked": CalibrationState.LOCKED,
    "decided": CalibrationState.LOCKED,
}
_CASES = {"begun": CaseState.DRAFT, "decided": CaseState.DECIDED}
# The part that each kind of person has in the cast.
PARTS = {
    "person": "person", "hr as person": "person", "manager": "manager", "peer": "peer", "hr": "hr",
    "chair": "chair", "member": "first", "bound member": "second", "other manager": "stranger",
}  # fmt: skip
STRANGERS = {"employee": Role.EMPLOYEE, "admin": Role.ADMIN, "auditor": Role.AUDITOR, "interviewer": Role.INTERVIEWER}
KINDS = (*PARTS, *STRANGERS)


@dataclass(frozen=True)
class GrowthScene:
    """Who looks, and the ids of everything that an address may name."""

    person_id: UUID
    ids: dict[str, Any]


def make_growth_scene(session: Session, kind: str, state: str) -> GrowthScene:
    """The scene at one point, seen by one kind of person."""
    cast = make_case_cast(session)
    if kind == "hr as person":
        session.add(RoleGrant(person_id=cast.person.id, role=Role.HR_PARTNER, granted_at=NOW))
        session.flush()
    if kind in STRANGERS:
        cast.people["stranger"] = make_person(session, "Sasha Stranger", [STRANGERS[kind]])
    assessment = _assess(session, cast, state)
    entry = make_entry(session, cast.person, Showing(Shown.CRITERION, "impact"), visibility=Visibility.CASE)
    session.add(Corroboration(entry_id=entry.id, person_id=cast["peer"].id, asked_at=NOW))
    case = _case(session, cast, state, assessment)
    session.add(CaseEvidence(case_id=case.id, criterion="impact", entry_id=entry.id, why="Finance checked it."))
    session.add(
        PeerFeedback(case_id=case.id, person_id=cast["peer"].id, asked_by_id=cast.person.id, asked_at=NOW)
    )  # fmt: skip
    item = _calibrate(session, cast, state, case, assessment)
    if state == "decided":
        _decide(session, cast, case)
    session.flush()
    ids = {
        "assessment_id": assessment.id, "cycle_id": assessment.cycle_id, "person_id": cast.person.id,
        "entry_id": entry.id, "case_id": case.id, "criterion": "impact", "calibration_id": item.calibration_id,
        "item_id": item.id, "table": "levels", "work": "load", "goal_evidence_id": entry.id, "reading_id": entry.id,
    }  # fmt: skip
    return GrowthScene(cast[PARTS.get(kind, "stranger")].id, ids)


def _assess(session: Session, cast: CaseCast, state: str) -> Assessment:
    """Nobody has answered at first; later both sides are in and a peer still owes; the cycle closes with the case."""
    closed = state == "decided"
    cycle = Cycle(
        title="Autumn 2026", blueprint_version_id=cast.version.id, due_on=TODAY, with_peers=True,
        state=CycleState.CLOSED if closed else CycleState.OPEN, opened_at=NOW, opened_by_id=cast["hr"].id,
        closed_at=NOW if closed else None,
    )  # fmt: skip
    session.add(cycle)
    session.flush()
    assessment = Assessment(
        cycle_id=cycle.id, person_id=cast.person.id, manager_id=cast.manager.id, team="Search", due_on=TODAY,
        current_level="" if state == "begun" else "senior", target_level="" if state == "begun" else "principal",
    )  # fmt: skip
    session.add(assessment)
    session.flush()
    for side, author in ((Answerer.SELF, "person"), (Answerer.MANAGER, "manager"), (Answerer.PEER, "peer")):
        sheet = Sheet(assessment_id=assessment.id, answerer=side, author_id=cast[author].id, asked_at=NOW)
        session.add(sheet)
        session.flush()
        if state != "begun" and side is not Answerer.PEER:
            session.add(ExpectationMark(sheet_id=sheet.id, competency="data", standing="met", rung="senior"))
            session.flush()
            sheet.saved_at = sheet.sealed_at = NOW
            session.flush()
    return assessment


def _case(session: Session, cast: CaseCast, state: str, assessment: Assessment) -> PromotionCase:
    handed_in, ended = state != "begun", state == "decided"
    case = PromotionCase(
        person_id=cast.person.id, manager_id=cast.manager.id, requested_by_id=cast.person.id,
        blueprint_version_id=cast.version.id, assessment_id=assessment.id if handed_in else None,
        from_level="senior", to_level="principal", level_since=SINCE, state=_CASES.get(state, CaseState.SUBMITTED),
        brief=WHOLE.brief, development=WHOLE.development, business_need=WHOLE.business_need, case_against=AGAINST,
        against_by_id=cast.manager.id, created_at=NOW, submitted_at=NOW if handed_in else None,
        ended_at=NOW if ended else None,
    )  # fmt: skip
    session.add(case)
    session.flush()
    session.add(CaseEvent(case_id=case.id, number=1, what="Case begun", at=NOW, by_id=cast.person.id))
    return case


def _calibrate(
    session: Session, cast: CaseCast, state: str, case: PromotionCase, assessment: Assessment
) -> CalibrationItem:
    """One session with a member in conflict; while it is prepared it holds the assessment, afterwards the case."""
    item = seat(session, cast, case, _SESSIONS[state])
    if state == "begun":
        item.case_id, item.assessment_id = None, assessment.id
    session_row = session.get_one(Calibration, item.calibration_id)
    if state != "begun":
        session_row.voting_at = NOW
    if state not in {"begun", "voting"}:
        session_row.discussing_at = NOW
    item.feedback = "Tell her what convinced us."
    session.add(
        Conflict(item_id=item.id, member_id=cast["second"].id, kind=ConflictKind.DECLARED, reason="Friends.", at=NOW)
    )
    session.flush()
    if state not in {"begun", "voting"}:
        vote(session, cast, item, (CaseOutcome.PROMOTE, CaseOutcome.NOT_YET))
    return item


def _decide(session: Session, cast: CaseCast, case: PromotionCase) -> None:
    session.add(
        CaseDecision(
            case_id=case.id, number=1, outcome=CaseOutcome.POSTPONE, day=TODAY, reasons=REASONS,
            decided_by_id=cast["chair"].id, decided_at=NOW, blueprint_sha256=cast.version.sha256, checkpoint="",
        )
    )  # fmt: skip
