"""Graders know no name and no other grade: proven in pairs of worlds.

In the first kind of pair candidates have other names, addresses and numbers in each world, also in what they wrote
themselves: no grader gets another byte. In the second a grader notes and seals this or that, or nothing at all:
nobody else gets another byte, except who runs the requisition, who is told how many grades are sealed, and who audits
the chain.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from app.domain.card import CardContent, DimensionRating, Recommendation
from app.domain.case_grading import QuestionMark
from app.domain.hiring import Part
from app.domain.permission import Role
from app.models.candidate import Application, Candidate
from app.models.case_grading import Grader
from app.models.case_work import CaseAnswer, CaseAssignment, CaseFile
from app.models.engine import writing
from app.models.interview import Interview
from app.models.person import Person
from app.models.requisition import Requisition, RequisitionMember
from app.services import grades, installation
from tests import databases
from tests.factories import hiring
from tests.factories.grading import Grading, stage_grading
from tests.journeys.stopped import answers_of, mail_of, program_of, signed_in
from tests.journeys.two_worlds import CANARIES, NOON
from tests.web import whole_sight

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.web.whole_sight import Ids

Folders = tuple["Path", "Path"]
SUBMISSIONS = 3


@dataclass
class Base:
    """What both worlds share: the task, who looks, and the ids that fill addresses."""

    at: Grading
    viewers: dict[str, UUID]
    ids: Ids

    @property
    def read_first(self) -> list[str]:
        """Pages after which a process has read the blueprint, which then counts as a statement in neither world."""
        return [f"/grading/{self.at.task}/graders", f"/requisitions/{self.at.requisition}"]

    @property
    def desk_of_graders(self) -> list[str]:
        """Where it is told how many grades are sealed."""
        at = self.at
        further = [f"/grading/{at.task}/submissions/{each}/further" for each in at.submissions]
        return [f"/grading/{at.task}/graders", *further]


@pytest.mark.parametrize("seed", [0, 1])
def test_a_name_changes_no_byte_for_a_grader(session_folder: Path, tmp_path: Path, seed: int) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(databases.sqlite_database(session_folder, tmp_path))
        _names(stack, first, (session_folder, tmp_path), seed)


def test_a_name_changes_no_byte_on_postgresql(session_folder: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        _names(stack, stack.enter_context(databases.postgresql_database(session_folder)), (session_folder, tmp_path), 7)


@pytest.mark.parametrize(("other", "seed"), [("otherwise", 0), ("otherwise", 1), ("not at all", 0)])
def test_a_grade_changes_no_byte_for_anybody_else(session_folder: Path, tmp_path: Path, other: str, seed: int) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(databases.sqlite_database(session_folder, tmp_path))
        _grades(stack, first, (session_folder, tmp_path), other, seed)


def test_a_grade_changes_no_byte_on_postgresql(session_folder: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(databases.postgresql_database(session_folder))
        _grades(stack, first, (session_folder, tmp_path), "otherwise", 101)


def test_that_all_grades_are_in_changes_no_byte_for_whoever_owes_a_scorecard(
    session_folder: Path, tmp_path: Path
) -> None:
    """Once all are in they are scorecards of an interview that nobody planned: it must not turn up anywhere."""
    with ExitStack() as stack:
        first = stack.enter_context(databases.sqlite_database(session_folder, tmp_path))
        program, base = _begin(first, (session_folder, tmp_path))
        with writing(first.engine) as session:
            talk = session.get_one(Interview, base.ids["interview_id"][0])
            owing = ("interviewer", "stranger", "partner")
            for name in owing[1:]:
                hiring.make_card(session, talk, session.get_one(Person, base.viewers[name]))
        browsers = {name: signed_in(program, first.engine, base.viewers[name]) for name in (*owing, "manager")}
        answers_of(program, browsers["manager"], first.engine, base.read_first)
        second = stack.enter_context(databases.copied(first, session_folder, tmp_path))
        for actor in (base.at.una, base.at.udo):
            _grade_one(first.engine, base, actor, Random(actor.email))
        wanted = [one for one in whole_sight.addresses(program, base.ids) if not one.endswith("everything.zip")]
        for name, browser in browsers.items():
            one, two = (answers_of(program, browser, engine, wanted) for engine in (first.engine, second.engine))
            differing = [key for key in one if one[key] != two[key]]
            # Whoever owes nothing reads of the new scorecards, or nothing would be proven.
            assert bool(differing) is (name == "manager"), (name, differing)
            if name in owing:
                assert mail_of(first.engine, base.viewers[name]) == mail_of(second.engine, base.viewers[name]), name


def _names(stack: ExitStack, first: databases.Database, folders: Folders, seed: int) -> None:
    program, base = _begin(first, folders)
    browsers = {name: signed_in(program, first.engine, one) for name, one in base.viewers.items()}
    second = stack.enter_context(databases.copied(first, *folders))
    random = Random(seed)
    for world, engine in enumerate((first.engine, second.engine)):
        with writing(engine) as session:
            _rename(session, random, world)
    wanted = [one for one in whole_sight.addresses(program, base.ids) if not one.endswith("everything.zip")]
    engines = (first.engine, second.engine)
    answers_of(program, browsers["coordinator"], first.engine, base.read_first)
    for name in ("grader", "other grader"):
        person_id = base.viewers[name]
        one, two = (answers_of(program, browsers[name], engine, wanted) for engine in engines)
        assert [key for key, answer in one.items() if answer.status >= 500] == [], name
        assert sum(b"[name]" in answer.body for answer in one.values()) >= SUBMISSIONS, name
        assert [key for key in one if one[key] != two[key]] == [], name
        assert mail_of(first.engine, person_id) == mail_of(second.engine, person_id), name
    # Were names nowhere at all, nothing would be proven: who runs the requisition reads them.
    one, two = (answers_of(program, browsers["coordinator"], engine, base.desk_of_graders[:1]) for engine in engines)
    assert one != two


def _grades(stack: ExitStack, first: databases.Database, folders: Folders, other: str, seed: int) -> None:
    program, base = _begin(first, folders)
    browsers = {name: signed_in(program, first.engine, one) for name, one in base.viewers.items()}
    # A process reads each blueprint once; read now, it does not count as a statement in one of the worlds only.
    answers_of(program, browsers["coordinator"], first.engine, base.read_first)
    second = stack.enter_context(databases.copied(first, *folders))
    _grade(first.engine, base, Random(f"{seed}/one"))
    if other == "otherwise":
        _grade(second.engine, base, Random(f"{seed}/two"))
    wanted = [one for one in whole_sight.addresses(program, base.ids) if not one.endswith("everything.zip")]
    assert f"/grading/{base.at.task}" in wanted
    told = {"coordinator", "manager"} if other == "not at all" else set()
    for name in set(browsers) - {"other grader"}:
        one, two = (answers_of(program, browsers[name], engine, wanted) for engine in (first.engine, second.engine))
        assert [key for key, answer in one.items() if answer.status >= 500] == [], name
        differing = {key.partition(" ")[2] for key in one if one[key] != two[key]}
        if name == "auditor":
            # The chain tells who sealed something and when, by a digest of it; the words are in no page.
            differing -= {"/audit", "/audit.csv", "/audit.jsonl"}
            assert not any(word.encode() in answer.body for answer in one.values() for word in CANARIES)
        assert not differing - _numbers(base), name
        assert bool(differing) is (name in told), (name, differing)
        assert mail_of(first.engine, base.viewers[name]) == mail_of(second.engine, base.viewers[name]), name


def _numbers(base: Base) -> set[str]:
    released = {f"/grading/{base.at.task}/graders/{one}/release" for one in base.ids["grader_id"]}
    return {*base.desk_of_graders, *released}


def _begin(first: databases.Database, folders: Folders) -> tuple[Flask, Base]:
    program = program_of(first, folders[1])
    with writing(first.engine) as session:
        installation.ensure(session, company="Harrow & Vale")
        base = _base(session)
    return program, base


def _base(session: Session) -> Base:
    at = stage_grading(session, submissions=SUBMISSIONS)
    need = session.get_one(Requisition, at.requisition)
    chair = hiring.make_person(session, "Cher Chair", [Role.COMMITTEE])
    need.members.append(RequisitionMember(person_id=chair.id, part=Part.CHAIR))
    interviewer = hiring.make_person(session, "Ina Interviewer", [Role.INTERVIEWER])
    talk = hiring.make_interview(session, session.get_one(Application, at.applications[0]), [interviewer])
    people = {
        "grader": at.una.person_id, "other grader": at.udo.person_id, "coordinator": at.coordinator.person_id,
        "manager": at.manager.person_id, "chair": chair.id, "interviewer": interviewer.id,
        "partner": hiring.make_person(session, "Hedda Partner", [Role.HR_PARTNER]).id,
        "auditor": hiring.make_person(session, "Aude Auditor", [Role.AUDITOR]).id,
        "stranger": hiring.make_person(session, "Sam Stranger", [Role.INTERVIEWER, Role.HIRING_MANAGER]).id,
    }  # fmt: skip
    of_these = select(Application.candidate_id).where(Application.id.in_(at.applications))
    ids: Ids = {
        "task_id": [at.task], "question_id": list(at.questions), "assignment_id": list(at.submissions),
        "grader_id": list(session.scalars(select(Grader.id).order_by(Grader.id))), "requisition_id": [at.requisition],
        "application_id": list(at.applications), "interview_id": [talk.id],
        "candidate_id": list(session.scalars(of_these)),
        "card_id": [hiring.card_of(session, talk, interviewer).id],
    }  # fmt: skip
    session.add(
        CaseFile(
            assignment_id=at.submissions[0], number=1, name="CV of somebody.pdf", media_type="application/pdf",
            size=2048, sha256="0" * 64, added_at=NOON,
        )
    )  # fmt: skip
    return Base(at, people, ids)


def _rename(session: Session, random: Random, world: int) -> None:
    """Other people hand in the same work, signed with their names, and give their files other names."""
    session.execute(update(CaseAssignment).values(handed_in_at=None))
    firsts, lasts = (("Zorka", "Ilja", "Tove"), ("Abara", "Quist", "Oyelaran"))[world], ("Wolanski", "Brandt", "Diaz")
    of_work = (
        select(CaseAssignment.id, Candidate)
        .join(Application, Application.id == CaseAssignment.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .order_by(CaseAssignment.code)
    )
    for place, (assignment_id, person) in enumerate(session.execute(of_work).all()):
        person.name = f"{firsts[place]} {random.choice(lasts)}{'sson' * world}"
        person.email = f"{person.name.lower().replace(' ', '.')}@{('one', 'two')[world]}.example"
        person.phone, person.headline = f"+4670{random.randint(10**6, 10**7)}", f"Formerly at {random.choice(CANARIES)}"
        for answer in session.scalars(select(CaseAnswer).where(CaseAnswer.assignment_id == assignment_id)):
            answer.text = f"I, {person.name}, would begin with search. Write to {person.email} or {person.phone}."
    session.execute(update(CaseFile).values(name=f"{firsts[0]} CV.pdf"))
    session.flush()
    session.execute(update(CaseAssignment).values(handed_in_at=NOON))


def _grade(engine: Engine, base: Base, random: Random) -> None:
    """The other grader marks, saves drafts and seals all but the last, in words and values drawn by chance."""
    at, actor = base.at, base.at.udo
    for place, submission in enumerate(at.submissions):
        with writing(engine) as session:
            for question in at.questions:
                mark = QuestionMark(question, marked=True, value=random.choice((None, 1, 3, 5)), note=_words(random))
                grades.save_mark(session, actor, submission, mark, version=0, now=NOON)
        with writing(engine) as session:
            version = grades.save_draft(session, actor, submission, _card(random), version=0, now=NOON)
        if place < SUBMISSIONS - 1:
            with writing(engine) as session:
                grades.seal(session, actor, submission, _card(random), version=version, now=NOON)


def _grade_one(engine: Engine, base: Base, actor: ActorFacts, random: Random) -> None:
    """Somebody marks and seals the first submission."""
    submission = base.at.submissions[0]
    with writing(engine) as session:
        for question in base.at.questions:
            mark = QuestionMark(question, marked=True, value=3, note=_words(random))
            grades.save_mark(session, actor, submission, mark, version=0, now=NOON)
        grades.seal(session, actor, submission, _card(random), version=0, now=NOON)


def _card(random: Random) -> CardContent:
    ratings = tuple(DimensionRating(d, random.choice((1, 2, 3, 4, 5)), _words(random)) for d in ("strategy", "fluency"))
    return CardContent(ratings, (), random.choice(list(Recommendation)), _words(random))


def _words(random: Random) -> str:
    return f"{' '.join(random.sample(CANARIES, 2))} {random.randint(1, 9**9)}"
