"""A field of candidates big enough to measure on: every interviewer has scored every candidate on every dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import paths
from app.domain.card import CardState, Recommendation
from app.domain.permission import Role
from app.formats.blueprint_files import load_role
from app.models.scorecard import RatingRow, Revision, ScorecardRow, SignalNote
from tests.factories.committee import Committee
from tests.factories.hiring import (
    NOW,
    make_application,
    make_blueprint_version,
    make_interview,
    make_person,
    make_requisition,
    open_debrief,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint

FIRST = ("Mira", "Jonas", "Adaeze", "Tomás", "Li", "Ruth", "Sanjay", "Élodie", "Owen", "Priya")
LAST = ("Okafor", "Weidmann", "Lindqvist", "Na", "Ferreira", "Abara", "Rao", "Marchand", "Pryce", "Nair", "Haddad")
EVIDENCE = (
    "Described the holdout she ran for the ranking launch, why the guardrail moved, and what the team then stopped."
)


def shipped_blueprint(role: str = "senior-ml-pm") -> Blueprint:
    """A role blueprint that the program brings."""
    found = load_role(paths.rubrics_dir() / role, paths.case_studies_dir()).blueprint
    assert found is not None
    return found


def make_field(session: Session, *, candidates: int = 20, interviewers: int = 5) -> Committee:
    """A requisition on the shipped blueprint whose candidates are all at an open debrief; ratings follow a pattern."""
    blueprint = shipped_blueprint()
    manager = make_person(session, "Mara Lindqvist", [Role.HIRING_MANAGER])
    chair = make_person(session, "Chidi Eze", [Role.COMMITTEE])
    member = make_person(session, "Hanna Vogel", [Role.COMMITTEE])
    coordinator = make_person(session, "Cora Diaz", [Role.COORDINATOR])
    requisition = make_requisition(
        session, blueprint.role.title, version=make_blueprint_version(session, blueprint), manager=manager,
        chair=chair, members=[member], musts=["responsible-ai"], openings=2,
    )  # fmt: skip
    panel = tuple(make_person(session, _name(n + 3), [Role.INTERVIEWER]) for n in range(interviewers))
    made = Committee(requisition, coordinator, manager, chair, (member,), panel)
    for number in range(candidates):
        _make_candidate(session, made, number, blueprint)
    session.flush()
    return made


def _make_candidate(session: Session, made: Committee, number: int, blueprint: Blueprint) -> None:
    application = make_application(session, made.requisition, name=_name(number))
    interview = make_interview(session, application)
    for rater, person in enumerate(made.interviewers):
        card = ScorecardRow(
            interview_id=interview.id, application_id=application.id, interviewer_id=person.id,
            state=CardState.SEALED, assigned_at=NOW,
        )  # fmt: skip
        card.revisions = [_revision(number, rater, blueprint)]
        session.add(card)
    open_debrief(session, application, made.coordinator.id)


def _revision(number: int, rater: int, blueprint: Blueprint) -> Revision:
    scorecard = blueprint.scorecard
    return Revision(
        number=1, sealed_at=NOW, after_reveal=False, recommendation=tuple(Recommendation)[(number + rater) % 4],
        summary="Clear on what was given up and why.",
        ratings=[
            RatingRow(dimension=dimension.id, value=_value(number, rater, at), evidence=EVIDENCE)
            for at, dimension in enumerate(scorecard.dimensions)
        ],
        signals=[SignalNote(signal=scorecard.signals[(number + rater) % len(scorecard.signals)].id)],
    )  # fmt: skip


def _value(number: int, rater: int, at: int) -> int:
    return 1 + (number * 7 + rater * 2 + at * (3 + number + rater)) % 5


def _name(number: int) -> str:
    return f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]}"
