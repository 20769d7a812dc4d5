"""Closed requisitions whose candidates said something of themselves, and reports made from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.domain.fairness.cohort import Standing, counted
from app.domain.fairness.pseudonym import AnswerKeys
from app.domain.fairness.questions import DEFAULT
from app.domain.fairness.release import Figures, written
from app.domain.fairness.withholding import told
from app.domain.hiring import RequisitionState, Stage
from app.models.self_identification import SelfIdentification
from tests.factories.hiring import make_application, make_candidate, make_requisition
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.models.blueprint import BlueprintVersion
    from app.models.person import Person
    from app.models.requisition import Requisition

KEYS = AnswerKeys.of(SECRET)
ASKED = DEFAULT
SEX, RACE = (question.title for question in ASKED)
FEMALE, MALE = {SEX: "Female"}, {SEX: "Male"}
Crowd = tuple[Mapping[str, str], Stage, int]
"""Answers, the stage that people came to, and how many of them."""

INTAKE: tuple[Crowd, ...] = (
    (FEMALE, Stage.APPLIED, 14),
    (FEMALE, Stage.INTERVIEWING, 16),
    (MALE, Stage.APPLIED, 8),
    (MALE, Stage.INTERVIEWING, 24),
    ({}, Stage.APPLIED, 6),
    ({}, Stage.WITHDRAWN, 3),
)
"""At the step to interviews: 16 of 30 women, 24 of 32 men, none of 6 who said nothing; three withdrew."""


def say(session: Session, application_id: UUID, answers: Mapping[str, str]) -> None:
    """Keep answers of an application, whatever state its requisition is in."""
    text = json.dumps(dict(answers), sort_keys=True)
    session.add(SelfIdentification(pseudonym=KEYS.pseudonym(application_id), answers=text))
    session.flush()


def make_intake(
    session: Session,
    crowds: Sequence[Crowd] = INTAKE,
    *,
    title: str = "Product Manager, Ports",
    version: BlueprintVersion | None = None,
    manager: Person | None = None,
    state: RequisitionState = RequisitionState.CLOSED,
) -> Requisition:
    """A closed requisition with these people."""
    need = make_requisition(session, title, version=version, manager=manager, state=state)
    for answers, stage, people in crowds:
        for number in range(people):
            candidate = make_candidate(session, f"Casey {number}")
            application = make_application(session, need, candidate, stage=stage)
            if answers:
                say(session, application.id, answers)
    return need


def figures_of(people: Sequence[Standing], *, withdrawn: int = 0, unscored: str = "") -> Figures:
    """What a release of these people would tell."""
    return Figures(ASKED, told(counted(ASKED, people)), withdrawn, unscored)


def body_of(people: Sequence[Standing]) -> str:
    """The same as it is stored."""
    return written(figures_of(people))
