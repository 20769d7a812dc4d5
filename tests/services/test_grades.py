"""Grading a case: what is kept, what seals it, and what happens when all grades of a submission are in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from app.domain.card import CardState, DimensionRating
from app.domain.case_grading import QuestionMark, from_json
from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotFoundError
from app.domain.hiring import InterviewKind, Stage
from app.domain.interest import InterestKind
from app.domain.permission import Role
from app.models.candidate import Application
from app.models.case_grading import CreditedGrade, GradesReveal, Mark, SealedGrade
from app.models.case_work import CaseAssignment
from app.models.engine import reading, writing
from app.models.interest import ConflictOfInterest
from app.models.interview import Interview, InterviewFocus
from app.models.outbox import Message
from app.models.person import Person, RoleGrant
from app.models.scorecard import RatingRow, Revision, ScorecardRow
from app.queries import debriefs
from app.queries.audit import Sound, verify
from app.services import graders, grades, interests, interviews
from tests.factories import hiring
from tests.factories.grading import LATER, content, grade, make_grading
from tests.factories.grants import make_early_reading
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from tests.databases import Database


def refused(error: pytest.ExceptionInfo[InvalidError]) -> list[str]:
    return [fault.field for fault in error.value.faults]


def test_a_mark_is_kept_with_its_version_and_a_stale_one_is_refused(database: Database) -> None:
    at = make_grading(database)
    mark = QuestionMark(at.questions[0], marked=True, value=4, seen=("guide-1", "output-1"), note="Clear.")
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        grades.save_mark(session, at.una, at.submissions[0], mark, version=0, now=NOW)
    assert refused(error) == ["seen"], "the small case has no line guide-1"

    kept = replace(mark, seen=("output-1",))
    with writing(database.engine) as session:
        assert grades.save_mark(session, at.una, at.submissions[0], kept, version=0, now=NOW) == 1
    with pytest.raises(ConflictError) as stale, writing(database.engine) as session:
        grades.save_mark(session, at.una, at.submissions[0], replace(kept, value=1), version=0, now=NOW)
    assert stale.value.current_version == 1
    with reading(database.engine) as session:
        row = session.execute(select(Mark.value, Mark.seen, Mark.note, Mark.version)).one()
    assert tuple(row) == (4, "output-1", "Clear.", 1)


def test_saving_ratings_leaves_the_marks_alone_and_the_other_way_round(database: Database) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        assert grades.save_draft(session, at.una, at.submissions[0], content(), version=0, now=NOW) == 1
        mark = QuestionMark(at.questions[0], marked=True, value=4)
        grades.save_mark(session, at.una, at.submissions[0], mark, version=0, now=NOW)
    with writing(database.engine) as session:
        assert grades.save_draft(session, at.una, at.submissions[0], content(5), version=1, now=NOW) == 2
    with pytest.raises(ConflictError), writing(database.engine) as session:
        grades.save_draft(session, at.una, at.submissions[0], content(1), version=1, now=NOW)


def test_sealing_asks_for_every_mark_rating_and_the_recommendation(database: Database) -> None:
    at = make_grading(database)
    bare = replace(content(), ratings=(DimensionRating("strategy", 5),), recommendation=None)
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        grades.seal(session, at.una, at.submissions[0], bare, version=0, now=NOW)
    assert refused(error) == [
        "question-1", "question-2", "evidence-strategy", "rating-fluency", "recommendation",
    ]  # fmt: skip
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(SealedGrade)) == 0


def test_a_dimension_that_the_case_does_not_inform_cannot_be_rated(database: Database) -> None:
    at = make_grading(database)
    beyond = replace(content(), ratings=(*content().ratings, DimensionRating("empathy", 3)))
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        grades.save_draft(session, at.una, at.submissions[0], beyond, version=0, now=NOW)
    assert refused(error) == ["ratings"]


def test_one_sealed_grade_opens_nothing_and_two_become_scorecards(database: Database) -> None:
    at = make_grading(database)
    assert grade(database, at, at.una, card=content(4, 3)) is False
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(ScorecardRow)) == 0
        assert session.scalar(select(func.count()).select_from(Interview)) == 0
        body = session.scalar(select(SealedGrade.body)) or ""
        assert session.scalar(select(func.count()).select_from(Mark)) == 0
    assert [mark.value for mark in from_json(body).marks].count(4) == 1

    assert grade(database, at, at.udo, card=content(2, None), now=LATER) is True
    with reading(database.engine) as session:
        interview = session.execute(select(Interview)).scalar_one()
        assert (interview.kind, interview.title, interview.case_study, interview.application_id) == (
            InterviewKind.CASE_STUDY, "The shortlist", "shortlist", at.applications[0],
        )  # fmt: skip
        assert set(session.scalars(select(InterviewFocus.dimension))) == {"strategy", "fluency"}
        cards = session.execute(
            select(ScorecardRow.interviewer_id, ScorecardRow.state, Revision.sealed_at, Revision.after_reveal).join(
                Revision, Revision.scorecard_id == ScorecardRow.id
            )
        ).all()
        assert {tuple(row) for row in cards} == {
            (at.una.person_id, CardState.SEALED, LATER, False), (at.udo.person_id, CardState.SEALED, LATER, False),
        }  # fmt: skip
        values = session.execute(
            select(ScorecardRow.interviewer_id, RatingRow.dimension, RatingRow.value)
            .join(Revision, Revision.id == RatingRow.revision_id)
            .join(ScorecardRow, ScorecardRow.id == Revision.scorecard_id)
        )
        assert {tuple(row) for row in values} == {
            (at.una.person_id, "strategy", 4), (at.una.person_id, "fluency", 3),
            (at.udo.person_id, "strategy", 2), (at.udo.person_id, "fluency", None),
        }  # fmt: skip
        assert isinstance(verify(session), Sound)


def test_two_who_seal_at_once_reveal_once(database: Database) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        for actor in (at.una, at.udo):
            for question in at.questions:
                mark = QuestionMark(question, marked=True, value=3)
                grades.save_mark(session, actor, at.submissions[0], mark, version=0, now=NOW)
    gate = Barrier(2)

    def seal(actor: object) -> bool:
        gate.wait()
        with writing(database.engine) as session:
            return grades.seal(session, actor, at.submissions[0], content(), version=0, now=LATER)  # type: ignore[arg-type]  # an actor, though threads map objects

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(seal, (at.una, at.udo))) == [False, True]
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(GradesReveal)) == 1
        assert session.scalar(select(func.count()).select_from(CreditedGrade)) == 2


def test_a_sealed_grade_cannot_be_sealed_or_saved_again(database: Database) -> None:
    at = make_grading(database)
    grade(database, at, at.una)
    for act in (grades.seal, grades.save_draft):
        with pytest.raises(AlreadyDoneError), writing(database.engine) as session:
            act(session, at.una, at.submissions[0], content(), version=1, now=LATER)


@pytest.mark.parametrize("table", [SealedGrade, GradesReveal, CreditedGrade])
def test_the_database_keeps_what_was_sealed(database: Database, table: type) -> None:
    at = make_grading(database)
    grade(database, at, at.una)
    grade(database, at, at.udo)
    column = next(iter(table.__table__.columns))  # type: ignore[attr-defined]  # every model has a table
    for act in (delete(table), update(table).values({column.name: column})):
        with pytest.raises(DBAPIError, match="never changed"), writing(database.engine) as session:
            session.execute(act)


def test_graders_see_nothing_of_the_requisition_while_a_grade_is_owed(database: Database) -> None:
    at = make_grading(database, submissions=2)
    grade(database, at, at.una, 0)
    grade(database, at, at.udo, 0)
    with reading(database.engine) as session, pytest.raises(NotFoundError):
        debriefs.debrief(session, at.una, at.applications[0])
    grade(database, at, at.una, 1)
    with reading(database.engine) as session:
        assert debriefs.debrief(session, at.una, at.applications[0]) is not None


def test_who_has_no_grade_to_give_cannot_grade(database: Database) -> None:
    at = make_grading(database)
    for actor, refusal in ((at.coordinator, NotFoundError), (at.manager, NotFoundError)):
        with pytest.raises(refusal), writing(database.engine) as session:
            grades.save_draft(session, actor, at.submissions[0], content(), version=0, now=NOW)


def test_somebody_who_becomes_a_coordinator_grades_no_longer(database: Database) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        session.add(RoleGrant(person_id=at.una.person_id, role=Role.COORDINATOR, granted_at=NOW))
    grown = replace(at.una, roles=at.una.roles | {Role.COORDINATOR})
    with pytest.raises(NotFoundError), writing(database.engine) as session:
        grades.save_draft(session, grown, at.submissions[0], content(), version=0, now=NOW)


def test_a_conflict_of_interest_keeps_one_submission_away_and_the_rest_not(database: Database) -> None:
    at = make_grading(database, submissions=2)
    with writing(database.engine) as session:
        candidate = session.scalar(select(Application.candidate_id).where(Application.id == at.applications[0]))
        session.add(
            ConflictOfInterest(
                person_id=at.una.person_id, candidate_id=candidate, kind=next(iter(InterestKind)), statement="",
                declared_at=NOW, declared_by_id=at.coordinator.person_id,
            )
        )  # fmt: skip
    with pytest.raises(NotFoundError), writing(database.engine) as session:
        grades.save_draft(session, at.una, at.submissions[0], content(), version=0, now=NOW)
    with writing(database.engine) as session:
        grades.save_draft(session, at.una, at.submissions[1], content(), version=0, now=NOW)


def test_an_early_reading_keeps_one_submission_away_and_the_rest_not(database: Database) -> None:
    at = make_grading(database, submissions=2)
    with writing(database.engine) as session:
        make_early_reading(session, at.applications[0], at.una.person_id)
    with pytest.raises(NotFoundError), writing(database.engine) as session:
        grades.save_draft(session, at.una, at.submissions[0], content(), version=0, now=NOW)
    with writing(database.engine) as session:
        grades.save_draft(session, at.una, at.submissions[1], content(), version=0, now=NOW)


def test_a_conflict_of_the_last_grader_opens_what_the_others_sealed(database: Database) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        third = hiring.make_person(session, "Ulla Third", [Role.INTERVIEWER]).id
        graders.appoint(session, at.coordinator, at.task, third, now=NOW)
    for actor in (at.una, at.udo):
        assert grade(database, at, actor) is False, "the third still owes"
    with writing(database.engine) as session:
        interests.record(session, at.coordinator, at.applications[0], third, "They share a flat.", now=LATER)
    with reading(database.engine) as session:
        assert session.scalars(select(GradesReveal.assignment_id)).all() == [at.submissions[0]]


def test_a_submission_that_was_given_back_waits_for_another_grader(database: Database) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        grades.give_back(session, at.udo, at.submissions[0], "I know this writing.", now=NOW)
    grade(database, at, at.una)
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(GradesReveal)) == 0
        told = session.execute(
            select(Message.subject, Message.body).where(Message.recipient_id == at.coordinator.person_id)
        ).all()
    assert any("gave" in row.subject for row in told)
    assert not any("I know" in row.body for row in told)
    with writing(database.engine) as session:
        third = actor_of(hiring.make_person(session, "Ulla Third", [Role.INTERVIEWER]))
        graders.ask_further(session, at.coordinator, at.submissions[0], third.person_id, "One gave it back.", now=NOW)
    assert grade(database, at, third) is True


def test_who_owes_a_scorecard_hears_of_no_submission_given_back(database: Database) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        cleo = session.get_one(Person, at.coordinator.person_id)
        hiring.make_interview(session, session.get_one(Application, at.applications[0]), [cleo])
    with writing(database.engine) as session:
        grades.give_back(session, at.udo, at.submissions[0], "I know this writing.", now=NOW)
    with reading(database.engine) as session:
        told = session.scalars(select(Message.recipient_id).where(Message.subject.contains("back"))).all()
    assert told == [at.manager.person_id], "the manager owes nothing and sees to it"


def test_a_grader_who_drops_out_leaves_what_they_sealed(database: Database) -> None:
    at = make_grading(database, submissions=2)
    with writing(database.engine) as session:
        third = actor_of(hiring.make_person(session, "Ulla Third", [Role.INTERVIEWER]))
        ulla = graders.appoint(session, at.coordinator, at.task, third.person_id, now=NOW)
    grade(database, at, at.una, 0)
    grade(database, at, at.udo, 0)
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(GradesReveal)) == 0, "the third still owes"
    with writing(database.engine) as session:
        graders.release(session, at.coordinator, ulla, "Ill for a month.", now=LATER)
    with reading(database.engine) as session:
        assert session.scalars(select(GradesReveal.assignment_id)).all() == [at.submissions[0]]
    with pytest.raises(NotFoundError), writing(database.engine) as session:
        grades.save_draft(session, third, at.submissions[1], content(), version=0, now=LATER)


def test_a_third_grade_joins_the_two_that_are_open(database: Database) -> None:
    at = make_grading(database)
    grade(database, at, at.una, card=content(5, 3))
    grade(database, at, at.udo, card=content(2, 3))
    with writing(database.engine) as session:
        third = actor_of(hiring.make_person(session, "Ulla Third", [Role.INTERVIEWER]))
        graders.ask_further(
            session, at.coordinator, at.submissions[0], third.person_id, "Three points apart.", now=LATER
        )
    assert grade(database, at, third, card=content(4, 3)) is True
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(CreditedGrade)) == 3
        assert session.scalar(select(func.count()).select_from(Interview)) == 1
        assert isinstance(verify(session), Sound)


@pytest.mark.parametrize("how", ["withdrawn", "stage"])
def test_work_of_somebody_who_left_is_graded_no_further(database: Database, how: str) -> None:
    at = make_grading(database)
    grade(database, at, at.una)
    with writing(database.engine) as session:
        if how == "withdrawn":
            session.execute(update(CaseAssignment).values(withdrawn_at=NOW))
        else:
            session.execute(update(Application).values(stage=Stage.WITHDRAWN))
    with pytest.raises(AlreadyDoneError), writing(database.engine) as session:
        grades.seal(session, at.udo, at.submissions[0], content(), version=0, now=LATER)
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(GradesReveal)) == 0


def test_what_graders_seal_counts_in_the_comparison_with_the_blueprints_weights(database: Database) -> None:
    at = make_grading(database)
    grade(database, at, at.una, card=content(5, 3))
    grade(database, at, at.udo, card=content(3, 3))
    with writing(database.engine) as session:
        hiring.open_debrief(session, session.get_one(Application, at.applications[0]), at.coordinator.person_id)
    with reading(database.engine) as session:
        page = debriefs.debrief(session, at.coordinator, at.applications[0])
    shown = {card.interviewer: {r.dimension: r.value for r in card.content.ratings} for card in page.cards}
    assert shown == {"Una Gray": {"strategy": 5, "fluency": 3}, "Udo Finch": {"strategy": 3, "fluency": 3}}


def test_a_panel_is_copied_without_what_grades_became(database: Database) -> None:
    at = make_grading(database, submissions=2)
    with writing(database.engine) as session:
        ina = hiring.make_person(session, "Ina Interviewer", [Role.INTERVIEWER])
        hiring.make_interview(session, session.get_one(Application, at.applications[0]), [ina], title="A talk")
    for actor in (at.una, at.udo):
        grade(database, at, actor)
    with writing(database.engine) as session:
        made = interviews.copy_panel(session, at.coordinator, at.applications[1], at.applications[0], now=LATER)
        assert [session.get_one(Interview, one).title for one in made] == ["A talk"]
