"""Removing what is stored about one candidate: in one transaction, and so that only numbers without a person stay."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import insert, select, update

from app.domain import case_grading
from app.models import search
from app.models.candidate import Application, Candidate, CandidateFile, StageChange
from app.models.case_grading import FurtherGrade, Grade, Mark, SealedGrade
from app.models.case_work import CaseAllowance, CaseAnswer, CaseAssignment, CaseExtension, CaseFile
from app.models.decision import Decision, DecisionVote, Vote
from app.models.granting import BrokenGlass
from app.models.interest import ConflictOfInterest
from app.models.interview import Interview
from app.models.link import CandidateFeedback, CandidateLink, CandidateVisit
from app.models.outbox import Message
from app.models.person import Attempt, Intent
from app.models.privacy import DoomedFile, LegalHold
from app.models.resume import Redaction, ResumeRow
from app.models.schedule import Invitation, TimeRequest
from app.models.scorecard import RatingRow, Revision, ScorecardRow
from app.models.self_identification import SelfIdentification
from app.services import blanked_payloads
from app.services.blanking import Blanks, Counts, blank_texts, delete_rows, forget_letters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from app.domain.fairness.pseudonym import AnswerKeys
    from app.models.base import Base

NAME = "Erased candidate"
INTERVIEW = "Interview"


def erase(session: Session, candidate_id: UUID, *, keys: AnswerKeys, now: datetime) -> Counts:
    """Remove the candidate's data; an erasure has to be ``running`` in this transaction, or the guards refuse.

    Ratings, recommendations, outcomes and times stay as numbers, which belong to nobody any more. Stored files are
    noted as doomed and leave the disk after the commit.
    """
    candidate = session.get_one(Candidate, candidate_id, with_for_update=True)
    known = _Known(session, candidate)
    counts = {"documents": _doom(session, known, now)}
    for words, model, which in _removed(known):
        counts[words] = counts.get(words, 0) + delete_rows(session, model, which)
    counts["own answers about themselves"] = _forget_answers(session, known.applications, keys)
    counts["notices and letters"] = _forget_notices(session, known, candidate.name)
    texts = sum(blank_texts(session, one) for one in _blanked(known))
    counts["texts of others about them"] = texts + _blank_grades(session, known.grades)
    counts["payloads of the audit chain"] = blanked_payloads.blank(session, known.ids, known.words)
    _bury(session, candidate, now)
    return {words: number for words, number in counts.items() if number}


class _Known:
    """Every id that leads to the candidate, read before anything goes."""

    def __init__(self, session: Session, candidate: Candidate) -> None:
        """Read them."""
        self.candidate = candidate.id
        self.applications = _ids(session, select(Application.id).where(Application.candidate_id == candidate.id))
        self.interviews = _ids(session, select(Interview.id).where(Interview.application_id.in_(self.applications)))
        self.cards = _ids(session, select(ScorecardRow.id).where(ScorecardRow.application_id.in_(self.applications)))
        self.revisions = _ids(session, select(Revision.id).where(Revision.scorecard_id.in_(self.cards)))
        self.decisions = _ids(session, select(Decision.id).where(Decision.application_id.in_(self.applications)))
        self.work = _ids(session, select(CaseAssignment.id).where(CaseAssignment.application_id.in_(self.applications)))
        self.grades = _ids(session, select(Grade.id).where(Grade.assignment_id.in_(self.work)))
        self.files = _ids(session, select(CandidateFile.id).where(CandidateFile.candidate_id == candidate.id))
        self.handed_in = _ids(session, select(CaseFile.id).where(CaseFile.assignment_id.in_(self.work)))
        self.email = candidate.email

    @property
    def ids(self) -> tuple[UUID, ...]:
        """All of them."""
        ours = (self.interviews, self.cards, self.decisions, self.work, self.grades, self.files, self.handed_in)
        return (self.candidate, *self.applications, *(one for some in ours for one in some))

    @property
    def words(self) -> tuple[str, ...]:
        """What appears in no text that is not about them."""
        return (self.email, str(self.candidate), *map(str, self.applications))


def _ids(session: Session, statement: Select[UUID]) -> tuple[UUID, ...]:
    return tuple(session.scalars(statement))


def _doom(session: Session, known: _Known, now: datetime) -> int:
    doomed = [*known.files, *known.handed_in]
    if doomed:
        session.execute(insert(DoomedFile), [{"id": one, "since": now} for one in doomed])
    return len(doomed)


def _removed(known: _Known) -> tuple[tuple[str, type[Base], ColumnElement[bool]], ...]:
    """What is deleted as a whole: words, table, rows."""
    links = select(CandidateLink.id).where(CandidateLink.application_id.in_(known.applications))
    return (
        ("", CandidateFile, CandidateFile.id.in_(known.files)),
        ("", CaseFile, CaseFile.id.in_(known.handed_in)),
        ("résumés", Redaction, Redaction.candidate_id == known.candidate),
        ("résumés", ResumeRow, ResumeRow.candidate_id == known.candidate),
        ("visits by link", CandidateVisit, CandidateVisit.link_id.in_(links)),
        ("notices and letters", CandidateFeedback, CandidateFeedback.application_id.in_(known.applications)),
        ("wishes for other times", TimeRequest, TimeRequest.application_id.in_(known.applications)),
        ("invitations", Invitation, Invitation.interview_id.in_(known.interviews)),
        ("extra time granted", CaseAllowance, CaseAllowance.assignment_id.in_(known.work)),
    )


def _blanked(known: _Known) -> tuple[Blanks, ...]:
    """What loses its texts and keeps its numbers."""
    return (*_blanked_cards(known), *_blanked_process(known), *_blanked_work(known))


def _blanked_cards(known: _Known) -> tuple[Blanks, ...]:
    return (
        (
            ScorecardRow,
            {"draft": "", "handover": "", "release_reason": ""},
            ScorecardRow.id.in_(known.cards),
        ),
        (Revision, {"reason": "", "summary": "", "private_note": ""}, Revision.id.in_(known.revisions)),
        (RatingRow, {"evidence": ""}, RatingRow.revision_id.in_(known.revisions)),
        (Grade, {"draft": "", "return_reason": ""}, Grade.id.in_(known.grades)),
        (Mark, {"seen": "", "note": ""}, Mark.grade_id.in_(known.grades)),
        (FurtherGrade, {"reason": ""}, FurtherGrade.assignment_id.in_(known.work)),
    )


def _blanked_process(known: _Known) -> tuple[Blanks, ...]:
    applications = known.applications
    texts = {"reasons": "", "departure_reason": "", "absences": "", "correction_reason": ""}
    return (
        (Interview, {"title": INTERVIEW, "place": ""}, Interview.id.in_(known.interviews)),
        (Vote, {"reason": ""}, Vote.application_id.in_(applications)),
        (Decision, texts, Decision.id.in_(known.decisions)),
        (DecisionVote, {"reason": ""}, DecisionVote.decision_id.in_(known.decisions)),
        (StageChange, {"reason": ""}, StageChange.application_id.in_(applications)),
        (
            ConflictOfInterest,
            {"statement": "", "withdrawn_reason": ""},
            ConflictOfInterest.candidate_id == known.candidate,
        ),
        (BrokenGlass, {"reason": ""}, BrokenGlass.application_id.in_(applications)),
        (LegalHold, {"reason": "", "lifted_reason": ""}, LegalHold.candidate_id == known.candidate),
    )


def _blanked_work(known: _Known) -> tuple[Blanks, ...]:
    return (
        (CaseAnswer, {"text": ""}, CaseAnswer.assignment_id.in_(known.work)),
        (CaseExtension, {"reason": ""}, CaseExtension.assignment_id.in_(known.work)),
        (CaseAssignment, {"withdrawn_for": ""}, CaseAssignment.id.in_(known.work)),
    )


def _blank_grades(session: Session, grades: Sequence[UUID]) -> int:
    """Sealed grades are whole JSON: they keep their marks and lose their words."""
    rows = session.execute(select(SealedGrade.grade_id, SealedGrade.body).where(SealedGrade.grade_id.in_(grades))).all()
    for row in rows:
        act = update(SealedGrade).where(SealedGrade.grade_id == row.grade_id).values(body=_wordless(row.body))
        session.execute(act, execution_options={"synchronize_session": False})
    return len(rows)


def _wordless(body: str) -> str:
    content = case_grading.from_json(body)
    card = replace(
        content.card, summary="", private_note="", undecided=(),
        ratings=tuple(replace(one, evidence="") for one in content.card.ratings),
    )  # fmt: skip
    marks = tuple(replace(mark, seen=(), note="") for mark in content.marks)
    return case_grading.to_json(replace(content, card=card, marks=marks))


def _forget_answers(session: Session, applications: Sequence[UUID], keys: AnswerKeys) -> int:
    pseudonyms = [keys.pseudonym(one) for one in applications]
    return delete_rows(session, SelfIdentification, SelfIdentification.pseudonym.in_(pseudonyms))


def _forget_notices(session: Session, known: _Known, name: str) -> int:
    """Messages to the candidate, those to others that name them or lead to them, and answers kept for a second try."""
    gone = delete_rows(session, Message, Message.application_id.in_(known.applications))
    gone += forget_letters(session, name)
    for mark in (known.email, *map(str, known.ids)):
        gone += forget_letters(session, mark)
        delete_rows(session, Intent, Intent.answer.contains(mark, autoescape=True))
    for word in known.words:
        delete_rows(session, Attempt, Attempt.subject.contains(word, autoescape=True))
    return gone


def _bury(session: Session, candidate: Candidate, now: datetime) -> None:
    """Leave the row without a name, end its links, and take it out of the search index for good."""
    applications = select(Application.id).where(Application.candidate_id == candidate.id)
    session.execute(
        update(CandidateLink)
        .where(CandidateLink.application_id.in_(applications), CandidateLink.voided_at.is_(None))
        .values(voided_at=now)
    )
    candidate.name, candidate.email = NAME, f"erased-{candidate.id}@erased.invalid"
    candidate.phone = candidate.headline = candidate.source = candidate.zone = ""
    candidate.referrer_id, candidate.erased_at = None, now
    session.flush()
    search.forget(session)
