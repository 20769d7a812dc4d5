from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from app.domain.errors import NotAllowedError
from app.domain.growth.log import Visibility
from app.domain.onboarding.goal import EvidenceKind, GoalAct, GoalState
from app.domain.permission import Role
from app.domain.privacy.erasing import ErasureState, Origin, SubjectKind
from app.models.engine import reading, writing
from app.models.evidence import LogEntry
from app.models.onboarding import Goal, GoalEventRow, PlanEvent
from app.models.outbox import Message
from app.models.person import Person
from app.models.privacy import Erasure
from app.services import erasures, files, retention
from tests.factories import canaries, hiring, plans
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database
    from tests.factories.plans import Cast

WORDS = [f"leaver{number:02d}quux" for number in range(1, 9)]
WHY = "They left and asked for it."


def leaver(database: Database, folder: Path) -> Cast:
    """Somebody with a first year and an evidence log, whose account is closed."""
    with writing(database.engine) as session:
        cast = plans.make_plan(session)
        cast.hire.name, cast.hire.email = WORDS[0], f"{WORDS[1]}@example.com"
        goal = session.scalars(select(Goal.id).where(Goal.plan_id == cast.plan.id)).first()
        entry = LogEntry(
            person_id=cast.hire.id, kind=EvidenceKind.FILE, title=WORDS[4], body=WORDS[5], about_on=NOW.date(),
            visibility=next(iter(Visibility)), added_at=NOW, size=9,
        )  # fmt: skip
        session.add_all([
            PlanEvent(plan_id=cast.plan.id, number=99, what="note", reason=WORDS[2], at=NOW, by_id=cast.manager.id),
            GoalEventRow(
                goal_id=goal, number=99, act=GoalAct.NOTE, state=next(iter(GoalState)), note=WORDS[3], at=NOW,
                by_id=cast.hire.id,
            ),
            entry,
            Message(
                recipient_id=cast.manager.id, subject=WORDS[6], body=f"About {WORDS[0]}", path="/", created_at=NOW,
            ),
        ])  # fmt: skip
        session.flush()
        files.keep(folder, entry.id, WORDS[7].encode())
        cast.hire.active = False
        return cast


def test_a_former_colleague_is_erased_by_two_people(database: Database, tmp_path: Path) -> None:
    cast = leaver(database, tmp_path / "files")
    with writing(database.engine) as session:
        hugo = actor_of(hiring.make_person(session, "Hugo Blum", [Role.HR_PARTNER]))
        for still_here in (cast.manager.id, cast.hr.id):
            with pytest.raises(NotAllowedError):
                erasures.ask(session, hugo, SubjectKind.PERSON, still_here, ground=WHY, now=NOW)
        wish = erasures.ask(session, hugo, SubjectKind.PERSON, cast.hire.id, ground=WHY, now=NOW)
    assert {line.split(": ")[1] for line in canaries.in_rows(database, WORDS[:7])} == set(WORDS[:7])

    with writing(database.engine) as session:
        erasures.approve(session, actor_of(cast.hr), wish, keys=canaries.KEYS, register=tmp_path / "r", now=NOW)

    assert canaries.in_rows(database, WORDS) == []
    with reading(database.engine) as session:
        gone = session.get_one(Person, cast.hire.id)
        assert (gone.name, gone.active, gone.roles) == ("Former colleague", False, [])
        assert session.scalars(select(Goal.id).where(Goal.plan_id == cast.plan.id)).all()


def test_whoever_came_back_is_not_erased_by_an_old_wish(database: Database, tmp_path: Path) -> None:
    cast = leaver(database, tmp_path / "files")
    with writing(database.engine) as session:
        hugo = actor_of(hiring.make_person(session, "Hugo Blum", [Role.HR_PARTNER]))
        ines = actor_of(hiring.make_person(session, "Ines Roy", [Role.HR_PARTNER]))
        wish = erasures.ask(session, hugo, SubjectKind.PERSON, cast.hire.id, ground=WHY, now=NOW)
        session.get_one(Person, cast.hire.id).active = True

    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        erasures.approve(session, ines, wish, keys=canaries.KEYS, register=tmp_path / "r", now=NOW)


def test_a_leavers_time_runs_from_when_the_account_was_closed(database: Database, tmp_path: Path) -> None:
    cast = leaver(database, tmp_path / "files")

    def run(days: int) -> dict[str, int]:
        ran = retention.run(
            database.engine, keys=canaries.KEYS, register=tmp_path / "r", folder=tmp_path / "files",
            now=NOW + timedelta(days=days),
        )  # fmt: skip
        return ran.removed

    assert run(1400) == {}
    assert run(1500) == {"personnel": 1}
    assert canaries.in_rows(database, WORDS) == []
    assert list((tmp_path / "files").iterdir()) == []
    with reading(database.engine) as session:
        assert session.get_one(Person, cast.manager.id).erased_at is None


@pytest.mark.parametrize(
    ("runs", "text", "passes"), [(False, "", False), (True, "", True), (True, "forged", False)]
)  # fmt: skip
def test_the_database_lets_texts_go_only_while_an_erasure_runs(
    database: Database, tmp_path: Path, *, runs: bool, text: str, passes: bool
) -> None:
    made = canaries.mark(database, tmp_path / "files")
    guarded = {"revision": "summary", "rating": "evidence", "decision": "reasons", "stage_change": "reason"}
    for table, column in guarded.items():
        change = sa.text(f"UPDATE {table} SET {column} = :text")  # noqa: S608  names of our own tables
        with database.engine.connect() as connection:
            if runs:
                connection.execute(
                    sa.insert(Erasure).values(
                        candidate_id=made.candidate, origin=Origin.REQUEST, ground="", state=ErasureState.RUNNING,
                        asked_at=NOW, version=1,
                    )
                )  # fmt: skip
            if passes:
                connection.execute(change, {"text": text})
                numbers = sa.text(f"UPDATE {table} SET {_number(table)}")  # noqa: S608  as above
                with pytest.raises(sa.exc.DBAPIError):
                    connection.execute(numbers)
            else:
                with pytest.raises(sa.exc.DBAPIError):
                    connection.execute(change, {"text": text})
            connection.rollback()


def _number(table: str) -> str:
    return {
        "revision": "number = number + 1",
        "rating": "value = 1",
        "decision": "number = number + 1",
        "stage_change": "number = number + 5",
    }[table]
