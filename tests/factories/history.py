"""Makes decided candidates whom a strict, a middling and a generous interviewer met, for learning strictness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.decision import Outcome
from app.domain.permission import Role
from app.queries import rating_history
from app.services import strictness
from tests.factories.committee import Committee, decide_chained, make_committee
from tests.factories.hiring import NOW, card_of, make_application, make_interview, make_person, open_debrief, seal

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.models.person import Person

STANDINGS = (2, 3, 4, 3)
LEANINGS = (-1, 0, 1)
DIMENSIONS = ("strategy", "fluency", "empathy")


@dataclass(frozen=True, slots=True)
class Past:
    """A requisition with its decided candidates, its three interviewers from strict to generous, and HR."""

    committee: Committee
    hr: Person
    version_id: UUID

    @property
    def interviewers(self) -> tuple[Person, ...]:
        """The strict one, the middling one and the generous one."""
        return self.committee.interviewers


def make_past(session: Session, candidates: int = 12, interviewers: int = 3) -> Past:
    """So many decided candidates; each interviewer scored each of them on every dimension, an hour after the talk."""
    committee = make_committee(session, interviewers=interviewers)
    for number in range(candidates):
        application = make_application(session, committee.requisition, name=f"Past {number}")
        interview = make_interview(session, application, committee.interviewers)
        for leaning, person in zip(LEANINGS, committee.interviewers, strict=False):
            standing = STANDINGS[number % len(STANDINGS)] + leaning
            # One step more on one dimension, another one each time, so that ratings differ within a card.
            values = {name: standing + (place == number % 3) for place, name in enumerate(DIMENSIONS)}
            at = NOW + timedelta(days=number, hours=2 if leaning else 50)
            seal(session, card_of(session, interview, person), values, at=at)
        open_debrief(session, application, committee.coordinator.id)
        decide_chained(session, application, committee.chair, [], Outcome.NO_HIRE)
    hr = make_person(session, "Hana HR", [Role.HR_PARTNER])
    return Past(committee, hr, committee.requisition.blueprint_version_id)


def fit_past(session: Session, past: Past) -> UUID | None:
    """Keep the strictness of a past's interviewers, as the nightly job does."""
    history = rating_history.cards_of(session, version_id=past.version_id, since=NOW - timedelta(days=730))
    pool = strictness.Pool(past.version_id, history.cards, history.rater_ids, history.sha256, history.n_openings)
    return strictness.fit(session, pool, now=NOW)
