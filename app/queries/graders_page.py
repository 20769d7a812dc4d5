"""Who grades a case and how far they are, for whoever runs the requisition: numbers, and never what was written.

Nobody reads here who owes a scorecard on the candidate: that grades are in, or far apart, would tell of others.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, exists, literal, or_, select

from app.domain.access import found, require
from app.domain.blueprint import from_canonical
from app.domain.case_grading import FAR_APART, GRADERS_WANTED, GradeState, from_json, of_case, widest
from app.domain.errors import NotFoundError
from app.domain.permission import Permission
from app.domain.predicates import NAMES_KNOWN_TO
from app.models.blind import shown_name
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.case_grading import Grade, Grader, GradesReveal, SealedGrade
from app.models.case_grading_asks import gradable, grades_for, has_part_in
from app.models.case_work import CaseAssignment, CaseTask
from app.models.decision import DebriefRow
from app.models.facts import requisition_facts
from app.models.granting import ScopedGrant
from app.models.person import Person, RoleGrant
from app.models.planning import owes_on_candidate
from app.models.requisition import Requisition
from app.models.visibility import applications_visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Scorecard
    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class GraderLine:
    """One grader: how many submissions they sealed and how many still wait for them.

    ``fits`` is false for somebody who has since got another part or a role that tells names, and grades no longer.
    """

    grader_id: UUID
    name: str
    whole: bool
    appointed_at: datetime
    released_at: datetime | None
    release_reason: str
    sealed: int
    owed: int
    fits: bool


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One submission that was handed in.

    ``hidden``: the reader owes a scorecard on the candidate, so the rest is empty. ``apart`` names the dimension on
    which open grades are far apart, and by how many points. ``compares``: the debrief is open too, so whoever runs the
    requisition may read the grades.
    """

    assignment_id: UUID
    application_id: UUID
    code: str
    candidate: str
    hidden: bool
    running: bool
    sealed: int = 0
    owed: int = 0
    returned: int = 0
    revealed_at: datetime | None = None
    compares: bool = False
    apart: tuple[str, int] | None = None

    @property
    def short(self) -> int:
        """How many graders are missing."""
        return max(0, GRADERS_WANTED - self.sealed - self.owed) if self.running and not self.hidden else 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who could grade: without another part in the requisition and without a role that tells names."""

    person_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class GradersPage:
    """The grading of one task."""

    task_id: UUID
    requisition_id: UUID
    requisition: str
    title: str
    graders: tuple[GraderLine, ...]
    work: tuple[WorkLine, ...]
    choices: tuple[Choice, ...]

    @property
    def grading(self) -> int:
        """How many grade every submission at present."""
        return sum(one.released_at is None and one.whole for one in self.graders)

    @property
    def missing(self) -> int:
        """How many graders the task still needs."""
        return max(0, GRADERS_WANTED - self.grading)


def graders_page(session: Session, actor: ActorFacts, task_id: UUID) -> GradersPage:
    """Graders, progress by submission, and who could be appointed; :class:`NotFoundError` to others."""
    row = session.execute(
        select(
            CaseTask.requisition_id, CaseTask.title, CaseTask.case_study, Requisition.title.label("requisition"),
            BlueprintVersion.body,
        )
        .join(Requisition, Requisition.id == CaseTask.requisition_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .where(CaseTask.id == task_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFoundError
    require(actor, Permission.GRADING_SEE, found(requisition_facts(session, actor, row.requisition_id)))
    blueprint = from_canonical(row.body)
    case = next(each for each in blueprint.case_studies if each.id == row.case_study)
    pairs = _pairs(session, actor, task_id)
    people = _people(session, task_id, row.requisition_id)
    return GradersPage(
        task_id, row.requisition_id, row.requisition, row.title, _graders(people, pairs),
        _work(pairs, of_case(blueprint.scorecard, case)), _choices(people),
    )  # fmt: skip


def _pairs(session: Session, actor: ActorFacts, task_id: UUID) -> Sequence[Row[Any]]:
    """A row for each submission and grader, or one without a grader where there is none."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            CaseAssignment.id, CaseAssignment.application_id, CaseAssignment.code, Grader.id.label("grader_id"),
            Grade.state, shown_name(actor).label("candidate"), owes_on_candidate(actor).label("hidden"),
            gradable().label("running"), grades_for().label("theirs"), GradesReveal.revealed_at, SealedGrade.body,
            exists(select(literal(1)).where(DebriefRow.application_id == Application.id).correlate(Application))
            .label("debriefed"),
        )
        .select_from(CaseAssignment)
        .join(Application, Application.id == CaseAssignment.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .outerjoin(Grader, Grader.task_id == CaseAssignment.task_id)
        .outerjoin(Grade, and_(Grade.grader_id == Grader.id, Grade.assignment_id == CaseAssignment.id))
        .outerjoin(GradesReveal, GradesReveal.assignment_id == CaseAssignment.id)
        .outerjoin(SealedGrade, and_(SealedGrade.grade_id == Grade.id, GradesReveal.assignment_id.is_not(None)))
        .where(
            CaseAssignment.task_id == task_id,
            CaseAssignment.handed_in_at.is_not(None),
            applications_visible_to(actor),
        )
        .order_by(CaseAssignment.code)
    )  # fmt: skip
    return session.execute(statement).all()


