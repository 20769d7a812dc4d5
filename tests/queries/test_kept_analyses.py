from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.domain.canonical import parse_canonical, sha256
from app.domain.certainty import Question
from app.domain.decision import Outcome
from app.domain.errors import NotFoundError
from app.models.decision import Decision, KeptAnalysis
from app.models.engine import reading, writing
from app.queries import audit, kept_analyses
from app.services import decisions
from app.services.decisions import Conclusion
from tests.factories.committee import cast_chained, make_committee, make_scored
from tests.factories.hiring import NOW

if TYPE_CHECKING:
    from uuid import UUID

    from tests.databases import Database

CANDIDATES = {
    "Ann": ((5, 4, 5), (4, 4, 5), (5, 4, 4)),
    "Bela": ((3, 3, 2), (2, 3, 3), (3, 2, 3)),
    "Mira": ((4, 4, 3), (3, 4, 4), (4, 3, 4)),
}
DIMENSIONS = ("strategy", "fluency", "empathy")


_ALTERED = {
    "answer": text("UPDATE kept_analysis SET answer = :value"),
    "question": text("UPDATE kept_analysis SET question = :value"),
}


def decide(database: Database) -> UUID:
    """Three candidates before three interviewers; Ann is hired."""
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=3)
        made = {
            name: make_scored(session, committee, name, [dict(zip(DIMENSIONS, card, strict=True)) for card in cards])
            for name, cards in CANDIDATES.items()
        }
        cast_chained(session, made["Ann"], committee.chair)
        conclusion = Conclusion(
            Outcome.HIRE,
            "Strong on strategy, and everybody says so.",
            absence_reason="On leave until the spring, cannot be reached.",
        )
        return decisions.record(session, committee.chair_actor, made["Ann"].id, conclusion, now=NOW)


def alter(database: Database, column: str, value: str) -> None:
    """Change a kept analysis behind the guards' back, as somebody with the whole server could."""
    with writing(database.engine) as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("DROP TRIGGER guard_kept_analysis_update"))
        else:
            session.execute(text("ALTER TABLE kept_analysis DISABLE TRIGGER guard_kept_analysis_update"))
        session.execute(_ALTERED[column], {"value": value})


def kept(database: Database) -> KeptAnalysis:
    with reading(database.engine) as session:
        row = session.query(KeptAnalysis).one()
        session.expunge(row)
        return row


def test_a_decision_keeps_what_its_comparison_rested_on(database: Database) -> None:
    decision_id = decide(database)
    row = kept(database)
    asked = parse_canonical(Question, row.question)
    answer = json.loads(row.answer)
    assert (row.decision_id, row.made_at, row.data_sha256) == (decision_id, NOW, sha256(row.question))
    assert (len(asked.targets), asked.cards, asked.n_raters) == (3, (3, 3, 3), 3)
    assert [one["value"] for one in answer["certainty"]["standings"]] == ["67/15", "11/3", "8/3"]
    assert answer["certainty"]["spread"]["basis"] == "own"
    with reading(database.engine) as session:
        assert session.get_one(Decision, decision_id).composite == "67/15"
        assert audit.verify(session, None).__class__.__name__ == "Sound"


def test_asking_again_gives_the_same_answer(database: Database) -> None:
    decision_id = decide(database)
    with reading(database.engine) as session:
        by_decision = kept_analyses.verify(session, decision_id)
        (only,) = kept_analyses.all_ids(session)
        assert kept_analyses.verify(session, only) == by_decision
    assert (by_decision.decision_id, by_decision.number, by_decision.faults) == (decision_id, 1, ())
    with reading(database.engine) as session, pytest.raises(NotFoundError):
        kept_analyses.verify(session, uuid4())


@pytest.mark.parametrize(
    ("column", "found", "put", "fault"),
    [
        ("answer", '"adjusted_why":', '"adjusted_why":"because","was":', "certainty.adjusted_why"),
        ("answer", '"67/15"', '"68/15"', "certainty.standings[0].value"),
        ("question", '"cards":[3,3,3]', '"cards":[3,3,4]', "digest"),
    ],
)
def test_what_was_altered_is_found(database: Database, column: str, found: str, put: str, fault: str) -> None:
    decision_id = decide(database)
    row = kept(database)
    before: str = getattr(row, column)
    assert found in before
    alter(database, column, before.replace(found, put, 1))
    with reading(database.engine) as session:
        told = kept_analyses.verify(session, decision_id)
        assert any(fault in one for one in told.faults), told.faults
        assert audit.verify(session, None).__class__.__name__ == "Broken"


def test_a_kept_analysis_cannot_be_changed(database: Database) -> None:
    decide(database)
    for statement in ("UPDATE kept_analysis SET answer = ''", "DELETE FROM kept_analysis"):
        with pytest.raises(DatabaseError, match="never changed"), writing(database.engine) as session:
            session.execute(text(statement))
