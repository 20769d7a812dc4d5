"""Who could not interview says so, proposes somebody, and whoever plans the panel answers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.card import CardState
from app.domain.errors import AlreadyDoneError, InvalidError, NotAllowedError, NotFoundError
from app.domain.interest import InterestKind
from app.domain.missed import Missed
from app.domain.permission import ActorFacts, Role
from app.models.candidate import Application, Candidate
from app.models.engine import reading, writing
from app.models.interest import ConflictOfInterest
from app.models.outbox import Message
from app.models.person import Person
from app.models.scorecard import ScorecardRow
from app.queries import seat_offers as offers
from app.services import seat_offers
from tests.factories.hiring import NOW
from tests.factories.panels import Panel, card_row, make_actor, make_panel

if TYPE_CHECKING:
    from tests.databases import Database


@pytest.fixture
def at(database: Database) -> Panel:
    return make_panel(database)


@pytest.fixture
def carl(database: Database) -> ActorFacts:
    return make_actor(database, "Carl Moss", Role.INTERVIEWER)


def step_back(
    database: Database, at: Panel, why: Missed = Missed.ABSENT, words: str = "", successor: UUID | None = None
) -> None:
    with writing(database.engine) as session:
        seat_offers.step_back(session, at.ada, at.ada_card, why, words, successor_id=successor, now=NOW)


def notices(database: Database) -> list[tuple[str, str, str, str]]:
    with reading(database.engine) as session:
        rows = session.execute(
            select(Person.name, Message.subject, Message.body, Message.path)
            .join(Message, Message.recipient_id == Person.id)
            .order_by(Person.name)
        )
        return [(row.name, row.subject, row.body, row.path) for row in rows]


@pytest.mark.parametrize(
    ("why", "words", "kept"),
    [
        (Missed.ABSENT, "", "I could not come."),
        (Missed.NO_SHOW, " We waited. ", "The candidate did not come. We waited."),
        (Missed.OTHER, "The room burned.", "The room burned."),
    ],
)
def test_one_step_releases_and_tells_who_runs_it(
    database: Database, at: Panel, why: Missed, words: str, kept: str
) -> None:
    step_back(database, at, why, words)

    card = card_row(database, at.ada_card)
    assert (card.state, card.release_reason) == (CardState.RELEASED, kept)
    assert {(name, path) for name, _, _, path in notices(database)} == {
        ("Cleo Ruiz", f"/applications/{at.application}"),
        ("Mara Lindqvist", f"/applications/{at.application}"),
    }


def test_something_else_wants_words(database: Database, at: Panel) -> None:
    with pytest.raises(InvalidError, match="Write in a sentence"):
        step_back(database, at, Missed.OTHER, "  ")
    assert card_row(database, at.ada_card).state is CardState.OWED


def test_a_proposal_seats_nobody_until_it_is_answered(database: Database, at: Panel, carl: ActorFacts) -> None:
    step_back(database, at, successor=carl.person_id)

    assert [(name, path) for name, _, _, path in notices(database)] == [
        ("Cleo Ruiz", f"/scorecards/{at.ada_card}/seat"),
        ("Mara Lindqvist", f"/scorecards/{at.ada_card}/seat"),
    ]
    assert "They propose Carl Moss instead." in notices(database)[0][2]
    with reading(database.engine) as session:
        assert session.scalars(select(ScorecardRow.id).where(ScorecardRow.interviewer_id == carl.person_id)).all() == []
        found = offers.proposal(session, at.coordinator, at.ada_card)
    assert (found.interviewer, found.proposed, found.able, found.settled) == ("Ada Brook", "Carl Moss", True, False)

    with writing(database.engine) as session:
        seat_offers.seat(session, at.coordinator, at.ada_card, now=NOW)

    with reading(database.engine) as session:
        seated = session.scalars(select(ScorecardRow).where(ScorecardRow.interviewer_id == carl.person_id)).one()
    assert (seated.interview_id, seated.state) == (at.interview, CardState.OWED)
    assert ("Carl Moss", "You interview Mira Okafor") in [(name, subject) for name, subject, _, _ in notices(database)]
    with pytest.raises(AlreadyDoneError), writing(database.engine) as session:
        seat_offers.seat(session, at.coordinator, at.ada_card, now=NOW)


def test_a_seat_can_stay_empty(database: Database, at: Panel, carl: ActorFacts) -> None:
    step_back(database, at, successor=carl.person_id)

    with writing(database.engine) as session:
        seat_offers.leave_empty(session, at.manager, at.ada_card, now=NOW)

    assert "Carl Moss" not in {name for name, _, _, _ in notices(database)}
    with reading(database.engine) as session:
        assert offers.proposal(session, at.coordinator, at.ada_card).settled


def test_nobody_with_a_conflict_is_seated_and_the_list_tells_of_none(
    database: Database, at: Panel, carl: ActorFacts
) -> None:
    with writing(database.engine) as session:
        candidate = session.scalar(select(Candidate.id).join(Application).where(Application.id == at.application))
        session.add(
            ConflictOfInterest(
                person_id=carl.person_id, candidate_id=candidate, kind=InterestKind.FRIEND, declared_at=NOW,
                declared_by_id=carl.person_id,
            )
        )  # fmt: skip
        assert "Carl Moss" in [name for _, name in offers.colleagues(session, at.ada)]
    step_back(database, at, successor=carl.person_id)

    with reading(database.engine) as session:
        assert not offers.proposal(session, at.coordinator, at.ada_card).able
    with pytest.raises(InvalidError, match="cannot interview this candidate"), writing(database.engine) as session:
        seat_offers.seat(session, at.coordinator, at.ada_card, now=NOW)


@pytest.mark.parametrize("who", ["ada", "coordinator", "nobody"])
def test_only_another_active_interviewer_can_be_proposed(database: Database, at: Panel, who: str) -> None:
    wanted = UUID(int=7) if who == "nobody" else getattr(at, who).person_id
    with pytest.raises(InvalidError, match="Choose somebody from the list"):
        step_back(database, at, successor=wanted)
    assert card_row(database, at.ada_card).state is CardState.OWED


def test_who_has_no_say_in_the_panel_neither_sees_nor_answers(database: Database, at: Panel, carl: ActorFacts) -> None:
    step_back(database, at, successor=carl.person_id)
    outsider = make_actor(database, "Nils Berg", Role.EMPLOYEE)
    for who in (at.ben, outsider, carl):
        with pytest.raises((NotFoundError, NotAllowedError)), reading(database.engine) as session:
            offers.proposal(session, who, at.ada_card)
        with pytest.raises((NotFoundError, NotAllowedError)), writing(database.engine) as session:
            seat_offers.seat(session, who, at.ada_card, now=NOW)


def test_only_the_owner_steps_back(database: Database, at: Panel) -> None:
    for who in (at.ben, at.coordinator):
        with pytest.raises((NotFoundError, NotAllowedError)), writing(database.engine) as session:
            seat_offers.step_back(session, who, at.ada_card, Missed.ABSENT, "", now=NOW)