def _people(session: Session, task_id: UUID, requisition_id: UUID) -> Sequence[Row[Any]]:
    """A row for each grader there ever was, and for each other person with an open account."""
    everywhere = select(RoleGrant.person_id).where(RoleGrant.role.in_(sorted(NAMES_KNOWN_TO)))
    telling = everywhere.union(select(ScopedGrant.person_id).where(ScopedGrant.role.in_(sorted(NAMES_KNOWN_TO))))
    statement: Select[*tuple[Any, ...]] = (
        select(
            Person.id, Person.name, Grader.id.label("grader_id"), Grader.whole, Grader.appointed_at,
            Grader.released_at, Grader.release_reason,
            (Person.active.is_(True) & Person.id.not_in(telling) & ~has_part_in(Person.id, CaseTask.requisition_id))
            .label("fits"),
        )
        .select_from(Person)
        .join(CaseTask, CaseTask.id == task_id)
        .outerjoin(Grader, and_(Grader.person_id == Person.id, Grader.task_id == CaseTask.id))
        .where(or_(Grader.id.is_not(None), Person.active.is_(True)), CaseTask.requisition_id == requisition_id)
        .order_by(Person.name, Person.id)
    )  # fmt: skip
    return session.execute(statement).all()


def _graders(people: Sequence[Row[Any]], pairs: Sequence[Row[Any]]) -> tuple[GraderLine, ...]:
    of_grader: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for pair in pairs:
        of_grader[pair.grader_id].append(pair)
    return tuple(
        GraderLine(
            row.grader_id, row.name, bool(row.whole), row.appointed_at, row.released_at, row.release_reason,
            sealed=sum(_sealed(pair) for pair in of_grader[row.grader_id] if not pair.hidden),
            owed=sum(_owed(pair) for pair in of_grader[row.grader_id] if not pair.hidden),
            fits=bool(row.fits),
        )
        for row in people
        if row.grader_id is not None
    )  # fmt: skip


def _work(pairs: Sequence[Row[Any]], scorecard: Scorecard) -> tuple[WorkLine, ...]:
    of_work: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for pair in pairs:
        of_work[pair.id].append(pair)
    return tuple(_line(rows, scorecard) for rows in of_work.values())


def _line(rows: Sequence[Row[Any]], scorecard: Scorecard) -> WorkLine:
    first = rows[0]
    known = (first.id, first.application_id, first.code, first.candidate)
    if first.hidden:
        return WorkLine(*known, hidden=True, running=bool(first.running))
    return WorkLine(
        *known, hidden=False, running=bool(first.running), sealed=sum(map(_sealed, rows)),
        owed=sum(map(_owed, rows)), returned=sum(row.state is GradeState.RETURNED for row in rows),
        revealed_at=first.revealed_at, compares=bool(first.revealed_at and first.debriefed),
        apart=_apart(rows, scorecard),
    )  # fmt: skip


def _apart(rows: Sequence[Row[Any]], scorecard: Scorecard) -> tuple[str, int] | None:
    dimension, points = widest([from_json(row.body).card for row in rows if row.body])
    return (scorecard.dimension(dimension).title, points) if points >= FAR_APART else None


def _choices(people: Sequence[Row[Any]]) -> tuple[Choice, ...]:
    """Who could be appointed or asked for one grade more; whoever grades every submission is neither."""
    grading = {row.id for row in people if row.grader_id and row.whole and row.released_at is None}
    return tuple(Choice(row.id, row.name) for row in people if row.fits and row.id not in grading)


def _sealed(pair: Row[Any]) -> bool:
    return pair.state is GradeState.SEALED


def _owed(pair: Row[Any]) -> bool:
    begun = pair.state in {None, GradeState.OWED}
    return pair.grader_id is not None and begun and bool(pair.theirs) and bool(pair.running)
