"""Two people act on one thing in every order of their steps: never both, never neither, nothing overwritten unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.card import CardContent, CardState, DimensionRating, Recommendation
from app.domain.decision import Outcome
from app.domain.permission import Role
from app.models.candidate import Application
from app.models.decision import Decision, DecisionVote, Vote
from app.models.engine import reading, writing
from app.models.facts import actor_facts
from app.models.scorecard import Revision, ScorecardRow
from app.services import decisions, installation, scorecards, votes
from app.services.decisions import Conclusion
from tests.factories import committee as deciding
from tests.factories import hiring
from tests.factories.hiring import NOW
from tests.faults.interleaving import Act, all_of, orders, pausing, played

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database
    from tests.faulting import Breaking
    from tests.faults.interleaving import Look, Work

WHOLE = CardContent(
    ratings=(DimensionRating("strategy", 4, "Seen."), DimensionRating("fluency", None, ""),
             DimensionRating("empathy", 2, "Seen.")),
    recommendation=Recommendation.YES,
)  # fmt: skip
REASONS = "Strong on strategy, and sound on everything else that was asked."


@dataclass(frozen=True, slots=True)
class Pair:
    """Two acts and what must hold afterwards: given how both ended, what is wrong, in words."""

    first: tuple[Look, Work]
    second: tuple[Look, Work]
    wrong: Callable[[Session, tuple[str, str]], str]


def _actor(session: Session, person_id: UUID) -> ActorFacts:
    found = actor_facts(session, person_id)
    assert found is not None
    return found


def _card(session: Session) -> tuple[UUID, UUID]:
    person = hiring.make_person(session, "Ines Prado", [Role.INTERVIEWER])
    interview = hiring.make_interview(session, hiring.make_application(session))
    return person.id, hiring.make_card(session, interview, person).id


def _version(card_id: UUID) -> Look:
    return lambda session: session.scalars(select(ScorecardRow.version).where(ScorecardRow.id == card_id)).one()


def two_drafts(session: Session) -> Pair:
    """Two tabs write on one card."""
    person_id, card_id = _card(session)

    def work(text: str) -> Work:
        content = CardContent(summary=text)
        return lambda inner, version: scorecards.save_draft(
            inner, _actor(inner, person_id), card_id, content, version=version, now=NOW
        )

    def wrong(after: Session, ended: tuple[str, str]) -> str:
        card = after.get_one(ScorecardRow, card_id)
        kept = ended.count("done")
        if not kept or set(ended) - {"done", "ConflictError"} or card.version != 1 + kept:
            return f"{kept} kept, version {card.version}"
        alone = {("done", "ConflictError"): "one", ("ConflictError", "done"): "two"}.get(ended)
        return "" if alone is None or alone in card.draft else "the text of the tab that was refused is kept"

    look = _version(card_id)
    return Pair((look, work("one")), (look, work("two")), wrong)


def two_seals(session: Session) -> Pair:
    """Two tabs seal one card."""
    person_id, card_id = _card(session)

    def work(inner: Session, version: int) -> None:
        scorecards.seal(inner, _actor(inner, person_id), card_id, WHOLE, version=version, now=NOW)

    def wrong(after: Session, ended: tuple[str, str]) -> str:
        count = after.scalar(select(func.count()).where(Revision.scorecard_id == card_id))
        return "" if ended.count("done") == count == 1 else f"{count} revisions"

    act = (_version(card_id), work)
    return Pair(act, act, wrong)


def seal_and_release(session: Session) -> Pair:
    """A card is sealed while its author is taken off the panel in another tab."""
    person_id, card_id = _card(session)

    def seal(inner: Session, version: int) -> None:
        scorecards.seal(inner, _actor(inner, person_id), card_id, WHOLE, version=version, now=NOW)

    def release(inner: Session, _version: int) -> None:
        scorecards.release(inner, _actor(inner, person_id), card_id, "I was ill that day.", NOW)

    def wrong(after: Session, ended: tuple[str, str]) -> str:
        card = after.get_one(ScorecardRow, card_id)
        count = after.scalar(select(func.count()).where(Revision.scorecard_id == card_id))
        sealed = card.state is CardState.SEALED
        return "" if ended.count("done") == 1 and count == int(sealed) == int(ended[0] == "done") else str(card.state)

    look = _version(card_id)
    return Pair((look, seal), (look, release), wrong)


def _case(session: Session, *, openings: int = 1) -> tuple[deciding.Committee, Application]:
    company = deciding.make_committee(session, interviewers=1, openings=openings)
    return company, deciding.make_scored(session, company, "Mira", [{"strategy": 3, "fluency": 4, "empathy": 2}])


def _vote(person_id: UUID, application_id: UUID, outcome: Outcome) -> tuple[Look, Work]:
    def look(session: Session) -> int:
        return session.scalar(select(Vote.version).where(Vote.member_id == person_id)) or 0

    def work(session: Session, version: int) -> None:
        votes.cast(session, _actor(session, person_id), application_id, outcome, REASONS, version=version, now=NOW)

    return look, work


def _decide(person_id: UUID, application_id: UUID, outcome: Outcome) -> tuple[Look, Work]:
    conclusion = Conclusion(outcome, REASONS, departure_reason=REASONS, absence_reason=REASONS)

    def work(session: Session, _version: int) -> None:
        decisions.record(session, _actor(session, person_id), application_id, conclusion, now=NOW)

    return lambda _session: 0, work


def two_votes(session: Session) -> Pair:
    """One member votes yes in one tab and no in another."""
    company, application = _case(session)
    first, second = (_vote(company.chair.id, application.id, outcome) for outcome in (Outcome.HIRE, Outcome.NO_HIRE))

    def wrong(after: Session, ended: tuple[str, str]) -> str:
        vote = after.scalars(select(Vote).where(Vote.application_id == application.id)).one()
        fits = vote.version == ended.count("done") and not set(ended) - {"done", "ConflictError"}
        return "" if fits else f"version {vote.version}"

    return Pair(first, second, wrong)


def vote_and_decision(session: Session) -> Pair:
    """A member votes while the chair decides."""
    company, application = _case(session)
    deciding.cast_chained(session, application, company.chair)
    member = _vote(company.members[0].id, application.id, Outcome.NO_HIRE)

    def wrong(after: Session, ended: tuple[str, str]) -> str:
        cast = set(after.scalars(select(Vote.member_id).where(Vote.application_id == application.id)))
        counted = set(after.scalars(select(DecisionVote.member_id)))
        late = ended[0] == "done" and cast != counted & cast
        return "a vote was taken that the decision does not hold" if late or ended[1] != "done" else ""

    return Pair(member, _decide(company.chair.id, application.id, Outcome.NO_HIRE), wrong)


def two_decisions(session: Session) -> Pair:
    """The chair decides yes in one tab and no in another."""
    company, application = _case(session)
    deciding.cast_chained(session, application, company.chair)
    first, second = (_decide(company.chair.id, application.id, one) for one in (Outcome.HIRE, Outcome.NO_HIRE))

    def wrong(after: Session, ended: tuple[str, str]) -> str:
        count = after.scalar(select(func.count()).where(Decision.application_id == application.id))
        return "" if ended.count("done") == count == 1 else f"{count} decisions"

    return Pair(first, second, wrong)


def two_hires_for_one_opening(session: Session) -> Pair:
    """Two candidates are hired at once where one opening is left."""
    company, application = _case(session)
    other = deciding.make_scored(session, company, "Ravi", [{"strategy": 3, "fluency": 4, "empathy": 2}])
    for one in (application, other):
        deciding.cast_chained(session, one, company.chair)
    ids = (application.id, other.id)

    def wrong(after: Session, ended: tuple[str, str]) -> str:
        count = after.scalar(select(func.count()).where(Decision.application_id.in_(ids)))
        return "" if ended.count("done") == count == 1 else f"{count} hires"

    first, second = (_decide(company.chair.id, one, Outcome.HIRE) for one in ids)
    return Pair(first, second, wrong)


PAIRS = {
    build.__name__: build
    for build in (
        two_drafts, two_seals, seal_and_release, two_votes, vote_and_decision, two_decisions, two_hires_for_one_opening,
    )
}  # fmt: skip


@pytest.mark.fault("F9", seconds=60)
def test_every_order_of_two_acts_comes_out_right(database: Database, breaking: Breaking) -> None:
    with writing(database.engine) as session:
        installation.ensure(session, company="Harrow & Vale")
    pausing(database.engine)
    every = orders()
    breaking.random.shuffle(every)
    turns = list(all_of(sorted(PAIRS), every))
    wrong, tries = breaking.wrong, 0
    for number in breaking.rounds(14, len(turns)):
        kind, order = turns[number]
        with writing(database.engine) as session:
            pair = PAIRS[kind](session)
        ended = played(order, Act(database.engine, *pair.first), Act(database.engine, *pair.second))
        with reading(database.engine) as session:
            said = pair.wrong(session, ended)
        tries += 1
        if said or any(word.startswith("unforeseen") for word in ended):
            wrong.append(f"{kind} {order}: {ended} {said}")
    breaking.count(tries, len(wrong), f"orders of two acts of four steps on {database.engine.dialect.name}")
    assert wrong == []
