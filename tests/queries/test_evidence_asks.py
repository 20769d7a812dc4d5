"""What evidence logs ask of people, as their inbox has it, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.growth.duty import GrowthDuty
from app.domain.growth.log import Word
from app.models.engine import writing
from app.queries import duties
from tests.factories import evidence as make
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.person import Person
    from app.queries.duties import Duty
    from tests.databases import Database


def _asked(session: Session, person: Person) -> list[Duty]:
    return [duty for duty in duties.duties(session, actor_of(person), NOW) if duty.kind is GrowthDuty.CORROBORATE]


def test_whoever_was_asked_finds_the_entry_in_their_inbox(database: Database) -> None:
    with writing(database.engine) as session:
        circle = make.make_circle(session)
        entry = make.make_entry(session, circle.owner)
        make.make_asked(session, entry, circle.people["asked"])
        [duty] = _asked(session, circle.people["asked"])

        assert duty.title == "Say whether it was so: “Cut the waiting time”"
        assert "Owner" in duty.detail
        assert (duty.endpoint, duty.params, duty.since) == ("evidence.entry", {"entry_id": entry.id}, NOW)
        assert _asked(session, circle.owner) == []
        assert _asked(session, circle.people["manager"]) == []


@pytest.mark.parametrize(
    ("word", "changed", "withdrawn", "waits"),
    [
        (None, False, False, True),
        (Word.NO, False, False, False),
        (Word.YES, True, False, True),
        (None, False, True, False),
        (None, True, True, False),
    ],
)
def test_an_answer_an_older_answer_and_a_withdrawn_entry(
    database: Database, word: Word | None, *, changed: bool, withdrawn: bool, waits: bool
) -> None:
    with writing(database.engine) as session:
        circle = make.make_circle(session)
        entry = make.make_entry(
            session,
            circle.owner,
            changed_at=NOW + timedelta(hours=1) if changed else None,
            withdrawn_at=NOW if withdrawn else None,
        )
        make.make_asked(session, entry, circle.people["asked"], word)

        assert bool(_asked(session, circle.people["asked"])) is waits
        assert duties.count(session, actor_of(circle.people["asked"]), NOW) == waits
