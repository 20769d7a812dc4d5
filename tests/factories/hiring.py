"""Makes people, requisitions, candidates and interviews for tests: real rows, in a session that the test opened.

Each function flushes what it made and returns the row, so ids and relations can be used at once. Names may repeat;
e-mail addresses never do. Nothing here asks the clock: everything happened at `NOW`.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.domain.blueprint import (
    Anchor,
    Blueprint,
    CaseStudy,
    DecisionRule,
    Dimension,
    Entry,
    Probe,
    Scale,
    ScalePoint,
    Scorecard,
    Signal,
    canonical_json,
    digest,
    from_canonical,
)
from app.domain.blueprint import (
    Role as BlueprintRole,
)
from app.domain.card import CardState, Recommendation
from app.domain.hiring import InterviewKind, Part, RequisitionState, RevealRule, Stage
from app.domain.permission import ActorFacts, Role
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate, StageChange
from app.models.decision import DebriefRow
from app.models.interview import Interview, InterviewFocus
from app.models.person import Person, RoleGrant
from app.models.requisition import MustHave, Requisition, RequisitionMember
from app.models.scorecard import RatingRow, Revision, ScorecardRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DIMENSIONS = ("strategy", "fluency", "empathy")
_numbers = itertools.count(1)


def small_blueprint(title: str = "Product Manager", *, role: str = "product-manager") -> Blueprint:
    """A whole blueprint of three dimensions, five points, two probes, two signals and one case study."""
    points = ((1, "Well below"), (2, "Below"), (3, "Meets bar"), (4, "Above"), (5, "Well above"))
    weights = zip(DIMENSIONS, ("Product Strategy", "Technical Fluency", "Customer Empathy"), (50, 30, 20), strict=True)
    return Blueprint(
        role=BlueprintRole(role, title, summary="Owns one product from discovery to growth."),
        scorecard=Scorecard(
            id=f"{role}-scorecard",
            version="1",
            scale=Scale(tuple(ScalePoint(value, text) for value, text in points), meets=3),
            dimensions=tuple(Dimension(i, t, w, anchors=_anchors(t, points)) for i, t, w in weights),
            probes=(
                Probe("bet", "A bet", "Which bet did you stop, and why?", ("strategy",)),
                Probe("user", "A user", "What did a user teach you?", ("empathy",)),
            ),
            signals=(
                Signal("names-trade-offs", "strong", "Names trade-offs unprompted", ("strategy",)),
                Signal("blames-users", "red_flag", "Blames users", ("empathy",)),
            ),
        ),
        case_studies=(
            CaseStudy(
                "shortlist", "Case A", "The shortlist", "Any candidate", 45, 60, ("live",),
                "Plan the first release.", (Entry("A one-page plan"),), ("strategy", "fluency"),
            ),
        ),
    )  # fmt: skip


def rescaled(plain: Blueprint, scale: Scale, rule: DecisionRule | None = None) -> Blueprint:
    """The same blueprint on another scale and rule, without weights; every point has an anchor."""
    anchors = tuple(Anchor(value, f"Seen at {value}.") for value in scale.values)
    dimensions = tuple(replace(one, weight=None, anchors=anchors) for one in plain.scorecard.dimensions)
    card = replace(plain.scorecard, scale=scale, dimensions=dimensions, decision=rule or DecisionRule())
    return replace(plain, scorecard=card)


def _anchors(title: str, points: Sequence[tuple[int, str]]) -> tuple[Anchor, ...]:
    return tuple(Anchor(value, f"{text} on {title}.", "house") for value, text in points)


def make_person(
    session: Session,
    name: str = "Ada Brook",
    roles: Iterable[Role] = (),
    *,
    email: str = "",
    zone: str = "UTC",
    password_hash: str | None = None,
    active: bool = True,
) -> Person:
    """Somebody with an account and these roles."""
    address = email or f"{name.lower().replace(' ', '.')}.{next(_numbers)}@example.com"
    person = Person(
        name=name, email=address, zone=zone, password_hash=password_hash, active=active, created_at=NOW,
        roles=[RoleGrant(role=role, granted_at=NOW) for role in sorted(set(roles))],
    )  # fmt: skip
    session.add(person)
    session.flush()
    return person


def actor_of(person: Person) -> ActorFacts:
    """How the permission map sees a person that a factory made."""
    return ActorFacts(person.id, person.email, frozenset(grant.role for grant in person.roles), active=person.active)


def make_blueprint_version(
    session: Session, blueprint: Blueprint | None = None, *, number: int | None = None
) -> BlueprintVersion:
    """A published version, by default of `small_blueprint` under a role id that no other version has."""
    whole = blueprint or small_blueprint(role=f"product-manager-{next(_numbers)}")
    body = canonical_json(whole)
    version = BlueprintVersion(
        role=whole.role.id, number=number or 1, title=whole.role.title, sha256=digest(body), body=body,
        published_at=NOW,
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version


def make_next_version(session: Session, version: BlueprintVersion) -> BlueprintVersion:
    """The version after this one: its first dimension weighs a point less and its last a point more."""
    whole = from_canonical(version.body)
    first, *between, last = whole.scorecard.dimensions
    weighed = replace(first, weight=(first.weight or 0) - 1), *between, replace(last, weight=(last.weight or 0) + 1)
    card = replace(whole.scorecard, dimensions=weighed)
    return make_blueprint_version(session, replace(whole, scorecard=card), number=version.number + 1)


def make_requisition(
    session: Session,
    title: str = "Product Manager, Search",
    *,
    version: BlueprintVersion | None = None,
    state: RequisitionState = RequisitionState.OPEN,
    reveal: RevealRule = RevealRule.AFTER_OWN,
    manager: Person | None = None,
    chair: Person | None = None,
    members: Iterable[Person] = (),
    musts: Iterable[str] = (),
    openings: int = 1,
    panel_size: int = 3,
) -> Requisition:
    """A requisition; without a manager somebody new with that role manages it."""
    pinned = version or make_blueprint_version(session)
    leads = manager or make_person(session, "Mara Lindqvist", [Role.HIRING_MANAGER])
    parts = [(leads, Part.HIRING_MANAGER), *((person, Part.MEMBER) for person in members)]
    parts += [(chair, Part.CHAIR)] if chair else []
    requisition = Requisition(
        title=title, blueprint_version_id=pinned.id, state=state, reveal=reveal, openings=openings,
        panel_size=panel_size, created_at=NOW, created_by_id=leads.id,
        members=[RequisitionMember(person_id=person.id, part=part) for person, part in parts],
        musts=[MustHave(dimension=dimension) for dimension in musts],
    )  # fmt: skip
    session.add(requisition)
    session.flush()
    return requisition


def make_candidate(session: Session, name: str = "Mira Okafor", *, email: str = "") -> Candidate:
    """A candidate without any application."""
    address = email or f"{name.lower().replace(' ', '.')}.{next(_numbers)}@example.org"
    candidate = Candidate(name=name, email=address, created_at=NOW)
    session.add(candidate)
    session.flush()
    return candidate


def make_application(
    session: Session,
    requisition: Requisition | None = None,
    candidate: Candidate | None = None,
    *,
    name: str = "Mira Okafor",
    stage: Stage = Stage.INTERVIEWING,
) -> Application:
    """A candidate for a requisition, with the first step of its history."""
    need = requisition or make_requisition(session)
    person = candidate or make_candidate(session, name)
    application = Application(candidate_id=person.id, requisition_id=need.id, stage=stage, created_at=NOW)
    session.add(application)
    session.flush()
    session.add(StageChange(application_id=application.id, number=1, to_stage=stage, at=NOW, by_id=need.created_by_id))
    session.flush()
    return application


def make_interview(
    session: Session,
    application: Application,
    interviewers: Iterable[Person] = (),
    *,
    kind: InterviewKind = InterviewKind.CONVERSATION,
    title: str = "Product conversation",
    focus: Iterable[str] = DIMENSIONS[:1],
    starts_at: datetime | None = NOW,
    case_study: str | None = None,
) -> Interview:
    """An interview; each interviewer owes a card on it."""
    interview = Interview(
        application_id=application.id, kind=kind, title=title, case_study=case_study, starts_at=starts_at,
        minutes=60, created_at=NOW, focus=[InterviewFocus(dimension=dimension) for dimension in focus],
    )  # fmt: skip
    session.add(interview)
    session.flush()
    for person in interviewers:
        make_card(session, interview, person)
    return interview


def make_card(session: Session, interview: Interview, interviewer: Person) -> ScorecardRow:
    """The duty to score an interview, still owed."""
    card = ScorecardRow(
        interview_id=interview.id, application_id=interview.application_id, interviewer_id=interviewer.id,
        state=CardState.OWED, assigned_at=NOW,
    )  # fmt: skip
    session.add(card)
    session.flush()
    return card


def card_of(session: Session, interview: Interview, interviewer: Person) -> ScorecardRow:
    """The card that a person has on an interview."""
    return next(
        card
        for card in session.query(ScorecardRow).filter_by(interview_id=interview.id)
        if card.interviewer_id == interviewer.id
    )


def seal(
    session: Session,
    card: ScorecardRow,
    ratings: Mapping[str, int | None],
    *,
    recommendation: Recommendation = Recommendation.YES,
    summary: str = "",
    at: datetime = NOW,
) -> Revision:
    """Seal a card with a first revision, without asking whether it is complete."""
    revision = Revision(
        scorecard_id=card.id, number=1, sealed_at=at, after_reveal=False, recommendation=recommendation,
        summary=summary,
        ratings=[RatingRow(dimension=d, value=value, evidence="Seen in the talk.") for d, value in ratings.items()],
    )  # fmt: skip
    session.add(revision)
    card.state = CardState.SEALED
    session.flush()
    return revision


def open_debrief(session: Session, application: Application, by: UUID) -> None:
    """Open the debrief of an application, whoever still owes a card."""
    session.add(DebriefRow(application_id=application.id, opened_at=NOW, opened_by_id=by))
    session.flush()
