"""Promotion cases at some point, for tests of their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.growth.casework import Feedback
from app.models.engine import writing
from app.services import case_feedback
from tests.factories import cases as make
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.growth.case import CaseOutcome
    from app.models.promotion import PromotionCase
    from tests.databases import Database

WORDS = Feedback("In the outage of May", "she called both teams in", "and we were back in an hour.")


def made(database: Database, setting: Callable[..., object]) -> tuple[make.CaseCast, UUID]:
    """A cast and the id of the case that ``setting`` makes with it."""
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        make.make_assessment(session, cast)
        case = make.make_case(session, cast)
        setting(session, cast, case)
        return cast, case.id


def voted(outcome: CaseOutcome | None) -> Callable[..., object]:
    """A peer gave feedback, the case was handed in and voted on, and decided where there is an outcome."""

    def setting(session: Session, cast: make.CaseCast, case: PromotionCase) -> None:
        manager = actor_of(cast.manager)
        case_feedback.ask(session, manager, case.id, cast["peer"].id, now=NOW)
        peer = actor_of(cast["peer"])
        case_feedback.give(session, peer, case.id, WORDS, version=1, now=NOW)
        make.hand_in(session, cast, case)
        item = make.seat(session, cast, case)
        make.vote(session, cast, item)
        if outcome:
            make.decide(session, cast, case, outcome)

    return setting


def version_of(page: str) -> str:
    """The version that a form was drawn from."""
    return page.partition('name="version" value="')[2].partition('"')[0]
