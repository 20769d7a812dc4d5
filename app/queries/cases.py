"""Promotion cases in lists, and what the forms around them offer: whom to begin one for, whom to ask, what to cite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.growth.case import CaseOutcome, CaseState
from app.domain.growth.casework import Feedback, higher
from app.domain.growth.readiness import criteria_to
from app.domain.permission import Permission
from app.models.blueprint import BlueprintVersion
from app.models.ladder import Reporting
from app.models.person import Person
from app.models.promotion import CaseDecision, CaseEvidence, PeerFeedback, PromotionCase, newest_record
from app.models.promotion_facts import case_facts, cases_visible_to
from app.queries import blueprints, placements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.ladder import Ladder, Level
    from app.domain.permission import ActorFacts

MOST = 500
"""More cases than this are not shown at once; filters make the list shorter."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list. ``backed`` of ``criteria`` have evidence cited; ``mine`` when it is about the reader."""

    case_id: UUID
    person: str
    manager: str
    from_title: str
    to_title: str
    state: CaseState
    outcome: CaseOutcome | None
    day: date | None
    since: datetime
    backed: int
    criteria: int
    mine: bool


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list is narrowed to; an empty field narrows nothing."""

    words: str = ""
    state: CaseState | None = None
    outcome: CaseOutcome | None = None


@dataclass(frozen=True, slots=True)
class CaseList:
    """Cases, the newest change first, and how many more fit."""

    lines: tuple[CaseLine, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Beginning:
    """Somebody for whom a case can be begun: where they stand, and the levels above, lowest first.

    ``open_case`` is a case that is not decided, where there is one; ``lack`` says why none can begin, else empty.
    """

    person_id: UUID
    name: str
    own: bool
    standing: placements.Standing | None
    targets: tuple[Level, ...]
    open_case: UUID | None
    lack: str


@dataclass(frozen=True, slots=True)
class FeedbackDesk:
    """What somebody who was asked for feedback writes on; ``given_at`` is set once it is given or declined.

    ``ended``: the case is decided or withdrawn, so nothing more is given.
    """

    case_id: UUID
    person: str
    manager: str
    asked_by: str
    to_title: str
    feedback: Feedback
    saved_at: datetime | None
    given_at: datetime | None
    declined: bool
    decline_words: str
    ended: bool
    version: int


def listing(session: Session, actor: ActorFacts, wanted: CaseFilter, *, most: int = MOST) -> CaseList:
    """The cases that the reader may see and the filter lets pass, in one query, or one more for each new blueprint."""
    require(actor, Permission.CASE_LIST)
    rows = session.execute(_lines(actor, wanted)).all()
    return CaseList(tuple(_line(session, row, actor) for row in rows[:most]), max(len(rows) - most, 0))


def beginnings(session: Session, actor: ActorFacts, today: date) -> tuple[Beginning, ...]:
    """Oneself and whom one manages, oneself first, in three queries."""
    require(actor, Permission.CASE_LIST)
    is_open = and_(
        PromotionCase.person_id == Person.id, PromotionCase.state.in_((CaseState.DRAFT, CaseState.SUBMITTED))
    )
    rows = session.execute(
        select(Person.id, Person.name, Reporting.manager_id, PromotionCase.id.label("case_id"))
        .outerjoin(Reporting, Reporting.person_id == Person.id)
        .outerjoin(PromotionCase, is_open)
        .where(Person.active.is_(True), or_(Person.id == actor.person_id, Reporting.manager_id == actor.person_id))
        .order_by(Person.name, Person.id)
    ).all()
    standings = placements.current(session, [row.id for row in rows], today)
    ladders = _ladders(session, {one.role for one in standings.values()})
    begun = [_beginning(actor, row, standings.get(row.id), ladders) for row in rows]
    return tuple(sorted(begun, key=lambda one: not one.own))


def may_begin(session: Session, actor: ActorFacts) -> bool:
    """Whether the actor reports to somebody or manages somebody, and so can begin a case for either; one query."""
    line = or_(
        and_(Reporting.person_id == actor.person_id, Reporting.manager_id.is_not(None)),
        Reporting.manager_id == actor.person_id,
    )
    return session.scalar(select(Reporting.person_id).where(line).limit(1)) is not None


def peers(session: Session, case_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """Everybody with an open account who can still be asked for feedback on a case, by name; one query."""
    asked = select(PeerFeedback.person_id).where(PeerFeedback.case_id == case_id)
    of_case = select(PromotionCase).where(PromotionCase.id == case_id).subquery()
    rows = session.execute(
        select(Person.id, Person.name)
        .where(
            Person.active.is_(True),
            Person.id.not_in(asked),
            Person.id.not_in(select(of_case.c.person_id)),
            Person.id.not_in(select(of_case.c.manager_id)),
        )
        .order_by(Person.name, Person.id)
    )
    return tuple((row.id, row.name) for row in rows)


def feedback_desk(session: Session, actor: ActorFacts, case_id: UUID) -> FeedbackDesk:
    """What the reader was asked for, in two queries; it stays readable to them once it is given."""
    facts = found(case_facts(session, actor, case_id))
    require(actor, Permission.FEEDBACK_OPEN, facts)
    person, manager, asked_by = aliased(Person), aliased(Person), aliased(Person)
    row = session.execute(
        select(
            PromotionCase.to_level, PromotionCase.state, person.name.label("person"), manager.name.label("manager"),
            asked_by.name.label("asked_by"), PeerFeedback, BlueprintVersion.sha256,
        )
        .join(PeerFeedback, PeerFeedback.case_id == PromotionCase.id)
        .join(person, person.id == PromotionCase.person_id)
        .join(manager, manager.id == PromotionCase.manager_id)
        .join(asked_by, asked_by.id == PeerFeedback.asked_by_id)
        .join(BlueprintVersion, BlueprintVersion.id == PromotionCase.blueprint_version_id)
        .where(PromotionCase.id == case_id, PeerFeedback.person_id == actor.person_id)
    ).one()  # fmt: skip
    own: PeerFeedback = row.PeerFeedback
    return FeedbackDesk(
        case_id=case_id,
        person=row.person,
        manager=row.manager,
        asked_by=row.asked_by,
        to_title=placements.level_title(session, row.sha256, row.to_level),
        feedback=Feedback(own.situation, own.behaviour, own.impact),
        saved_at=own.saved_at,
        given_at=own.answered_at,
        declined=own.declined,
        decline_words=own.decline_words,
        ended=row.state in {CaseState.DECIDED, CaseState.WITHDRAWN},
        version=own.version,
    )


def _lines(actor: ActorFacts, wanted: CaseFilter) -> Select[*tuple[Any, ...]]:
    person, manager = aliased(Person), aliased(Person)
    backed = (
        select(func.count(CaseEvidence.criterion.distinct()))
        .where(CaseEvidence.case_id == PromotionCase.id)
        .correlate(PromotionCase)
        .scalar_subquery()
    )
    since = func.coalesce(PromotionCase.ended_at, PromotionCase.submitted_at, PromotionCase.created_at)
    statement = (
        select(
            PromotionCase.id, PromotionCase.person_id, person.name.label("person"), manager.name.label("manager"),
            PromotionCase.from_level, PromotionCase.to_level, PromotionCase.state, CaseDecision.outcome,
            CaseDecision.day, since.label("since"), backed.label("backed"), BlueprintVersion.sha256,
        )
        .join(person, person.id == PromotionCase.person_id)
        .join(manager, manager.id == PromotionCase.manager_id)
        .join(BlueprintVersion, BlueprintVersion.id == PromotionCase.blueprint_version_id)
        .outerjoin(CaseDecision, and_(CaseDecision.case_id == PromotionCase.id, newest_record()))
        .where(cases_visible_to(actor))
        .order_by(since.desc(), PromotionCase.id)
    )  # fmt: skip
    for word in wanted.words.split():
        statement = statement.where(
            or_(person.name.icontains(word, autoescape=True), manager.name.icontains(word, autoescape=True))
        )
    if wanted.state:
        statement = statement.where(PromotionCase.state == wanted.state)
    return statement.where(CaseDecision.outcome == wanted.outcome) if wanted.outcome else statement


def _line(session: Session, row: Row[*tuple[Any, ...]], actor: ActorFacts) -> CaseLine:
    ladder = blueprints.of_digest(session, row.sha256).ladder
    titles = {one.id: one.title for one in ladder.levels} if ladder else {}
    return CaseLine(
        case_id=row.id,
        person=row.person,
        manager=row.manager,
        from_title=titles.get(row.from_level, row.from_level),
        to_title=titles.get(row.to_level, row.to_level),
        state=row.state,
        outcome=row.outcome,
        day=row.day,
        since=row.since,
        backed=row.backed,
        criteria=len(criteria_to(ladder, row.from_level, row.to_level)) if ladder else 0,
        mine=row.person_id == actor.person_id,
    )


def _ladders(session: Session, roles: Iterable[str]) -> dict[str, Ladder]:
    """The ladder in the newest version of each role that has one, in one query."""
    rows = session.execute(
        select(BlueprintVersion.role, BlueprintVersion.sha256)
        .where(BlueprintVersion.role.in_(list(roles)))
        .order_by(BlueprintVersion.number)
    )
    newest = {row.role: row.sha256 for row in rows}
    held = {role: blueprints.of_digest(session, sha256).ladder for role, sha256 in newest.items()}
    return {role: ladder for role, ladder in held.items() if ladder is not None}


def _beginning(
    actor: ActorFacts,
    row: Row[*tuple[Any, ...]],
    standing: placements.Standing | None,
    ladders: Mapping[str, Ladder],
) -> Beginning:
    own = row.id == actor.person_id
    targets = _targets(standing, ladders) if standing else ()
    lack = ""
    if own and row.manager_id is None:
        lack = "You report to nobody, so nobody could answer for your case. Ask HR to record your manager."
    elif standing is None:
        lack = "No level is recorded yet. Ask HR to record it."
    elif not targets:
        lack = f"No level of the ladder ranks above {standing.title}."
    return Beginning(row.id, row.name, own, standing, targets, row.case_id, lack)


def _targets(standing: placements.Standing, ladders: Mapping[str, Ladder]) -> tuple[Level, ...]:
    ladder = ladders.get(standing.role)
    if ladder is None or standing.level not in {one.id for one in ladder.levels}:
        return ()
    return higher(ladder, standing.level)
