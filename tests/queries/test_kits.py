from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from app.domain.errors import NotFoundError
from app.domain.permission import Role
from app.models.candidate import Application, CandidateFile
from app.models.engine import reading, writing
from app.queries import kits
from app.services import scorecards
from tests.factories.hiring import NOW
from tests.factories.panels import Panel, make_actor, make_panel, seal

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from tests.databases import Database


def read(database: Database, who: ActorFacts, at: Panel) -> kits.Kit:
    with reading(database.engine) as session:
        return kits.kit(session, who, at.interview)


def add_files(database: Database, at: Panel, *names: str) -> None:
    with writing(database.engine) as session:
        application = session.get_one(Application, at.application)
        for name in names:
            session.add(
                CandidateFile(
                    candidate_id=application.candidate_id,
                    name=name,
                    media_type="application/pdf",
                    size=2048,
                    sha256="0" * 64,
                    added_at=NOW,
                    added_by_id=at.coordinator.person_id,
                )
            )


def test_the_kit_holds_what_the_interview_is_about(database: Database) -> None:
    at = make_panel(database, focus=("empathy", "strategy"), case_study="shortlist")
    add_files(database, at, "portfolio.pdf", "cv.pdf")
    kit = read(database, at.ada, at)
    assert (kit.seat.candidate, kit.seat.requisition) == ("Mira Okafor", "Product Manager, Search")
    assert kit.seat.interview == "Product conversation"
    assert [d.id for d in kit.seat.focus_dimensions] == ["strategy", "empathy"]
    assert kit.seat.case is not None
    assert kit.seat.case.title == "The shortlist"
    assert [(f.name, f.size) for f in kit.files] == [("cv.pdf", 2048), ("portfolio.pdf", 2048)]
    assert (kit.seat.card_id, kit.seat.role.summary) == (at.ada_card, "Owns one product from discovery to growth.")


def test_a_note_reaches_the_others_and_not_its_author(database: Database) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        scorecards.handover(session, at.ada, at.ada_card, "Ask about pricing.", NOW)
    assert [(n.interviewer, n.text) for n in read(database, at.ben, at).notes] == [("Ada Brook", "Ask about pricing.")]
    assert read(database, at.ada, at).notes == ()


def test_a_kit_is_the_same_whatever_became_of_other_cards(database: Database) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        scorecards.handover(session, at.ada, at.ada_card, "Ask about pricing.", NOW)
    before = read(database, at.ben, at)
    seal(database, at.ada, at.ada_card)
    assert read(database, at.ben, at) == before


def test_who_plans_sees_the_kit_and_strangers_do_not_learn_that_it_exists(database: Database) -> None:
    at = make_panel(database)
    for who in (at.manager, at.coordinator):
        assert read(database, who, at).seat.card_id is None
    for role in (Role.INTERVIEWER, Role.ADMIN, Role.AUDITOR, Role.COMMITTEE):
        with pytest.raises(NotFoundError):
            read(database, make_actor(database, "Olu Stranger", role), at)


def test_a_released_interviewer_loses_the_kit(database: Database) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        scorecards.release(session, at.ada, at.ada_card, "Ill.", NOW)
    with pytest.raises(NotFoundError):
        read(database, at.ada, at)


@pytest.mark.parametrize("files", [1, 10])
def test_a_kit_takes_three_queries_however_much_is_in_it(database: Database, files: int) -> None:
    at = make_panel(database)
    add_files(database, at, *(f"{n}.pdf" for n in range(files)))
    read(database, at.ada, at)  # the blueprint is read once a process
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    read(database, at.ada, at)
    assert len(statements) == 3
