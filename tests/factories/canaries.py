"""A candidate with a word of its own in every text that is kept about them, and the search for those words."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from app.domain import card as cards
from app.domain import case_grading
from app.domain.card import CardContent, CardState, DimensionRating, Recommendation
from app.domain.case_grading import GradeState, QuestionMark
from app.domain.case_work import Extends
from app.domain.decision import Outcome
from app.domain.fairness.pseudonym import AnswerKeys
from app.domain.interest import InterestKind
from app.domain.permission import ActorFacts, Role
from app.models import Base, records
from app.models.candidate import Application, Candidate, CandidateFile, StageChange
from app.models.case_grading import FurtherGrade, Grade, Grader, Mark, SealedGrade
from app.models.case_work import CaseAllowance, CaseExtension, CaseFile
from app.models.decision import Decision, DecisionVote, Vote
from app.models.engine import writing
from app.models.interest import ConflictOfInterest
from app.models.link import CandidateFeedback, CandidateLink, CandidateVisit
from app.models.outbox import Message
from app.models.person import Attempt, Intent
from app.models.resume import Redaction, ResumeRow
from app.models.schedule import Invitation, TimeRequest
from app.models.scorecard import RatingRow, Revision
from app.models.self_identification import SelfIdentification
from app.services import audit, files
from tests.factories import grading, hiring
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database

KEYS = AnswerKeys.of("a secret for tests that is long enough to be one, 0123456789")
HASH = "0" * 64
NOBODY = UUID(int=0)


@dataclass
class Marked:
    """Whose data it is, who may erase it, and every word that has to be gone afterwards."""

    keys: AnswerKeys = KEYS
    words: list[str] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    candidate: UUID = NOBODY
    application: UUID = NOBODY
    requisition: UUID = NOBODY
    interviewer: UUID = NOBODY
    hana: ActorFacts = field(default_factory=lambda: ActorFacts(NOBODY, "", frozenset()))
    hugo: ActorFacts = field(default_factory=lambda: ActorFacts(NOBODY, "", frozenset()))

    def word(self) -> str:
        """A word that stands nowhere else."""
        one = f"canary{next(self._numbers):03d}quux"
        self.words.append(one)
        return one


def mark(database: Database, folder: Path, *, keys: AnswerKeys = KEYS) -> Marked:
    """A decided application of somebody with scorecards, votes, case work, documents, letters and a link."""
    made = Marked(keys=keys)
    with writing(database.engine) as session:
        made.hana = actor_of(hiring.make_person(session, "Hana Sato", [Role.HR_PARTNER]))
        made.hugo = actor_of(hiring.make_person(session, "Hugo Blum", [Role.HR_PARTNER]))
        ivo = hiring.make_person(session, "Ivo Stern", [Role.INTERVIEWER])
        made.interviewer = ivo.id
        need = hiring.make_requisition(session)
        candidate = hiring.make_candidate(session, made.word(), email=f"{made.word()}@example.org")
        candidate.phone, candidate.headline, candidate.source = made.word(), made.word(), made.word()
        candidate.referrer_id = hiring.make_person(session, "Rita Reyes").id
        application = hiring.make_application(session, need, candidate)
        made.candidate, made.application, made.requisition = candidate.id, application.id, need.id
        _evaluation(session, made, application, ivo)
        _decision(session, made, application, ivo)
        _case(session, made, application, ivo, folder)
        _documents(session, made, candidate, ivo, folder)
        _letters(session, made, application, ivo)
        _traces(session, made, application, ivo)
    return made


def _evaluation(session: Session, made: Marked, application: Application, ivo: Person) -> None:
    interview = hiring.make_interview(session, application, [ivo], title=made.word())
    interview.place = made.word()
    card = hiring.card_of(session, interview, ivo)
    draft = CardContent(ratings=(DimensionRating("strategy", 3, made.word()),), summary=made.word())
    card.draft, card.handover, card.release_reason = cards.to_json(draft), made.word(), made.word()
    card.state = CardState.SEALED
    revision = Revision(
        scorecard_id=card.id, number=1, sealed_at=NOW, after_reveal=False, reason=made.word(),
        recommendation=Recommendation.YES, summary=made.word(), private_note=made.word(),
        ratings=[RatingRow(dimension="strategy", value=4, evidence=made.word())],
    )  # fmt: skip
    session.add(revision)
    session.flush()
    sealed = records.revision_record(revision)
    audit.record(session, None, "scorecard.seal", f"scorecard/{card.id}", now=NOW, payload=sealed)
    session.add(Invitation(
        id=UUID(int=7), interview_id=interview.id, person_id=None, number=1, title=made.word(), starts_at=NOW,
        minutes=60, place=made.word(), told_at=NOW,
    ))  # fmt: skip
    session.flush()
    for subject in (f"interview/{interview.id}", f"application/{application.id}"):
        audit.record(session, None, "test.note", subject, now=NOW, payload={"note": made.word()})


def _decision(session: Session, made: Marked, application: Application, ivo: Person) -> None:
    vote = Vote(
        application_id=application.id, member_id=ivo.id, outcome=Outcome.HIRE, reason=made.word(), cast_at=NOW,
    )  # fmt: skip
    session.add(vote)
    decision = Decision(
        application_id=application.id, number=1, outcome=Outcome.NO_HIRE, reasons=made.word(),
        departure_reason=made.word(), absences=made.word(), correction_reason=made.word(), decided_by_id=ivo.id,
        decided_at=NOW, coverage="1", blueprint_sha256=HASH, checkpoint="",
        votes=[DecisionVote(member_id=ivo.id, outcome=Outcome.HIRE, reason=made.word())],
    )  # fmt: skip
    session.add(decision)
    session.add(StageChange(
        application_id=application.id, number=2, from_stage=application.stage, to_stage=application.stage,
        reason=made.word(), at=NOW, by_id=ivo.id,
    ))  # fmt: skip
    session.flush()
    about = f"application/{application.id}"
    audit.record(session, None, "vote.cast", about, now=NOW, payload=records.vote_record(vote))
    told = records.decision_record(decision)
    audit.record(session, None, "decision.record", f"decision/{decision.id}", now=NOW, payload=told)


def _case(session: Session, made: Marked, application: Application, ivo: Person, folder: Path) -> None:
    task = grading.make_task(session, application.requisition)
    given = grading.make_submission(session, task, application, answer=made.word())
    given.withdrawn_for = made.word()
    grader = Grader(task_id=task.id, person_id=ivo.id, appointed_at=NOW, appointed_by_id=ivo.id)
    session.add(grader)
    session.flush()
    grade = Grade(
        grader_id=grader.id, assignment_id=given.id, state=GradeState.SEALED, draft=made.word(),
        return_reason=made.word(),
    )  # fmt: skip
    session.add(grade)
    session.flush()
    card = CardContent(
        ratings=(DimensionRating("strategy", 4, made.word()),), recommendation=Recommendation.YES,
        summary=made.word(), private_note=made.word(),
    )  # fmt: skip
    question = task.questions[0].id
    whole = case_grading.GradeContent((QuestionMark(question, marked=True, value=3, note=made.word()),), card)
    kept = CaseFile(
        assignment_id=given.id, number=1, name=made.word(), media_type="text/plain", size=9, sha256=HASH, added_at=NOW,
    )  # fmt: skip
    session.add_all([
        SealedGrade(grade_id=grade.id, body=case_grading.to_json(whole), sealed_at=NOW),
        Mark(
            grade_id=grade.id, question_id=question, marked=True, value=3, seen="", note=made.word(), saved_at=NOW,
            version=1,
        ),
        FurtherGrade(grader_id=grader.id, assignment_id=given.id, reason=made.word(), at=NOW, by_id=ivo.id),
        CaseExtension(
            assignment_id=given.id, extends=Extends.WINDOW, minutes=5, reason=made.word(), at=NOW, by_id=ivo.id,
        ),
        CaseAllowance(assignment_id=given.id, percent=25, minutes=0, set_at=NOW, set_by_id=ivo.id),
        kept,
    ])  # fmt: skip
    session.flush()
    files.keep(folder, kept.id, made.word().encode())


def _documents(session: Session, made: Marked, candidate: Candidate, ivo: Person, folder: Path) -> None:
    kept = CandidateFile(
        candidate_id=candidate.id, name=made.word(), media_type="text/plain", size=9, sha256=HASH, added_at=NOW,
        added_by_id=ivo.id,
    )  # fmt: skip
    session.add_all([
        kept,
        ResumeRow(
            candidate_id=candidate.id, body=f'{{"basics": {{"summary": "{made.word()}"}}}}', sha256=HASH,
            imported_at=NOW, imported_by_id=ivo.id,
        ),
        Redaction(
            candidate_id=candidate.id, origin=made.word(), original=made.word(), redacted=made.word(), made_at=NOW,
            made_by_id=ivo.id,
        ),
    ])  # fmt: skip
    session.flush()
    files.keep(folder, kept.id, made.word().encode())
    payload = {"name": made.word()}
    audit.record(session, None, "test.note", f"file/{kept.id}", now=NOW, payload=payload)


def _letters(session: Session, made: Marked, application: Application, ivo: Person) -> None:
    link = CandidateLink(application_id=application.id, expires_at=NOW + timedelta(days=30), created_at=NOW)
    session.add(link)
    session.flush()
    session.add_all([
        CandidateVisit(token_hash=HASH, link_id=link.id, generation=1, begun_at=NOW, last_seen_at=NOW),
        CandidateFeedback(application_id=application.id, body=made.word(), written_by_id=ivo.id, written_at=NOW),
        TimeRequest(application_id=application.id, text=made.word(), asked_at=NOW),
        Message(
            application_id=application.id, subject=made.word(), body=made.word(), path="/", calendar=made.word(),
            created_at=NOW, sent_at=NOW,
        ),
        Message(
            recipient_id=ivo.id, subject=f"Scorecard on {made.words[0]}", body=made.word(),
            path=f"/applications/{application.id}", created_at=NOW,
        ),
    ])  # fmt: skip
    session.flush()


def _traces(session: Session, made: Marked, application: Application, ivo: Person) -> None:
    email = application.candidate.email
    session.add_all([
        ConflictOfInterest(
            person_id=ivo.id, candidate_id=application.candidate_id, kind=InterestKind.FRIEND, statement=made.word(),
            declared_at=NOW, declared_by_id=ivo.id, withdrawn_reason=made.word(),
        ),
        SelfIdentification(pseudonym=made.keys.pseudonym(application.id), answers=f'{{"gender": "{made.word()}"}}'),
        Attempt(subject=f"link:{email}", window=NOW, tries=1),
        Intent(
            actor_id=ivo.id, key="k", route="hiring.add", body_hash=HASH, created_at=NOW,
            answer=f"/candidates/{application.candidate_id}?{made.word()}",
        ),
    ])  # fmt: skip
    session.flush()
    audit.record(
        session, None, "candidate.import", f"requisition/{application.requisition_id}", now=NOW,
        payload={"rows": [{"email": email, "note": made.word()}]},
    )  # fmt: skip


def in_rows(database: Database, words: list[str]) -> list[str]:
    """Where the words stand in the tables, as far as the database itself shows them."""
    found = []
    with database.engine.connect() as connection:
        for name, table in Base.metadata.tables.items():
            text = repr(connection.execute(sa.select(table)).all())
            found += [f"{name}: {word}" for word in words if word in text]
    return found


def in_bytes(database: Database, words: list[str], *folders: Path) -> list[str]:
    """Where the words stand in the files of the database and of these folders."""
    places = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    places += _sqlite_files(database) if database.is_sqlite else _postgresql_files(database)
    found = []
    for place in places:
        held = place.read_bytes()
        found += [f"{place.name}: {word}" for word in words if word.encode() in held]
    return found


def _sqlite_files(database: Database) -> list[Path]:
    from pathlib import Path

    file = database.engine.url.database or ""
    return [Path(file + ending) for ending in ("", "-wal", "-shm") if Path(file + ending).exists()]


def _postgresql_files(database: Database) -> list[Path]:
    """The files of every table; PostgreSQL writes them at a checkpoint."""
    from pathlib import Path

    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("CHECKPOINT"))
        data = Path(connection.execute(sa.text("SHOW data_directory")).scalar_one())
        paths = connection.execute(
            sa.text(
                "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't') AND relfilenode > 0"
            )
        ).scalars()
        return [data / path for path in paths if path and (data / path).exists()]
